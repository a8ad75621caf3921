//! One entry of the log, with what its intent says of its files.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use openwork_change::store::undone_by;
use openwork_model::audit::AuditLine;
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::line::RECORD;
use super::segments;
use super::tail::LogTail;
use crate::fs::disk::DiskDir;
use crate::history::note::HistoryNote;

/// An entry that was looked for.
#[derive(Debug)]
pub(crate) struct LoggedEntry {
    pub(crate) line: AuditLine,
    pub(crate) action: String,
    pub(crate) summary: String,
    /// The files that it changed, if its intent says.
    pub(crate) history: Option<Vec<HistoryNote>>,
    /// The entry that took it back.
    pub(crate) undone_by: Option<Uuid>,
}

/// What is read of an entry.
#[derive(Deserialize)]
struct EntryHead<'a> {
    id: Uuid,
    #[serde(borrow)]
    action: Cow<'a, str>,
    #[serde(borrow)]
    summary: Cow<'a, str>,
    undoes: Option<Uuid>,
    batch: Option<Uuid>,
    timestamp: u64,
}

/// What is read of an intent.
#[derive(Deserialize)]
struct IntentHead<'a> {
    #[serde(borrow)]
    record: Cow<'a, str>,
    id: Uuid,
    history: Option<Vec<HistoryNote>>,
}

/// Finds an entry in the logs of these directories.
pub(crate) fn find(homes: &[Arc<dyn DiskDir>], entry: Uuid) -> io::Result<Option<LoggedEntry>> {
    let mut search = EntrySearch::new(entry);
    for home in homes {
        search.read(home)?;
    }
    let EntrySearch {
        found, mut undone, ..
    } = search;
    // Two logs were read one after the other, and their entries came in turns.
    undone.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    let undoing = undone.into_iter().map(|(_, id, undoes)| (id, Some(undoes)));
    Ok(found.map(|found| LoggedEntry {
        undone_by: undone_by(entry, undoing),
        ..found
    }))
}

struct EntrySearch {
    entry: Uuid,
    id: String,
    found: Option<LoggedEntry>,
    /// Whether the rest of the log that is read says nothing of the entry.
    is_complete: bool,
    /// The entries that take others back: when, which, and what they take back.
    undone: Vec<(u64, Uuid, Uuid)>,
}

impl EntrySearch {
    fn new(entry: Uuid) -> Self {
        Self {
            entry,
            id: entry.to_string(),
            found: None,
            is_complete: false,
            undone: Vec::new(),
        }
    }

    /// Reads a log from its end. What comes before the entry says nothing of it, but
    /// another log may have what came after.
    fn read(&mut self, home: &Arc<dyn DiskDir>) -> io::Result<()> {
        self.is_complete = false;
        for segment in segments::open_all(home)? {
            let mut tail = LogTail::new(&*segment.file, segment.stat.size);
            while !self.is_complete {
                let Some(line) = tail.before()? else { break };
                self.take(line);
            }
        }
        Ok(())
    }

    fn take(&mut self, line: Vec<u8>) {
        if line.starts_with(RECORD) {
            if self.found.is_some() && self.names_entry(&line) {
                self.take_intent(&line);
            }
            return;
        }
        let Ok(head) = serde_json::from_slice::<EntryHead<'_>>(&line) else {
            return;
        };
        let EntryHead {
            id,
            undoes,
            batch,
            timestamp,
            ..
        } = head;
        self.undone
            .extend(undoes.map(|undoes| (timestamp, id, undoes)));
        if id != self.entry || self.found.is_some() {
            return;
        }
        let (action, summary) = (head.action.into_owned(), head.summary.into_owned());
        let text = String::from_utf8(line).ok().map(RawValue::from_string);
        let Some(Ok(line)) = text else { return };
        self.found = Some(LoggedEntry {
            line: line.into(),
            action,
            summary,
            history: None,
            undone_by: None,
        });
        // What is no change of files had no intent.
        self.is_complete = batch.is_none();
    }

    fn take_intent(&mut self, line: &[u8]) {
        let Ok(head) = serde_json::from_slice::<IntentHead<'_>>(line) else {
            return;
        };
        if head.record == "intent"
            && head.id == self.entry
            && let Some(found) = &mut self.found
        {
            found.history = head.history;
            self.is_complete = true;
        }
    }

    /// Whether a line may be about the entry: most lines need not be parsed.
    fn names_entry(&self, line: &[u8]) -> bool {
        let id = self.id.as_bytes();
        line.windows(id.len()).any(|part| part == id)
    }
}
