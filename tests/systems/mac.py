"""Both Macs: everything compiles. Nothing can be run here."""

import subprocess

import build

TRIPLES = ["aarch64-apple-darwin", "x86_64-apple-darwin"]


def run():
    """Whether everything compiles."""
    return all([compiles(triple) for triple in TRIPLES])


def compiles(triple):
    try:
        build.cargo(
            "check", "-q", "--workspace", "--all-targets", build.STANDARD_LIBRARY, "--target", triple,
            environment=build.compiler(),
        )
    except subprocess.CalledProcessError:
        print(f"{triple}: does not compile")
        return False
    print(f"{triple}: compiles")
    return True
