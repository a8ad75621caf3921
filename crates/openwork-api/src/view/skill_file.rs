//! The files of a skill's folder.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openwork_model::digest::Digest;
use openwork_model::files::FileContents;
use openwork_model::skill::{OmittedFile, SkillFile, SkillFileContents, transfer_text};
use serde::{Deserialize, Serialize};

use crate::omit;

/// A file of a skill, as `GET /workspace/:id/skills/:name?files=true` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SkillFileBody<'a> {
    /// Where, below the skill's folder.
    pub path: Cow<'a, str>,
    /// How large it is.
    pub bytes: u64,
    /// Whether it may be run as a program.
    pub executable: bool,
    /// The SHA-256 of what it holds, in hexadecimal; absent above 512 MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Cow<'a, str>>,
}

/// `GET /workspace/:id/skills/:name/files/*path`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SkillFileResponse<'a> {
    /// The file, as it is listed.
    #[serde(flatten)]
    pub file: SkillFileBody<'a>,
    /// What it holds.
    #[serde(flatten)]
    pub contents: SkillFileText<'a>,
}

/// A file of a skill in an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportedFile<'a> {
    /// Where, below the skill's folder.
    pub path: Cow<'a, str>,
    /// What it holds.
    #[serde(flatten)]
    pub contents: SkillFileText<'a>,
    /// Whether it may be run as a program.
    #[serde(default, skip_serializing_if = "omit::if_false")]
    pub executable: bool,
}

/// What a file holds, as text where it is text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum SkillFileText<'a> {
    /// A text.
    Text {
        /// The text itself.
        content: Cow<'a, str>,
    },
    /// Other bytes.
    Bytes {
        /// The bytes in base64 (RFC 4648, section 4).
        base64: Cow<'a, str>,
    },
}

/// Something in a skill's folder that an export leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OmittedEntry<'a> {
    /// Where, below the skill's folder; empty for the folder itself.
    pub path: Cow<'a, str>,
    /// Why, for people.
    pub reason: Cow<'a, str>,
}

impl<'a> From<&'a SkillFile> for SkillFileBody<'a> {
    fn from(file: &'a SkillFile) -> Self {
        Self {
            path: file.path.as_str().into(),
            bytes: file.bytes,
            executable: file.executable,
            sha256: file.sha256.map(|digest| digest.to_string().into()),
        }
    }
}

impl<'a> From<&'a SkillFileContents> for SkillFileResponse<'a> {
    fn from(file: &'a SkillFileContents) -> Self {
        Self {
            file: SkillFileBody {
                path: file.path.as_str().into(),
                bytes: file.contents.len() as u64,
                executable: file.executable,
                sha256: Some(Digest::of(&file.contents).to_string().into()),
            },
            contents: (&file.contents).into(),
        }
    }
}

impl<'a> From<&'a SkillFileContents> for ExportedFile<'a> {
    fn from(file: &'a SkillFileContents) -> Self {
        Self {
            path: file.path.as_str().into(),
            contents: (&file.contents).into(),
            executable: file.executable,
        }
    }
}

impl<'a> From<&'a FileContents> for SkillFileText<'a> {
    fn from(contents: &'a FileContents) -> Self {
        match transfer_text(contents) {
            Some(text) => Self::Text {
                content: text.into(),
            },
            None => Self::Bytes {
                base64: STANDARD.encode(contents).into(),
            },
        }
    }
}

impl<'a> From<&'a OmittedFile> for OmittedEntry<'a> {
    fn from(omitted: &'a OmittedFile) -> Self {
        Self {
            path: omitted.path.as_str().into(),
            reason: omitted.reason.as_str().into(),
        }
    }
}
