//! A file of the workspace that a client wants written as it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openwork_model::client_path::client_path;
use openwork_model::files::FileContents;
use openwork_model::invalid::Invalid;
use openwork_model::path::RelPath;
use openwork_model::workspace_file::reserved;

use super::object::whole_part;
use super::{Fields, JsonObject};

/// The most bytes of such a file, as in the OpenWork API.
pub const MOST_FILE: u64 = 5_000_000;

/// A file and what it is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDraft {
    path: RelPath,
    contents: FileContents,
    base: Option<u64>,
}

impl FileDraft {
    /// A file of the workspace with these contents.
    ///
    /// # Errors
    ///
    /// A path of a file that is not for clients ([`reserved`]), or more than
    /// [`MOST_FILE`] bytes.
    pub fn new(path: RelPath, contents: impl Into<FileContents>) -> Result<Self, Invalid> {
        let contents = contents.into();
        if let Some(whose) = reserved(&path) {
            let path = path.to_string();
            return Err(Invalid::ReservedFile { path, whose });
        }
        let size = contents.len() as u64;
        if size > MOST_FILE {
            return Err(Invalid::FileTooLarge {
                limit: MOST_FILE,
                size,
            });
        }
        Ok(Self {
            path,
            contents,
            base: None,
        })
    }

    /// The same, to be written only if the file that is there last changed then, in
    /// ms since 1970.
    #[must_use]
    pub fn based_on(self, base: Option<u64>) -> Self {
        Self { base, ..self }
    }

    /// Where the file is.
    pub fn path(&self) -> &RelPath {
        &self.path
    }

    /// What it is to hold.
    pub fn contents(&self) -> &FileContents {
        &self.contents
    }

    /// When the file was changed last that the client has seen, if it says.
    pub fn base(&self) -> Option<u64> {
        self.base
    }

    /// Reads the body of `POST files/content`.
    pub(crate) fn text_from_fields(fields: &Fields) -> Result<Self, Invalid> {
        let content = JsonObject::new(fields).text("content")?;
        let content = content.ok_or_else(|| wrong("content", "a text"))?;
        Self::from_fields(fields, content.as_bytes().into())
    }

    /// Reads the body of `POST files/raw`.
    pub(crate) fn bytes_from_fields(fields: &Fields) -> Result<Self, Invalid> {
        const FIELD: &str = "dataBase64";

        let data = JsonObject::new(fields).text(FIELD)?;
        let data = data.and_then(|data| STANDARD.decode(data).ok());
        let data = data.ok_or_else(|| wrong(FIELD, "bytes in base64"))?;
        Self::from_fields(fields, data.into())
    }

    fn from_fields(fields: &Fields, contents: FileContents) -> Result<Self, Invalid> {
        let body = JsonObject::new(fields);
        let path = client_path(body.text("path")?.unwrap_or(""))?;
        let base = match body.value("baseUpdatedAt") {
            _ if body.flag("force")? == Some(true) => None,
            None => None,
            Some(base) => Some(
                milliseconds(base)
                    .ok_or_else(|| wrong("baseUpdatedAt", "a time in milliseconds"))?,
            ),
        };
        Ok(Self::new(path, contents)?.based_on(base))
    }
}

/// A time as JSON has it; other servers have parts of milliseconds, too.
fn milliseconds(value: &serde_json::Value) -> Option<u64> {
    value.as_u64().or_else(|| whole_part(value.as_f64()?))
}

fn wrong(field: &str, expected: &'static str) -> Invalid {
    Invalid::WrongType {
        field: field.to_owned(),
        expected,
    }
}
