"""wine, with a directory of its own."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools import TARGET, provide

PACKAGES = ["wine", "wine64", "gcc-mingw-w64-x86-64-win32"]
WINE = "/usr/lib/wine/wine64"
SERVER = "/usr/lib/wine/wineserver64"
COMPILER = "/usr/bin/x86_64-w64-mingw32-gcc"
# wine makes access lists from modes, and passes on what a directory allows: with
# these, a fresh file is its user's alone as in a profile. Only programs under wine
# have it: what is tried of other systems in the same process is not to inherit it.
UMASK = 0o077


def provide_wine():
    """Makes sure that wine and the linker for Windows are there."""
    provide(PACKAGES, [WINE, COMPILER])


def windows_path(path):
    """How wine calls a path of this machine."""
    return "Z:" + str(path).replace("/", "\\")


class Wine:
    """A fresh wine, beside which others may run; its programs are ended at the end."""

    def __init__(self, number=0):
        self.prefix = TARGET / f"wine-{number}"
        self.environment = os.environ | {
            "WINEPREFIX": str(self.prefix),
            "WINEDEBUG": "-all",
            # Neither a browser engine nor .NET is asked for.
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
        }

    def __enter__(self):
        shutil.rmtree(self.prefix, ignore_errors=True)
        self.prefix.mkdir(parents=True)
        self.prefix.chmod(0o777 & ~UMASK)
        self.run(["wineboot.exe", "--init"], timeout=180)
        self.add_random_numbers()
        return self

    def __exit__(self, *_):
        self.end_programs()
        shutil.rmtree(self.prefix, ignore_errors=True)

    def end_programs(self):
        """Ends all programs of this prefix, and no others."""
        subprocess.run([SERVER, "-k"], env=self.environment, check=False)

    def add_random_numbers(self):
        """wine 8 lacks the library that Rust's standard library seeds its maps from."""
        place = self.prefix / "drive_c" / "windows" / "system32" / "bcryptprimitives.dll"
        if place.exists():
            return
        source = Path(__file__).parent / "bcryptprimitives.c"
        subprocess.run([COMPILER, "-shared", "-o", place, source, "-ladvapi32"], check=True)

    def run(self, command, directory=None, environment=None, timeout=600):
        """Runs a program of Windows; its exit code, None if it took too long, and its output."""
        # A file and no pipe: wine's own services keep what they inherit open.
        with tempfile.TemporaryFile() as output:
            try:
                done = subprocess.run(
                    [WINE, *map(str, command)],
                    cwd=directory,
                    env=self.environment | (environment or {}),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=timeout,
                    umask=UMASK,
                    check=False,
                )
                status = done.returncode
            except subprocess.TimeoutExpired:
                status = None
                # What it has started goes on otherwise, and slows what comes next.
                self.end_programs()
            output.seek(0)
            return status, output.read().decode(errors="replace").replace("\r", "")
