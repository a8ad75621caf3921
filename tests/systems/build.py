"""Builds for other systems, by the compiler that builds for this one."""

import json
import os
import subprocess
from dataclasses import dataclass

from tally import Missing
from tools import ROOT, TARGET, zig


@dataclass(frozen=True)
class TestProgram:
    """One program of tests."""

    crate: str
    name: str
    directory: str
    path: str
    # Whether these are the tests in the crate's own sources.
    is_unit: bool


def environment(triple):
    """The variables of builds for a system, whose standard library is put in place."""
    if not has_library(triple) and not add_library(triple):
        raise Missing(f"needed here: rustup target add {triple}")
    # mingw links for Windows. For the others zig does, and has the headers of their C.
    tools = {} if "windows" in triple else {"PATH": f"{zig()}:{os.environ['PATH']}"}
    return os.environ | tools | {
        "CARGO_INCREMENTAL": "0",
        "CARGO_PROFILE_DEV_DEBUG": "0",
        "CARGO_TARGET_DIR": str(TARGET),
    }


def has_library(triple):
    """Whether the compiler has the standard library of a system."""
    command = ["rustc", "--print", "target-libdir", "--target", triple]
    asked = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    return asked.returncode == 0 and os.path.isdir(asked.stdout.strip())


def add_library(triple):
    """Whether rustup could bring it."""
    try:
        return subprocess.run(["rustup", "target", "add", triple], check=False).returncode == 0
    except FileNotFoundError:
        return False


def lints(triple, environment, program="cargo"):
    """Whether everything compiles for a system, without a warning; says so."""
    command = [program, "clippy", "-q", "--workspace", "--all-targets", "--target", triple]
    done = subprocess.run([*command, "--", "-D", "warnings"], cwd=ROOT, env=environment, check=False)
    found = "compiles, and nothing is warned about" if done.returncode == 0 else "does not compile without a warning"
    print(f"{triple}: {found}", flush=True)
    return done.returncode == 0


def tests(*arguments, environment, without):
    """Builds all tests but those of these names, and lists their programs.

    Neither examples nor what is left out is built, which cargo would do unasked.
    """
    names = test_names() - set(without)
    chosen = ["--lib", "--bins", *(f"--test={name}" for name in sorted(names))]
    command = ["cargo", "test", "--workspace", *chosen, "--no-run", "--message-format=json", *arguments]
    built = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return [
        test
        for line in built.stdout.splitlines()
        if line.startswith("{")
        for test in test_program(json.loads(line))
    ]


def test_names():
    """The names of the programs of tests that are not in a crate's own sources."""
    command = ["cargo", "metadata", "--format-version=1", "--no-deps"]
    listed = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    packages = json.loads(listed.stdout)["packages"]
    return {target["name"] for package in packages for target in package["targets"] if "test" in target["kind"]}


def test_program(message):
    """The program of tests that a message of cargo's tells of, if it does."""
    if message.get("reason") != "compiler-artifact" or not message.get("executable"):
        return []
    if not message["profile"]["test"]:
        return []
    manifest = message["manifest_path"]
    directory = os.path.dirname(manifest)
    crate = os.path.basename(directory)
    target = message["target"]
    is_unit = "test" not in target["kind"]
    return [TestProgram(crate, target["name"], directory, message["executable"], is_unit)]
