//! The lines of the audit log.
//!
//! An entry is a line that clients are shown; its fields are those of the OpenWork
//! API. All other lines say what they are in a field `record`. The intent of a
//! change is written before it, its outcome (an entry, or `aborted`) after it;
//! both name their batch, so that the last batch can be found from the end.
//! Requests that were refused have a log of their own; that of an earlier
//! version may hold them as well.

use std::borrow::Cow;
use std::io;

use openwork_change::store::RefusedRequest;
use openwork_model::audit::{AuditEntry, NamedFiles};
use openwork_model::digest::Digest;
use openwork_model::path::RelPath;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::changed::ChangedEntry;
use crate::history::note::HistoryNote;

/// How the lines begin that are no entries, if this store wrote them.
pub(crate) const RECORD: &[u8] = b"{\"record\":\"";

/// A change that is about to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ChangeIntent {
    record: IntentWord,
    /// The orders that are carried out together.
    pub(crate) batch: Uuid,
    /// What will be recorded once it is made, but for the files that it names:
    /// the notes do that already.
    #[serde(flatten)]
    pub(crate) entry: AuditEntry,
    /// The files that it changes. Earlier versions called them `files`.
    #[serde(alias = "files")]
    pub(crate) notes: Vec<FileNote>,
    /// What these files were and will be by this change alone, if that is kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    history: Vec<HistoryNote>,
    /// The files that its entry will name.
    #[serde(skip)]
    named: NamedFiles,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum IntentWord {
    Intent,
}

/// One file of a change: what it was, what it will be, what is put in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileNote {
    path: String,
    /// `None`: there was no file.
    pub(crate) before: Option<Digest>,
    /// `None`: there will be no file.
    pub(crate) after: Option<Digest>,
    /// The temporary file beside it that holds the new contents until they are
    /// in place, or the old ones until they are removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) temporary: Option<String>,
    /// Whether it will be a program, where that is to be another than it is.
    // Without it a change of the mark alone would look like one that was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) executable: Option<bool>,
}

impl FileNote {
    pub(crate) fn new(
        path: &RelPath,
        before: Option<Digest>,
        after: Option<Digest>,
        temporary: Option<String>,
    ) -> Self {
        Self {
            path: path.as_str().to_owned(),
            before,
            after,
            temporary,
            executable: None,
        }
    }

    /// The same for a file that becomes a program, or none.
    pub(crate) fn with_mark(self, executable: Option<bool>) -> Self {
        Self { executable, ..self }
    }

    /// The file below the workspace, if the text is still such a path.
    pub(crate) fn path(&self) -> Option<RelPath> {
        RelPath::new(&self.path).ok()
    }
}

impl ChangeIntent {
    pub(crate) fn new(batch: Uuid, mut entry: AuditEntry, notes: Vec<FileNote>) -> Self {
        let named = std::mem::take(&mut entry.named);
        Self {
            record: IntentWord::Intent,
            batch,
            entry,
            notes,
            history: Vec::new(),
            named,
        }
    }

    /// The same, of which the contents before and after it are kept.
    pub(crate) fn keeping(self, history: Vec<HistoryNote>) -> Self {
        Self { history, ..self }
    }

    /// The line that says that it will be done.
    pub(crate) fn line(&self) -> io::Result<Vec<u8>> {
        line(self)
    }

    /// The line that says that it was done: the one that clients are shown.
    /// What it did to the files is left out after a crash: the intent names
    /// them, and says no more, so that it costs no room twice.
    pub(crate) fn done(&self, changes: &[ChangedEntry]) -> io::Result<Vec<u8>> {
        #[derive(Serialize)]
        struct Done<'a> {
            #[serde(flatten)]
            entry: &'a AuditEntry,
            #[serde(flatten)]
            named: NamedFiles,
            batch: Uuid,
            /// Whether it can be undone, as far as that is known now.
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            undoable: bool,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            changes: &'a [ChangedEntry],
        }
        line(&Done {
            entry: &self.entry,
            named: self.named(),
            batch: self.batch,
            undoable: !self.history.is_empty(),
            changes,
        })
    }

    /// The files that the entry names: after a crash, those of the notes.
    fn named(&self) -> NamedFiles {
        if self.named != NamedFiles::default() {
            return self.named.clone();
        }
        let paths: Vec<RelPath> = self.notes.iter().filter_map(FileNote::path).collect();
        NamedFiles::of(&paths)
    }

    /// The line that says that it was not done.
    pub(crate) fn aborted(&self, reason: &str) -> io::Result<Vec<u8>> {
        #[derive(Serialize)]
        struct Aborted<'a> {
            record: &'static str,
            batch: Uuid,
            id: Uuid,
            timestamp: u64,
            reason: &'a str,
        }
        let AuditEntry { id, timestamp, .. } = self.entry;
        line(&Aborted {
            record: "aborted",
            batch: self.batch,
            id,
            timestamp,
            reason,
        })
    }
}

/// The line of something that changes no file: an entry that ends no batch.
pub(crate) fn noted(entry: &AuditEntry) -> io::Result<Vec<u8>> {
    line(entry)
}

/// The line of a request that was refused.
pub(crate) fn refused(
    refused: &RefusedRequest,
    workspace: &str,
    id: Uuid,
    timestamp: u64,
) -> io::Result<Vec<u8>> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Line<'a> {
        record: &'static str,
        id: Uuid,
        workspace_id: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        request: Option<Uuid>,
        actor: &'a openwork_model::actor::Actor,
        action: &'a str,
        summary: &'a str,
        outcome: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        address: Option<std::net::IpAddr>,
        count: u64,
        timestamp: u64,
    }
    let RefusedRequest {
        request,
        actor,
        address,
        action,
        summary,
        outcome,
        count,
    } = refused;
    line(&Line {
        record: "refused",
        id,
        workspace_id: workspace,
        request: *request,
        actor,
        action,
        summary,
        outcome,
        address: *address,
        count: *count,
        timestamp,
    })
}

/// What a line is, as far as readers of the log care.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    /// One that clients are shown.
    Entry {
        /// Its time, in ms since 1970.
        timestamp: u64,
        /// Its id.
        id: String,
        /// The batch that it ends, unless another program wrote it.
        batch: Option<Uuid>,
    },
    /// The intent of a change.
    Intent {
        /// Its batch.
        batch: Option<Uuid>,
    },
    /// That a change was not made.
    Aborted {
        /// The id of the change.
        id: String,
        /// Its batch.
        batch: Option<Uuid>,
    },
    /// Anything else that can be read.
    Other,
}

/// Sorts a line; `None` if it cannot be read.
pub(crate) fn kind_of(line: &[u8]) -> Option<LineKind> {
    #[derive(Deserialize)]
    struct Head<'a> {
        #[serde(borrow)]
        record: Option<Cow<'a, str>>,
        #[serde(borrow)]
        id: Option<Cow<'a, str>>,
        timestamp: Option<u64>,
        batch: Option<Uuid>,
    }
    let Head {
        record,
        id,
        timestamp,
        batch,
    } = serde_json::from_slice(line).ok()?;
    Some(match (record.as_deref(), id, timestamp) {
        (None, Some(id), Some(timestamp)) => LineKind::Entry {
            timestamp,
            id: id.into_owned(),
            batch,
        },
        (Some("intent"), ..) => LineKind::Intent { batch },
        (Some("aborted"), Some(id), _) => LineKind::Aborted {
            id: id.into_owned(),
            batch,
        },
        _ => LineKind::Other,
    })
}

fn line(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}
