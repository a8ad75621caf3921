//! What of a subject is shown, as one number.

use openwork_change::effect::Effect;
use openwork_change::preview::FileChange;
use sha2::{Digest as _, Sha256};

use super::Subject;

/// Takes in texts so that no two lists of them are taken for one another.
struct TextHasher(Sha256);

impl Subject {
    /// The SHA-256 of what the person is shown of it: an answer that names it
    /// counts for nothing that would be shown otherwise.
    pub fn shown_digest(&self) -> [u8; 32] {
        let preview = &self.preview;
        let mut hasher = TextHasher(Sha256::new());
        hasher.text(self.workspace.as_str());
        hasher.text(self.action);
        hasher.text(&self.summary);
        hasher.text(&preview.title);
        hasher.text(preview.level.as_str());
        hasher.text(&preview.covers);
        hasher.all(&self.paths, |hasher, path| {
            hasher.text(&path.to_string_lossy());
        });
        hasher.all(&preview.effects, TextHasher::effect);
        hasher.all(&preview.changes, TextHasher::change);
        hasher.0.finalize().into()
    }
}

impl TextHasher {
    fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text);
    }

    fn optional(&mut self, text: Option<&str>) {
        self.0.update([u8::from(text.is_some())]);
        self.text(text.unwrap_or(""));
    }

    fn all<T>(&mut self, items: &[T], take: impl Fn(&mut Self, &T)) {
        self.0.update((items.len() as u64).to_be_bytes());
        for item in items {
            take(self, item);
        }
    }

    fn effect(&mut self, effect: &Effect) {
        let Effect {
            kind,
            level,
            text,
            path,
            from,
            to,
            command,
            host,
            file,
        } = effect;
        self.text(kind.as_str());
        self.text(level.as_str());
        self.text(text);
        for part in [path, from, to, command, host, file] {
            self.optional(part.as_deref());
        }
    }

    fn change(&mut self, change: &FileChange) {
        self.text(change.path.as_str());
        self.text(change.kind.as_str());
        self.text(&change.diff);
        self.optional(change.digest.as_deref());
        self.0.update((change.added as u64).to_be_bytes());
        self.0.update((change.removed as u64).to_be_bytes());
    }
}
