"""Counts of tests, as the harnesses print them."""

import re
from dataclasses import dataclass, field

RESULT = re.compile(r"^test result: .*? (\d+) passed; (\d+) failed; (\d+) ignored", re.M)
FAILURE = re.compile(r"^test (.+?)(?: - should panic)? \.\.\. FAILED$|^test (.+?)\s+\.\.\. FAILED", re.M)


class Missing(Exception):
    """Something that this machine lacks, and how to get it."""


@dataclass
class Tally:
    """How some tests ended."""

    passed: int = 0
    failed: list = field(default_factory=list)
    skipped: int = 0
    # Tests that there are on Linux and not here.
    absent: int = 0

    @classmethod
    def read(cls, output, status):
        """Reads what a harness printed. One that broke off counts as a failure."""
        found = RESULT.search(output)
        if not found:
            return cls(failed=[f"the tests broke off with {status}"])
        failed = [name or other for name, other in FAILURE.findall(output)]
        missing = int(found[2]) - len(failed)
        return cls(int(found[1]), failed + ["(not named)"] * missing, int(found[3]))

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.absent += other.absent

    def __str__(self):
        return (
            f"{self.passed:4} passed  {len(self.failed):3} failed  "
            f"{self.skipped:3} skipped  {self.absent:3} not for this system"
        )
