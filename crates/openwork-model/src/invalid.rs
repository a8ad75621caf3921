//! What can be wrong with a request, whatever the files say.
//!
//! The texts are those of the OpenWork API where it has one: clients show them.

use crate::file_name::NameFault;
use crate::mask::MaskedError;
use crate::schema::SchemaFault;
use crate::web_address::AddressFault;
use crate::workspace_file::ReservedFile;

/// A request that cannot be carried out on any workspace.
// Not `non_exhaustive`: `openwork-http` matches it without a wildcard, so
// that a new error cannot be left without a status of its own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// `PATCH config` without a section.
    #[error("opencode or openwork updates required")]
    NoSection,
    /// A field has a value of the wrong JSON type.
    #[error("{field} must be {expected}")]
    WrongType {
        /// The field, such as `spec` or `skills[2].name`.
        field: String,
        /// What belongs there, with its article: `a text`.
        expected: &'static str,
    },
    /// No MCP configuration was given.
    #[error("MCP config is required")]
    McpConfigRequired,
    /// No plugin was named.
    #[error("Plugin spec is required")]
    PluginSpecRequired,
    /// The plugin's text cannot be a plugin.
    #[error("Plugin spec must be at most 2048 bytes without control characters")]
    PluginSpec,
    /// The skill's name is not in kebab-case.
    #[error("Skill name must be kebab-case (1-64 chars)")]
    SkillName,
    /// The content says another name than the request.
    #[error("Skill frontmatter name must match payload name")]
    SkillNameMismatch,
    /// No content was given.
    #[error("Skill content is required")]
    SkillContentRequired,
    /// The content's frontmatter cannot be read.
    #[error("Skill content has broken frontmatter: {reason}")]
    SkillFrontmatter {
        /// What is wrong with it and where.
        reason: String,
    },
    /// The description is missing, empty or too long.
    #[error("Description must be 1-1024 characters")]
    Description,
    /// The MCP entry cannot have this name.
    #[error(
        "MCP name must be 1-256 characters without control characters, and not __proto__, constructor or prototype"
    )]
    McpName,
    /// The MCP entry has no known type.
    #[error("MCP config type must be local or remote")]
    McpType,
    /// The MCP entry's type is another tool's word.
    #[error("MCP config type {found} is called {engine} by the engine")]
    McpTypeWord {
        /// The word.
        found: &'static str,
        /// What the engine calls it.
        engine: &'static str,
    },
    /// A local MCP entry without a command.
    #[error("Local MCP requires command array")]
    McpCommand,
    /// A part of a local MCP entry's command that is no text.
    #[error("Every part of a local MCP command must be a text")]
    McpCommandPart,
    /// A remote MCP entry without an address.
    #[error("Remote MCP requires url")]
    McpUrl,
    /// The command's name has other characters.
    #[error(
        "Command name must be of letters, digits, _, - and . (not first), with / between parts"
    )]
    CommandName,
    /// No template was given.
    #[error("Command template is required")]
    CommandTemplate,
    /// An imported command's file has no name.
    #[error("Command name is required")]
    CommandNameRequired,
    /// An imported command's file cannot be read.
    #[error("Command content has broken frontmatter: {reason}")]
    CommandFrontmatter {
        /// What is wrong with it and where.
        reason: String,
    },
    /// The agent's name has other characters.
    #[error("Agent name must be of letters, digits, `_`, `-` and `.`, with `/` between its parts")]
    AgentName,
    /// The content says another name than the request.
    #[error("Agent frontmatter name must match payload name")]
    AgentNameMismatch,
    /// No content was given.
    #[error("Agent content is required")]
    AgentContentRequired,
    /// The content's frontmatter cannot be read.
    #[error("Agent content has broken frontmatter: {reason}")]
    AgentFrontmatter {
        /// What is wrong with it and where.
        reason: String,
    },
    /// A field of the content that the engine refuses or loses.
    #[error("Agent frontmatter field {field} {reason}")]
    AgentField {
        /// The field.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A value is nested too deeply.
    #[error("{field} is nested more than 64 levels deep")]
    TooDeep {
        /// The field.
        field: String,
    },
    /// An import of too many items.
    #[error(
        "An import may bring at most {limit} skills, commands and agents together, not {found}; split it"
    )]
    TooManyItems {
        /// How many it brings.
        found: usize,
        /// How many it may bring.
        limit: usize,
    },
    /// A value that the engine would refuse or lose.
    #[error("{pointer}: found {found}, expected {expected}")]
    Engine {
        /// Where, as a JSON pointer into the configuration.
        pointer: String,
        /// What is there.
        found: String,
        /// What the engine takes.
        expected: String,
    },
    /// A masked value where there is none that could be kept.
    #[error(
        "{pointer}: the value is masked, and there is none yet that could be kept; an export has its secrets with ?sensitive=include"
    )]
    Masked {
        /// Where, as a JSON pointer into the configuration.
        pointer: String,
    },
    /// A masked value that belongs to another address.
    #[error(
        "{pointer}: the value is masked, and the one that is there belongs to another address; an export has its secrets with ?sensitive=include"
    )]
    MaskedElsewhere {
        /// Where, as a JSON pointer into the configuration.
        pointer: String,
    },
    /// A text that a client sent is no path of a file.
    #[error("{reason}")]
    ClientPath {
        /// What is wrong with it.
        reason: String,
    },
    /// A file that clients do not read or write as it is.
    #[error("{path} is not for clients: {whose}")]
    ReservedFile {
        /// The file, below the workspace.
        path: String,
        /// Whose it is.
        whose: ReservedFile,
    },
    /// A file is larger than one may be.
    #[error("File exceeds size limit")]
    FileTooLarge {
        /// The most bytes.
        limit: u64,
        /// How many there are.
        size: u64,
    },
    /// A model cannot be called so.
    #[error(
        "model must be null or {{ providerID, modelID }} with texts of 1-200 bytes, the provider without a `/`"
    )]
    ModelName,
    /// A model with a variant, which the engine's setting has no place for.
    #[error("model must have no variant: the engine keeps none for the default model")]
    ModelVariant,
    /// More folders than can be looked through.
    #[error("folders must be at most {limit}")]
    TooManyFolders {
        /// How many there may be.
        limit: usize,
    },
    /// The path cannot be that of a folder which is opened.
    #[error(
        "The folder {folder} must be an absolute path, or begin with ~/, without wildcards and `..`"
    )]
    AuthorizedFolder {
        /// The beginning of the path.
        folder: String,
    },
    /// A field of a skill that its specification does not have.
    #[error(
        "Skill frontmatter field {field:?} is not one of the Agent Skills specification; put it under metadata"
    )]
    SkillUnknownField {
        /// The field.
        field: String,
    },
    /// A name that a file of some systems cannot have.
    #[error("The name {name} is reserved on Windows; choose another one")]
    ReservedSkillName {
        /// The name.
        name: String,
    },
    /// The same, of a command.
    #[error("The name {name} is reserved on Windows; choose another one")]
    ReservedCommandName {
        /// The name.
        name: String,
    },
    /// A name that no file can have where the workspace is.
    #[error("The name {name} {fault}; choose another one")]
    FileName {
        /// The name.
        name: String,
        /// What is wrong with it.
        fault: NameFault,
    },
    /// A file of a skill that cannot be written so.
    #[error("Skill file {path}: {reason}")]
    SkillFile {
        /// The file, or the field that is wrong.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// A value of a skill's field that its specification does not allow.
    #[error("Skill frontmatter field {field} must be {expected}")]
    SkillField {
        /// The field.
        field: &'static str,
        /// What belongs there, with its article.
        expected: &'static str,
    },
}

impl Invalid {
    /// An address at a JSON pointer that people and the engine read
    /// differently.
    pub fn misread_address(pointer: &str, fault: AddressFault) -> Self {
        Self::Engine {
            pointer: pointer.to_owned(),
            found: fault.to_string(),
            expected: "an address such as `https://host/path`".to_owned(),
        }
    }
}

// By hand: `#[from]` would nest the fault, and its text is the answer itself.
impl From<SchemaFault> for Invalid {
    fn from(fault: SchemaFault) -> Self {
        Self::Engine {
            pointer: fault.pointer,
            found: fault.found,
            expected: fault.expected,
        }
    }
}

impl From<MaskedError> for Invalid {
    fn from(error: MaskedError) -> Self {
        match error {
            MaskedError::Unknown { pointer } => Self::Masked { pointer },
            MaskedError::Moved { pointer } => Self::MaskedElsewhere { pointer },
        }
    }
}
