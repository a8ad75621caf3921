#!/usr/bin/env python3
"""Has schemathesis ask a real server whatever its description allows, and what it does not.

    tests/openapi/run.py PROGRAM [--examples N] [--seed N, and whatever else schemathesis takes]

The server is started on a workspace of its own, allows every change at once, and has an engine
that agrees to everything. All checks are made. What is left out stands in SETTINGS, with the
reason. schemathesis is installed into target/ unless it is there; where it cannot be had, that
is said, and the script ends with 0.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "dist"))

from sidecar import TOKENS, Sidecar  # noqa: E402

VERSION = "4.32.5"
PLACE = ROOT / "target" / "schemathesis"

SETTINGS = """
base-url = "{url}"
seed = 20260101

[auth.openapi.bearer]
bearer = "{client}"

[auth.openapi.host]
api_key = "{host}"

# A condition (If-Match) that does not hold is 412, and that is no fault of the data.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "412", "429"]

[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422"]

# What is right here is more than a schema can say: the names that every system can have, the
# texts that parse, the lists of tags in If-Match, the values that the engine takes, the parts of a request that waits. So a
# refusal of what the schema allows is expected of these, and of no others.
[[operations]]
include-operation-id = [
  "addMcp", "addPlugin", "addWorkspace", "deleteAgent", "deleteCommand", "deleteSkill", "getAgent", "getCommand",
  "getFileBytes", "getFileContent", "getSkill", "getSkillFile", "importWorkspace", "patchConfig", "previewAmendment",
  "removeMcp", "removePlugin", "replyToApproval", "setAuthorizedFolders", "setDefaultModel", "statFile", "switchMcp",
  "uploadToInbox", "writeAgent", "writeCommand", "writeConfigText", "writeFileBytes", "writeFileContent", "writeSkill",
]
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "403", "404", "409", "412", "422", "429"]

# Ids of files are made by the server, and one that stands for no path is 400.
[[operations]]
include-operation-id = ["getArtifact", "getInboxItem"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "403", "404", "409"]

[[operations]]
include-path-regex = "^/(workspace|w)/"
parameters = {{ "path.id" = "{workspace}" }}

# What is no target is passed over, as in the OpenWork API: texts are guessed at, and a guess that
# is none must not cost the others.
[[operations]]
include-operation-id = "resolveArtifacts"
checks.negative_data_rejection.expected-statuses = ["200", "400", "401", "403", "404", "413", "422"]

# A form has no types: whatever is put into a field of one is a text.
[[operations]]
include-operation-id = "uploadToInbox"
checks.negative_data_rejection.expected-statuses = ["200", "400", "401", "403", "404", "409", "413", "415", "422"]

# Of a parameter that comes more than once the first counts, and the others are not looked at.
[[operations]]
include-operation-id = ["exportWorkspace", "getConfigText"]
checks.negative_data_rejection.expected-statuses = ["200", "400", "401", "403", "404", "409"]

# What is there to be read; see made().
[[operations]]
include-operation-id = ["getSkill", "getSkillFile"]
parameters = {{ "path.name" = "tidy", "path.path" = "notes.md" }}

[[operations]]
include-operation-id = ["getCommand", "getAgent", "switchMcp", "testMcp", "signOutMcp"]
parameters = {{ "path.name" = "kept" }}

[[operations]]
include-operation-id = ["getAuditEntry", "undoChange"]
parameters = {{ "path.entry" = "{entry}" }}

[[operations]]
include-operation-id = "getInboxItem"
parameters = {{ "path.item" = "{item}" }}

[[operations]]
include-operation-id = ["getFileBytes", "getFileContent", "statFile"]
parameters = {{ "query.path" = "docs/a.md" }}

# A path that engines have for every method but PUT; others are 403.
[[operations]]
include-path-regex = "/opencode/"
parameters = {{ "path.path" = "session" }}

# What is said to an agent has to be JSON, and what may be sent elsewhere is the engine's to say.
[[operations]]
include-path-regex = "/opencode(/|$)"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "404", "409", "412", "413", "422", "429"]

# It has no end, so nothing that waits for one can look at it; the tests of openwork-http do.
[[operations]]
include-operation-id = "followApprovals"
enabled = false
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    # Not bounded by time: a faster machine would try more, and no run be like another.
    parser.add_argument("--examples", type=int, default=20, help="how many it makes up for each operation")
    arguments, more = parser.parse_known_args()
    tool = installed()
    if tool is None:
        print("skipped: schemathesis cannot be had here")
        return 0
    with Sidecar(arguments.program, flags=["--approval", "auto"]) as sidecar:
        status = ask(tool, sidecar, arguments.examples, more, made(sidecar))
        alive = sidecar.ask("GET", "/health", None, None).status
    if alive != 200:
        sidecar.problems.append(f"its health is {alive} by now")
    for problem in sidecar.problems:
        print(f"FAILED: {problem}", file=sys.stderr)
    return 1 if sidecar.problems else status


def installed():
    """Where schemathesis is, in the version that the cases were tried with."""
    tool = PLACE / "bin" / "schemathesis"
    if tool.exists() and VERSION in said([str(tool), "--version"]):
        return tool
    made = subprocess.run([sys.executable, "-m", "venv", str(PLACE)], check=False)
    pip = [str(PLACE / "bin" / "pip"), "install", "-q", f"schemathesis=={VERSION}"]
    if made.returncode or subprocess.run(pip, check=False).returncode:
        return None
    return tool


def said(command):
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def made(sidecar):
    """Makes something of each kind, so that there is something to be read; what settings name of it."""
    def asked(method, path, body=None):
        answer = sidecar.ask(method, f"/workspace/{sidecar.workspace_id}/{path}", "client", body)
        if answer.status != 200:
            raise SystemExit(f"{method} {path} answered {answer.status}: {answer.text}")
        return answer.json

    files = [{"path": "notes.md", "content": "one\n"}]
    asked("POST", "skills", {"name": "tidy", "description": "tidies", "content": "Tidy up.\n", "files": files})
    asked("POST", "commands", {"name": "kept", "template": "Do it."})
    asked("POST", "agents", {"name": "kept", "content": "You look.\n"})
    asked("POST", "mcp", {"name": "kept", "config": {"type": "local", "command": ["true"]}})
    asked("POST", "files/content", {"path": "docs/a.md", "content": "# A\n"})
    head = 'Content-Disposition: form-data; name="file"; filename="a.txt"'
    form = f"--b\r\n{head}\r\n\r\nhello\r\n--b--\r\n"
    asked("POST", "inbox", (form, "multipart/form-data; boundary=b"))
    entry = next(item for item in asked("GET", "audit")["items"] if item["action"] == "mcp.add")
    return {"entry": entry["id"], "item": asked("GET", "inbox")["items"][0]["id"]}


def ask(tool, sidecar, examples, more, names):
    """Asks everything; what schemathesis ends with."""
    url = f"http://127.0.0.1:{sidecar.port}"
    with tempfile.TemporaryDirectory(prefix="openwork-openapi-") as directory:
        settings = Path(directory) / "schemathesis.toml"
        settings.write_text(
            SETTINGS.format(
                url=url, workspace=sidecar.workspace_id, client=TOKENS["client"], host=TOKENS["host"], **names
            )
        )
        command = [
            str(tool), "--config-file", str(settings), "run", f"{url}/openapi.json",
            "--checks", "all", "--max-examples", str(examples),
            "--request-timeout", "20", "--no-shrink", "--continue-on-failure",
        ]
        # What it remembers of failures of earlier runs would make this one another.
        return subprocess.run(command + more, cwd=directory, env=os.environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
