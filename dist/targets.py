"""The systems that programs are built for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """One system, and how its program is built."""

    # As the file is called: where the app looks for it.
    name: str
    # As it is built here, with tools that any machine can have.
    cross: str
    # As it is built on a machine of that system.
    native: str

    def file(self, native=False):
        """The name of the program's file."""
        # A Windows program is called what it is: the two kinds differ in what
        # they need of the system, while a static Linux program needs nothing.
        triple = (self.native if native else self.cross) if self.windows else self.name
        return f"openwork-server-{triple}{'.exe' if self.windows else ''}"

    @property
    def windows(self):
        return "windows" in self.cross

    @property
    def mac(self):
        return "apple" in self.cross


TARGETS = [
    Target("x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl", "x86_64-unknown-linux-musl"),
    Target("aarch64-unknown-linux-gnu", "aarch64-unknown-linux-musl", "aarch64-unknown-linux-musl"),
    Target("x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu", "x86_64-pc-windows-msvc"),
    Target("aarch64-apple-darwin", "aarch64-apple-darwin", "aarch64-apple-darwin"),
    Target("x86_64-apple-darwin", "x86_64-apple-darwin", "x86_64-apple-darwin"),
]
