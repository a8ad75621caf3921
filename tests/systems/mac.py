"""Both Macs: everything compiles. Nothing can be run here."""

import build

TRIPLES = ["aarch64-apple-darwin", "x86_64-apple-darwin"]


def run():
    """Whether everything compiles, for both processors."""
    # Some crates of the tests compile C, which is zig's to do.
    return all([build.lints(triple, build.environment(triple), "cargo-zigbuild") for triple in TRIPLES])
