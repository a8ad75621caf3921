#!/usr/bin/env python3
"""Starts a program and asks every route of it once, with a write and its reading of each kind.

    dist/tour.py PROGRAM [--with RUNNER]

Prints what was asked and what came back, with a name in the place of what is another on each
run, so that two systems can be compared. Fails if an answer has another status than it should,
or if a route of docs/api.md was not asked. RUNNER starts programs of another system, such as
qemu-aarch64-static or /usr/lib/wine/wine64.
"""

import argparse
import sys
import threading

from sidecar import Sidecar, documented_routes

CLIENT, HOST, BOTH = "client", "host", "both"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--with", dest="runner", metavar="RUNNER")
    arguments = parser.parse_args()
    with Sidecar(arguments.program, arguments.runner) as sidecar:
        ask = Asking(sidecar)
        for part in [server, tokens, pairing, env, drops, files, config, plugins, skills, mcp, commands, agents, whole, consent, page]:
            part(ask)
    missed = sorted(documented_routes() - ask.routes)
    problems = ask.problems + [f"{method} {path} was not asked" for method, path in missed]
    problems += sidecar.problems
    for problem in problems:
        print(f"FAILED: {problem}", file=sys.stderr)
    print(f"{len(ask.routes)} routes, {len(problems)} problems")
    return 1 if problems else 0


class Asking:
    """Asks, prints and remembers."""

    def __init__(self, sidecar):
        self.sidecar = sidecar
        self.routes = set()
        self.problems = []

    def __call__(self, method, route, status=200, token=CLIENT, body=None, query="", **names):
        """Asks for a route of docs/api.md; the answer's body."""
        self.routes.add((method, route))
        path = route
        for name, value in {"id": self.sidecar.workspace_id, **names}.items():
            path = path.replace(f":{name}", value).replace(f"*{name}", value)
        answer = self.sidecar.ask(method, path + query, token, body)
        asked = self.sidecar.without_chance(f"{method} {route}{query}")
        print(f"{asked} {answer.status}\n    {self.sidecar.plain(answer.text)}")
        if answer.status != status:
            self.problems.append(f"{asked} answered {answer.status} in the place of {status}")
        return answer.json

    def expect(self, what, found):
        """Notes that something is not as it was written."""
        if not found:
            self.problems.append(f"not found: {what}")


def items(answer):
    """What a list has; nothing if another answer came."""
    return answer.get("items", [])


def server(ask):
    ask("GET", "/health", token=None)
    ask("GET", "/capabilities")
    ask("GET", "/status")
    ask("GET", "/whoami")
    counted = ask.sidecar.ask("GET", "/metrics", HOST, None)
    ask.routes.add(("GET", "/metrics"))
    ask.expect("the build among the numbers", "openwork_build_info{" in counted.text)
    ask.expect("the version of OpenAPI", ask("GET", "/openapi.json", token=None).get("openapi") == "3.1.0")
    ask("GET", "/workspaces")
    ask("POST", "/workspaces/:id/activate", token=BOTH)
    for path in ["health", "capabilities", "status", "workspaces"]:
        ask("GET", f"/w/:id/{path}")
    further = ask.sidecar.directory_beside("further")
    added = ask("POST", "/workspaces/local", status=201, token=HOST, body={"folderPath": further})
    here = {"token": HOST, "id": added.get("activeId", "none")}
    ask("PATCH", "/workspaces/:id/display-name", body={"displayName": "Further"}, **here)
    left = ask("DELETE", "/workspaces/:id", **here)
    ask.expect("the first workspace alone", len(items(left)) == 1)


def tokens(ask):
    made = ask("POST", "/tokens", status=201, token=HOST, body={"scope": "viewer", "label": "a phone"})
    read = ask("GET", "/tokens", token=HOST)
    ask.expect("the token", [item["id"] for item in items(read)] == [made.get("id")])
    here = {"token": HOST, "id": made.get("id", "none")}
    renamed = ask("PATCH", "/tokens/:id", body={"label": "a tablet"}, **here)
    ask.expect("the new name", renamed.get("label") == "a tablet")
    ask("DELETE", "/tokens/:id", **here)


def pairing(ask):
    made = ask("POST", "/pairing", status=201, token=HOST, body={"scope": "approver"})
    code = {"code": made.get("code", "none")}
    seen = ask("POST", "/pair/preview", token=None, body=code)
    ask.expect("what it grants", seen.get("scope") == "approver")
    paired = ask("POST", "/pair", status=201, token=None, body=code)
    ask("POST", "/pair", status=403, token=None, body=code)
    ask("DELETE", "/tokens/:id", token=HOST, id=paired.get("id", "none"))
    ask("POST", "/pairing", status=201, token=HOST, body={"scope": "viewer"})
    ask.expect("the open code", ask("GET", "/pairing", token=HOST).get("pairing"))
    ask("DELETE", "/pairing", token=HOST)


def env(ask):
    ask("PUT", "/env", token=HOST, body={"key": "A_KEY", "value": "a value"})
    ask.expect("the variable", ask("GET", "/env/keys", token=HOST).get("keys") == ["A_KEY"])
    ask("GET", "/env", token=HOST, query="?includeValues=false")
    ask("DELETE", "/env/:key", token=HOST, key="A_KEY")


def drops(ask):
    head = 'Content-Disposition: form-data; name="file"; filename="a.txt"'
    form = f"--b\r\n{head}\r\n\r\nhello\r\n--b--\r\n"
    ask("POST", "/workspace/:id/inbox", body=(form, "multipart/form-data; boundary=b"), query="?path=in/a.txt")
    [brought] = items(ask("GET", "/workspace/:id/inbox")) or [{}]
    ask("GET", "/workspace/:id/inbox/:item", item=brought.get("id", "none"))
    ask.expect("the file", ask.sidecar.read(".opencode/openwork/inbox/in/a.txt") == "hello")
    ask.sidecar.write(".opencode/openwork/outbox/report.md", "# May\n")
    [made] = items(ask("GET", "/workspace/:id/artifacts")) or [{}]
    ask("GET", "/workspace/:id/artifacts/:item", item=made.get("id", "none"))
    targets = [{"kind": "file", "value": ".opencode/openwork/outbox/report.md"}]
    found = items(ask("POST", "/workspace/:id/artifacts/resolve", body={"targets": targets}))
    ask.expect("the artifact", [target.get("exists") for target in found] == [True])


def files(ask):
    ask("POST", "/workspace/:id/files/content", token=BOTH, body={"path": "docs/a.md", "content": "# A\n"})
    read = ask("GET", "/workspace/:id/files/content", query="?path=docs/a.md")
    ask.expect("the text", read.get("content") == "# A\n")
    ask("POST", "/workspace/:id/files/raw", token=BOTH, body={"path": "docs/b.txt", "dataBase64": "aGVsbG8="})
    ask("GET", "/workspace/:id/files/raw", query="?path=docs/b.txt")
    ask.expect("the bytes", ask.sidecar.read("docs/b.txt") == "hello")
    ask("GET", "/workspace/:id/files/stat", query="?path=docs")


def config(ask):
    ask("PATCH", "/workspace/:id/config", token=BOTH, body={"opencode": {"model": "anthropic/claude"}})
    read = ask("GET", "/workspace/:id/config", query="?layers=true")
    ask.expect("the model", read.get("opencode", {}).get("model") == "anthropic/claude")
    text = ask("GET", "/workspace/:id/opencode-config").get("content", "")
    ask("POST", "/workspace/:id/opencode-config", token=BOTH, body={"content": text + "// last\n"})
    model = {"model": {"providerID": "anthropic", "modelID": "claude"}}
    ask("PUT", "/workspace/:id/default-model", token=BOTH, body=model)
    ask.expect("the default model", ask("GET", "/workspace/:id/default-model").get("model") == model["model"])
    ask("PUT", "/workspace/:id/authorized-folders", token=BOTH, body={"folders": ["/srv/shared"]})
    read = ask("GET", "/workspace/:id/authorized-folders")
    ask.expect("the folder", read.get("folders") == ["/srv/shared"])
    text = ask.sidecar.read("opencode.jsonc")
    ask.expect("the comment beside the model", text.startswith("{\n  // mine\n") and "anthropic/claude" in text)


def plugins(ask):
    ask("POST", "/workspace/:id/plugins", token=BOTH, body={"spec": "opencode-notion"})
    read = ask("GET", "/workspace/:id/plugins")
    ask.expect("the plugin", [item["spec"] for item in items(read)] == ["opencode-notion"])
    ask("DELETE", "/workspace/:id/plugins/:name", token=BOTH, name="opencode-notion")


def skills(ask):
    files = [{"path": "notes/a.md", "content": "one\n"}]
    body = {"name": "tidy", "description": "tidies", "content": "Tidy up.\n", "files": files}
    ask("POST", "/workspace/:id/skills", token=BOTH, body=body)
    read = ask("GET", "/workspace/:id/skills")
    ask.expect("the skill", [item["name"] for item in items(read)] == ["tidy"])
    ask("GET", "/workspace/:id/skills/:name", query="?files=true", name="tidy")
    file = ask("GET", "/workspace/:id/skills/:name/files/*path", name="tidy", path="notes/a.md")
    ask.expect("the skill's file", file.get("content") == "one\n")
    ask("DELETE", "/workspace/:id/skills/:name", token=BOTH, name="tidy")
    ask.expect("no folder of the skill", not ask.sidecar.exists(".opencode/skills/tidy"))


def mcp(ask):
    entry = {"type": "local", "command": ["true"]}
    ask("POST", "/workspace/:id/mcp", token=BOTH, body={"name": "db", "config": entry})
    ask("POST", "/workspace/:id/mcp/:name/enabled", token=BOTH, body={"enabled": False}, name="db")
    read = ask("GET", "/workspace/:id/mcp")
    ask.expect("the entry, off", [item.get("config") for item in items(read)] == [entry | {"enabled": False}])
    tested = ask("POST", "/workspace/:id/mcp/:name/test", name="db")
    ask.expect("that it is off", tested.get("status") == "disabled")
    ask("DELETE", "/workspace/:id/mcp/:name/auth", token=BOTH, name="db")
    ask("DELETE", "/workspace/:id/mcp/:name", token=BOTH, name="db")


def commands(ask):
    body = {"name": "review", "template": "Review it.", "description": "reviews"}
    ask("POST", "/workspace/:id/commands", token=BOTH, body=body)
    ask("GET", "/workspace/:id/commands")
    read = ask("GET", "/workspace/:id/commands/:name", name="review")
    ask.expect("the command", "Review it." in str(read))
    ask("DELETE", "/workspace/:id/commands/:name", token=BOTH, name="review")


def agents(ask):
    content = "---\ndescription: plans\nmode: subagent\n---\nPlan.\n"
    ask("POST", "/workspace/:id/agents", token=BOTH, body={"name": "planner", "content": content})
    ask("GET", "/workspace/:id/agents")
    read = ask("GET", "/workspace/:id/agents/:name", name="planner")
    ask.expect("the agent", read.get("content") == content)
    ask("DELETE", "/workspace/:id/agents/:name", token=BOTH, name="planner")


def whole(ask):
    exported = ask("GET", "/workspace/:id/export", token=BOTH)
    brought = {"mode": {"commands": "merge"}, "commands": [{"name": "brought", "content": "Brought.\n"}]}
    ask("POST", "/workspace/:id/import", token=BOTH, body=brought)
    ask.expect("what was exported", exported.get("opencode", {}).get("model") == "anthropic/claude")
    ask.expect("what was brought in", ask.sidecar.exists(".opencode/commands/brought.md"))
    ask("POST", "/workspace/:id/engine/reload", token=BOTH)
    ask("GET", "/workspace/:id/events")
    logged = items(ask("GET", "/workspace/:id/audit", query="?limit=9"))
    brought = next((entry["id"] for entry in logged if entry["action"] == "config.import"), "none")
    shown = ask("GET", "/workspace/:id/audit/:entry", token=HOST, entry=brought)
    ask.expect("that it can be undone", shown.get("undo", {}).get("possible"))
    undone = ask("POST", "/workspace/:id/audit/:entry/undo", token=HOST, entry=brought)
    ask.expect("the undo", undone.get("files") == [".opencode/commands/brought.md"])
    ask.expect("nothing of what was brought in", not ask.sidecar.exists(".opencode/commands/brought.md"))


def consent(ask):
    asking = threading.Thread(target=waits, args=[ask])
    asking.start()
    waiting = ask.sidecar.until_one_waits()
    ask("GET", "/approvals", token=HOST, query="?include=changes")
    ask("GET", "/approvals/events", token=HOST)
    ask("GET", "/approvals/:id", token=HOST, id=waiting)
    page = ask("GET", "/approvals/:id/files/:n", token=HOST, id=waiting, n="0")
    ask.expect("the diff", "+" in page.get("diff", ""))
    ask("GET", "/approvals/:id/amend", token=HOST, id=waiting)
    ask("POST", "/approvals/:id/amend", status=422, token=HOST, id=waiting, body={"without": ["mcp/none"]})
    unknown = "5c4ef2f2-0000-4000-8000-000000000001"
    ask("GET", "/workspace/:id/requests/:request", status=404, request=unknown)
    ask("DELETE", "/workspace/:id/requests/:request", status=404, request=unknown)
    told = ask("GET", "/push", token=HOST)
    ask.expect("why nobody is told", told.get("available") is False and told.get("reason"))
    ask("PUT", "/push", status=409, token=HOST, body={})
    ask("DELETE", "/push", token=HOST)
    ask("POST", "/approvals/answer", status=403, token=None, body={"answer": "nobody signed this"})
    kept = ask("POST", "/approvals/:id/keep", token=HOST, id=waiting)
    ask.expect("a later deadline", kept.get("expiresAt", 0) > 0)
    allow = {"reply": "allow", "remember": {"minutes": 5}}
    ask("POST", "/approvals/:id", token=HOST, body=allow, id=waiting)
    asking.join()
    rules = ask("GET", "/approvals/rules", token=HOST)
    for rule in items(rules)[:1]:
        ask("DELETE", "/approvals/rules/:id", token=HOST, id=rule["id"])
    ask.expect("a rule", items(rules))
    ask("GET", "/approvals/history", token=HOST)
    ask("GET", "/approvals", token=HOST, query="?include=engine")
    ask("POST", "/approvals/agent/:workspace/:id", status=404, token=HOST, body={"reply": "reject"},
        workspace=ask.sidecar.workspace_id, id="per_none")
    ask("GET", "/approvals/audit", token=HOST, query=f"?workspace={ask.sidecar.workspace_id}&limit=1")


def waits(ask):
    """A write that nobody has allowed yet."""
    body = {"name": "asked", "template": "Asked."}
    answer = ask.sidecar.ask("POST", f"/workspace/{ask.sidecar.workspace_id}/commands", CLIENT, body)
    if answer.status != 200:
        ask.problems.append(f"the write that was allowed answered {answer.status}: {answer.text}")


def page(ask):
    ask("GET", "/console", token=None)
    for name in ["console.css", "app.js", "manifest.json", "icon.svg"]:
        ask("GET", "/console/:file", token=None, file=name)


if __name__ == "__main__":
    sys.exit(main())
