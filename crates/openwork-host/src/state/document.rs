//! What a file of the server's own holds.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{StateError, StateFile, StateReading};

/// JSON that the server keeps, which says itself what form it has.
pub trait StateDocument: Serialize + DeserializeOwned {
    /// What it is, as in "it is no list of tokens".
    const WHAT: &'static str;
    /// The form that this version reads and writes.
    const VERSION: u32;

    /// What it is where there is no file.
    fn empty() -> Self;

    /// The form that it has.
    fn version(&self) -> u32;

    /// Reads what a file holds.
    ///
    /// # Errors
    ///
    /// [`StateError`] if it cannot be read, or holds something else.
    fn load(file: &dyn StateFile) -> Result<Self, StateError> {
        match file.read(None)? {
            // Nothing was known, so all of it was read.
            StateReading::Unchanged => Ok(Self::empty()),
            StateReading::Read { bytes, .. } => Self::of(file, bytes.as_deref()),
        }
    }

    /// What these bytes of a file say; `None` where there is no file.
    ///
    /// # Errors
    ///
    /// [`StateError::Unreadable`] if they hold something else, which is not to be
    /// overwritten. What is said of it holds nothing of them: they may have secrets.
    fn of(file: &dyn StateFile, bytes: Option<&[u8]>) -> Result<Self, StateError> {
        let Some(bytes) = bytes else {
            return Ok(Self::empty());
        };
        // Only the place: the message of the parser may quote a secret.
        let document = serde_json::from_slice::<Self>(bytes).map_err(|error| {
            let (what, line, column) = (Self::WHAT, error.line(), error.column());
            unreadable(
                file,
                format!("it is no {what} at line {line}, column {column}"),
            )
        })?;
        let (version, known) = (document.version(), Self::VERSION);
        if version == known {
            Ok(document)
        } else {
            let reason = format!("its form {version} is not known here, only {known}");
            Err(unreadable(file, reason))
        }
    }

    /// What a file is to hold that says this.
    ///
    /// # Errors
    ///
    /// [`StateError::Unreadable`] if it cannot be written in JSON.
    fn to_bytes(&self, file: &dyn StateFile) -> Result<Vec<u8>, StateError> {
        let bytes = serde_json::to_vec_pretty(self);
        let mut bytes = bytes.map_err(|error| unreadable(file, error.to_string()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

fn unreadable(file: &dyn StateFile, reason: String) -> StateError {
    StateError::Unreadable {
        name: file.name(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::state::VolatileState;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wishes {
        version: u32,
        wishes: Vec<String>,
    }

    impl StateDocument for Wishes {
        const WHAT: &'static str = "list of wishes";
        const VERSION: u32 = 3;

        fn empty() -> Self {
            Self {
                version: Self::VERSION,
                wishes: Vec::new(),
            }
        }

        fn version(&self) -> u32 {
            self.version
        }
    }

    fn load(text: &str) -> Result<Wishes, String> {
        Wishes::load(&VolatileState::holding(text)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_written_is_read_again() {
        let file = VolatileState::default();
        assert_eq!(Wishes::load(&file).unwrap(), Wishes::empty());
        let wishes = Wishes {
            wishes: vec!["snow".to_owned()],
            ..Wishes::empty()
        };
        let bytes = wishes.to_bytes(&file).unwrap();
        assert_eq!(Wishes::of(&file, Some(&bytes)).unwrap(), wishes);
        assert_eq!(bytes.last(), Some(&b'\n'));
    }

    #[test]
    fn what_is_broken_says_where_and_quotes_nothing() {
        for (text, reason) in [
            ("", "it is no list of wishes at line 1, column 0"),
            (
                "{\n \"version\": 3, \"wishes\": \"secret\"}",
                "it is no list of wishes at line 2, column 33",
            ),
            (
                r#"{"version":3,"wishes":[],"secret":1}"#,
                "it is no list of wishes at line 1, column 33",
            ),
            (
                r#"{"version":4,"wishes":[]}"#,
                "its form 4 is not known here, only 3",
            ),
        ] {
            let expected = format!("memory cannot be read: {reason}");
            assert_eq!(load(text), Err(expected), "{text}");
        }
    }
}
