//! Changes of every shape, for tests that break each of them.

use openwork_change::change::Change;
use serde_json::json;

use crate::support::system::{is_program, make_program};
use crate::support::{CONFIG, Place, delete_skill, import, patch, plugin, skill};

/// A change, and the files that it concerns.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) change: fn() -> Change,
    files: &'static [&'static str],
}

/// More than is held of a file that goes.
const LARGE: usize = (1 << 20) + 1;
const LARGE_FILE: &str = ".opencode/skills/large/assets/data";

const MARKED: &[&str] = &[
    ".opencode/skills/old/SKILL.md",
    ".opencode/skills/old/run.sh",
    ".opencode/skills/old/data",
];

/// A skill as it is in [`place`], with files beside it.
fn marked(files: &serde_json::Value) -> Change {
    import(json!({ "skills": [{ "name": "old", "content": OLD, "files": files }] }))
}

static CASES: [Case; 10] = [
    Case {
        name: "edit a file",
        change: || plugin("b"),
        files: &["opencode.json"],
    },
    Case {
        name: "new directories",
        change: || skill("s", "new"),
        files: &[".opencode/skills/s/SKILL.md"],
    },
    Case {
        name: "replace a file",
        change: || skill("old", "new"),
        files: &[".opencode/skills/old/SKILL.md"],
    },
    Case {
        name: "remove a file",
        change: || delete_skill("old"),
        files: &[".opencode/skills/old/SKILL.md"],
    },
    Case {
        name: "remove a large file",
        change: || delete_skill("large"),
        files: &[".opencode/skills/large/SKILL.md", LARGE_FILE],
    },
    Case {
        name: "two files",
        change: || patch(json!({ "opencode": { "x": 1 }, "openwork": { "y": 2 } })),
        files: &["opencode.json", ".opencode/openwork.json"],
    },
    Case {
        name: "make a program",
        change: || marked(&json!([{ "path": "data", "content": "x", "executable": true }])),
        files: MARKED,
    },
    Case {
        name: "make a program none",
        change: || marked(&json!([{ "path": "run.sh", "content": "run", "executable": false }])),
        files: MARKED,
    },
    Case {
        name: "several marks",
        change: || {
            marked(&json!([
                { "path": "data", "content": "x", "executable": true },
                { "path": "run.sh", "content": "run", "executable": false },
            ]))
        },
        files: MARKED,
    },
    Case {
        name: "import",
        change: || {
            import(json!({
                "mode": { "skills": "replace" },
                "opencode": { "x": 1 },
                "skills": [{ "name": "n", "content": "x", "description": "d" }],
                "commands": [{ "name": "c", "template": "t" }],
            }))
        },
        files: &[
            "opencode.json",
            ".opencode/skills/old/SKILL.md",
            ".opencode/skills/n/SKILL.md",
            ".opencode/commands/c.md",
        ],
    },
];

/// The changes of which it can be seen whether they were made: where no file is
/// marked as a program, those of marks alone leave everything as it was.
pub(crate) fn cases() -> impl Iterator<Item = &'static Case> {
    CASES
        .iter()
        .filter(|case| cfg!(unix) || case.files != MARKED)
}

const OLD: &str = "---\nname: old\ndescription: d\n---\nold\n";

/// A workspace with a configuration and a skill.
pub(crate) fn place() -> Place {
    let place = Place::in_memory();
    place.write("opencode.json", CONFIG);
    place.write(".opencode/skills/old/SKILL.md", OLD);
    place
}

impl Case {
    /// A workspace for the change: with a large file only where that matters.
    pub(crate) fn place(&self) -> Place {
        let place = place();
        if self.files.contains(&LARGE_FILE) {
            let text = "---\nname: large\ndescription: d\n---\nlarge\n";
            place.write(".opencode/skills/large/SKILL.md", text);
            place.write(LARGE_FILE, "x".repeat(LARGE));
        }
        if self.files.contains(&MARKED[1]) {
            place.write(MARKED[1], "run");
            place.write(MARKED[2], "x");
            make_program(&place.path(MARKED[1]));
        }
        place
    }

    /// What is in the files that the change concerns, and which are programs.
    pub(crate) fn contents(&self, place: &Place) -> Vec<Option<String>> {
        let read = |file: &&str| {
            let path = place.path(file);
            let text = std::fs::read_to_string(&path).ok()?;
            let mark = if is_program(&path) {
                " (a program)"
            } else {
                ""
            };
            Some(text + mark)
        };
        self.files.iter().map(read).collect()
    }
}
