//! The files of a skill that a client wants written or removed.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::JsonObject;
use openwork_model::files::FileContents;
use openwork_model::invalid::Invalid;
use openwork_model::layout::SKILL_FILE;
use openwork_model::path::RelPath;
use openwork_model::skill::MOST_SKILL_FILES;

/// One file beside a SKILL.md as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillFileDraft {
    /// Where, below the skill's folder.
    pub path: RelPath,
    /// What it will hold; `None` removes it.
    pub contents: Option<FileContents>,
    /// Whether it will be a program; `None` leaves that as it is.
    pub executable: Option<bool>,
}

/// Reads `files` of a skill. A file that is not named stays.
pub(super) fn skill_files(item: &JsonObject<'_>) -> Result<Vec<SkillFileDraft>, Invalid> {
    let list = item.list("files")?.unwrap_or(&[]);
    if list.len() > MOST_SKILL_FILES {
        return Err(Invalid::SkillFile {
            path: item.place("files"),
            reason: format!("a skill has at most {MOST_SKILL_FILES} files"),
        });
    }
    let place = |index: usize| item.place(&format!("files[{index}]"));
    let files: Vec<SkillFileDraft> = list
        .iter()
        .enumerate()
        .map(|(index, file)| SkillFileDraft::of_value(file, &place(index)))
        .collect::<Result<_, _>>()?;
    check_apart(&files)?;
    Ok(files)
}

/// Reads `omitted` of a skill: what an export has left out and an import that
/// replaces is to leave alone.
pub(super) fn omitted_files(item: &JsonObject<'_>) -> Result<Vec<RelPath>, Invalid> {
    let list = item.list("omitted")?.unwrap_or(&[]);
    let path = |(index, value): (usize, &Value)| {
        let place = item.place(&format!("omitted[{index}]"));
        let text = JsonObject::of(value, &place)?.text("path")?.unwrap_or("");
        // The folder itself is omitted where there is too much in it.
        if text.is_empty() {
            return Ok(RelPath::root());
        }
        RelPath::new(text).map_err(|_| misplaced(text))
    };
    list.iter().enumerate().map(path).collect()
}

impl SkillFileDraft {
    fn of_value(value: &Value, place: &str) -> Result<Self, Invalid> {
        let item = JsonObject::of(value, place)?;
        Ok(Self {
            path: skill_file_path(item.text("path")?.unwrap_or(""))?,
            contents: contents(&item)?,
            executable: item.flag("executable")?,
        })
    }
}

/// A path below a skill's folder that may be written.
fn skill_file_path(text: &str) -> Result<RelPath, Invalid> {
    let path = RelPath::new(text).map_err(|_| misplaced(text))?;
    // One of its own makes a folder another skill, and some disks take names in
    // capitals and in small letters for the same.
    if path
        .components()
        .any(|part| part.eq_ignore_ascii_case(SKILL_FILE))
    {
        return Err(Invalid::SkillFile {
            path: text.to_owned(),
            reason: format!("a {SKILL_FILE} is written as the content of a skill"),
        });
    }
    if text.len() > LONGEST || path.components().count() > DEEPEST {
        return Err(Invalid::SkillFile {
            path: text.chars().take(64).collect(),
            reason: "its path is too long".to_owned(),
        });
    }
    Ok(path)
}

/// The longest path of a file of a skill, in bytes, and the deepest.
const LONGEST: usize = 255;
const DEEPEST: usize = 16;

fn misplaced(text: &str) -> Invalid {
    Invalid::SkillFile {
        path: text.chars().take(64).collect(),
        reason: "that is no path below the skill's folder".to_owned(),
    }
}

/// What a file will hold: a text, bytes, or nothing at all.
fn contents(item: &JsonObject<'_>) -> Result<Option<FileContents>, Invalid> {
    let fault = |reason: &str| {
        Err(Invalid::SkillFile {
            path: item.place("content"),
            reason: reason.to_owned(),
        })
    };
    match (item.text("content")?, item.text("base64")?) {
        (Some(_), Some(_)) => fault("a file has `content` or `base64`, not both"),
        (Some(text), None) => Ok(Some(text.as_bytes().into())),
        (None, Some(text)) => match STANDARD.decode(text) {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) => fault(&format!("`base64` cannot be decoded: {error}")),
        },
        // Said and not left out: a program that forgets a field removes nothing.
        (None, None) if item.is_null("content") => Ok(None),
        (None, None) => fault("a file needs `content` or `base64`; `content: null` removes it"),
    }
}

/// Fails if two entries are of one file, or one's file is another's folder.
fn check_apart(files: &[SkillFileDraft]) -> Result<(), Invalid> {
    let mut known = BTreeSet::new();
    for file in files {
        if !known.insert(&file.path) {
            return Err(Invalid::SkillFile {
                path: file.path.to_string(),
                reason: "it is there twice".to_owned(),
            });
        }
    }
    for file in files.iter().filter(|file| file.contents.is_some()) {
        let mut above = file.path.parent();
        while let Some(folder) = above.filter(|folder| !folder.is_root()) {
            if known.contains(&folder) {
                return Err(Invalid::SkillFile {
                    path: folder.to_string(),
                    reason: "it cannot be a file and a folder".to_owned(),
                });
            }
            above = folder.parent();
        }
    }
    Ok(())
}
