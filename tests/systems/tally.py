"""Counts of tests, as the harnesses print them."""

import re
from dataclasses import dataclass, field

RESULT = re.compile(r"^test result: .*? (\d+) passed; (\d+) failed; (\d+) ignored", re.M)
ENDED = re.compile(r"^test (.+?)(?: - should panic)?\s+\.\.\. (ok|FAILED|ignored)\b", re.M)


# More failures than these are not tried once more.
MOST_AGAIN = 5


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
    # Tests that a quick run leaves out.
    left_out: int = 0
    # Tests that failed, and passed when they were tried once more.
    again: list = field(default_factory=list)

    @classmethod
    def read(cls, output, status):
        """Reads what a harness printed. One that broke off counts as a failure."""
        ended = ENDED.findall(output)
        failed = [name for name, how in ended if how == "FAILED"]
        found = RESULT.search(output)
        if found:
            missing = int(found[2]) - len(failed)
            return cls(int(found[1]), failed + ["(not named)"] * missing, int(found[3]))
        how = [how for _, how in ended]
        broken = "took too long" if status is None else f"broke off with {status}"
        return cls(how.count("ok"), [*failed, f"(the program {broken})"], how.count("ignored"))

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.absent += other.absent
        self.left_out += other.left_out
        self.again += other.again

    def try_again(self, passes):
        """Tries what failed once more, each test alone: `passes` says how that ended.

        What imitates a system or a processor is slow and not as steady as what it imitates.
        Many failures are no chance, and are not tried again.
        """
        if len(self.failed) > MOST_AGAIN:
            return
        self.again = [name for name in self.failed if passes(name)]
        self.failed = [name for name in self.failed if name not in self.again]
        self.passed += len(self.again)

    def details(self):
        """A line for each test that did not simply pass."""
        again = [f"    passed when it was tried again: {name}" for name in self.again]
        return again + [f"    failed: {name}" for name in self.failed]

    def __str__(self):
        return (
            f"{self.passed:4} passed  {len(self.failed):3} failed  "
            f"{self.skipped:3} skipped  {self.absent:3} not for this system  {self.left_out:3} left out"
        )
