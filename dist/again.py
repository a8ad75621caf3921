"""Builds a second time, elsewhere, and compares."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import papers
from compiler import build


def differing(root, out, targets, native):
    """What has other bytes than in `out` when it is built from a copy of the tree."""
    with tempfile.TemporaryDirectory(prefix="openwork-elsewhere-") as elsewhere:
        # Deeper than the first place and of another length: offsets move with paths.
        tree = Path(elsewhere) / "deeper" / "tree"
        copy(root, tree)
        different = []
        for target in targets:
            built = build(tree, target, Path(elsewhere) / "made", native)
            name = target.file(native)
            if built.read_bytes() != (out / name).read_bytes():
                different.append(name)
        if not native and papers.bill(tree) != (out / papers.BILL).read_text():
            different.append(papers.BILL)
        return [f"{name} differs in a second build" for name in different]


def copy(root, tree):
    """Copies what belongs to the sources, edited or not, and nothing that was made from them."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if not (root / name).is_file():
            continue
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, tree / name)
