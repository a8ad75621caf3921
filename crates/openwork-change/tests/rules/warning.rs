//! What other layers do to a change is told.

use std::cell::Cell;
use std::path::PathBuf;

use openwork_change::change::{Change, read};
use openwork_change::plan::{Warning, plan};
use openwork_model::audit::AuditLine;
use openwork_model::files::{
    DirEntry, FileContents, FileError, FileRoot, Files, Location, MemoryFiles,
};
use openwork_model::path::RelPath;
use serde_json::{Value, json};

use crate::outcome::fields;

fn warnings(files: &MemoryFiles, change: Change) -> Vec<String> {
    let warning = |Warning {
                       code,
                       message,
                       path,
                       ..
                   }: &Warning| {
        assert!(message.contains(&path.display().to_string()), "{message}");
        format!("{}: {message}", code.as_str())
    };
    let plan = plan(&change.into(), files).unwrap();
    plan.warnings(files).iter().map(warning).collect()
}

fn patch(settings: Value) -> Change {
    read::patch_config(&fields(json!({ "opencode": settings }))).unwrap()
}

fn above(config: &str) -> MemoryFiles {
    let at = FileRoot::Ancestor(1);
    let files = MemoryFiles::new().with_ancestors(1);
    files.with_at(at, ".opencode/opencode.json", config)
}

#[test]
fn a_setting_that_a_higher_layer_decides() {
    let files =
        above(r#"{ "model": "a/b", "permission": { "edit": "ask" }, "small_model": "a/c" }"#);
    let change = patch(json!({
        "model": "a/d", "permission": { "edit": "deny", "bash": "deny" }, "share": "auto",
    }));
    let home = MemoryFiles::new().with_at(
        FileRoot::Home,
        ".opencode/opencode.jsonc",
        r#"{ "model": 1 }"#,
    );
    assert_eq!(
        warnings(&files, change),
        [
            "shadowed: The engine takes `model`, `permission.edit` from \
          /w/s/.opencode/opencode.json instead, which it reads later"
        ]
    );
    assert_eq!(
        warnings(&home, patch(json!({ "model": "a/d" }))),
        [
            "shadowed: The engine takes `model` from /home/.opencode/opencode.jsonc instead, \
          which it reads later"
        ]
    );
}

#[test]
fn nothing_to_tell() {
    let files = above(r#"{ "small_model": "a/c", "instructions": ["a"] }"#).with_at(
        FileRoot::Global,
        "opencode.json",
        r#"{ "model": "a/b" }"#,
    );
    let change = patch(json!({ "model": "a/d", "instructions": ["b"] }));
    assert_eq!(warnings(&files, change), [""; 0]);
}

#[test]
fn plugins_and_entries_that_a_higher_layer_decides() {
    let files = above(
        r#"{ "plugin": ["p@2"], "mcp": { "m": { "enabled": false }, "n": { "enabled": false } } }"#,
    );
    let add = |spec: &str| read::add_plugin(&fields(json!({ "spec": spec }))).unwrap();
    assert_eq!(warnings(&files, add("q")), [""; 0]);
    let entry = json!({ "type": "remote", "url": "http://m", "enabled": true });
    let entry = read::add_mcp(&fields(json!({ "name": "m", "config": entry }))).unwrap();
    let switch = read::set_mcp_enabled("n", &fields(json!({ "enabled": true }))).unwrap();
    for (change, key) in [
        (add("p@1"), "the plugin"),
        (entry, "`mcp.m.enabled`"),
        (switch, "`mcp.n.enabled`"),
    ] {
        let warning = format!(
            "shadowed: The engine takes {key} from /w/s/.opencode/opencode.json instead, \
             which it reads later"
        );
        assert_eq!(warnings(&files, change), [warning]);
    }
}

#[test]
fn a_layer_over_which_the_engine_refuses_the_workspace() {
    let files = above("{ \"a\": }");
    assert_eq!(
        warnings(&files, patch(json!({ "model": "a/b" }))),
        ["broken_layer: The engine refuses this workspace until \
          /w/s/.opencode/opencode.json is corrected: \
          the text does not parse: Unexpected close brace at line 1, column 8"]
    );
}

#[test]
fn commands_and_skills_that_others_also_have() {
    let command = "---\ndescription: d\n---\nx\n";
    let skill = "---\nname: s\ndescription: d\n---\nx\n";
    let files = MemoryFiles::new()
        .with_ancestors(1)
        .with(
            ".opencode/opencode.json",
            r#"{ "command": { "c": { "template": "x" } } }"#,
        )
        .with_at(FileRoot::Ancestor(1), ".opencode/command/c.md", command)
        .with_at(
            FileRoot::Ancestor(1),
            ".opencode/opencode.json",
            r#"{ "command": { "c": {} } }"#,
        )
        .with_at(FileRoot::Global, "commands/c.md", command)
        .with_at(FileRoot::Home, ".claude/skills/s/SKILL.md", skill);
    let upsert = json!({ "name": "c", "template": "x" });
    let upsert = read::upsert_command(&fields(upsert)).unwrap();
    assert_eq!(
        warnings(&files, upsert),
        [
            "shadowed: The engine lays the command c of /w/s/.opencode/opencode.json over this one",
            "shadowed: The engine lays the command c of /w/s/.opencode/command/c.md over this one",
        ]
    );
    let upsert = |name: &str| {
        let body = json!({ "name": name, "description": "d", "content": "x" });
        read::upsert_skill(&fields(body)).unwrap()
    };
    assert_eq!(
        warnings(&files, upsert("s")),
        [
            "ambiguous: There is another skill s in /home/.claude/skills/s/SKILL.md; \
          the engine takes either"
        ]
    );
    assert_eq!(warnings(&files, upsert("t")), [""; 0]);
}

/// Files that count how often somebody looks at the user's own.
struct Watched {
    files: MemoryFiles,
    looks: Cell<usize>,
}

impl Watched {
    fn at(&self, at: &Location) -> &MemoryFiles {
        let own = !matches!(at.root, FileRoot::Workspace | FileRoot::Ancestor(_));
        self.looks.set(self.looks.get() + usize::from(own));
        &self.files
    }
}

impl Files for Watched {
    fn read(&self, at: &Location, limit: u64) -> Result<Option<FileContents>, FileError> {
        self.at(at).read(at, limit)
    }
    fn list(&self, at: &Location) -> Result<Option<Vec<DirEntry>>, FileError> {
        self.at(at).list(at)
    }
    fn ancestors(&self) -> Result<usize, FileError> {
        self.files.ancestors()
    }
    fn absolute(&self, at: &Location) -> PathBuf {
        self.files.absolute(at)
    }
    fn check_target(&self, path: &RelPath) -> Result<(), FileError> {
        self.files.check_target(path)
    }
    fn last_write(&self) -> Result<Option<u64>, FileError> {
        self.files.last_write()
    }
    fn newest_entries(&self, limit: usize) -> Result<Vec<AuditLine>, FileError> {
        self.files.newest_entries(limit)
    }
}

#[test]
fn a_plan_looks_at_nothing_of_the_users_own() {
    let skill = json!({ "name": "s", "description": "d", "content": "x" });
    let entry = json!({ "name": "m", "config": { "type": "remote", "url": "http://m" } });
    let command = json!({ "name": "c", "template": "x" });
    let all = json!({ "opencode": { "model": "a/b" }, "skills": [skill], "commands": [command] });
    for change in [
        Ok(patch(json!({ "model": "a/b" }))),
        read::add_plugin(&fields(json!({ "spec": "p" }))),
        Change::remove_plugin("q"),
        read::upsert_skill(&fields(skill)),
        Change::delete_skill("there"),
        read::add_mcp(&fields(entry)),
        Change::remove_mcp("n"),
        read::upsert_command(&fields(command)),
        Change::delete_command("there"),
        read::import(&fields(all)),
    ] {
        let files = MemoryFiles::new()
            .with(
                "opencode.json",
                r#"{ "plugin": ["q"], "mcp": { "n": {} } }"#,
            )
            .with(".opencode/commands/there.md", "x\n")
            .with(
                ".opencode/skills/there/SKILL.md",
                "---\nname: there\ndescription: d\n---\n",
            )
            .with_at(FileRoot::Home, ".opencode/opencode.json", "{}")
            .with_at(FileRoot::Global, "opencode.json", "{}");
        let looks = Cell::new(0);
        let files = Watched { files, looks };
        let plan = plan(&change.unwrap().into(), &files).unwrap();
        assert!(!plan.is_noop(), "{}", plan.summary);
        assert_eq!(files.looks.get(), 0, "{}", plan.summary);
    }
}

#[test]
fn an_engine_that_is_too_old_is_warned_of() {
    let agents = json!({ "opencode": { "agents": { "a": {} }, "model": "a/b" } });
    let plan = |files: &MemoryFiles, body: Value| {
        plan(&read::patch_config(&fields(body)).unwrap().into(), files).unwrap()
    };
    let files = MemoryFiles::new().with("opencode.json", "{}\n");
    let newer = plan(&files, agents.clone());
    assert!(newer.has_newer_forms());
    let directory = std::path::Path::new("/w");
    let warning = newer.version_warning("1.17.11", directory).unwrap();
    assert_eq!(warning.code.as_str(), "engine_version");
    assert_eq!(warning.path, directory.join("opencode.json"));
    assert_eq!(
        warning.message,
        "The workspace's engine is 1.17.11 and refuses `agents.*`, which it reads since 1.18.24"
    );
    for version in ["1.18.24", "1.18.33", "2.0.0", "local"] {
        assert_eq!(newer.version_warning(version, directory), None, "{version}");
    }
    let message = |patch: Value, version: &str| {
        let plan = plan(&files, json!({ "opencode": patch }));
        let warning = plan.version_warning(version, directory);
        warning.map(|warning| warning.message)
    };
    let server = |field: &str, value: Value| {
        let mut entry = json!({ "type": "remote", "url": "https://a.example", "enabled": false });
        entry[field] = value;
        json!({ "mcp": { "a": entry } })
    };
    for (patch, version, expected) in [
        (
            json!({ "snapshots": false }),
            "1.18.20",
            "leaves out `snapshots`, which it reads since 1.18.24",
        ),
        (
            server("disabled", json!(true)),
            "1.17.11",
            "leaves out `mcp.*.disabled`, which it reads since 1.18.24",
        ),
        (
            server("timeout", json!({ "catalog": 5, "execution": 5 })),
            "1.17.11",
            "loses an entry over `mcp.*.timeout{}`, or refuses the workspace; it reads that since 1.18.24",
        ),
        (
            json!({ "compaction": { "buffer": 5 }, "subagent_depth": 1 }),
            "1.17.11",
            "refuses `subagent_depth`, which it reads since 1.18.3",
        ),
        (
            json!({ "anything": 1 }),
            "1.18.15",
            "refuses a key that it does not know, as all do before 1.18.16",
        ),
    ] {
        let expected = format!("The workspace's engine is {version} and {expected}");
        assert_eq!(message(patch, version), Some(expected));
    }
    for (patch, version) in [
        (json!({ "anything": 1, "plugins": ["a"] }), "1.18.16"),
        (json!({ "experimental": { "batch_tool": true } }), "1.17.11"),
    ] {
        assert_eq!(message(patch, version), None);
    }
    // What the file has already is no news.
    let there = MemoryFiles::new().with("opencode.json", "{ \"agents\": { \"a\": {} } }\n");
    assert!(!plan(&there, json!({ "opencode": { "model": "a/b" } })).has_newer_forms());
}
