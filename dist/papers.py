#!/usr/bin/env python3
"""Writes what lies beside the programs of a release: what is in them, sums, the formula.

    dist/papers.py DIR
    dist/papers.py --version

The bill of materials is CycloneDX, of all systems together. The formula is written where
the four programs are that it offers.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from compiler import DIST, Missing, epoch
from targets import TARGETS

CYCLONEDX = "cargo-cyclonedx@0.5.9"
BILL = "openwork-server.cdx.json"
SUMS = "SHA256SUMS"
FORMULA = "openwork-server.rb"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path, metavar="DIR", help="where the programs lie")
    parser.add_argument("--version", action="version", version=version(DIST.parent), help="the version of the tree")
    directory = parser.parse_args().directory
    problems = write(DIST.parent, directory)
    for problem in problems:
        print(f"FAILED: {problem}", file=sys.stderr)
    return 1 if problems else 0


def write(root, directory):
    """Writes all papers for what lies in a directory; what could not be made."""
    problems = []
    try:
        (directory / BILL).write_text(bill(root))
    except Missing as missing:
        problems.append(str(missing))
    (directory / SUMS).write_text(sums(directory))
    filled = formula((DIST / f"{FORMULA}.in").read_text(), version(root), directory)
    if filled:
        (directory / FORMULA).write_text(filled)
    else:
        print(f"no {FORMULA}: it needs the programs for Linux and macOS")
    return problems


def bill(root):
    """The bill of materials of the program, in CycloneDX's JSON."""
    tool = cyclonedx()
    environment = os.environ | {"SOURCE_DATE_EPOCH": epoch(root)}
    name = "openwork-server-bill"
    # It writes beside each manifest, so it gets a tree of its own.
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place) / "tree"
        manifests(root, tree)
        command = [tool, "cyclonedx", "--format", "json", "--spec-version", "1.5", "--target", "all", "--override-filename", name]
        command += ["--manifest-path", str(tree / "Cargo.toml"), "--quiet"]
        subprocess.run(command, env=environment, check=True)
        text = (tree / "bins" / "openwork-server" / f"{name}.json").read_text()
        # Our own crates are named by where they lie, which is nobody's business.
        return text.replace(f"file://{tree.resolve()}", "file:///openwork")


def cyclonedx():
    """The program that writes the bill, installed below `target` unless it is there."""
    found = shutil.which("cargo-cyclonedx")
    if found:
        return found
    place = DIST.parent / "target" / "cyclonedx"
    program = place / "bin" / "cargo-cyclonedx"
    if not program.exists():
        command = ["cargo", "install", "--quiet", "--locked", CYCLONEDX]
        try:
            subprocess.run([*command, "--root", place], check=True)
        except (OSError, subprocess.CalledProcessError) as failed:
            raise Missing(f"needed for the bill of materials: cargo install --locked {CYCLONEDX}") from failed
    return program


def manifests(root, tree):
    """Copies what cargo reads to tell what a program is made of."""
    for folder in ["crates", "bins", "tests"]:
        shutil.copytree(root / folder, tree / folder, ignore=shutil.ignore_patterns("node_modules"))
    for name in ["Cargo.toml", "Cargo.lock"]:
        shutil.copy(root / name, tree / name)


def sums(directory):
    """The lines that `sha256sum --check` reads, for every program and the bill."""
    files = sorted(directory.glob("openwork-server-*")) + sorted(directory.glob(BILL))
    return "".join(f"{digest(path)}  {path.name}\n" for path in files)


def digest(path):
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def version(root):
    """The version of all crates."""
    manifest = tomllib.loads((root / "Cargo.toml").read_text())
    return manifest["workspace"]["package"]["version"]


def formula(template, version, directory):
    """The formula with version and sums; nothing unless all its programs are there."""
    files = {target.name: directory / target.file() for target in TARGETS if not target.windows}
    if not all(path.exists() for path in files.values()):
        return None
    filled = template.replace("@VERSION@", version)
    for name, path in files.items():
        filled = filled.replace(f"@SHA256 {name}@", digest(path))
    return filled


if __name__ == "__main__":
    sys.exit(main())
