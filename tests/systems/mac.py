"""Both Macs: everything compiles. Nothing can be run here."""

import build
from tools import zig

TRIPLES = ["aarch64-apple-darwin", "x86_64-apple-darwin"]


def run():
    """Whether everything compiles, for both processors."""
    return all([compiles(triple) for triple in TRIPLES])


def compiles(triple):
    environment = build.environment(triple)
    # Some crates of the tests compile C, for which zig has the headers.
    environment["PATH"] = f"{zig()}:{environment['PATH']}"
    return build.lints(triple, environment, "cargo-zigbuild")
