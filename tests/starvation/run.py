#!/usr/bin/env python3
"""Attacks a server's memory and attention with the client token, one attack after the other.

    tests/starvation/run.py target/release/openwork-server [--health MS] [NAME...]

Each attack has a server of its own. While it runs, somebody asks `/health` all the time.
Fails if the server ever held more than 150 MB, if the host could not list, show and deny
within a second, or, where `--health` is given, if one answer to `/health` took longer.
"""

import argparse
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time

CLIENT = "client-token-of-the-attacks"
HOST = "host-token-of-the-attacks-1"
MEMORY = 150_000_000
ANSWER = 1.0

attacks = {}


def attack(function):
    attacks[function.__name__.replace("_", "-")] = function
    return function


class Server:
    """A server on a directory of its own."""

    def __init__(self, program, approval):
        self.program = program
        self.directory = tempfile.TemporaryDirectory()
        self.home = self.directory.name
        self.workspace = os.path.join(self.home, "ws")
        os.makedirs(os.path.join(self.workspace, ".git"))
        self.approval = approval
        self.process = None
        self.slow = []

    def write(self, path, text):
        path = os.path.join(self.workspace, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)

    def __enter__(self):
        environment = {"HOME": self.home, "PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": self.home}
        arguments = ["--host", "127.0.0.1", "--port", "0", "--token", CLIENT, "--host-token", HOST]
        arguments += ["--workspace", self.workspace, "--approval", self.approval]
        arguments += ["--approval-timeout", "600000"]
        self.environment = environment
        self.process = subprocess.Popen(
            [self.program, *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        for line in self.process.stdout:
            if "listening on http://" in line:
                host, _, port = line.strip().rpartition("/")[2].partition(":")
                self.address = (host, int(port))
                break
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.id = self.ask("GET", "/workspaces").json()["items"][0]["id"]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.directory.cleanup()

    def peak(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
        raise RuntimeError("the server is gone")

    def ask(self, method, path, body=None, token=CLIENT, headers=(), timeout=120):
        given = {"Authorization": f"Bearer {token}", **dict(headers)}
        if token == HOST:
            given = {"X-OpenWork-Host-Token": HOST}
        connection = http.client.HTTPConnection(*self.address, timeout=timeout)
        connection.request(method, path, body, given)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return Answer(answer.status, text)

    def at(self, path):
        return f"/workspace/{self.id}/{path}"

    def send(self, method, path, body, client="0", declared=None):
        """Sends a request without waiting for its answer."""
        connection = socket.create_connection(self.address, 20)
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.address[0]}:{self.address[1]}\r\n"
        head += f"Authorization: Bearer {CLIENT}\r\nX-OpenWork-Client-Id: {client}\r\n"
        head += f"Content-Length: {len(body) if declared is None else declared}\r\n\r\n"
        try:
            connection.sendall(head.encode() + body)
        except OSError:
            pass
        return connection

    def waiting(self):
        return self.ask("GET", "/approvals", token=HOST).json()["items"]

    def wait_for(self, count, least=None, limit=60):
        """Waits until so many requests wait; fewer than `least` are a failure."""
        end = time.monotonic() + limit
        while (waiting := len(self.waiting())) < count and time.monotonic() < end:
            time.sleep(0.02)
        if waiting < (count if least is None else least):
            raise RuntimeError(f"{waiting} of {count} requests wait")

    def approvals(self, *words):
        """Runs one of the operator's commands and says how long it took."""
        begun = time.monotonic()
        environment = {**self.environment, "OPENWORK_HOST_TOKEN": HOST}
        url = f"http://{self.address[0]}:{self.address[1]}"
        command = [self.program, "approvals", *words, "--url", url]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        took = time.monotonic() - begun
        self.slow.append((words[0], took, done.returncode))
        if done.returncode != 0:
            raise RuntimeError(f"{words} ended with {done.returncode}: {done.stderr}")
        return done.stdout


class Answer:
    def __init__(self, status, text):
        self.status, self.text = status, text

    def json(self):
        return json.loads(self.text)


class Health:
    """Asks `/health` until it is told to end, in a process of its own: this one stands still while it makes a body."""

    def __init__(self, server):
        self.address = server.address

    def __enter__(self):
        command = [sys.executable, __file__, PROBE, *map(str, self.address)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        answer, _ = self.process.communicate()
        self.took = json.loads(answer)


PROBE = "probe-health"


def probe(host, port):
    """Asks until standard input is closed, and prints how many seconds each answer took."""
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    took = []
    # Once at least: some attacks are over before this process has begun.
    while not took or not ended.is_set():
        begun = time.monotonic()
        try:
            connection = http.client.HTTPConnection(host, int(port), timeout=30)
            connection.request("GET", "/health")
            status = connection.getresponse().status
            connection.close()
        except OSError:
            status = None
        took.append(time.monotonic() - begun if status == 200 else 30.0)
        time.sleep(0.005)
    print(json.dumps(took))


def commands(count, template="x"):
    return json.dumps({"commands": [{"name": f"c{n}", "template": template} for n in range(count)]}).encode()


def host_looks(server):
    """Whatever waits, the host sees it and denies it."""
    server.approvals("list")
    items = server.waiting()
    if items:
        server.approvals("show", items[0]["id"])
        server.approvals("deny", items[0]["id"])


@attack
def imports_of_very_many_commands(server):
    for client in range(2):
        server.ask("POST", server.at("import"), commands(200_000))
    sent = [server.send("POST", server.at("import"), commands(5_000), str(n)) for n in range(2)]
    server.wait_for(2)
    host_looks(server)
    return sent


@attack
def withdrawn_imports(server):
    body = commands(5_000, "x" * 1_200)
    for _ in range(24):
        connection = server.send("POST", server.at("import"), body)
        server.wait_for(1)
        connection.close()
        while server.waiting():
            time.sleep(0.02)
    server.ask("GET", "/approvals/history", token=HOST)
    host_looks(server)


@attack
def imports_that_wait(server):
    body = commands(5_000, "x" * 1_200)
    sent = [server.send("POST", server.at("import"), body, str(n)) for n in range(64)]
    server.wait_for(64, 2, 10)
    stream = socket.create_connection(server.address, 20)
    stream.sendall(f"GET /approvals/events HTTP/1.1\r\nHost: h\r\nX-OpenWork-Host-Token: {HOST}\r\n\r\n".encode())
    stream.settimeout(2)
    try:
        while stream.recv(1 << 16):
            pass
    except OSError:
        pass
    host_looks(server)
    return sent, stream


@attack
def deletions_of_a_large_skill(server):
    server.write(".opencode/skills/big/SKILL.md", "---\nname: big\ndescription: Big\n---\nText.\n")
    block = random.Random(1).randbytes(1 << 20)
    for n in range(50):
        path = os.path.join(server.workspace, f".opencode/skills/big/asset-{n}")
        with open(path, "wb") as file:
            for _ in range(4):
                file.write(block)
    sent = [server.send("DELETE", server.at("skills/big"), b"", str(n)) for n in range(8)]
    server.wait_for(8)
    host_looks(server)
    return sent


@attack
def unfinished_bodies(server):
    part = b'{"commands":[' + b" " * (1 << 20)
    sent = [server.send("POST", server.at("import"), part, str(n), 12 << 20) for n in range(150)]
    time.sleep(3)
    host_looks(server)
    return sent


@attack
def lists_of_zeros(server):
    body = b'{"opencode":{"x":[' + b"0," * 1_900_000 + b"0]}}"
    threads = [threading.Thread(target=server.ask, args=("POST", server.at("import"), body)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@attack
def imports_of_as_many_values_as_are_taken(server):
    variables = {f"k{n}": "v" for n in range(19_000)}
    entry = {"type": "local", "command": ["x"], "environment": variables}
    body = json.dumps({"opencode": {"mcp": {"m": entry}}}).encode()
    sent = [server.send("POST", server.at("import"), body, str(n)) for n in range(8)]
    server.wait_for(8, 1, 10)
    host_looks(server)
    return sent


@attack
def idle_connections(server):
    sent = []
    for _ in range(900):
        connection = socket.create_connection(server.address, 20)
        connection.sendall(b"GET / HTTP/1.1\r\n")
        sent.append(connection)
    time.sleep(3)
    host_looks(server)
    return sent


@attack
def peers_that_never_read(server):
    sent = []
    request = f"GET /console/console.css HTTP/1.1\r\nHost: 127.0.0.1:{server.address[1]}\r\n\r\n".encode()
    for _ in range(64):
        connection = socket.create_connection(server.address, 20)
        connection.setblocking(False)
        try:
            connection.send(request * 2000)
        except OSError:
            pass
        sent.append(connection)
    time.sleep(3)
    host_looks(server)
    return sent


@attack
def long_comparisons(server):
    letters, dice = "abcdefghijklmnopqrstuvwxyz", random.Random(2)
    lines = [f"{dice.choice(letters)} {dice.choice(letters)}" for _ in range(260_000)]
    head = "---\nname: long\ndescription: Long\n---\n"
    server.write(".opencode/skills/long/SKILL.md", head + "\n".join(lines) + "\n")
    dice.shuffle(lines)
    skill = {"name": "long", "content": head + "\n".join(lines) + "\n"}
    body = json.dumps({"skills": [skill]}).encode()
    sent = [server.send("POST", server.at("import"), body, str(n)) for n in range(8)]
    server.wait_for(8)
    host_looks(server)
    return sent


@attack
def deep_directories(server):
    top = os.path.join(server.workspace, ".opencode/skills")
    os.makedirs(top)
    here = os.open(top, os.O_RDONLY)
    for _ in range(1_900):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    for _ in range(8):
        for path in ("skills", "commands", "plugins", "config"):
            assert server.ask("GET", server.at(path)).status == 200
    body = json.dumps({"name": "s", "description": "d", "content": "x"}).encode()
    sent = server.send("POST", server.at("skills"), body)
    server.wait_for(1)
    host_looks(server)
    remove_deep(top)
    return sent


def remove_deep(top):
    """Takes a deep tree down, which `shutil` cannot."""
    subprocess.run(["rm", "-rf", top], check=True)


@attack
def patterns_against_entries(server):
    tools = {f"*{n}*": False for n in range(8_000)}
    entries = {f"m{n}": {"type": "remote", "url": f"http://h{n}.example"} for n in range(8_000)}
    server.write("opencode.json", json.dumps({"tools": tools, "mcp": entries}))
    assert server.ask("GET", server.at("mcp")).status == 200
    body = json.dumps({"name": "added", "config": {"type": "remote", "url": "http://added.example"}}).encode()
    sent = server.send("POST", server.at("mcp"), body)
    server.wait_for(1)
    server.approvals("list")
    identity = server.waiting()[0]["id"]
    server.approvals("show", identity, "--full")
    server.approvals("allow", identity, "--all-seen", "--high")
    answer = sent.recv(64)
    assert answer.startswith(b"HTTP/1.1 200 "), answer


INBOX = ".opencode/openwork/inbox"
BOUNDARY = "b0undary-of-the-attacks"


def form(name):
    """The head of an upload, before the file and after it."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode(), f"\r\n--{BOUNDARY}--\r\n".encode()


def upload(server, name, size, sent):
    """Begins to bring a file, and sends so many of its bytes."""
    head, end = form(name)
    connection = socket.create_connection(server.address, 20)
    length = len(head) + size + len(end)
    request = f"POST {server.at('inbox')} HTTP/1.1\r\nHost: {server.address[0]}:{server.address[1]}\r\n"
    request += f"Authorization: Bearer {CLIENT}\r\nContent-Length: {length}\r\n"
    request += f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
    try:
        connection.sendall(request.encode() + head)
        block = b"x" * (1 << 20)
        while sent > 0:
            sent -= connection.send(block[: min(sent, len(block))])
        return connection, end
    except OSError:
        return connection, end


def in_inbox(server):
    """The bytes of all that lies there, also of what is not whole."""
    sizes = []
    for folder, _, files in os.walk(os.path.join(server.workspace, INBOX)):
        sizes += [os.path.getsize(os.path.join(folder, file)) for file in files]
    return sizes


@attack
def uploads_that_never_end(server):
    sent = [upload(server, f"f{n}", 240_000_000, 4 << 20)[0] for n in range(100)]
    for _ in range(20):
        for connection in sent:
            try:
                connection.send(b"x" * 1024)
            except OSError:
                pass
        time.sleep(0.1)
    host_looks(server)
    # Those that were under way; all others were told to come back.
    assert len(in_inbox(server)) <= 4, in_inbox(server)
    for connection in sent:
        connection.close()
    end = time.monotonic() + 10
    while (left := in_inbox(server)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not left, f"uploads that were given up left {left}"


@attack
def uploads_that_share_the_last_room(server):
    most, size = 1_000_000_000, 60_000_000
    path = os.path.join(server.workspace, INBOX, "before")
    os.makedirs(os.path.dirname(path))
    with open(path, "wb") as file:
        file.truncate(most - size - (1 << 20))
    statuses = []

    def bring(name):
        connection, end = upload(server, name, size, size)
        try:
            connection.sendall(end)
            statuses.append(int(connection.recv(64).split()[1]))
        except (OSError, IndexError):
            statuses.append(None)

    threads = [threading.Thread(target=bring, args=(f"f{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    host_looks(server)
    assert statuses.count(200) == 1, statuses
    assert sum(in_inbox(server)) <= most, in_inbox(server)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("server")
    options.add_argument("--health", type=float, help="the most ms that /health may take")
    options.add_argument("names", nargs="*", help="the attacks, else all")
    given = options.parse_intermixed_args()
    failed = []
    print(f"{'attack':42} {'peak MB':>8} {'health ms: median':>18} {'worst':>7} {'host ms':>8}")
    for name in given.names or attacks:
        with Server(os.path.abspath(given.server), "manual") as server:
            with Health(server) as health:
                kept = attacks[name](server)
            peak, took = server.peak(), sorted(health.took)
            del kept
        worst, median = took[-1] * 1000, took[len(took) // 2] * 1000
        slowest = max((took for _, took, _ in server.slow), default=0)
        print(f"{name:42} {peak / 1e6:8.0f} {median:18.1f} {worst:7.1f} {slowest * 1000:8.0f}", flush=True)
        if peak > MEMORY:
            failed.append(f"{name}: {peak / 1e6:.0f} MB")
        if slowest > ANSWER:
            failed.append(f"{name}: {server.slow}")
        if given.health and worst > given.health:
            failed.append(f"{name}: /health took {worst:.0f} ms")
    for line in failed:
        print(line, file=sys.stderr)
    sys.exit(bool(failed))


if sys.argv[1:2] == [PROBE]:
    probe(*sys.argv[2:])
else:
    main()
