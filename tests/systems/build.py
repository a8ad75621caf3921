"""Builds for other systems, with a standard library made on the way."""

import json
import os
import subprocess
from dataclasses import dataclass

from tools import COMPILER, ROOT, TARGET, provide

STANDARD_LIBRARY = "-Zbuild-std=std,panic_unwind,test"


@dataclass(frozen=True)
class TestProgram:
    """One program of tests."""

    crate: str
    name: str
    directory: str
    path: str
    # Whether these are the tests in the crate's own sources.
    is_unit: bool


def compiler():
    """The variables that choose the compiler."""
    provide(COMPILER, ["/usr/bin/rustc", "/usr/bin/cargo"])
    return os.environ | {
        "RUSTC": "/usr/bin/rustc",
        "RUSTDOC": "/usr/bin/rustdoc",
        # The standard library is built with features that are not stable.
        "RUSTC_BOOTSTRAP": "1",
        "CARGO_INCREMENTAL": "0",
        "CARGO_PROFILE_DEV_DEBUG": "0",
        "CARGO_TARGET_DIR": str(TARGET),
    }


def cargo(*arguments, environment, capture=False):
    """Runs cargo; the output if it is wanted."""
    output = subprocess.PIPE if capture else None
    return subprocess.run(
        ["/usr/bin/cargo", *arguments], cwd=ROOT, env=environment, stdout=output, text=True, check=True
    ).stdout


def tests(*arguments, environment, without, without_crates=(), program="/usr/bin/cargo"):
    """Builds all tests but those of these names and crates, and lists their programs.

    Neither examples nor what is left out is built, which cargo would do unasked.
    """
    packages = ["--workspace", *(f"--exclude={crate}" for crate in without_crates)]
    names = test_names(program, environment, without_crates) - set(without)
    chosen = ["--lib", "--bins", *(f"--test={name}" for name in sorted(names))]
    command = [program, "test", *packages, *chosen, "--no-run", "--message-format=json", *arguments]
    built = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return [
        test
        for line in built.stdout.splitlines()
        if line.startswith("{")
        for test in test_program(json.loads(line))
    ]


def test_names(program, environment, without_crates):
    """The names of the programs of tests that are not in a crate's own sources."""
    command = [program, "metadata", "--format-version=1", "--no-deps"]
    listed = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    packages = json.loads(listed.stdout)["packages"]
    kept = [package for package in packages if package["name"] not in without_crates]
    return {target["name"] for package in kept for target in package["targets"] if "test" in target["kind"]}


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
