//! What is wrong with the headers of commands and agents in files of their own.
//!
//! The engine (1.18) refuses a whole workspace over one field of a wrong type.
//! A header that is no YAML it takes for a part of the prompt, at the latest
//! when it reads the file once more.

use std::path::PathBuf;

use openwork_frontmatter::{FrontmatterError, HeaderField};

use crate::agent::AgentText;
use crate::command::{CommandRule, header_faults};
use crate::config::ReadError;
use crate::files::Files;
use crate::layer::{ConfigScope, ConfigSources};
use crate::layout::FolderContent;
use crate::prompt_files::{PromptDepth, PromptFile, PromptFiles};
use crate::schema::SchemaFault;

/// What a prompt in a file of its own is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptKind {
    /// A command.
    Command,
    /// An agent, or a mode.
    Agent,
}

/// A prompt's file that something is wrong with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultyPrompt {
    /// Its path below its folder without `.md`, which is its name unless it
    /// says another.
    pub stem: String,
    /// Where it is.
    pub path: PathBuf,
    /// What is wrong; never empty.
    pub faults: Vec<PromptFault>,
}

/// What is wrong with the header of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromptFault {
    /// It cannot be read, so the engine takes it for a part of the prompt.
    Header(FrontmatterError),
    /// A field of it has a value that the engine refuses the workspace for. The
    /// pointer is into the header.
    Field(SchemaFault),
    /// A field of this name has no effect.
    NoEffect(&'static str),
}

/// What people write for `permission`, and what the configuration of the engine's next version
/// calls it. In this one's the engine refuses it; in a file it hands it to the model's provider, as
/// it does with each field that it does not know.
const MISNAMED: &str = "permissions";

/// The files of this kind around a workspace that something is wrong with, and
/// what, but of each no more than so much.
///
/// ```
/// use openwork_model::files::MemoryFiles;
/// use openwork_model::prompt_faults::{PromptKind, faulty_prompts};
///
/// let files = MemoryFiles::new().with(".opencode/commands/a.md", "---\nmodel: null\n---\nx\n");
/// let faulty = faulty_prompts(&files, PromptKind::Command, 20)?;
/// assert_eq!((faulty.len(), faulty[0].stem.as_str()), (1, "a"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// A folder that cannot be listed.
pub fn faulty_prompts(
    files: &dyn Files,
    kind: PromptKind,
    most: usize,
) -> Result<Vec<FaultyPrompt>, ReadError> {
    let sources = ConfigSources::read(files, ConfigScope::All)?;
    let mut faulty = Vec::new();
    for directory in sources.directories() {
        for (content, depth) in kind.folders() {
            // What cannot be read is told with the lists.
            let found: PromptFiles<CommandRule> =
                PromptFiles::in_directory(files, directory, *content, *depth)?;
            let found = found.files.into_iter();
            faulty.extend(found.filter_map(|file| faulty_prompt(files, kind, file, most)));
        }
    }
    Ok(faulty)
}

impl PromptKind {
    fn folders(self) -> &'static [(FolderContent, PromptDepth)] {
        match self {
            Self::Command => &[(FolderContent::Commands, PromptDepth::Any)],
            Self::Agent => &[
                (FolderContent::Agents, PromptDepth::Any),
                (FolderContent::Modes, PromptDepth::Flat),
            ],
        }
    }

    fn faults(self, text: &str, most: usize) -> Vec<PromptFault> {
        let found = match self {
            Self::Command => header_faults(text, most).map(fields),
            Self::Agent => AgentText::parse_whole(text).map(|text| agent_faults(&text, most)),
        };
        let found = found.unwrap_or_else(|error| vec![PromptFault::Header(error)]);
        found
            .into_iter()
            .map(|fault| fault.in_header(text))
            .collect()
    }
}

impl PromptFault {
    /// The same with what is found named as it is written: JSON has no dates,
    /// and one that is taken for JSON is null.
    fn in_header(self, text: &str) -> Self {
        let Self::Field(fault) = self else {
            return self;
        };
        let key = fault.pointer.trim_start_matches('/');
        let header = openwork_frontmatter::parse(text).ok();
        let field = header.as_ref().and_then(|header| header.get(key));
        let is_date = fault.found == "null" && field == Some(&HeaderField::Other);
        Self::Field(if is_date {
            let found = "a date, or a number of a kind that JSON does not have".to_owned();
            SchemaFault { found, ..fault }
        } else {
            fault
        })
    }
}

fn faulty_prompt(
    files: &dyn Files,
    kind: PromptKind,
    file: PromptFile,
    most: usize,
) -> Option<FaultyPrompt> {
    let faults = kind.faults(&file.text, most);
    (!faults.is_empty()).then(|| FaultyPrompt {
        stem: file.stem,
        path: files.absolute(&file.at),
        faults,
    })
}

fn agent_faults(text: &AgentText, most: usize) -> Vec<PromptFault> {
    let mut faults = fields(text.faults(most));
    if text.fields.contains_key(MISNAMED) {
        faults.push(PromptFault::NoEffect(MISNAMED));
    }
    faults
}

fn fields(faults: Vec<SchemaFault>) -> Vec<PromptFault> {
    faults.into_iter().map(PromptFault::Field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{FileRoot, MemoryFiles};

    /// Each faulty file as its stem and where it is wrong.
    fn shown(files: &MemoryFiles, kind: PromptKind) -> Vec<String> {
        let place = |fault: &PromptFault| match fault {
            PromptFault::Header(FrontmatterError::Broken { line, .. }) => format!("line {line}"),
            PromptFault::Header(_) => "header".to_owned(),
            PromptFault::Field(fault) => fault.pointer.clone(),
            PromptFault::NoEffect(key) => (*key).to_owned(),
        };
        let faulty = faulty_prompts(files, kind, 20).unwrap().into_iter();
        faulty
            .map(|prompt| {
                let places: Vec<String> = prompt.faults.iter().map(place).collect();
                format!("{} {}", prompt.stem, places.join(" "))
            })
            .collect()
    }

    #[test]
    fn all_folders_of_all_directories_are_looked_at() {
        let wrong = "---\nmodel: null\ndescription: 2024-01-01\n---\nx\n";
        let files = MemoryFiles::new()
            .with_ancestors(1)
            .with(".opencode/commands/a/b.md", wrong)
            .with(
                ".opencode/command/c.md",
                "---\ndescription: Use when: x\n---\nx\n",
            )
            .with(".opencode/command/fine.md", "---\ndescription: d\n---\nx\n")
            .with(
                ".opencode/agent/d.md",
                "---\nmode: foo\npermissions: {}\n---\nx\n",
            )
            .with(".opencode/modes/e.md", "---\ntools: [a]\n---\nx\n")
            .with(".opencode/modes/deep/not.md", wrong)
            .with_at(FileRoot::Ancestor(1), ".opencode/commands/f.md", wrong)
            .with_at(FileRoot::Global, "commands/g.md", wrong)
            .with_at(FileRoot::Home, ".opencode/agents/h.md", wrong);
        assert_eq!(
            shown(&files, PromptKind::Command),
            [
                "g /model /description",
                "c line 2",
                "a/b /model /description",
                "f /model /description"
            ]
        );
        assert_eq!(
            shown(&files, PromptKind::Agent),
            ["d /mode permissions", "e /tools", "h /model /description"]
        );
    }

    #[test]
    fn a_date_is_called_one() {
        let text = "---\ndescription: 2024-01-01\nmodel: null\n---\nx\n";
        let files = MemoryFiles::new().with(".opencode/commands/a.md", text);
        let faulty = faulty_prompts(&files, PromptKind::Command, 20).unwrap();
        let found = |fault: &PromptFault| match fault {
            PromptFault::Field(fault) => fault.found.clone(),
            other => panic!("{other:?}"),
        };
        let found: Vec<String> = faulty[0].faults.iter().map(found).collect();
        assert_eq!(
            found,
            [
                "a date, or a number of a kind that JSON does not have",
                "null"
            ]
        );
    }

    #[test]
    fn a_header_that_never_ends_is_read_to_the_end() {
        let files = MemoryFiles::new()
            .with(".opencode/commands/a.md", "---\nsubtask: \"yes\"\n")
            .with(".opencode/agents/b.md", "---\nsteps: 0\n");
        assert_eq!(shown(&files, PromptKind::Command), ["a /subtask"]);
        assert_eq!(shown(&files, PromptKind::Agent), ["b /steps"]);
    }
}
