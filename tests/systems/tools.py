"""The tools that the builds need, put in place where that can be done."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tally import Missing

ROOT = Path(__file__).resolve().parents[2]
# How releases get their tools; behind this directory, which has modules of the same names.
sys.path.append(str(ROOT / "dist"))
import compiler  # noqa: E402
# wine sees a link as what it is, and the tests refuse links.
TARGET = (ROOT / "target" / "systems").resolve()


def provide(packages, files):
    """Installs Debian packages unless the files that they bring are there."""
    if not all(Path(file).exists() for file in files):
        install(packages)


def install(packages):
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise Missing(f"only root on Debian can install {' '.join(packages)} here")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    # Somebody else may be installing something.
    patient = ["apt-get", "-o", "DPkg::Lock::Timeout=300"]
    # A list of packages that cannot be refreshed may still do.
    subprocess.run([*patient, "update", "-qq"], check=False)
    command = [*patient, "install", "-qq", "-y", "--no-install-recommends", *packages]
    done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise Missing(f"apt-get could not install {' '.join(packages)}")


def zig():
    """The directory with zig, which links for any system, and with cargo's way to call it."""
    if not importlib.util.find_spec("ensurepip"):
        install(["python3-venv"])
    try:
        return compiler.zig()
    except subprocess.CalledProcessError as failed:
        raise Missing("pip could not install ziglang and cargo-zigbuild") from failed
