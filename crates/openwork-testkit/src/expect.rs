//! A small language for JSON that is only partly known beforehand.
//!
//! An expectation is itself JSON. Most of it stands for itself; a text such as `"<uuid>"` stands
//! for anything of a kind ([`Word`]), and an object with one key such as `$regex` for a rule
//! ([`Operator`]). [`at`] finds the place in a document that a path names.

mod operator;
mod path;
mod strictness;
mod word;

use serde_json::Value;

pub use operator::Operator;
pub use path::at;
pub use strictness::Strictness;
pub use word::Word;

/// What a place in a document has to be.
#[derive(Debug, Clone)]
pub enum Expected {
    /// Anything of a kind.
    Word(Word),
    /// Whatever a rule admits.
    Operator(Box<Operator>),
    /// An object with these fields; others as the strictness says.
    Object(Vec<(String, Expected)>),
    /// An array of exactly these items.
    Array(Vec<Expected>),
    /// Exactly this.
    Literal(Value),
}

/// Why an expectation makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// There is no rule of this name.
    #[error("unknown operator {0}")]
    UnknownOperator(String),
    /// The rule exists, but not with this argument.
    #[error("{operator} takes {takes}, not {given}")]
    Argument {
        /// The rule.
        operator: &'static str,
        /// What it takes.
        takes: &'static str,
        /// What it was given.
        given: Value,
    },
    /// The argument of `$regex` is no regular expression.
    #[error("{0}")]
    Regex(#[from] regex_lite::Error),
    /// A path into a document that cannot be read.
    #[error("malformed path {0}")]
    Path(String),
}

impl Expected {
    /// Reads an expectation.
    pub fn parse(value: &Value) -> Result<Self, ParseError> {
        Ok(match value {
            Value::String(text) => {
                Word::parse(text).map_or_else(|| Self::Literal(value.clone()), Self::Word)
            }
            Value::Array(items) => Self::Array(Self::parse_all(items)?),
            Value::Object(fields) => match fields.iter().next() {
                Some((name, argument)) if fields.len() == 1 && name.starts_with('$') => {
                    Self::Operator(Box::new(Operator::parse(name, argument)?))
                }
                _ => Self::Object(
                    fields
                        .iter()
                        .map(|(key, value)| Ok((key.clone(), Self::parse(value)?)))
                        .collect::<Result<_, ParseError>>()?,
                ),
            },
            _ => Self::Literal(value.clone()),
        })
    }

    fn parse_all(values: &[Value]) -> Result<Vec<Self>, ParseError> {
        values.iter().map(Self::parse).collect()
    }

    /// Lists in what way a document differs; nothing if it is as expected.
    ///
    /// `None` is a document that is not there.
    pub fn differences(&self, found: Option<&Value>, strictness: Strictness) -> Vec<String> {
        self.differences_at("$", found, strictness)
    }

    /// Lists in what way a document differs, naming its place `path`.
    pub fn differences_at(
        &self,
        path: &str,
        found: Option<&Value>,
        strictness: Strictness,
    ) -> Vec<String> {
        if let Self::Operator(operator) = self {
            return operator.differences(path, found, strictness);
        }
        let Some(found) = found else {
            return vec![format!("{path}: missing, expected {self}")];
        };
        match (self, found) {
            (Self::Word(word), _) if word.admits(found) => Vec::new(),
            (Self::Literal(literal), _) if same(literal, found) => Vec::new(),
            (Self::Object(fields), Value::Object(found)) => {
                object_differences(path, fields, found, strictness)
            }
            (Self::Array(items), Value::Array(found)) => {
                array_differences(path, items, found, strictness)
            }
            _ => vec![format!("{path}: expected {self}, found {}", show(found))],
        }
    }

    fn admits(&self, found: &Value, strictness: Strictness) -> bool {
        self.differences(Some(found), strictness).is_empty()
    }
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Word(word) => word.fmt(f),
            Self::Operator(operator) => operator.fmt(f),
            Self::Object(_) => f.write_str("an object"),
            Self::Array(items) => write!(f, "an array of {}", items.len()),
            Self::Literal(literal) => f.write_str(&show(literal)),
        }
    }
}

fn object_differences(
    path: &str,
    fields: &[(String, Expected)],
    found: &serde_json::Map<String, Value>,
    strictness: Strictness,
) -> Vec<String> {
    let expected = fields.iter().flat_map(|(key, expected)| {
        expected.differences_at(
            &format!("{path}.{key}"),
            found.get(key),
            strictness.below(key),
        )
    });
    let unexpected = found
        .iter()
        .filter(|(key, _)| !fields.iter().any(|(expected, _)| expected == *key))
        .filter(|(key, _)| !strictness.admits_further(key))
        .map(|(key, value)| format!("{path}.{key}: not expected, found {}", show(value)));
    expected.chain(unexpected).collect()
}

fn array_differences(
    path: &str,
    items: &[Expected],
    found: &[Value],
    strictness: Strictness,
) -> Vec<String> {
    let mut differences: Vec<String> = items
        .iter()
        .enumerate()
        .flat_map(|(i, item)| {
            item.differences_at(&format!("{path}[{i}]"), found.get(i), strictness)
        })
        .collect();
    if found.len() > items.len() {
        differences.push(format!(
            "{path}: expected {} items, found {}",
            items.len(),
            found.len()
        ));
    }
    differences
}

/// Compares JSON, numbers by value: 1 and 1.0 are the same.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || ((a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64())
        }
        _ => a == b,
    }
}

/// Prints JSON for a report, cut to a readable length.
fn show(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(400) {
        Some((end, _)) => format!(
            "{}… ({} bytes)",
            text.get(..end).unwrap_or_default(),
            text.len()
        ),
        None => text,
    }
}

#[cfg(test)]
mod tests;
