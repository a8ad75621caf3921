//! What the tests share: a workspace on disk, and changes to make in it.

#[cfg(unix)]
pub(crate) mod deep;
pub(crate) mod faulty;
pub(crate) mod strict;
pub(crate) mod system;
pub(crate) mod trace;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use openwork_change::change::{
    Change, CommandDraft, ConfigPatch, Fields, ImportBundle, McpDraft, SkillDraft,
};
use openwork_change::plan::Precondition;
use openwork_change::query::{Query, View};
use openwork_change::store::{CommitReceipt, Order, Store as _, StoreError};
use openwork_model::actor::{Actor, ActorKind, TokenHash};
use openwork_model::audit::ApprovedBy;
use openwork_model::name::{CommandName, PluginSpec, SkillName};
use openwork_model::workspace::Workspace;
use openwork_store::{FsOptions, FsStore};
use openwork_testkit::sandbox::make_repository;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A small configuration.
pub(crate) const CONFIG: &str = "{\n  // mine\n  \"plugin\": [\"a\"]\n}\n";

/// A workspace `ws` and a home `home` in a directory of their own.
pub(crate) struct Place {
    root: PathBuf,
    /// Removed with the place, unless that is another process's.
    _directory: Option<TempDir>,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::below(&std::env::temp_dir())
    }

    /// On a disk where syncing costs nothing, if there is one.
    pub(crate) fn in_memory() -> Self {
        let shared = Path::new("/dev/shm");
        // Wine shows what is mounted there as a link.
        Self::below(&if shared.is_dir() && cfg!(unix) {
            shared.to_owned()
        } else {
            std::env::temp_dir()
        })
    }

    fn below(parent: &Path) -> Self {
        let directory = tempfile::Builder::new()
            .prefix("openwork-store-")
            .tempdir_in(parent)
            .unwrap();
        let root = dunce::canonicalize(directory.path()).unwrap();
        std::fs::create_dir_all(root.join("home")).unwrap();
        make_repository(&root.join("ws/.git")).unwrap();
        Self {
            root,
            _directory: Some(directory),
        }
    }

    /// The place of another process.
    pub(crate) fn of_another(root: PathBuf) -> Self {
        Self {
            root,
            _directory: None,
        }
    }

    /// With a small configuration.
    pub(crate) fn with_config() -> Self {
        let place = Self::new();
        place.write("opencode.json", CONFIG);
        place
    }

    /// A path beside the workspace.
    pub(crate) fn beside(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The workspace's directory.
    pub(crate) fn workspace(&self) -> PathBuf {
        self.root.join("ws")
    }

    pub(crate) fn options(&self) -> FsOptions {
        let mut options = FsOptions::new(Workspace::at(&self.workspace()));
        options.home = Some(self.beside("home"));
        options.global = Some(self.beside("home/.config/opencode"));
        options
    }

    pub(crate) fn store(&self) -> FsStore {
        FsStore::open(self.options()).unwrap()
    }

    /// A path in the workspace.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.workspace().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn exists(&self, path: &str) -> bool {
        self.path(path).symlink_metadata().is_ok()
    }

    /// The lines of the audit log.
    pub(crate) fn log(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.path(".opencode/openwork/audit.jsonl"));
        let text = text.unwrap_or_default();
        text.lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    /// How many entries clients are shown.
    pub(crate) fn entries(&self) -> usize {
        self.log()
            .iter()
            .filter(|line| line.get("record").is_none())
            .count()
    }

    /// The files below the workspace that are nobody's, by path.
    pub(crate) fn temporaries(&self) -> Vec<PathBuf> {
        walk(&self.workspace())
            .into_iter()
            .filter(|path| {
                path.file_name()
                    .is_some_and(|name| name.to_string_lossy().ends_with(".tmp"))
            })
            .collect()
    }
}

fn walk(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.extend(walk(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

pub(crate) fn actor() -> Actor {
    Actor {
        kind: ActorKind::Remote,
        client_id: None,
        token_hash: TokenHash::of("t"),
    }
}

pub(crate) fn order(change: Change) -> Order {
    Order {
        proposal: Arc::new(change.into()),
        shown: None,
        actor: actor(),
        approval: ApprovedBy::Auto.into(),
    }
}

pub(crate) fn shown(change: Change, shown: Vec<Precondition>) -> Order {
    Order {
        shown: Some(shown),
        ..order(change)
    }
}

pub(crate) fn plugin(spec: &str) -> Change {
    Change::AddPlugin(PluginSpec::parse(spec).unwrap())
}

pub(crate) fn remove_plugin(name: &str) -> Change {
    Change::RemovePlugin(name.to_owned())
}

pub(crate) fn skill(name: &str, body: &str) -> Change {
    let fields = fields(json!({ "name": name, "content": body, "description": "d" }));
    Change::UpsertSkill(SkillDraft::from_fields(&fields).unwrap())
}

pub(crate) fn delete_skill(name: &str) -> Change {
    Change::DeleteSkill(SkillName::parse(name).unwrap())
}

pub(crate) fn command(name: &str, template: &str) -> Change {
    let fields = fields(json!({ "name": name, "template": template }));
    Change::UpsertCommand(CommandDraft::from_fields(&fields).unwrap())
}

pub(crate) fn delete_command(name: &str) -> Change {
    Change::DeleteCommand(CommandName::parse(name).unwrap())
}

pub(crate) fn mcp(name: &str) -> Change {
    let config = json!({ "type": "remote", "url": "http://m" });
    let fields = fields(json!({ "name": name, "config": config }));
    Change::AddMcp(McpDraft::from_fields(&fields).unwrap())
}

pub(crate) fn patch(value: Value) -> Change {
    Change::PatchConfig(ConfigPatch::from_fields(&fields(value)).unwrap())
}

pub(crate) fn import(value: Value) -> Change {
    Change::Import(Box::new(ImportBundle::from_fields(&fields(value)).unwrap()))
}

fn fields(value: Value) -> Fields {
    let Value::Object(fields) = value else {
        panic!("not an object")
    };
    fields
}

pub(crate) fn commit(store: &FsStore, change: Change) -> Result<CommitReceipt, StoreError> {
    store.commit(vec![order(change)]).remove(0)
}

/// The same of a server among several. Under Wine, where a turn takes long and
/// nobody arranges whose it is, it asks again while the others keep the lock.
pub(crate) fn commit_in_turn(store: &FsStore, change: &Change) {
    let end = Instant::now() + Duration::from_secs(120);
    loop {
        match commit(store, change.clone()) {
            Err(StoreError::Busy { .. }) if cfg!(windows) && Instant::now() < end => {}
            ended => {
                ended.unwrap();
                return;
            }
        }
    }
}

/// Of states that are all tried elsewhere, one in so many is tried on Windows:
/// each takes a second or more under Wine, which needs a millisecond for every
/// call on a file.
pub(crate) const ONE_IN: usize = if cfg!(windows) { 13 } else { 1 };

/// How often something is tried: what the environment says, else `default`.
pub(crate) fn count(variable: &str, default: usize) -> usize {
    std::env::var(variable)
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(default)
}

pub(crate) fn config() -> Query {
    Query::Config { layers: false }
}

pub(crate) fn plugins(include_global: bool) -> Query {
    Query::Plugins { include_global }
}

pub(crate) fn skills(include_global: bool) -> Query {
    Query::Skills {
        include_global,
        skipped: false,
    }
}

/// The specs of the project's plugins.
pub(crate) fn specs(store: &FsStore) -> Vec<String> {
    let answer = store.view(&plugins(false)).unwrap();
    let View::Plugins(plugins) = &answer.view else {
        unreachable!()
    };
    plugins.items.iter().map(|item| item.spec.clone()).collect()
}
