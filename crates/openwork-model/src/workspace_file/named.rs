//! Whether something that the engine reads names a file of the workspace.
//!
//! By its name alone, wherever in a text it stands: a path may be put together.

use serde_json::Value;

use crate::config::{OpencodeFile, ReadError, openwork_contents};
use crate::files::{FileError, Files};
use crate::layer::{ConfigScope, ConfigSources};
use crate::layout::{FolderContent, WorkspacePlace};
use crate::path::RelPath;
use crate::prompt_files::{PromptDepth, PromptFiles};
use crate::skill::each_skill_text;
use crate::skip::FileRule;
use openwork_jsonc::JsoncDocument;

/// Whether the settings of a workspace name a file, so that the engine reads it as
/// instructions, as a prompt, as a plugin, or into a setting.
///
/// # Errors
///
/// Settings that cannot be read.
pub fn is_named_in_settings(path: &RelPath, files: &dyn Files) -> Result<bool, FileError> {
    let Some(name) = FileNameSought::of(path) else {
        return Ok(false);
    };
    let mut texts = Vec::new();
    for place in WorkspacePlace::CONFIGURATION {
        match OpencodeFile::at(place, files) {
            Ok(file) => texts.extend(file.and_then(|file| file.contents)),
            Err(ReadError::File(error)) => return Err(error),
            // The engine refuses it as well, so what it says counts for nothing.
            Err(_) => {}
        }
    }
    match openwork_contents(files) {
        Ok(contents) => texts.extend(contents),
        Err(ReadError::File(error)) => return Err(error),
        Err(_) => {}
    }
    Ok(texts.iter().any(|text| name.is_in_settings(text)))
}

/// Whether the text of a command, an agent or a skill that the engine reads for a
/// workspace names a file, and so may run it or send it along.
///
/// # Errors
///
/// Directories of the workspace that cannot be looked at.
pub fn is_named_in_prompts(path: &RelPath, files: &dyn Files) -> Result<bool, ReadError> {
    const PROMPTS: [FolderContent; 3] = [
        FolderContent::Commands,
        FolderContent::Agents,
        FolderContent::Modes,
    ];

    let Some(name) = FileNameSought::of(path) else {
        return Ok(false);
    };
    // Those of the user and of directories above as well: they are used here, and a
    // client may write what they name as well as what the workspace's own do.
    let sources = ConfigSources::read(files, ConfigScope::All)?;
    for directory in sources.directories() {
        for content in PROMPTS {
            let found =
                PromptFiles::<FileRule>::in_directory(files, directory, content, PromptDepth::Any)?;
            if found.files.iter().any(|file| name.is_in(&file.text)) {
                return Ok(true);
            }
        }
    }
    let mut is_named = false;
    each_skill_text(files, &mut |text| is_named |= name.is_in(text))?;
    Ok(is_named)
}

/// The name of a file in small letters: not all file systems tell them from capitals.
struct FileNameSought(String);

impl FileNameSought {
    fn of(path: &RelPath) -> Option<Self> {
        path.file_name().map(|name| Self(name.to_lowercase()))
    }

    fn is_in(&self, text: &str) -> bool {
        // Not as a path: `sh e/$1.md` and `cd e && sh run.md` name it too, and to know
        // what a shell makes of a text is to be a shell.
        text.to_lowercase().contains(&self.0)
    }

    /// As it is written, which counts in comments and in files that are broken, or
    /// as it is read: `\u0072un.txt` is `run.txt`.
    fn is_in_settings(&self, contents: &[u8]) -> bool {
        let is_read = |document: JsoncDocument| self.is_in_members(document.value().iter());
        self.is_in(&String::from_utf8_lossy(contents))
            || JsoncDocument::parse(contents).is_ok_and(is_read)
    }

    fn is_in_members<'v>(
        &self,
        members: impl IntoIterator<Item = (&'v String, &'v Value)>,
    ) -> bool {
        let mut members = members.into_iter();
        members.any(|(key, value)| self.is_in(key) || self.is_in_value(value))
    }

    fn is_in_value(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.is_in(text),
            Value::Array(items) => items.iter().any(|item| self.is_in_value(item)),
            Value::Object(members) => self.is_in_members(members),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;

    fn path(text: &str) -> RelPath {
        RelPath::new(text).unwrap()
    }

    #[test]
    fn files_that_settings_name_are_found() {
        let files = MemoryFiles::new()
            .with(
                "opencode.json",
                r#"{ "instructions": ["docs/Rules.md", "\u0072un.txt"], "a": { "\u006bey.md": [1] } }"#,
            )
            .with(
                ".opencode/opencode.jsonc",
                "{ \"agent\": { \"a\": { \"prompt\": \"{file:./p.txt}\" } } ",
            );
        for (text, expected) in [
            ("docs/rules.md", true),
            ("elsewhere/p.txt", true),
            ("run.txt", true),
            ("key.md", true),
            ("docs/plan.md", false),
        ] {
            let named = is_named_in_settings(&path(text), &files).unwrap();
            assert_eq!(named, expected, "{text}");
        }
    }

    #[test]
    fn files_that_commands_agents_and_skills_name_are_found() {
        let skill =
            |name: &str, text: &str| format!("---\nname: {name}\ndescription: A\n---\n{text}\n");
        let files = MemoryFiles::new()
            .with(".opencode/commands/c.md", "x !`sh e/Run.md`")
            .with(".opencode/agent/deep/a.md", "See b.md")
            .with(".opencode/modes/m.md", "See d.md")
            .with(".claude/skills/s/SKILL.md", &skill("s", "Run e.md"))
            .with(".opencode/skills/s/SKILL.md", &skill("s", "Run f.md"));
        for (text, expected) in [
            ("e/run.md", true),
            ("b.md", true),
            ("d.md", true),
            ("e.md", true),
            ("f.md", true),
            ("g.md", false),
        ] {
            let named = is_named_in_prompts(&path(text), &files).unwrap();
            assert_eq!(named, expected, "{text}");
        }
    }
}
