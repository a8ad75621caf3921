#!/usr/bin/env python3
"""mingw's linker for Windows, called with paths that are the same wherever a build lies.

GNU's linker orders the tables of imported libraries by the paths that it was given: a crate
below `/home` comes before what lies in `/usr`, and below `/work` after it. So each directory
goes by a link that is named by when the arguments first name it.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

LINKER = "/usr/bin/x86_64-w64-mingw32-gcc"


def main():
    with tempfile.TemporaryDirectory(prefix="openwork-link-") as place:
        command = [LINKER, *neutral(sys.argv[1:], Path(place))]
        return subprocess.run(command, cwd=place, check=False).returncode


def neutral(arguments, place):
    """The arguments with links in `place` for all directories of absolute paths."""
    links = {}

    def link(directory):
        if directory not in links:
            links[directory] = f"{len(links):03}"
            (place / links[directory]).symlink_to(directory)
        return links[directory]

    def renamed(argument):
        path = Path(argument)
        if not path.is_absolute():
            return argument
        # A directory is one to look for libraries in; all others are files, read or written.
        return link(path) if path.is_dir() else f"{link(path.parent)}/{path.name}"

    return [renamed(argument) for argument in arguments]


if __name__ == "__main__":
    sys.exit(main())
