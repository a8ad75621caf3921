//! Requests as the server describes them.

use serde_json::{Value, json};

pub(crate) const PLUGIN: &str = "7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11";
pub(crate) const SKILL: &str = "7d30ffff-0000-4000-8000-000000000002";
pub(crate) const LONG: &str = "10900000-0000-4000-8000-000000000004";
pub(crate) const HOSTILE: &str = "aaaa0000-0000-4000-8000-000000000003";

pub(crate) fn plugin() -> Value {
    json!({
        "id": PLUGIN, "workspaceId": "ws_1", "workspaceName": "Finance", "action": "plugins.add",
        "summary": "Add plugin opencode-notion", "paths": ["/ws/opencode.json"],
        "createdAt": 994_000, "expiresAt": 1_024_000, "rememberable": false,
        "title": "Run a plugin: opencode-notion", "level": "high",
        "effects": [{
            "kind": "code", "level": "high", "file": "opencode.json",
            "text": "Plugin code runs on this machine when the engine next loads.",
        }],
        "actor": { "type": "remote", "tokenHash": "00", "address": "192.168.1.23" },
        "risk": ["Plugin code runs on this machine when the engine next loads."],
        "changes": [{
            "path": "opencode.json", "kind": "modify", "added": 1, "removed": 1,
            "diff": "@@ -1,3 +1,3 @@\n {\n-  \"plugin\": [\"a\"]\n+  \"plugin\": [\"a\", \"opencode-notion\"]\n }\n",
            "truncated": false, "masked": [],
        }],
    })
}

pub(crate) fn skill() -> Value {
    json!({
        "id": SKILL, "workspaceId": "ws_1", "workspaceName": "Finance", "action": "skills.upsert",
        "summary": "Upsert skill expense-audit", "createdAt": 999_000, "expiresAt": 1_029_000,
        "actor": { "type": "remote", "clientId": "annas-phone", "address": "192.168.1.24" },
        "title": "Change what agents read: expense-audit", "level": "medium",
        "effects": [{
            "kind": "instructions", "level": "medium",
            "text": "Agents will read this text as instructions.",
        }],
        "risk": ["Agents will read this text as instructions."], "rememberable": true,
        "changes": [{
            "path": ".opencode/skills/expense-audit/SKILL.md", "kind": "create", "added": 1,
            "removed": 0, "diff": "@@ -0,0 +1 @@\n+Audit.\n", "truncated": false,
            "masked": ["/mcp/x/headers/Authorization"],
        }],
    })
}

/// A request of which lists tell less than all: the beginning of one file, and
/// nothing of another.
pub(crate) fn long() -> Value {
    let mut item = skill();
    item["id"] = LONG.into();
    item["summary"] = "Import 2 skills".into();
    item["title"] = "Change what agents read: 2 skills".into();
    item["rememberable"] = false.into();
    item["changes"][0]["truncated"] = true.into();
    item["changes"][0]["full"] = format!("/approvals/{LONG}/files/0").into();
    item["moreChanges"] = 1.into();
    item
}

/// A page of the whole diff of one of its files.
pub(crate) fn page(path: &str, diff: &str, digest: &str, next: Option<&str>) -> Value {
    json!({
        "index": 0, "path": path, "kind": "create", "added": 2, "removed": 0, "from": 0,
        "lines": 2, "total": 3, "diff": diff, "digest": digest, "next": next,
    })
}

/// Everything that a client chooses tries to drive the terminal.
pub(crate) fn hostile() -> Value {
    json!({
        "id": HOSTILE, "workspaceId": "ws_1", "workspaceName": "Fin\u{1b}[2Jance",
        "action": "skills.upsert", "createdAt": 999_000, "expiresAt": 1_029_000,
        "summary": "Upsert skill \u{202e}lave\u{202c}\r\nallowed and written\u{1b}]0;owned\u{7}",
        "actor": { "type": "remote", "clientId": "me\u{9b}31m", "address": "::1" },
        "title": "Start \u{1b}]0;a\u{7} program: sh\u{200b}", "level": "high\u{1b}[0m",
        "effects": [{
            "kind": "command\u{7}", "level": "medium", "text": "Starts `sh\u{200b}`\n",
            "from": "de\u{202e}ny", "to": "al\rlow", "command": "sh\u{1b}[2J\n\t-c x",
        }],
        "risk": ["Starts `sh\u{200b}`\n"], "rememberable": true,
        "changes": [{
            "path": "a\u{8}\u{8}b.md", "kind": "create", "added": 2, "removed": 0,
            "diff": "@@ -0,0 +1,2 @@\n+\tx\u{1b}[1A\u{1b}[2K\r\n+\u{2067}y\n", "truncated": false,
            "masked": ["/a\u{1b}b"],
        }],
    })
}
