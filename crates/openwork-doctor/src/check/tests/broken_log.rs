//! A workspace whose audit log cannot be read, wherever that lies.

use std::io;
use std::path::PathBuf;

use openwork_model::audit::AuditLine;
use openwork_model::files::{DirEntry, FileContents, FileError, Files, Location};
use openwork_model::path::RelPath;

use super::*;

struct BrokenLog {
    files: MemoryFiles,
    log: PathBuf,
}

impl Files for BrokenLog {
    fn read(&self, at: &Location, limit: u64) -> Result<Option<FileContents>, FileError> {
        self.files.read(at, limit)
    }

    fn list(&self, at: &Location) -> Result<Option<Vec<DirEntry>>, FileError> {
        self.files.list(at)
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

    fn newest_entries(&self, _: usize) -> Result<Vec<AuditLine>, FileError> {
        let cause = io::Error::other("input/output error");
        Err(FileError::io(self.log.clone(), cause))
    }
}

#[test]
fn the_log_is_named_where_it_lies() {
    let files = BrokenLog {
        files: files(),
        log: "/state/w/audit.jsonl".into(),
    };
    let facts = DoctorFacts {
        workspaces: vec![WorkspaceFacts::new(
            "ws",
            "/ws",
            WorkspaceState::Readable(&files),
        )],
        ..DoctorFacts::default()
    };
    assert_eq!(
        brief(&facts, "audit"),
        "error audit.unreadable /state/w/audit.jsonl"
    );
}
