#!/usr/bin/env python3
"""What can be said of the trials of other systems without any of their tools."""

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import wine


def umask():
    """The mask of this process, which can only be read by setting it."""
    now = os.umask(0)
    os.umask(now)
    return now


class UnderWine(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.addCleanup(os.umask, os.umask(0o022))
        place = Path(directory.name)
        # In the place of wine: it does what it is given.
        stand_in = place / "wine"
        stand_in.write_text('#!/bin/sh\n"$@"\n')
        stand_in.chmod(0o755)
        for name, value in {"TARGET": place, "WINE": str(stand_in), "SERVER": "true"}.items():
            patch = mock.patch.object(wine, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        library = mock.patch.object(wine.Wine, "add_random_numbers")
        library.start()
        self.addCleanup(library.stop)

    def test_new_files_are_their_users_alone(self):
        with wine.Wine() as fresh:
            self.assertEqual(fresh.prefix.stat().st_mode & 0o777, 0o700)
            self.assertEqual(fresh.run(["sh", "-c", "umask"]), (0, "0077\n"))

    def test_what_is_tried_of_other_systems_makes_files_as_before(self):
        with wine.Wine():
            self.assertEqual(umask(), 0o022)
        self.assertEqual(umask(), 0o022)


if __name__ == "__main__":
    unittest.main()
