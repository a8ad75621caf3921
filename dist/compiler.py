"""Builds one program, so that the same sources give the same bytes anywhere."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import mingw

DIST = Path(__file__).resolve().parent
PROGRAM = ["-p", "openwork-server", "--bin", "openwork-server", "--release", "--locked"]
# Debian's newest compiler comes with the source of its own standard library.
DEBIAN = ["rustc-web", "cargo-web", "rust-web-src"]
STRIP = "/usr/bin/llvm-strip"

# Sorting and the like in their small form; and panics name addresses alone, as
# there are no names to find in a program without symbols.
LIBRARY_FEATURES = "panic-unwind,backtrace,backtrace-trace-only,optimize_for_size"


class Missing(Exception):
    """A tool that is not here, and how it is had."""


def build(root, target, directory, native):
    """Builds the program for a target from the tree at `root`; where it lies.

    `directory` takes what the compiler makes on the way.
    """
    triple = target.native if native else target.cross
    command = native_command(triple) if native else cross_command(target)
    environment = base(root, directory) | (native_tools() if native else cross_tools(target))
    flags = paths(root, directory, environment) + (native_flags(target) if native else [])
    # The one way to give flags with blanks in them, and the only one that counts.
    environment["CARGO_ENCODED_RUSTFLAGS"] = "\x1f".join(flags)
    subprocess.run(command, cwd=root, env=environment, check=True)
    program = Path(directory) / triple / "release" / f"openwork-server{'.exe' if target.windows else ''}"
    if target.mac and not native:
        # zig's linker leaves the names in, a quarter of the file. This signs it anew, too.
        subprocess.run([STRIP, program], check=True)
    return program


def base(root, directory):
    """The variables that every build has."""
    inherited = {name: value for name, value in os.environ.items() if name != "RUSTFLAGS"}
    return inherited | {
        "CARGO_TARGET_DIR": str(directory),
        "CARGO_INCREMENTAL": "0",
        "SOURCE_DATE_EPOCH": epoch(root),
    }


def epoch(root):
    """The time of the last commit, in seconds; an archive without git has none."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return os.environ["SOURCE_DATE_EPOCH"]
    shown = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=root, capture_output=True, text=True, check=False
    )
    return shown.stdout.strip() or "0"


def paths(root, directory, environment):
    """Flags that leave this machine's paths out of the program."""
    compiler = environment.get("RUSTC", "rustc")
    sysroot = subprocess.run(
        [compiler, "--print", "sysroot"], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()
    # Links are resolved, too: the compiler may name a file either way.
    library = Path(sysroot) / "lib" / "rustlib" / "src" / "rust"
    home = Path(environment.get("CARGO_HOME") or Path.home() / ".cargo")
    shown = {library: "/rust", library.resolve(): "/rust", home: "/cargo", root: "/openwork", directory: "/target"}
    # Of two prefixes that fit, the compiler takes the last one.
    longest_last = sorted(shown.items(), key=lambda pair: len(str(pair[0])))
    return [f"--remap-path-prefix={path}={name}" for path, name in longest_last]


def cross_command(target):
    """How this machine builds for another system."""
    standard_library = ["-Zbuild-std=std,panic_unwind", f"-Zbuild-std-features={LIBRARY_FEATURES}"]
    if target.windows:
        # The linker would write the time of day into the program.
        linked = ["--", "-C", "link-arg=-Wl,--no-insert-timestamp"]
        return ["/usr/bin/cargo", "rustc", *standard_library, *PROGRAM, "--target", target.cross, *linked]
    if target.mac:
        # rustc would call a program for it that Debian's does not come with. The linker
        # makes the number of the program of all that is in it, places of objects too,
        # so what debuggers want goes before that.
        linked = ["--", "-C", "strip=none", "-C", "link-arg=-Wl,-S"]
    else:
        # zig brings the C library and its start files.
        linked = ["--", "-C", "link-self-contained=no"]
    return ["cargo-zigbuild", "rustc", *standard_library, *PROGRAM, "--target", target.cross, *linked]


def cross_tools(target):
    """The variables that choose the tools for another system."""
    require(DEBIAN, ["/usr/bin/rustc", "/usr/bin/cargo", "/usr/lib/rustlib/src/rust"])
    environment = {
        "RUSTC": "/usr/bin/rustc",
        "RUSTDOC": "/usr/bin/rustdoc",
        "CARGO": "/usr/bin/cargo",
        # The standard library is built with features that are not stable.
        "RUSTC_BOOTSTRAP": "1",
    }
    if target.windows:
        require(["gcc-mingw-w64-x86-64-win32"], [mingw.LINKER])
        return environment | {"CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER": mingw.__file__}
    environment["PATH"] = f"{zig()}{os.pathsep}/usr/bin{os.pathsep}{os.environ['PATH']}"
    if target.mac:
        require(["llvm"], [STRIP])
        # Without it the program would ask for the newest macOS that zig knows.
        environment |= {"SDKROOT": str(DIST / "sdk"), "MACOSX_DEPLOYMENT_TARGET": "12.0"}
    return environment


def require(packages, files):
    """Fails unless the files are there that these Debian packages bring."""
    if not all(Path(file).exists() for file in files):
        raise Missing(f"needed here: apt-get install --no-install-recommends {' '.join(packages)}")


def zig():
    """The directory with zig and cargo-zigbuild, got by pip unless it is there."""
    found = shutil.which("cargo-zigbuild")
    if found:
        return Path(found).parent
    environment = DIST.parent / "target" / "zig"
    programs = environment / "bin"
    if not (programs / "cargo-zigbuild").exists():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        tools = ["ziglang==0.17.1", "cargo-zigbuild==0.24.1"]
        subprocess.run([programs / "pip", "install", "-q", *tools], check=True)
    return programs


def native_command(triple):
    """How a machine builds for its own system."""
    return ["cargo", "rustc", *PROGRAM, "--target", triple]


def native_tools():
    """The variables of a build for the machine's own system."""
    return {"MACOSX_DEPLOYMENT_TARGET": "12.0"}


def native_flags(target):
    """Flags for the linker of the system itself."""
    if target.windows:
        # No library of Visual Studio's to install, and no time of day in the file.
        return ["-C", "target-feature=+crt-static", "-C", "link-arg=/Brepro"]
    return []
