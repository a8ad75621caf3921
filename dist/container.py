#!/usr/bin/env python3
"""Builds the image of dist/Containerfile, runs it as docs/cli.md says, and asks it for /health.

    dist/container.py [--program FILE]

The stage that compiles needs an image from a registry, so this one builds the last stage
alone, around a static program: the one that is given, or one that cargo links here. The
image is run without its user being root, with nothing it may write to but its volumes, and
stopped as `docker stop` does. Images and containers are kept in a directory of their own,
which goes at the end. It is skipped, visibly, where there is no podman.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
TRIPLE = "x86_64-unknown-linux-gnu"
IMAGE = "openwork-server:tried"
USER = 65532
PATIENCE = 20


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, metavar="FILE", help="a static program")
    arguments = parser.parse_args()
    if not shutil.which("podman"):
        print("skipped: podman is not here, so the image was neither built nor run")
        return 0
    program = arguments.program or static_program()
    with tempfile.TemporaryDirectory(prefix="openwork-image-") as directory:
        podman = Podman(Path(directory))
        try:
            podman.build(program)
            as_it_is(podman)
            asked(podman)
        finally:
            podman.clean()
    print("the image was built, run and stopped")
    return 0


def static_program():
    """Links the program with the C library in it, which takes no other target."""
    environment = dict(os.environ, RUSTFLAGS="-C target-feature=+crt-static")
    cargo = os.environ.get("CARGO", "cargo")
    run([cargo, "build", "-q", "-p", "openwork-server", "--target", TRIPLE], cwd=ROOT, env=environment)
    return TARGET / TRIPLE / "debug/openwork-server"


class Podman:
    """podman with images and containers in a directory of their own."""

    def __init__(self, directory):
        self.directory = directory
        self.base = ["podman", "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs"]
        self.base += ["--root", str(directory / "images"), "--runroot", str(directory / "run")]
        # crun refuses systems that have both kinds of control groups.
        if shutil.which("runc"):
            self.base += ["--runtime", "runc"]

    def __call__(self, *arguments):
        return run([*self.base, *arguments], capture_output=True, text=True).stdout.strip()

    def build(self, program):
        given = self.directory / "given"
        for name in ["data", "workspace"]:
            (given / "root-of-image" / name).mkdir(parents=True)
        shutil.copy(program, given / "root-of-image/openwork-server")
        text = (ROOT / "dist/Containerfile").read_text()
        file = self.directory / "Containerfile"
        file.write_text(text[text.index("FROM scratch") :])
        self(
            "build", "--isolation", "chroot", "--network", "host", "--tag", IMAGE, "--file", str(file),
            "--build-context", f"build={given}", str(self.directory / "given"),
        )  # fmt: skip

    def start(self, network, *arguments):
        return self(
            "run", "--detach", "--read-only", "--cap-drop", "ALL",
            "--security-opt", "no-new-privileges", "--network", network,
            # podman's own are higher than whoever may not raise limits can give.
            "--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096",
            IMAGE, *arguments,
        )  # fmt: skip

    def listening(self, container):
        """The address that a container says it listens on."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for line in self("logs", container).splitlines():
                if line.startswith("OpenWork server listening on "):
                    return line.rsplit(" ", 1)[1]
            time.sleep(0.1)
        raise SystemExit(f"FAILED: it does not say that it listens:\n{self('logs', container)}")

    def stop(self, container):
        self("stop", "--time", str(PATIENCE), container)
        expect("its exit code", self("inspect", "--format", "{{.State.ExitCode}}", container), "0")

    def clean(self):
        subprocess.run([*self.base, "rm", "--all", "--force"], capture_output=True, check=False)
        # Layers are mounted and belong to others than who runs this; podman knows how.
        subprocess.run([*self.base, "rmi", "--all", "--force"], capture_output=True, check=False)


def as_it_is(podman):
    """The image with its own arguments, in a network that nobody else is in."""
    container = podman.start("none")
    expect("where it listens", podman.listening(container), "http://0.0.0.0:8787")
    process = Path("/proc", podman("inspect", "--format", "{{.State.Pid}}", container))
    status = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines())
    if os.getuid() == 0:
        expect("its user", status["Uid"].split(), [str(USER)] * 4)
    expect("its privileges", (status["CapEff"], status["NoNewPrivs"]), ("0" * 16, "1"))
    mounts = [line.split() for line in (process / "mountinfo").read_text().splitlines()]
    root = [mount[5].split(",") for mount in mounts if mount[4] == "/"]
    expect("its root is read-only", ["ro" in options for options in root], [True])
    podman.stop(container)


def asked(podman):
    """The image on the loopback of this machine, asked by a client."""
    arguments = ["--host", "127.0.0.1", "--port", "0", "--workspace", "/workspace"]
    container = podman.start("host", *arguments)
    with urllib.request.urlopen(f"{podman.listening(container)}/health", timeout=PATIENCE) as answer:
        health = json.load(answer)
    expect("its health", health["ok"], True)
    podman.stop(container)


def expect(what, found, expected):
    if found != expected:
        raise SystemExit(f"FAILED: {what}: {found}, and not {expected}")


def run(command, **options):
    done = subprocess.run(command, check=False, **options)
    if done.returncode != 0:
        raise SystemExit(f"FAILED: {' '.join(command)}\n{done.stderr or ''}")
    return done


if __name__ == "__main__":
    sys.exit(main())
