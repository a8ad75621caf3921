//! Where something is wrong.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

/// Where something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProblemPlace {
    /// In a file. Boxed, so that what is wrong stays small beside what is right.
    File(Box<FilePlace>),
    /// By a flag or in a variable of this name.
    Named(String),
}

/// A file, and where in it as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilePlace {
    /// Its path.
    pub(crate) path: PathBuf,
    /// The line, from 1.
    pub(crate) line: Option<usize>,
    /// The column in that line, in characters from 1.
    column: Option<usize>,
    /// The key of the setting, quoted.
    pub(crate) key: Option<String>,
}

impl FilePlace {
    /// A file, anywhere in it.
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            line: None,
            column: None,
            key: None,
        }
    }

    /// On this line.
    pub(crate) fn line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// In this column.
    pub(crate) fn column(mut self, column: usize) -> Self {
        self.column = Some(column);
        self
    }

    /// At this key, which is quoted already.
    pub(crate) fn key(mut self, key: String) -> Self {
        self.key = Some(key);
        self
    }
}

impl fmt::Display for FilePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{number}")?;
        }
        match &self.key {
            Some(key) => write!(f, ", key {key}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ProblemPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(place) => place.fmt(f),
            Self::Named(name) => write!(f, "`{name}`"),
        }
    }
}

/// As people read it.
impl Serialize for ProblemPlace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl From<FilePlace> for ProblemPlace {
    fn from(place: FilePlace) -> Self {
        Self::File(Box::new(place))
    }
}

impl From<&Path> for ProblemPlace {
    fn from(path: &Path) -> Self {
        FilePlace::new(path).into()
    }
}
