//! Which files of a workspace the engine loads, and where they lie.

use super::EventReason;
use openwork_model::layout::{
    AgentDirectory, EngineFolder, FOLDERS, FolderContent, FolderFile, is_config_file,
};
use openwork_model::path::RelPath;

impl EventReason {
    /// Which part a file of the workspace belongs to; `None` if the engine
    /// does not load it.
    ///
    /// ```
    /// use openwork_change::event::EventReason;
    /// use openwork_model::path::RelPath;
    ///
    /// let reason = |path| RelPath::new(path).ok().and_then(|path| EventReason::of_path(&path));
    /// assert_eq!(reason(".agents/skills/audit/SKILL.md"), Some(EventReason::Skills));
    /// assert_eq!(reason(".opencode/openwork.json"), None);
    /// ```
    pub fn of_path(path: &RelPath) -> Option<Self> {
        reason_and_name(path).map(|(reason, _)| reason)
    }
}

/// The directories in which changes show, and whether those below count.
///
/// Directories and not files: whoever writes a file with care replaces it.
pub fn watched_directories() -> impl Iterator<Item = (RelPath, bool)> {
    let on_the_way = AgentDirectory::ALL.map(AgentDirectory::path);
    let on_the_way = std::iter::once(RelPath::root()).chain(on_the_way);
    let folders = FOLDERS.iter().map(EngineFolder::path);
    on_the_way
        .map(|directory| (directory, false))
        .chain(folders.map(|folder| (folder, true)))
}

/// Whether something that happened to a path may have changed a file that the
/// engine loads: that file, or a directory with it.
pub fn may_change_engine(path: &RelPath) -> bool {
    let touches = |folder: RelPath| path.is_below(&folder) || folder.is_below(path);
    EventReason::of_path(path).is_some() || FOLDERS.iter().map(EngineFolder::path).any(touches)
}

/// The part that a file belongs to, and what the thing in it is called.
pub(super) fn reason_and_name(path: &RelPath) -> Option<(EventReason, Option<String>)> {
    if is_config_file(path) {
        return Some((EventReason::Config, None));
    }
    let file = FolderFile::of_path(path).filter(FolderFile::is_loaded)?;
    Some(match file.folder.content {
        FolderContent::Plugins => (EventReason::Plugins, Some(file.name.to_owned())),
        FolderContent::Skills => {
            let folder = file.below.last().map(|folder| (*folder).to_owned());
            (EventReason::Skills, folder)
        }
        FolderContent::Commands => (EventReason::Commands, file.stem()),
        FolderContent::Agents | FolderContent::Modes => (EventReason::Agents, file.stem()),
    })
}
