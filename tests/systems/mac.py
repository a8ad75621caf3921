"""Both Macs: everything compiles. Nothing can be run here."""

import subprocess

import build

TRIPLES = ["aarch64-apple-darwin", "x86_64-apple-darwin"]


def run(quick):
    """Whether everything compiles; if it has to be quick, for one processor."""
    # Nothing in the sources asks for the processor.
    return all([compiles(triple) for triple in (TRIPLES[:1] if quick else TRIPLES)])


def compiles(triple):
    try:
        build.cargo(
            "check", "-q", "--workspace", "--all-targets", build.STANDARD_LIBRARY, "--target", triple,
            environment=build.compiler(),
        )
    except subprocess.CalledProcessError:
        print(f"{triple}: does not compile", flush=True)
        return False
    print(f"{triple}: compiles", flush=True)
    return True
