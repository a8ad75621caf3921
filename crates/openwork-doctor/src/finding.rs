//! One thing that is wrong.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

/// How grave a finding is; the graver, the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingLevel {
    /// Nothing is wrong.
    Ok,
    /// Something does not do what its writer may have meant.
    Warning,
    /// Something does not work, or lets others in.
    Error,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DoctorFinding {
    /// How grave it is.
    pub level: FindingLevel,
    /// The rule that it breaks: a word that later versions keep.
    pub rule: String,
    /// What is wrong, in one sentence.
    pub what: String,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<FindingPlace>,
    /// Why it matters.
    pub why: String,
    /// How to mend it.
    pub fix: String,
}

/// Where something is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum FindingPlace {
    /// In a file or directory.
    File {
        /// Its path.
        path: PathBuf,
        /// The line, from 1, where that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<usize>,
    },
    /// Elsewhere: a flag, a variable, an address.
    Named {
        /// Its name.
        name: String,
    },
}

impl fmt::Display for FindingPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line: None } => path.display().fmt(f),
            Self::File {
                path,
                line: Some(line),
            } => write!(f, "{}:{line}", path.display()),
            Self::Named { name } => f.write_str(name),
        }
    }
}

impl DoctorFinding {
    pub(crate) fn error(rule: impl Into<String>, what: impl Into<String>) -> Self {
        Self::new(FindingLevel::Error, rule.into(), what.into())
    }

    pub(crate) fn warning(rule: impl Into<String>, what: impl Into<String>) -> Self {
        Self::new(FindingLevel::Warning, rule.into(), what.into())
    }

    fn new(level: FindingLevel, rule: String, what: String) -> Self {
        Self {
            level,
            rule,
            what,
            place: None,
            why: String::new(),
            fix: String::new(),
        }
    }

    pub(crate) fn at(self, path: impl Into<PathBuf>, line: Option<usize>) -> Self {
        let path = path.into();
        let place = Some(FindingPlace::File { path, line });
        Self { place, ..self }
    }

    pub(crate) fn named(self, name: impl Into<String>) -> Self {
        let name = name.into();
        let place = Some(FindingPlace::Named { name });
        Self { place, ..self }
    }

    pub(crate) fn placed(self, place: Option<FindingPlace>) -> Self {
        Self { place, ..self }
    }

    pub(crate) fn why(self, why: impl Into<String>) -> Self {
        let why = why.into();
        Self { why, ..self }
    }

    pub(crate) fn fix(self, fix: impl Into<String>) -> Self {
        let fix = fix.into();
        Self { fix, ..self }
    }
}
