//! The configuration files: which one counts, reading it, its revision.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::fields::Fields;
use crate::files::{CONFIG_LIMIT, FileContents, FileError, Files, Location};
use crate::hex::to_hex;
use crate::layer;
use crate::layout::WorkspacePlace;
use crate::path::RelPath;
use crate::plain_json::{self, PlainJsonError};
use openwork_jsonc::JsoncError;

/// The configuration files' contents.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigView {
    /// The engine's configuration.
    pub opencode: Fields,
    /// OpenWork's settings.
    pub openwork: Fields,
    /// When the newest audit entry was written, in ms since 1970.
    pub updated_at: Option<u64>,
    /// Names this state of the two files; another state has another name.
    pub revision: String,
    /// Every layer, where they were asked for.
    pub layers: Option<crate::layer::LayersView>,
}

/// Why a file of a workspace cannot be read.
// Not `non_exhaustive`: `openwork-http` matches it without a wildcard, so
// that a new error cannot be left without a status of its own.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// The engine's configuration does not parse.
    #[error("Failed to parse JSONC")]
    BrokenJsonc {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: JsoncError,
    },
    /// OpenWork's settings do not parse.
    #[error("Failed to parse openwork.json")]
    BrokenSettings {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: PlainJsonError,
    },
    /// No such skill is listed.
    #[error("Skill not found")]
    SkillNotFound,
    /// The skill has no such file.
    #[error("The skill has no such file")]
    SkillFileNotFound,
    /// No such command is listed.
    #[error("Command not found")]
    CommandNotFound,
    /// No such agent is listed.
    #[error("Agent not found")]
    AgentNotFound,
    /// A file cannot be looked at.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The engine's configuration file of a workspace, as it is on disk.
#[derive(Debug)]
pub struct OpencodeFile {
    /// Where it is, below the workspace.
    pub path: RelPath,
    /// `None` if the file is yet to be created.
    pub contents: Option<FileContents>,
}

impl OpencodeFile {
    /// Finds the main file: the first that is there of
    /// [`WorkspacePlace::CONFIGURATION`], else the one that would be created.
    pub fn find(files: &dyn Files) -> Result<Self, ReadError> {
        for place in WorkspacePlace::CONFIGURATION {
            if let Some(file) = Self::at(place, files)? {
                return Ok(file);
            }
        }
        Ok(Self {
            path: WorkspacePlace::OpencodeJsonc.path(),
            contents: None,
        })
    }

    /// The workspace's files beside the main one.
    pub fn others(files: &dyn Files) -> Result<Vec<Self>, ReadError> {
        let mut others = Vec::new();
        for place in WorkspacePlace::CONFIGURATION {
            others.extend(Self::at(place, files)?);
        }
        // The first of them is the main one.
        others.drain(..others.len().min(1));
        Ok(others)
    }

    /// The file at a place; `None` if nothing is there.
    pub fn at(place: WorkspacePlace, files: &dyn Files) -> Result<Option<Self>, ReadError> {
        let path = place.path();
        let contents = match files.read(&Location::workspace(path.clone()), CONFIG_LIMIT) {
            // A directory that is no directory, or leads out of the workspace, has no
            // file for us. The root's own files are named in the error instead.
            Err(FileError::Link { .. } | FileError::NotRegular { .. }) if place.is_inner() => None,
            contents => contents?,
        };
        Ok(contents.map(|contents| Self {
            path,
            contents: Some(contents),
        }))
    }

    /// Parses it for editing; a file that does not exist is an empty object.
    pub fn document(&self, files: &dyn Files) -> Result<openwork_jsonc::JsoncDocument, ReadError> {
        openwork_jsonc::JsoncDocument::parse(self.contents.as_deref().unwrap_or(&[])).map_err(
            |source| {
                let path = files.absolute(&Location::workspace(self.path.clone()));
                ReadError::BrokenJsonc { path, source }
            },
        )
    }
}

/// The engine's configuration, parsed; an empty object if there is none.
pub fn read_opencode(files: &dyn Files) -> Result<openwork_jsonc::JsoncDocument, ReadError> {
    OpencodeFile::find(files)?.document(files)
}

/// Everything that the engine's configuration files of a workspace say
/// together. Beside the main file, one that cannot be read says nothing: the
/// engine reads none of them then.
///
/// # Errors
///
/// The main file cannot be read.
pub fn own_settings(files: &dyn Files) -> Result<Fields, ReadError> {
    let main = OpencodeFile::find(files)?;
    let mut others = Vec::new();
    for place in WorkspacePlace::CONFIGURATION {
        let beside = |file: &OpencodeFile| file.path != main.path;
        let file = OpencodeFile::at(place, files).ok().flatten().filter(beside);
        let document = file.and_then(|file| file.document(files).ok());
        others.extend(document.map(|document| (place.is_inner(), document.into_value())));
    }
    let main = (
        main.path.as_str().contains('/'),
        main.document(files)?.into_value(),
    );
    // The weakest first: those of the root before those of `.opencode`, and of one
    // directory the one with comments last.
    let all = || std::iter::once(&main).chain(&others);
    let ranked = all()
        .filter(|(inner, _)| *inner)
        .chain(all().filter(|(inner, _)| !inner));
    let ranked: Vec<_> = ranked.map(|(_, fields)| fields).collect();
    let mut settings = Fields::new();
    for fields in ranked.into_iter().rev() {
        layer::lay_over(&mut settings, fields);
    }
    Ok(settings)
}

/// The engine's configuration file as a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigTextView {
    /// Where the file is, or would be created.
    pub path: PathBuf,
    /// All of it; `None` if it is not there.
    pub text: Option<String>,
}

impl ConfigTextView {
    /// What a file holds.
    ///
    /// # Errors
    ///
    /// That is no text.
    pub fn of(path: PathBuf, contents: Option<&[u8]>) -> Result<Self, ReadError> {
        let text = contents.map(str::from_utf8).transpose();
        match text {
            Ok(text) => Ok(Self {
                path,
                text: text.map(str::to_owned),
            }),
            Err(error) => Err(ReadError::BrokenJsonc {
                path,
                source: JsoncError::NotUtf8 {
                    offset: error.valid_up_to(),
                },
            }),
        }
    }
}

/// Reads the main file of a workspace as a text, whether it parses or not.
///
/// # Errors
///
/// It cannot be read, or is no text.
pub fn config_text(files: &dyn Files) -> Result<ConfigTextView, ReadError> {
    let file = OpencodeFile::find(files)?;
    let path = files.absolute(&Location::workspace(file.path));
    ConfigTextView::of(path, file.contents.as_deref())
}

/// The bytes of OpenWork's settings.
pub fn openwork_contents(files: &dyn Files) -> Result<Option<FileContents>, ReadError> {
    Ok(files.read(
        &Location::workspace(WorkspacePlace::OpenworkJson.path()),
        CONFIG_LIMIT,
    )?)
}

/// OpenWork's settings parsed; `{}` if there are none.
pub fn parse_openwork(contents: Option<&[u8]>, files: &dyn Files) -> Result<Fields, ReadError> {
    let Some(bytes) = contents else {
        return Ok(Fields::new());
    };
    plain_json::parse(bytes).map_err(|source| ReadError::BrokenSettings {
        path: files.absolute(&Location::workspace(WorkspacePlace::OpenworkJson.path())),
        source,
    })
}

/// The configuration with all of its layers. What does not parse is reported in
/// its layer, and is empty otherwise.
pub fn read_config_with_layers(files: &dyn Files) -> Result<ConfigView, ReadError> {
    let layers = layer::read_layers(files)?;
    let config = match view(files) {
        Err(ReadError::BrokenJsonc { .. } | ReadError::File(_)) => without_opencode(files)?,
        config => config?,
    };
    Ok(ConfigView {
        layers: Some(layers),
        ..config
    })
}

/// What `GET config` shows.
pub fn view(files: &dyn Files) -> Result<ConfigView, ReadError> {
    let file = OpencodeFile::find(files)?;
    let opencode = file.document(files)?.into_value();
    let openwork_contents = openwork_contents(files)?;
    let openwork = parse_openwork(openwork_contents.as_deref(), files)?;
    let updated_at = files.last_write()?;
    let revision = revision_of(&file, openwork_contents.as_deref(), updated_at);
    Ok(ConfigView {
        opencode,
        openwork,
        updated_at,
        revision,
        layers: None,
    })
}

fn without_opencode(files: &dyn Files) -> Result<ConfigView, ReadError> {
    let openwork = parse_openwork(openwork_contents(files)?.as_deref(), files)?;
    Ok(ConfigView {
        opencode: Fields::new(),
        openwork,
        updated_at: files.last_write()?,
        revision: String::new(),
        layers: None,
    })
}

/// The revision of the configuration as it is now.
pub fn revision(files: &dyn Files) -> Result<String, ReadError> {
    let file = OpencodeFile::find(files)?;
    let settings = openwork_contents(files)?;
    Ok(revision_of(&file, settings.as_deref(), files.last_write()?))
}

/// Covers all that `GET config` answers from, so it may serve as a strong
/// entity tag (RFC 9110, 8.8.1).
fn revision_of(file: &OpencodeFile, settings: Option<&[u8]>, updated_at: Option<u64>) -> String {
    let mut sha = Sha256::new();
    for part in [
        file.path.as_str().as_bytes(),
        file.contents.as_deref().unwrap_or(&[]),
        settings.unwrap_or(&[]),
    ] {
        // With lengths, or moving a byte from one part to the next would keep the
        // digest.
        sha.update((part.len() as u64).to_le_bytes());
        sha.update(part);
    }
    sha.update(updated_at.unwrap_or(0).to_le_bytes());
    // Half of it: 128 bits tell states apart, and entity tags travel with every
    // request.
    to_hex(&sha.finalize()[..16])
}
