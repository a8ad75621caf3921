"""The static program for ARM Linux, under qemu."""

import os
import subprocess

import build
from tally import Tally
from tools import ROOT, TARGET, provide, zig

TRIPLE = "aarch64-unknown-linux-musl"
QEMU = "/usr/bin/qemu-aarch64-static"


def run():
    """Whether the program passes the conformance cases."""
    provide(["qemu-user-static"], [QEMU])
    environment = build.compiler()
    environment["PATH"] = f"{zig()}:/usr/bin:{environment['PATH']}"
    environment["CARGO"] = "/usr/bin/cargo"
    # qemu is some ten times slower than a processor: without it requests take too long.
    environment["CARGO_PROFILE_DEV_OPT_LEVEL"] = "1"
    subprocess.run(
        ["cargo-zigbuild", "rustc", build.STANDARD_LIBRARY, "-p", "openwork-server",
         "--bin", "openwork-server", "--target", TRIPLE, "--", "-C", "link-self-contained=no"],
        cwd=ROOT, env=environment, check=True,
    )
    tally = conformance(wrapper(TARGET / TRIPLE / "debug" / "openwork-server"))
    print(f"{'openwork-server conformance':40} {tally}")
    for name in tally.failed:
        print(f"    failed: {name}")
    return not tally.failed


def wrapper(program):
    """A program of this machine that runs one of ARM's."""
    script = TARGET / "openwork-server-arm"
    script.write_text(f'#!/bin/sh\nexec {QEMU} "{program}" "$@"\n')
    script.chmod(0o755)
    return script


def conformance(program):
    """Runs the cases with the runner of this machine on another program."""
    environment = os.environ | {"OPENWORK_TEST_SERVER": str(program)}
    done = subprocess.run(
        ["cargo", "test", "-q", "--workspace", "--test", "conformance"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False,
    )
    log = TARGET / "logs" / "arm-conformance.txt"
    log.parent.mkdir(exist_ok=True)
    log.write_text(done.stdout)
    return Tally.read(done.stdout, done.returncode)
