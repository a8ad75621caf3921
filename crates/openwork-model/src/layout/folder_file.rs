//! What the engine takes a path of the workspace for.

use super::{AgentDirectory, CONFIG_NAMES, EngineFolder, FOLDERS, PROMPT_ENDING};
use crate::path::RelPath;

/// The configuration files of a workspace, in its root and in the engine's
/// directory.
pub fn config_files() -> impl Iterator<Item = RelPath> {
    let outer = CONFIG_NAMES.map(|name| RelPath::of_components(&[name]));
    let inner =
        CONFIG_NAMES.map(|name| RelPath::of_components(&[AgentDirectory::Opencode.name(), name]));
    outer.into_iter().chain(inner)
}

/// Whether a file of the workspace is one of its configuration files.
pub fn is_config_file(path: &RelPath) -> bool {
    config_files().any(|file| file == *path)
}

/// A file in one of the [`FOLDERS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderFile<'p> {
    /// The folder.
    pub folder: &'static EngineFolder,
    /// The folders below that one which lead to the file.
    pub below: Vec<&'p str>,
    /// The file's name.
    pub name: &'p str,
}

impl<'p> FolderFile<'p> {
    /// The file that a path of the workspace names; `None` if it lies in none
    /// of the folders.
    pub fn of_path(path: &'p RelPath) -> Option<Self> {
        let mut components = path.components();
        let (directory, name) = (components.next()?, components.next()?);
        let folder = FOLDERS
            .iter()
            .find(|folder| folder.directory.name() == directory && folder.name == name)?;
        let file = components.next_back()?;
        Some(Self {
            folder,
            below: components.collect(),
            name: file,
        })
    }

    /// Whether the engine loads it, as far as its path tells.
    pub fn is_loaded(&self) -> bool {
        let is_hidden = self.below.iter().any(|folder| folder.starts_with('.'));
        let is_entered = self.folder.directory.includes_hidden() || !is_hidden;
        is_entered && self.folder.content.takes(&self.below, self.name)
    }

    /// The path of a prompt below its folder, without its ending: what the
    /// engine calls it. `None` for a file that is no prompt.
    pub fn stem(&self) -> Option<String> {
        let stem = self.name.strip_suffix(PROMPT_ENDING)?;
        Some([self.below.as_slice(), &[stem]].concat().join("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::FolderContent;

    #[test]
    fn a_file_belongs_to_the_folder_that_it_is_in() {
        for (path, expected) in [
            (
                ".opencode/modes/a/b.md",
                Some((FolderContent::Modes, "a/b")),
            ),
            (".opencode/agent/.md", Some((FolderContent::Agents, ""))),
            (".opencode/agents", None),
            (".claude/agents/a.md", None),
            ("opencode/agents/a.md", None),
        ] {
            let path = RelPath::new(path).unwrap();
            let found = FolderFile::of_path(&path);
            let found = found.map(|file| (file.folder.content, file.stem().unwrap()));
            let found = found
                .as_ref()
                .map(|(content, stem)| (*content, stem.as_str()));
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn configuration_is_read_in_the_root_and_in_the_engines_directory() {
        let files: Vec<String> = config_files().map(|path| path.to_string()).collect();
        assert_eq!(
            files,
            [
                "opencode.json",
                "opencode.jsonc",
                ".opencode/opencode.json",
                ".opencode/opencode.jsonc"
            ]
        );
        assert!(!is_config_file(
            &RelPath::new(".claude/opencode.json").unwrap()
        ));
    }
}
