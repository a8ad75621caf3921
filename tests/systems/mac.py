"""Both Macs: everything compiles. Nothing can be run here."""

import subprocess

import build
from tools import ROOT, zig

TRIPLES = ["aarch64-apple-darwin", "x86_64-apple-darwin"]


def run(quick):
    """Whether everything compiles; if it has to be quick, for one processor."""
    environment = build.compiler()
    # Some crates of the tests compile C, for which zig has the headers.
    environment["PATH"] = f"{zig()}:/usr/bin:{environment['PATH']}"
    environment["CARGO"] = "/usr/bin/cargo"
    # Nothing in the sources asks for the processor.
    return all([compiles(triple, environment) for triple in (TRIPLES[:1] if quick else TRIPLES)])


def compiles(triple, environment):
    done = subprocess.run(
        ["cargo-zigbuild", "check", "-q", "--workspace", "--all-targets",
         build.STANDARD_LIBRARY, "--target", triple],
        cwd=ROOT, env=environment, check=False,
    )
    print(f"{triple}: {'compiles' if done.returncode == 0 else 'does not compile'}", flush=True)
    return done.returncode == 0
