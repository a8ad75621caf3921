//! Small forms that recur in a case: texts, lists of one, fields that may be null.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A text, or its lines.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Text {
    Whole(String),
    Lines(Vec<String>),
}

impl Text {
    /// Returns the text; the last line is ended as well.
    pub(crate) fn to_text(&self) -> String {
        match self {
            Self::Whole(text) => text.clone(),
            Self::Lines(lines) => lines.iter().flat_map(|line| [line, "\n"]).collect(),
        }
    }
}

/// One thing, or a list of them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Many<T> {
    One(T),
    List(Vec<T>),
}

impl<T> Many<T> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        match self {
            Self::One(one) => std::slice::from_ref(one).iter(),
            Self::List(list) => list.iter(),
        }
    }
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

/// What a case puts into a file, or in its place.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Content {
    Text(Text),
    Detailed(Detailed),
}

/// Content in its long form.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Detailed {
    pub(crate) text: Option<Text>,
    pub(crate) json: Option<Value>,
    /// The target of a symbolic link.
    pub(crate) symlink: Option<String>,
    /// A directory.
    pub(crate) dir: bool,
    /// The least that git takes for a repository.
    pub(crate) git: bool,
    /// The permissions in octal digits; on Windows what they say of others.
    pub(crate) mode: Option<String>,
    /// Whether lines end as on Windows.
    pub(crate) crlf: bool,
}

/// Reads an object as pairs in the order of the file.
pub(crate) fn in_order<'de, D, T>(deserializer: D) -> Result<Vec<(String, T)>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let fields = Map::<String, Value>::deserialize(deserializer)?;
    fields
        .into_iter()
        .map(|(key, value)| {
            Ok((
                key,
                serde_json::from_value(value).map_err(D::Error::custom)?,
            ))
        })
        .collect()
}

/// Reads a field that counts as given when it is null.
pub(crate) fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
