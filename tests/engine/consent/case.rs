//! One case: what a client asks to be written, and what a person does with it afterwards.

use openwork_change::change::{Change, Fields, read};
use openwork_model::invalid::Invalid;
use serde_json::Value;

use super::trap::Trap;

/// A case of one or more writes.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// Where the workspace lies.
    pub(super) layout: Layout,
    /// Whether nothing else may be tried in the same workspace.
    pub(super) alone: bool,
    /// What is in the workspace before.
    pub(super) files: Vec<(String, String)>,
    /// The configuration of the directory above, which counts in the workspace too.
    pub(super) above: Option<String>,
    /// What the client asks for, in this order.
    pub(super) writes: Vec<Write>,
    /// What a person does once it is written.
    pub(super) uses: Vec<Use>,
    /// What the writes are after.
    pub(super) traps: Vec<Trap>,
}

/// Where a workspace lies. Relative mentions are relative to the repository's root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// It is a repository of its own.
    Repository,
    /// It is a folder of a repository.
    Below,
    /// It is in no repository: to the engine the root is that of the file system.
    Unversioned,
}

/// A request that writes.
#[derive(Debug, Clone)]
pub(super) struct Write {
    /// Which: the end of the path that it is sent to, with `DELETE ` before it for a deletion.
    pub(super) to: String,
    /// Its body.
    pub(super) body: Value,
}

/// What a person does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Use {
    /// Calls a command with arguments.
    Command(String, String),
    /// Says something to an agent.
    Agent(String),
    /// Says something to whatever agent and model are set.
    Message(String),
}

impl Case {
    /// A case in a repository, to which the rest is to be added.
    pub(super) fn new(traps: Vec<Trap>) -> Self {
        Self {
            layout: Layout::Repository,
            alone: false,
            files: Vec::new(),
            above: None,
            writes: Vec::new(),
            uses: Vec::new(),
            traps,
        }
    }

    #[must_use]
    pub(super) fn write(mut self, to: &str, body: Value) -> Self {
        self.writes.push(Write {
            to: to.to_owned(),
            body,
        });
        self
    }

    #[must_use]
    pub(super) fn used(mut self, uses: impl IntoIterator<Item = Use>) -> Self {
        self.uses.extend(uses);
        self
    }

    #[must_use]
    pub(super) fn alone(self) -> Self {
        Self {
            alone: true,
            ..self
        }
    }

    #[must_use]
    pub(super) fn layout(self, layout: Layout) -> Self {
        Self { layout, ..self }
    }
}

impl Case {
    /// Whether two cases may be tried in one workspace. A key of the configuration is replaced by
    /// the next write to it.
    pub(super) fn goes_with(&self, other: &Self) -> bool {
        let keys: Vec<&str> = self.writes.iter().flat_map(Write::keys).collect();
        let shared = other
            .writes
            .iter()
            .flat_map(Write::keys)
            .any(|key| keys.contains(&key));
        !self.alone && !other.alone && self.layout == other.layout && !shared
    }
}

impl Write {
    /// The keys of the configuration that it writes.
    fn keys(&self) -> Vec<&str> {
        let settings = self.body.get("opencode").and_then(Value::as_object);
        match (self.to.as_str(), settings) {
            (_, Some(settings)) => settings.keys().map(String::as_str).collect(),
            ("plugins", _) => vec!["plugin"],
            ("commands" | "skills" | "import", _) => Vec::new(),
            _ => vec!["mcp"],
        }
    }

    /// The change, read the way the server reads it.
    pub(super) fn change(&self) -> Result<Change, Invalid> {
        let none = Fields::new();
        let body = self.body.as_object().unwrap_or(&none);
        match self.to.as_str() {
            "plugins" => read::add_plugin(body),
            "skills" => read::upsert_skill(body),
            "mcp" => read::add_mcp(body),
            "commands" => read::upsert_command(body),
            "import" => read::import(body),
            "config" => read::patch_config(body),
            other => match other.split('/').collect::<Vec<_>>()[..] {
                ["mcp", name, "enabled"] => read::set_mcp_enabled(name, body),
                ["DELETE mcp", name] => Change::remove_mcp(name),
                _ => Err(Invalid::NoSection),
            },
        }
    }
}
