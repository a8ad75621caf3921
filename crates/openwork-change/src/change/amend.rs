//! What the host changes of what is asked for, before allowing it.
//!
//! An amendment is of the change and not of its plan: what comes of it is planned,
//! shown and weighed as if the client had asked for it.

mod bundle;

use std::fmt;

use openwork_model::audit::{AmendKind, AmendedPart};
use openwork_model::invalid::Invalid;
use openwork_model::layout::SKILL_FILE;

use super::{Change, CommandDraft, SkillDraft, SkillFileDraft};

/// The key of the MCP entries in the engine's configuration.
const MCP: &str = "mcp";
/// The directories that a path may begin with, as it is shown to people.
const DIRECTORIES: [&str; 3] = [".opencode/", ".claude/", ".agents/"];
/// The ending of files that are a prompt.
const PROMPT: &str = ".md";

/// A part of a change that can be named.
///
/// Its name is that of the list it belongs to, and its own: `skills/audit`,
/// `skills/audit/run.sh` for a file of a skill, `commands/daily`, `agents/reader`,
/// `mcp/notion`. The usual paths of the same files are read as well.
///
/// ```
/// use openwork_change::change::ChangePart;
///
/// let part = ChangePart::parse(".opencode/skills/audit/SKILL.md");
/// assert_eq!(part.map(|part| part.to_string()).as_deref(), Some("skills/audit"));
/// assert_eq!(ChangePart::parse("opencode.json"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChangePart {
    /// A skill with all of its files.
    Skill(String),
    /// One file beside a skill's SKILL.md.
    SkillFile {
        /// The skill.
        skill: String,
        /// The file, below the skill's folder.
        path: String,
    },
    /// A command.
    Command(String),
    /// An agent.
    Agent(String),
    /// An MCP entry.
    Mcp(String),
}

impl ChangePart {
    /// The part of a name or a path; `None` if it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let shown = DIRECTORIES
            .iter()
            .find_map(|directory| text.strip_prefix(directory));
        let below = shown.unwrap_or(text);
        let (list, name) = below.split_once('/').filter(|(_, name)| !name.is_empty())?;
        let prompt = || name.strip_suffix(PROMPT).unwrap_or(name).to_owned();
        Some(match list {
            "skills" | "skill" => Self::of_skill(name),
            "commands" | "command" => Self::Command(prompt()),
            "agents" | "agent" | "modes" | "mode" => Self::Agent(prompt()),
            // Its name may be anything, a directory and an ending included.
            MCP if shown.is_none() => Self::Mcp(name.to_owned()),
            _ => return None,
        })
    }

    fn of_skill(name: &str) -> Self {
        match name.split_once('/') {
            Some((skill, path)) if path != SKILL_FILE => Self::SkillFile {
                skill: skill.to_owned(),
                path: path.to_owned(),
            },
            Some((skill, _)) => Self::Skill(skill.to_owned()),
            None => Self::Skill(name.to_owned()),
        }
    }
}

impl fmt::Display for ChangePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skill(name) => write!(f, "skills/{name}"),
            Self::SkillFile { skill, path } => write!(f, "skills/{skill}/{path}"),
            Self::Command(name) => write!(f, "commands/{name}"),
            Self::Agent(name) => write!(f, "agents/{name}"),
            Self::Mcp(name) => write!(f, "mcp/{name}"),
        }
    }
}

/// What is to be left out of a change, and what is to say something else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Amendment {
    /// The parts that are left out.
    pub without: Vec<ChangePart>,
    /// The texts that take the place of those of the change.
    pub texts: Vec<(ChangePart, String)>,
}

impl Amendment {
    /// The same, for the record.
    pub fn record(&self) -> Vec<AmendedPart> {
        let amended = |part: &ChangePart, change| AmendedPart {
            part: part.to_string(),
            change,
        };
        let left_out = self.without.iter();
        let left_out = left_out.map(|part| amended(part, AmendKind::LeftOut));
        let edited = self.texts.iter();
        left_out
            .chain(edited.map(|(part, _)| amended(part, AmendKind::Edited)))
            .collect()
    }
}

/// Why an amendment does not fit a change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmendError {
    /// The change has no such part.
    #[error("the request has no part {part}")]
    UnknownPart {
        /// What was named.
        part: String,
    },
    /// It is all that the change is about.
    #[error("{part} is all of the request")]
    Whole {
        /// The part.
        part: ChangePart,
    },
    /// The import takes the place of what is there: what it does not bring goes.
    #[error("the import replaces what is there, so {part} would be removed without it")]
    Replaces {
        /// The part.
        part: ChangePart,
    },
    /// It is no text of a skill, a command or an agent.
    #[error("{part} has no text that can be edited")]
    NoText {
        /// The part.
        part: ChangePart,
    },
    /// The text is none that can stand there.
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

impl Change {
    /// The parts that can be named, each once.
    pub fn parts(&self) -> Vec<ChangePart> {
        match self {
            Self::UpsertSkill(draft) => of_skill(draft).collect(),
            Self::UpsertCommand(draft) => {
                vec![ChangePart::Command(draft.name().as_str().to_owned())]
            }
            Self::UpsertAgent(draft) => vec![ChangePart::Agent(draft.name().as_str().to_owned())],
            Self::Import(bundle) => bundle::parts(bundle),
            _ => Vec::new(),
        }
    }

    /// The text of a part, where it has one that can be edited.
    pub fn text_of(&self, part: &ChangePart) -> Option<String> {
        match (self, part) {
            (Self::UpsertSkill(draft), ChangePart::Skill(name)) => {
                (draft.name().as_str() == name).then(|| draft.text().to_owned())
            }
            (Self::UpsertCommand(draft), ChangePart::Command(name)) => {
                (draft.name().as_str() == name).then(|| command_text(draft))
            }
            (Self::UpsertAgent(draft), ChangePart::Agent(name)) => {
                (draft.name().as_str() == name).then(|| draft.content().to_owned())
            }
            (Self::Import(bundle), part) => bundle::text(bundle, part),
            _ => None,
        }
    }

    /// The same change with some of it left out or worded differently. With an
    /// empty amendment it is the same.
    ///
    /// # Errors
    ///
    /// [`AmendError`] if the amendment names something else than a part of this
    /// change, or what would come of it is none that a client could ask for.
    pub fn amended(&self, amendment: &Amendment) -> Result<Self, AmendError> {
        let mut change = self.clone();
        for part in &amendment.without {
            change.leave_out(part)?;
        }
        for (part, text) in &amendment.texts {
            change.edit(part, text)?;
        }
        Ok(change)
    }

    fn leave_out(&mut self, part: &ChangePart) -> Result<(), AmendError> {
        match (self, part) {
            (Self::UpsertSkill(draft), ChangePart::SkillFile { skill, path })
                if draft.name().as_str() == skill =>
            {
                found(leave_out_file(draft, path), part)
            }
            (Self::Import(bundle), part) => bundle::leave_out(bundle, part),
            (change, part) if change.parts().contains(part) => {
                Err(AmendError::Whole { part: part.clone() })
            }
            _ => found(false, part),
        }
    }

    fn edit(&mut self, part: &ChangePart, text: &str) -> Result<(), AmendError> {
        if !self.parts().contains(part) {
            return found(false, part);
        }
        match (&mut *self, part) {
            (Self::UpsertSkill(draft), ChangePart::Skill(_)) => *draft = draft.with_text(text)?,
            (Self::UpsertCommand(draft), ChangePart::Command(_)) => {
                *draft = draft.with_text(text)?;
            }
            (Self::UpsertAgent(draft), ChangePart::Agent(_)) => *draft = draft.with_text(text)?,
            (Self::Import(bundle), part) => bundle::edit(bundle, part, text)?,
            _ => return Err(AmendError::NoText { part: part.clone() }),
        }
        Ok(())
    }
}

fn found(is_there: bool, part: &ChangePart) -> Result<(), AmendError> {
    if is_there {
        return Ok(());
    }
    let part = part.to_string();
    Err(AmendError::UnknownPart { part })
}

fn command_text(draft: &CommandDraft) -> String {
    let whole = draft.whole_text(draft.name().as_str());
    whole.unwrap_or_else(|| draft.text())
}

fn of_skill(draft: &SkillDraft) -> impl Iterator<Item = ChangePart> {
    let name = draft.name().as_str();
    let file = move |file: &SkillFileDraft| ChangePart::SkillFile {
        skill: name.to_owned(),
        path: file.path.as_str().to_owned(),
    };
    let itself = std::iter::once(ChangePart::Skill(name.to_owned()));
    itself.chain(draft.files.iter().map(file))
}

fn leave_out_file(draft: &mut SkillDraft, path: &str) -> bool {
    let before = draft.files.len();
    draft.files.retain(|file| file.path.as_str() != path);
    draft.files.len() < before
}
