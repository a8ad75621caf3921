//! Rules that a value can be held to.

use std::fmt;

use regex_lite::{Regex, RegexBuilder};
use serde_json::Value;

use super::{Expected, ParseError, Strictness, show};

/// A rule, written as an object with one key.
#[derive(Debug, Clone)]
pub enum Operator {
    /// `$absent`: nothing is there.
    Absent,
    /// `$optional`: nothing is there, or this.
    Optional(Expected),
    /// `$exact`: this, without further fields.
    Exact(Expected),
    /// `$subset`: this, with any further fields.
    Subset(Expected),
    /// `$regex`: a text in which the expression is found.
    Regex(Regex),
    /// `$text`: a text that contains this one.
    Text(String),
    /// `$any_of`: at least one of these.
    AnyOf(Vec<Expected>),
    /// `$all_of`: all of these.
    AllOf(Vec<Expected>),
    /// `$not`: anything that is there but this.
    Not(Expected),
    /// `$length`: a text, array or object of this length.
    Length(Expected),
    /// `$gte`: a number that is not less.
    AtLeast(f64),
    /// `$lte`: a number that is not greater.
    AtMost(f64),
    /// `$contains`: an array with an item for each of these.
    Contains(Vec<Expected>),
    /// `$unordered`: an array of these in any order.
    Unordered(Vec<Expected>),
    /// `$column`: an array whose items have these values of one field.
    Column {
        /// The field.
        key: String,
        /// Its values.
        is: Expected,
    },
}

impl Operator {
    pub(super) fn parse(name: &str, argument: &Value) -> Result<Self, ParseError> {
        let one = || Expected::parse(argument);
        Ok(match name {
            "$absent" => Self::Absent,
            "$optional" => Self::Optional(one()?),
            "$exact" => Self::Exact(one()?),
            "$subset" => Self::Subset(one()?),
            "$regex" => Self::Regex(regex(text("$regex", argument)?)?),
            "$text" => Self::Text(text("$text", argument)?.to_owned()),
            "$any_of" => Self::AnyOf(several("$any_of", argument)?),
            "$all_of" => Self::AllOf(several("$all_of", argument)?),
            "$not" => Self::Not(one()?),
            "$length" => Self::Length(one()?),
            "$gte" => Self::AtLeast(number("$gte", argument)?),
            "$lte" => Self::AtMost(number("$lte", argument)?),
            "$contains" => Self::Contains(several("$contains", argument)?),
            "$unordered" => Self::Unordered(several("$unordered", argument)?),
            "$column" => column(argument)?,
            _ => return Err(ParseError::UnknownOperator(name.to_owned())),
        })
    }

    pub(super) fn differences(
        &self,
        path: &str,
        found: Option<&Value>,
        strictness: Strictness,
    ) -> Vec<String> {
        match (self, found) {
            (Self::Absent | Self::Optional(_), None) => Vec::new(),
            (Self::Absent, Some(found)) => {
                vec![format!("{path}: expected nothing, found {}", show(found))]
            }
            (_, None) => vec![format!("{path}: missing, expected {self}")],
            (Self::Optional(expected), _) => expected.differences_at(path, found, strictness),
            (Self::Exact(expected), _) => expected.differences_at(path, found, Strictness::Exact),
            (Self::Subset(expected), _) => expected.differences_at(path, found, Strictness::Open),
            (Self::AllOf(all), _) => all
                .iter()
                .flat_map(|each| each.differences_at(path, found, strictness))
                .collect(),
            (Self::AnyOf(any), _) => any_of(path, any, found, strictness),
            (_, Some(found)) => self.differences_of(path, found, strictness),
        }
    }

    fn differences_of(&self, path: &str, found: &Value, strictness: Strictness) -> Vec<String> {
        match (self, found) {
            (Self::Contains(items), Value::Array(found)) => {
                contains(path, items, found, strictness)
            }
            (Self::Unordered(items), Value::Array(found)) => {
                unordered(path, items, found, strictness)
            }
            (Self::Column { key, is }, Value::Array(found)) => {
                let column = found
                    .iter()
                    .map(|item| item.get(key).cloned().unwrap_or_default())
                    .collect();
                is.differences_at(
                    &format!("{path}[*].{key}"),
                    Some(&Value::Array(column)),
                    strictness,
                )
            }
            (Self::Length(expected), _) => length(path, expected, found),
            _ if self.admits(found, strictness) => Vec::new(),
            _ => vec![format!("{path}: expected {self}, found {}", show(found))],
        }
    }

    /// Judges the rules that only say yes or no.
    fn admits(&self, found: &Value, strictness: Strictness) -> bool {
        match self {
            Self::Regex(regex) => found.as_str().is_some_and(|text| regex.is_match(text)),
            Self::Text(part) => found.as_str().is_some_and(|text| text.contains(part)),
            Self::Not(expected) => !expected.admits(found, strictness),
            Self::AtLeast(least) => found.as_f64().is_some_and(|number| number >= *least),
            Self::AtMost(most) => found.as_f64().is_some_and(|number| number <= *most),
            _ => false,
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("nothing"),
            Self::Optional(expected) | Self::Exact(expected) | Self::Subset(expected) => {
                expected.fmt(f)
            }
            Self::Regex(regex) => write!(f, "a text like /{regex}/"),
            Self::Text(part) => write!(f, "a text with {part:?}"),
            Self::AnyOf(any) => write!(f, "one of {} alternatives", any.len()),
            Self::AllOf(all) => write!(f, "what satisfies {} rules", all.len()),
            Self::Not(expected) => write!(f, "anything but {expected}"),
            Self::Length(expected) => write!(f, "something of length {expected}"),
            Self::AtLeast(least) => write!(f, "a number of at least {least}"),
            Self::AtMost(most) => write!(f, "a number of at most {most}"),
            Self::Contains(items) | Self::Unordered(items) => {
                write!(f, "an array with {} items", items.len())
            }
            Self::Column { key, .. } => write!(f, "an array of objects with {key:?}"),
        }
    }
}

fn any_of(
    path: &str,
    any: &[Expected],
    found: Option<&Value>,
    strictness: Strictness,
) -> Vec<String> {
    let mut closest = vec![format!("{path}: none of {} alternatives holds", any.len())];
    for each in any {
        match each
            .differences_at(path, found, strictness)
            .into_iter()
            .next()
        {
            Some(difference) => closest.push(format!("   {difference}")),
            None => return Vec::new(),
        }
    }
    closest
}

fn contains(
    path: &str,
    items: &[Expected],
    found: &[Value],
    strictness: Strictness,
) -> Vec<String> {
    items
        .iter()
        .filter(|item| !found.iter().any(|found| item.admits(found, strictness)))
        .map(|item| format!("{path}: no item is {item}"))
        .collect()
}

fn unordered(
    path: &str,
    items: &[Expected],
    found: &[Value],
    strictness: Strictness,
) -> Vec<String> {
    let mut left: Vec<&Value> = found.iter().collect();
    let mut differences = Vec::new();
    for item in items {
        match left.iter().position(|found| item.admits(found, strictness)) {
            Some(at) => drop(left.remove(at)),
            None => differences.push(format!("{path}: no item is {item}")),
        }
    }
    differences.extend(
        left.into_iter()
            .map(|found| format!("{path}: item not expected: {}", show(found))),
    );
    differences
}

fn length(path: &str, expected: &Expected, found: &Value) -> Vec<String> {
    let length = match found {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(fields) => fields.len(),
        _ => {
            return vec![format!(
                "{path}: expected something with a length, found {}",
                show(found)
            )];
        }
    };
    expected.differences_at(
        &format!("{path}: the length"),
        Some(&length.into()),
        Strictness::Exact,
    )
}

fn regex(pattern: &str) -> Result<Regex, ParseError> {
    Ok(RegexBuilder::new(pattern)
        .dot_matches_new_line(true)
        .build()?)
}

fn text<'a>(operator: &'static str, argument: &'a Value) -> Result<&'a str, ParseError> {
    argument
        .as_str()
        .ok_or_else(|| refuse(operator, "a text", argument))
}

fn number(operator: &'static str, argument: &Value) -> Result<f64, ParseError> {
    argument
        .as_f64()
        .ok_or_else(|| refuse(operator, "a number", argument))
}

fn several(operator: &'static str, argument: &Value) -> Result<Vec<Expected>, ParseError> {
    let items = argument
        .as_array()
        .ok_or_else(|| refuse(operator, "an array", argument))?;
    Expected::parse_all(items)
}

fn column(argument: &Value) -> Result<Operator, ParseError> {
    match (
        argument.get("key").and_then(Value::as_str),
        argument.get("is"),
    ) {
        (Some(key), Some(is)) => Ok(Operator::Column {
            key: key.to_owned(),
            is: Expected::parse(is)?,
        }),
        _ => Err(refuse("$column", "an object with key and is", argument)),
    }
}

fn refuse(operator: &'static str, takes: &'static str, given: &Value) -> ParseError {
    ParseError::Argument {
        operator,
        takes,
        given: given.clone(),
    }
}
