//! What lies in a skill's folder beside its SKILL.md.

use super::export_room::ExportRoom;
use super::is_skill_folder;
use crate::digest::{Digest, FileDigest, WHOLE};
use crate::files::{
    EntryKind, FileContents, FileError, FileRoot, Files, Location, WalkSight, walk,
};
use crate::layout::{AgentDirectory, SKILL_FILE, USER_SKILL_FOLDERS, UserSkillFolder};
use crate::path::RelPath;

/// The largest file of a skill that is written or exported, in bytes.
pub const SKILL_FILE_LIMIT: u64 = 512 << 10;
/// The most files of one skill that are told of.
pub const MOST_SKILL_FILES: usize = 1_000;

/// A file of a skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillFile {
    /// Where, below the skill's folder.
    pub path: RelPath,
    /// How large it is.
    pub bytes: u64,
    /// Whether it may be run as a program.
    pub executable: bool,
    /// The SHA-256 of what it holds; `None` if it is too large to be read whole.
    pub sha256: Option<Digest>,
}

/// A file of a skill that is read or exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillFileContents {
    /// Where, below the skill's folder.
    pub path: RelPath,
    /// What it holds.
    pub contents: FileContents,
    /// Whether it may be run as a program.
    pub executable: bool,
}

/// Something that an export leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OmittedFile {
    /// Where, below the skill's folder (the folder itself if there is too much)
    /// or below the workspace.
    pub path: RelPath,
    /// Why, for people.
    pub reason: String,
}

/// The folder of a skill, and the files in it.
pub struct SkillFolder<'f> {
    files: &'f dyn Files,
    at: Location,
    paths: Vec<RelPath>,
    omitted: Vec<OmittedFile>,
}

impl<'f> SkillFolder<'f> {
    /// Looks into the folder of a SKILL.md.
    ///
    /// Links are not followed, and folders with a SKILL.md of their own belong
    /// to that skill. Where a folder may hold anything, as where `skills.paths`
    /// leads to, nothing beside the SKILL.md counts as the skill's.
    pub fn of(files: &'f dyn Files, skill: &Location) -> Self {
        let top = skill.path.parent().unwrap_or_default();
        let mut folder = Self {
            files,
            at: Location::new(skill.root, top),
            paths: Vec::new(),
            omitted: Vec::new(),
        };
        if folder.is_own() {
            folder.look();
        }
        folder
    }

    /// All files, with their digests.
    pub fn list(&self) -> Result<Vec<SkillFile>, FileError> {
        let files = self.paths.iter().map(|path| {
            let at = self.location(path);
            let Some(FileDigest { length, digest }) = self.files.digest(&at)? else {
                return Ok(None);
            };
            Ok(Some(SkillFile {
                path: path.clone(),
                bytes: length,
                executable: self.files.is_executable(&at)?,
                sha256: (length <= WHOLE).then_some(digest),
            }))
        });
        files.filter_map(Result::transpose).collect()
    }

    /// One of the files; `None` if it has no such one.
    pub fn read(&self, path: &RelPath, limit: u64) -> Result<Option<SkillFileContents>, FileError> {
        // By the list and not by the path alone, which may pass a link.
        if !self.paths.contains(path) {
            return Ok(None);
        }
        let at = self.location(path);
        let Some(contents) = self.files.read(&at, limit)? else {
            return Ok(None);
        };
        Ok(Some(SkillFileContents {
            path: path.clone(),
            contents,
            executable: self.files.is_executable(&at)?,
        }))
    }

    /// All files as far as there is room for them, and what is left out. Less
    /// room is left afterwards.
    pub fn export(&self, room: &mut ExportRoom) -> (Vec<SkillFileContents>, Vec<OmittedFile>) {
        let mut files = Vec::new();
        let mut omitted = self.omitted.clone();
        for path in &self.paths {
            let left_out = match self.read(path, SKILL_FILE_LIMIT) {
                Ok(Some(file)) if room.take(path.as_str(), &file.contents) => {
                    files.push(file);
                    continue;
                }
                Ok(Some(_)) => left_out(path, FULL),
                // It went away while it was looked at.
                Ok(None) => continue,
                Err(error) => left_out(path, reason(&error)),
            };
            if !room.take_omitted(path.as_str(), &left_out.reason) {
                omitted.push(self::left_out(&RelPath::root(), FULL));
                break;
            }
            omitted.push(left_out);
        }
        (files, omitted)
    }

    fn location(&self, path: &RelPath) -> Location {
        Location::new(self.at.root, self.at.path.join_path(path))
    }

    /// Whether all that is in the folder belongs to the skill.
    fn is_own(&self) -> bool {
        let users = |folder: &&UserSkillFolder| folder.root == self.at.root;
        match self.at.root {
            FileRoot::Workspace | FileRoot::Ancestor(_) => is_skill_folder(&self.at.path),
            FileRoot::Global | FileRoot::Home | FileRoot::Custom => USER_SKILL_FOLDERS
                .iter()
                .filter(users)
                .any(|folder| is_strictly_below(&self.at.path, folder)),
        }
    }

    fn look(&mut self) {
        let (mut found, mut nested) = (Vec::new(), Vec::new());
        let mut closed = Vec::new();
        let enters = |entry: &crate::files::DirEntry| !entry.is_link;
        walk(self.files, &self.at, &enters, &mut |met| match met {
            WalkSight::Entry { dir, depth, entry } if entry.name == SKILL_FILE => {
                if depth > 0 {
                    nested.push(dir.path.clone());
                }
            }
            WalkSight::Entry { dir, entry, .. } => {
                if entry.kind == EntryKind::File && !entry.is_link {
                    found.extend(dir.path.join(&entry.name));
                }
            }
            WalkSight::Closed { dir, error } => closed.push((dir.path.clone(), reason(&error))),
            WalkSight::TooDeep { dir } => closed.push((dir.path.clone(), DEEP.to_owned())),
            WalkSight::TooMany => closed.push((self.at.path.clone(), MANY.to_owned())),
        });
        found.retain(|path| !nested.iter().any(|folder| path.is_below(folder)));
        if found.len() > MOST_SKILL_FILES {
            found.truncate(MOST_SKILL_FILES);
            closed.push((self.at.path.clone(), MANY.to_owned()));
        }
        found.sort();
        self.paths = found.iter().map(|path| self.below(path)).collect();
        let omitted = closed.into_iter();
        self.omitted = omitted
            .map(|(path, reason)| left_out(&self.below(&path), reason))
            .collect();
    }

    /// A path of the folder's root as one below the folder.
    fn below(&self, path: &RelPath) -> RelPath {
        let depth = self.at.path.components().count();
        let components: Vec<&str> = path.components().skip(depth).collect();
        RelPath::of_components(&components)
    }
}

const FULL: &str = "the export has no room for it";
const DEEP: &str = "what is in it lies too deep";
const MANY: &str = "there is more in it than is looked at";

fn is_strictly_below(path: &RelPath, folder: &UserSkillFolder) -> bool {
    let top = folder
        .directory
        .map_or_else(RelPath::root, AgentDirectory::path);
    let place = top.join_path(&RelPath::of_components(&[folder.name]));
    path.is_below(&place) && *path != place
}

fn left_out(path: &RelPath, reason: impl Into<String>) -> OmittedFile {
    OmittedFile {
        path: path.clone(),
        reason: reason.into(),
    }
}

/// Why something cannot be read, without where it is: absolute paths are
/// nobody's business who imports.
fn reason(error: &FileError) -> String {
    match error {
        FileError::TooLarge { limit, .. } => format!("it is larger than {limit} bytes"),
        FileError::NotRegular { .. } => "it is no regular file".to_owned(),
        FileError::Withheld { .. } => "it belongs to the server itself".to_owned(),
        FileError::Link { .. } => "it is or passes a link that is not followed".to_owned(),
        FileError::Io { source, .. } => source.to_string(),
    }
}
