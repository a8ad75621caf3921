//! Audit logs: whatever stands in one, it is read and written on.

use std::path::Path;

use openwork_change::store::Store;
use openwork_model::workspace::Workspace;
use openwork_store::{FsOptions, FsStore};

/// Opens a workspace with such a log and reads it.
pub fn feed(data: &[u8]) {
    let directory = tempfile::tempdir().expect("there is a place for temporary files");
    let home = directory.path().join(".opencode/openwork");
    std::fs::create_dir_all(&home).expect("directories can be made");
    std::fs::write(home.join("audit.jsonl"), data).expect("files can be written");
    let store = FsStore::open(options(directory.path())).expect("the directory is there");
    let entries = store.audit(200).expect("any log can be read");
    for entry in entries {
        let value: serde_json::Value = serde_json::from_str(entry.get()).expect("entries are JSON");
        assert!(value.is_object());
    }
}

fn options(path: &Path) -> FsOptions {
    FsOptions {
        authorized_roots: vec![path.to_owned()],
        ..FsOptions::new(Workspace::at(path))
    }
}
