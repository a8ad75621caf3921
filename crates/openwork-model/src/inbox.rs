//! What settings say of the files that clients bring.
//!
//! Clients bring files into one folder without anybody being asked, as nothing is
//! loaded from there. Settings may say otherwise: name one of these files as
//! instructions, or the folder as a place of skills. By how a path is written, and
//! rather once too often: whoever is told of a path that leads elsewhere loses
//! little.

use std::borrow::Cow;

use crate::layout::WorkspacePlace;

mod folder;
mod pattern;
mod settings;
mod tail;

pub use self::settings::{is_named, leading_texts};

/// How the paths of a text are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathUse {
    /// A text for agents, which may speak of the folder: only the files that it
    /// names one by one count, and all that a shell gets.
    Prose,
    /// Words of a program or of a setting that is not known better: the folder
    /// counts as well.
    Words,
    /// A place that is read or loaded as a whole: what lies above the folder
    /// counts, too.
    Place,
}

/// Whether a text of the settings leads to some file that clients may bring.
///
/// ```
/// use openwork_model::inbox::{PathUse, leads_there};
///
/// assert!(leads_there(".opencode/openwork/inbox/a.md", PathUse::Place));
/// assert!(leads_there(".opencode/**/*.md", PathUse::Place));
/// assert!(!leads_there("docs/*.md", PathUse::Place));
/// ```
pub fn leads_there(text: &str, taken: PathUse) -> bool {
    InboxTarget::any().is_named_by(text, taken)
}

/// What a text may lead to.
#[derive(Debug)]
struct InboxTarget {
    /// The file, below the folder and in small letters; `None` for any.
    file: Option<String>,
    /// Where the workspace is, in small letters and with `/`; empty if that is not
    /// known.
    workspace: String,
}

impl InboxTarget {
    fn any() -> Self {
        Self {
            file: None,
            workspace: String::new(),
        }
    }

    fn is_named_by(&self, text: &str, taken: PathUse) -> bool {
        let text = plain(text);
        // What a shell gets it may put together, so there each word counts by itself.
        let runs = taken != PathUse::Prose || text.contains("!`");
        let climbing = words(&text).chain([text.as_str()]);
        let climbing = climbing.filter(|text| text.contains(".."));
        self.is_spelled_in(&text, runs)
            || climbing
                .map(folded)
                .any(|text| self.is_spelled_in(&text, runs))
            || (runs && words(&text).any(|word| pattern::matches(word, self.file.as_deref())))
            || (taken == PathUse::Place && self.is_below(text.trim()))
    }

    /// Whether a text has the path of the file, or where the folder counts of
    /// anything that it lies in, as far as the folder.
    fn is_spelled_in(&self, text: &str, folder_counts: bool) -> bool {
        let mut places = text.match_indices(folder::NAME);
        places.any(|(at, name)| {
            let (before, after) = (
                text.get(..at).unwrap_or(""),
                text.get(at + name.len()..).unwrap_or(""),
            );
            // Alone the folder's name may be a word like any other.
            let is_path = folder::ends_above(before)
                || (self.file.is_some() && folder::begins_path(before) && after.starts_with('/'));
            is_path && tail::leads(after, self.file.as_deref(), folder_counts)
        })
    }

    /// Whether the folder is or lies in the directory of a text.
    fn is_below(&self, text: &str) -> bool {
        folder::is_below(text, &self.workspace) || pattern::matches(text, self.file.as_deref())
    }
}

/// A text in small letters, as not all file systems tell them apart, with one way
/// to write each path.
fn plain(text: &str) -> String {
    let text = decoded(text).to_lowercase().replace('\\', "/");
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        plain.push(c);
        while plain.ends_with("//") || plain.ends_with("/./") {
            let shorter = plain.trim_end_matches('/').trim_end_matches("/.").len();
            plain.truncate(shorter);
            plain.push('/');
        }
    }
    plain
}

/// A text without what a URL writes with a percent sign.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    // By hand, as what follows a percent sign may be no escape, and stays then: readers
    // of URLs differ in what they make of it.
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = (first == b'%').then(|| after.get(..2)).flatten();
        let escaped =
            escaped.and_then(|hex| u8::from_str_radix(str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(escaped.unwrap_or(first));
        rest = if escaped.is_some() {
            after.get(2..).unwrap_or(&[])
        } else {
            after
        };
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// The words of a text that may be paths.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(tail::is_end);
    words.filter(|word| !word.is_empty())
}

/// A path without what it climbs back from.
fn folded(path: &str) -> String {
    let mut folded: Vec<&str> = Vec::new();
    for component in path.split('/') {
        let is_name = |last: &&str| !last.is_empty() && *last != "..";
        if component == ".." && folded.last().is_some_and(is_name) {
            folded.pop();
        } else {
            folded.push(component);
        }
    }
    folded.join("/")
}

/// The folder's path in components.
fn components() -> Vec<String> {
    let path = WorkspacePlace::Inbox.path();
    path.components().map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests;
