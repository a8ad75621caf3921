"""The tools that the builds need, put in place where that can be done."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tally import Missing

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "target" / "systems"
# Debian's newest compiler comes with the source of its own standard library, of
# which rustup's comes compiled for one system at a time.
COMPILER = ["rustc-web", "cargo-web", "rust-web-src"]


def provide(packages, files):
    """Installs Debian packages unless the files that they bring are there."""
    if all(Path(file).exists() for file in files):
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise Missing(f"only root on Debian can install {' '.join(packages)} here")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    # A list of packages that cannot be refreshed may still do.
    subprocess.run(["apt-get", "update", "-qq"], check=False)
    command = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages]
    done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise Missing(f"apt-get could not install {' '.join(packages)}")


def zig():
    """The directory of a Python environment with zig, which links for any system."""
    environment = TARGET / "zig"
    programs = environment / "bin"
    if not (programs / "cargo-zigbuild").exists():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        command = [programs / "pip", "install", "-q", "ziglang", "cargo-zigbuild"]
        if subprocess.run(command, check=False).returncode != 0:
            raise Missing("pip could not install ziglang and cargo-zigbuild")
    return programs
