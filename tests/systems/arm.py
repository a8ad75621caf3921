"""The static program for ARM Linux, under qemu."""

import os
import subprocess

import build
from tally import Tally
from tools import ROOT, TARGET, provide

TRIPLE = "aarch64-unknown-linux-musl"
QEMU = "/usr/bin/qemu-aarch64-static"


def run():
    """Whether the program passes the conformance cases."""
    provide(["qemu-user-static"], [QEMU])
    program = wrapper(built())
    tally = conformance(program)
    tally.try_again(lambda name: conformance(program, "--exact", name).passed == 1)
    print("\n".join([f"{'openwork-server conformance':40} {tally}", *tally.details()]))
    return not tally.failed


def built():
    """The program, which is there already if nothing has changed."""
    environment = build.environment(TRIPLE)
    # qemu is some ten times slower than a processor: without it requests take too long.
    environment["CARGO_PROFILE_DEV_OPT_LEVEL"] = "1"
    subprocess.run(
        ["cargo-zigbuild", "rustc", "-p", "openwork-server", "--bin", "openwork-server",
         "--target", TRIPLE, "--", "-C", "link-self-contained=no"],
        cwd=ROOT, env=environment, check=True,
    )
    return TARGET / TRIPLE / "debug" / "openwork-server"


def wrapper(program):
    """A program of this machine that runs one of ARM's."""
    script = TARGET / "openwork-server-arm"
    script.write_text(f'#!/bin/sh\nexec {QEMU} "{program}" "$@"\n')
    script.chmod(0o755)
    return script


def conformance(program, *chosen):
    """Runs the cases, or those that are chosen, with the runner of this machine on another program."""
    environment = os.environ | {"OPENWORK_TEST_SERVER": str(program)}
    done = subprocess.run(
        ["cargo", "test", "--workspace", "--test", "conformance", "--", *chosen],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False,
    )
    log = TARGET / "logs" / "arm-conformance.txt"
    log.parent.mkdir(exist_ok=True)
    with log.open("a" if chosen else "w") as to:
        to.write(done.stdout)
    return Tally.read(done.stdout, done.returncode)
