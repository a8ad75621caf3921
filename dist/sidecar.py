"""A program that is started as the app starts it, on a workspace of its own."""

import http.client
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

TOKENS = {"client": "client-token-of-the-tour", "host": "host-token-of-the-tour-1"}
# Emulated programs start slowly.
PATIENCE = 60
# What is another on each run, and what stands for it.
CHANGING = [
    (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID"),
    (r"\bowt_[0-9a-f]+", "TOKEN"),
    (r"\b[0-9a-f]{64}\b", "SHA"),
    (r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", "CODE"),
    (r"\bws_[0-9a-f]+", "WORKSPACE"),
    (r"(127\.0\.0\.1|localhost):\d+", "ADDRESS"),
    (r'"(uptimeMs|expiresInMs|updatedAt|reloadedAt|timestamp|now|cursor|seq|port|\w+At)":\d+', r'"\1":N'),
]


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str

    @property
    def json(self):
        """The body; nothing where it is no JSON."""
        try:
            return json.loads(self.text)
        except ValueError:
            return {}


class Sidecar:
    """A running program; it is ended at the end of its block."""

    def __init__(self, program, runner=None, flags=()):
        self.program = str(Path(program).resolve())
        self.runner = runner
        self.flags = list(flags)
        self.problems = []
        self.directory = tempfile.TemporaryDirectory(prefix="openwork-tour-")
        # What is made on a Mac lies behind a link, and is shown without.
        self.home = Path(self.directory.name).resolve()
        self.workspace = self.home / "ws"
        (self.workspace / ".git").mkdir(parents=True)
        (self.workspace / "opencode.jsonc").write_text("{\n  // mine\n}\n", newline="\n")

    def __enter__(self):
        self.engine = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Engine)
        threading.Thread(target=self.engine.serve_forever, daemon=True).start()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command(), env=self.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.port = self.listening()
        waited = (time.monotonic() - self.started) * 1000
        print(f"listening after {waited:.0f} ms", file=sys.stderr)
        items = self.ask("GET", "/workspaces", "client", None).json["items"]
        self.workspace_id = items[0]["id"]
        return self

    def __exit__(self, *_):
        # A way to end it that every system has.
        self.process.stdin.close()
        try:
            ended = self.process.wait(PATIENCE)
            if ended != 0:
                self.problems.append(f"it ended with {ended}")
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.problems.append("it did not end when its standard input did")
        self.engine.shutdown()
        self.directory.cleanup()

    def command(self):
        start = [self.runner, self.program] if self.runner else [self.program]
        engine = f"http://127.0.0.1:{self.engine.server_port}"
        return start + [
            "--host", "127.0.0.1", "--port", "0", "--token", TOKENS["client"],
            "--host-token", TOKENS["host"], "--workspace", self.shown(self.workspace),
            "--opencode-base-url", engine, "--opencode-directory", self.shown(self.workspace),
            "--cors", "tauri://localhost", "--exit-on-stdin-close",
        ] + self.flags

    def environment(self):
        home = self.shown(self.home)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENWORK_", "XDG_"))}
        return kept | {"HOME": str(self.home), "USERPROFILE": home, "XDG_RUNTIME_DIR": str(self.home)}

    def shown(self, path):
        """A path as the program's system writes it."""
        if self.runner and "wine" in self.runner:
            return f"Z:{path}".replace("/", "\\")
        return str(path)

    def directory_beside(self, name):
        """A further directory beside the workspace, as the program's system writes it."""
        path = self.home / name
        path.mkdir()
        return self.shown(path)

    def listening(self):
        """The port that the program says it took."""
        for line in self.process.stdout:
            found = re.search(rb"listening on http://\S+:(\d+)", line)
            if found:
                threading.Thread(target=self.process.stdout.read, daemon=True).start()
                return int(found.group(1))
        raise SystemExit(f"it ended with {self.process.wait()} before it listened")

    def ask(self, method, path, token, body):
        """Asks; of a stream the first message is the answer. A body that is no JSON comes with its type."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        sent, media = body if isinstance(body, tuple) else (None if body is None else json.dumps(body), None)
        connection.request(method, path, sent, headers(token) | ({"Content-Type": media} if media else {}))
        answer = connection.getresponse()
        if answer.getheader("Content-Type", "").startswith("text/event-stream"):
            read = b"".join(iter(answer.readline, b"\n"))
        else:
            read = answer.read()
        connection.close()
        return Answer(answer.status, read.decode())

    def until_one_waits(self):
        """The id of the request that waits, once one does."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            items = self.ask("GET", "/approvals", "host", None).json["items"]
            if items:
                return items[0]["id"]
            time.sleep(0.02)
        raise SystemExit("no request came to wait")

    def plain(self, text):
        """An answer without what is another on each run, and not too long."""
        text = self.without_chance(text.strip())
        if not text.startswith(("{", "data:")):
            return f"{len(text)} characters"
        return text if len(text) < 2000 else f"{text[:2000]} …"

    def without_chance(self, text):
        """A text without what is another on each run."""
        # Paths stand in JSON, where `\` is written twice, and in URLs.
        windows = self.shown(self.home)
        for path in [windows.replace("\\", "\\\\"), windows, windows.replace("\\", "/"), str(self.home)]:
            text = text.replace(path, "HOME")
        for pattern, name in CHANGING:
            text = re.sub(pattern, name, text)
        return text

    def read(self, path):
        return (self.workspace / path).read_text()

    def write(self, path, text):
        whole = self.workspace / path
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.write_text(text, newline="\n")

    def exists(self, path):
        return (self.workspace / path).exists()


class Engine(http.server.BaseHTTPRequestHandler):
    """An engine that agrees to everything."""

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.answer()

    def do_DELETE(self):
        self.answer()

    def do_PUT(self):
        self.answer()

    def do_PATCH(self):
        self.answer()

    def answer(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"true")

    def log_message(self, *_):
        """Says nothing."""


def headers(token):
    """The headers of a client, of the host, of both or of nobody."""
    sent = {"Content-Type": "application/json"}
    if token in ("client", "both"):
        sent["Authorization"] = f"Bearer {TOKENS['client']}"
    if token in ("host", "both"):
        sent["X-OpenWork-Host-Token"] = TOKENS["host"]
    return sent


def documented_routes():
    """The routes of docs/api.md, which a test compares with the server's."""
    text = (Path(__file__).resolve().parent.parent / "docs" / "api.md").read_text()
    return set(re.findall(r"^\| (GET|POST|PATCH|DELETE|PUT) \| `([^`]+)` \|", text, re.M))
