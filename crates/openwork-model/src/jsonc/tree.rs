//! The tree of byte ranges that edits work on.

use std::ops::Range;

use serde_json::{Map, Value};

/// One value and where it stands in its text.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// What a node is made of.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Object(Vec<Member>),
    Array(Vec<Node>),
    Scalar,
}

/// One key with its value.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) key: Range<usize>,
    pub(super) value: Node,
}

impl Node {
    /// Returns the node's own bytes.
    pub(super) fn source<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Reads the node; of a repeated key the last value counts, at the place of the first.
    ///
    /// A number beyond all floats reads as null, as JavaScript writes infinity.
    pub(super) fn value(&self, text: &str) -> Value {
        match &self.kind {
            Kind::Object(members) => Value::Object(object(members, text)),
            Kind::Array(items) => items.iter().map(|item| item.value(text)).collect(),
            Kind::Scalar => scalar(self.source(text)),
        }
    }

    /// Returns the value of a member; of a repeated key the last.
    pub(super) fn named(&self, key: &str) -> Option<&Self> {
        let named = |member: &&Member| member.name == key;
        Some(&self.members().iter().rfind(named)?.value)
    }

    /// Returns the members of an object; anything else has none.
    pub(super) fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// Says what the node is, with an article.
    pub(super) fn name(&self, text: &str) -> &'static str {
        match (&self.kind, self.source(text).as_bytes().first()) {
            (Kind::Object(_), _) => "an object",
            (Kind::Array(_), _) => "a list",
            (Kind::Scalar, Some(b'"')) => "a text",
            (Kind::Scalar, Some(b't' | b'f')) => "a boolean",
            (Kind::Scalar, Some(b'n')) => "null",
            (Kind::Scalar, _) => "a number",
        }
    }
}

/// Reads a scalar; the parser has found it in order.
fn scalar(source: &str) -> Value {
    match source {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        _ => unescaped(source)
            .map(Value::from)
            .or_else(|| serde_json::from_str(source).ok())
            .unwrap_or_default(),
    }
}

/// Returns a text between its quotes when it needs no decoding.
fn unescaped(source: &str) -> Option<&str> {
    let inner = source.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('\\')).then_some(inner)
}

fn object(members: &[Member], text: &str) -> Map<String, Value> {
    members
        .iter()
        .map(|member| (member.name.clone(), member.value.value(text)))
        .collect()
}
