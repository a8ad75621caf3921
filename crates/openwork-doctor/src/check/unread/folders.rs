//! Folders that other tools read, or whose names are nearly right.

use openwork_model::files::{EntryKind, Files, Location, TEXT_LIMIT, WalkSight, walk};
use openwork_model::layout::{PROMPT_ENDING, SKILL_FILE};
use openwork_model::path::RelPath;

use super::UNSEEN;
use super::paths::configured;
use crate::finding::DoctorFinding;

/// A folder of a workspace that the engine does not read.
struct UnreadFolder {
    path: &'static [&'static str],
    content: UnreadContent,
}

/// What makes a folder look as if it were read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum UnreadContent {
    Skills,
    Commands,
    Agents,
    /// Commands, if they say what they are for: a folder of that name may be
    /// there for anything.
    DescribedCommands,
}

const UNREAD: [UnreadFolder; 10] = {
    use UnreadContent::{Agents, Commands, DescribedCommands, Skills};
    [
        folder(&["skills"], Skills),
        folder(&["skill"], Skills),
        folder(&[".claude", "skill"], Skills),
        folder(&[".agents", "skill"], Skills),
        folder(&["commands"], DescribedCommands),
        folder(&["command"], DescribedCommands),
        folder(&[".claude", "commands"], Commands),
        folder(&[".agents", "commands"], Commands),
        folder(&[".claude", "agents"], Agents),
        folder(&[".agents", "agents"], Agents),
    ]
};

const fn folder(path: &'static [&'static str], content: UnreadContent) -> UnreadFolder {
    UnreadFolder { path, content }
}

/// The folders that have something in them that the engine would read elsewhere.
pub(super) fn unread(files: &dyn Files) -> Vec<DoctorFinding> {
    let configured = configured(files);
    let is_read = |folder: &&UnreadFolder| {
        let path = files.absolute(&folder.at());
        configured.iter().any(|read| path.starts_with(&read.path))
    };
    let folders = UNREAD.iter().filter(|folder| !is_read(folder));
    folders.filter_map(|folder| folder.finding(files)).collect()
}

impl UnreadFolder {
    fn at(&self) -> Location {
        Location::workspace(RelPath::of_components(self.path))
    }

    fn finding(&self, files: &dyn Files) -> Option<DoctorFinding> {
        let found = self.found(files);
        let first = found.first()?;
        let folder = self.path.join("/");
        let what = format!(
            "`{folder}` has {}, and the engine does not read the folder",
            self.content.counted(found.len())
        );
        let right = self.content.right_folder();
        Some(
            DoctorFinding::warning("unread.folder", what)
                .at(files.absolute(first), None)
                .why(UNSEEN)
                .fix(format!("move what is for the engine to `{right}`")),
        )
    }

    /// What the engine would read if it lay elsewhere.
    fn found(&self, files: &dyn Files) -> Vec<Location> {
        let mut found = Vec::new();
        walk(files, &self.at(), &|_| true, &mut |sight| {
            if let WalkSight::Entry { dir, entry, .. } = sight
                && entry.kind == EntryKind::File
                && let Some(at) = dir.join(&entry.name)
                && self.content.takes(&at, files)
            {
                found.push(at);
            }
        });
        found
    }
}

impl UnreadContent {
    fn takes(self, at: &Location, files: &dyn Files) -> bool {
        let name = at.path.file_name().unwrap_or_default();
        match self {
            Self::Skills => name.eq_ignore_ascii_case(SKILL_FILE),
            Self::Commands | Self::Agents => name.ends_with(PROMPT_ENDING),
            Self::DescribedCommands => name.ends_with(PROMPT_ENDING) && is_described(at, files),
        }
    }

    fn counted(self, count: usize) -> String {
        let (one, several) = match self {
            Self::Skills => ("a skill", "skills"),
            Self::Commands | Self::DescribedCommands => ("a command", "commands"),
            Self::Agents => ("an agent", "agents"),
        };
        match count {
            1 => one.to_owned(),
            _ => format!("{count} {several}"),
        }
    }

    fn right_folder(self) -> &'static str {
        match self {
            Self::Skills => ".opencode/skills",
            Self::Commands | Self::DescribedCommands => ".opencode/commands",
            Self::Agents => ".opencode/agents",
        }
    }
}

fn is_described(at: &Location, files: &dyn Files) -> bool {
    let Ok(Some(bytes)) = files.read(at, TEXT_LIMIT) else {
        return false;
    };
    let text = std::str::from_utf8(&bytes).ok();
    let header = text.and_then(|text| openwork_frontmatter::parse(text).ok());
    header.is_some_and(|header| header.text_of("description").is_some())
}
