#!/usr/bin/env python3
"""Makes a TypeScript client of the API's description, and uses it against a real server.

    tests/client/run.py PROGRAM

openapi-typescript makes types of what PROGRAM says of itself, `tsc --strict` compiles program.ts
with them, and Node.js runs it. Where the packages of tests/package.json are not there, that is
said, and the script ends with 0.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKAGES = ROOT / "tests" / "node_modules"
sys.path.insert(0, str(ROOT / "dist"))

from sidecar import TOKENS, Sidecar  # noqa: E402

SOURCES = ["program.ts", "process.d.ts", "tsconfig.json"]
EXPECTED = """\
skills: tidy
applied: true
plugins: opencode-notion
recorded: plugins.add typed-client host
refused: 404
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    program = str(Path(parser.parse_args().program).resolve())
    missing = [name for name in ["openapi-typescript", "openapi-fetch", "typescript"] if not (PACKAGES / name).is_dir()]
    if shutil.which("node") is None or missing:
        print(f"skipped: Node.js or packages of tests/package.json are missing: {', '.join(missing)}")
        return 0
    with tempfile.TemporaryDirectory(prefix="openwork-client-") as directory:
        place = Path(directory)
        compiled = compile_client(program, place)
        return compiled or use_client(program, place)


def compile_client(program, place):
    """Makes the types and compiles the program with them; what the last tool ended with."""
    described = subprocess.run([program, "openapi"], check=True, capture_output=True)
    (place / "openapi.json").write_bytes(described.stdout)
    for name in SOURCES:
        shutil.copy(HERE / name, place / name)
    (place / "package.json").write_text('{ "type": "module" }\n')
    (place / "node_modules").symlink_to(PACKAGES, target_is_directory=True)
    for tool in [
        [str(PACKAGES / "openapi-typescript" / "bin" / "cli.js"), "openapi.json", "--output", "api.d.ts"],
        [str(PACKAGES / "typescript" / "bin" / "tsc"), "--project", "."],
    ]:
        ended = subprocess.run(["node", *tool], cwd=place, check=False).returncode
        if ended:
            return ended
    return 0


def use_client(program, place):
    """Runs the compiled program against a server; 0 if it saw what it should."""
    with Sidecar(program) as sidecar:
        sidecar.write(".opencode/skills/tidy/SKILL.md", "---\nname: tidy\ndescription: tidies\n---\nTidy up.\n")
        environment = os.environ | {
            "OPENWORK_URL": f"http://127.0.0.1:{sidecar.port}",
            "OPENWORK_TOKEN": TOKENS["client"],
            "OPENWORK_HOST_TOKEN": TOKENS["host"],
        }
        used = subprocess.run(
            ["node", "program.js"], cwd=place, env=environment, check=False, capture_output=True, text=True, timeout=60
        )
    print(used.stdout, end="")
    print(used.stderr, end="", file=sys.stderr)
    for problem in sidecar.problems:
        print(f"FAILED: {problem}", file=sys.stderr)
    if used.stdout != EXPECTED:
        print(f"FAILED: it said something else than\n{EXPECTED}", file=sys.stderr)
    return 1 if used.returncode or used.stdout != EXPECTED or sidecar.problems else 0


if __name__ == "__main__":
    sys.exit(main())
