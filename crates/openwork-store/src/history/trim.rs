//! Letting go of the contents that were used longest ago.

use std::io;
use std::sync::Arc;

use openwork_model::digest::Digest;

use super::HistoryBounds;
use crate::commit::file_state;
use crate::fs::disk::{DiskDir, FileKind};
use crate::fs::tree;
use crate::layout;

/// How often contents that are too old are looked for, in ms.
const INTERVAL: u64 = 60 * 60 * 1_000;

/// How much is kept, as far as the one who writes knows.
#[derive(Debug, Default)]
pub(crate) struct HistorySize {
    /// In bytes; not known before it was looked at.
    bytes: Option<u64>,
    /// When it was looked at last, in ms since 1970.
    looked_at: u64,
}

/// Contents that are kept.
struct KeptEntry {
    name: String,
    bytes: u64,
    /// When a change last had them, in ms since 1970.
    used: u64,
}

impl HistorySize {
    /// Counts bytes that came, and removes the oldest contents beyond the bounds.
    pub(crate) fn grow(
        &mut self,
        home: &Arc<dyn DiskDir>,
        came: u64,
        bounds: HistoryBounds,
        now: u64,
    ) -> io::Result<()> {
        self.bytes = self.bytes.map(|bytes| bytes + came);
        let is_due = now.saturating_sub(self.looked_at) >= INTERVAL;
        let fits = self.bytes.is_some_and(|bytes| bytes <= bounds.max_bytes);
        if fits && !is_due {
            return Ok(());
        }
        let dir = match tree::open(home, &layout::history()) {
            Ok(dir) => dir,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        self.bytes = Some(trim(&dir, bounds, now)?);
        self.looked_at = now;
        Ok(())
    }
}

/// Removes contents beyond the bounds; how many bytes are left.
fn trim(dir: &Arc<dyn DiskDir>, bounds: HistoryBounds, now: u64) -> io::Result<u64> {
    let mut kept = entries(dir)?;
    kept.sort_unstable_by_key(|entry| entry.used);
    let mut bytes = kept.iter().map(|entry| entry.bytes).sum::<u64>();
    let oldest = u64::try_from(bounds.max_age.as_millis()).map_or(0, |age| now.saturating_sub(age));
    // Some room more than is needed, or each change from here on would look through
    // all of it.
    let most = if bytes > bounds.max_bytes {
        bounds.max_bytes - bounds.max_bytes / 8
    } else {
        bytes
    };
    for entry in kept {
        if bytes <= most && entry.used >= oldest {
            break;
        }
        file_state::remove_if_there(dir, &entry.name)?;
        bytes -= entry.bytes;
    }
    Ok(bytes)
}

fn entries(dir: &Arc<dyn DiskDir>) -> io::Result<Vec<KeptEntry>> {
    let mut found = Vec::new();
    for (name, kind) in dir.list()? {
        // What is called otherwise is none of ours.
        if kind != FileKind::File || !is_digest(&name) {
            continue;
        }
        match dir.stat(&name) {
            Ok(stat) => found.push(KeptEntry {
                bytes: layout::on_disk(stat.size),
                used: u64::try_from(stat.modified / 1_000_000).unwrap_or(0),
                name,
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn is_digest(name: &str) -> bool {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    name.len() == size_of::<Digest>() * 2 && name.bytes().all(is_hex)
}
