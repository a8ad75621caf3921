//! The tree of byte ranges that edits work on.

use std::ops::Range;

use serde_json::{Map, Value};

/// One value and where it stands in its text.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its first byte.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// What it is made of.
    pub kind: NodeKind,
}

/// What a node is made of.
#[derive(Debug, Clone)]
pub enum NodeKind {
    /// An object's members, in their order.
    Object(Vec<NodeMember>),
    /// An array's items.
    Array(Vec<Node>),
    /// A text, a number, a truth value or null.
    Scalar,
}

/// One key with its value.
#[derive(Debug, Clone)]
pub struct NodeMember {
    /// Where its name stands, quotes included.
    pub key: Range<usize>,
    /// Its value.
    pub value: Node,
    /// The name, where it is not simply what stands between the quotes.
    pub(super) decoded: Option<Box<str>>,
}

impl NodeMember {
    /// Returns the name; most are not copied out of the text.
    pub fn name<'m>(&'m self, text: &'m str) -> &'m str {
        match &self.decoded {
            Some(name) => name,
            None => text.get(self.key.start + 1..self.key.end - 1).unwrap_or(""),
        }
    }
}

impl Node {
    /// Lets go of what a container holds.
    pub(super) fn empty(&mut self) {
        match &mut self.kind {
            NodeKind::Object(members) => *members = Vec::new(),
            NodeKind::Array(items) => *items = Vec::new(),
            NodeKind::Scalar => {}
        }
    }

    /// Returns the node's own bytes.
    pub fn source<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or("")
    }

    /// Reads the node; of a repeated key the last value counts, at the place of the first.
    ///
    /// A number beyond all floats reads as null, as JavaScript writes infinity.
    pub(super) fn value(&self, text: &str) -> Value {
        match &self.kind {
            NodeKind::Object(members) => Value::Object(object(members, text)),
            NodeKind::Array(items) => items.iter().map(|item| item.value(text)).collect(),
            NodeKind::Scalar => scalar(self.source(text)),
        }
    }

    /// Returns the value of a member; of a repeated key the last.
    pub(super) fn named(&self, text: &str, key: &str) -> Option<&Self> {
        let named = |member: &&NodeMember| member.name(text) == key;
        Some(&self.members().iter().rfind(named)?.value)
    }

    /// Returns the members of an object; anything else has none.
    pub(super) fn members(&self) -> &[NodeMember] {
        match &self.kind {
            NodeKind::Object(members) => members,
            _ => &[],
        }
    }

    /// Says what the node is, with an article.
    pub(super) fn name(&self, text: &str) -> &'static str {
        match (&self.kind, self.source(text).as_bytes().first()) {
            (NodeKind::Object(_), _) => "an object",
            (NodeKind::Array(_), _) => "a list",
            (NodeKind::Scalar, Some(b'"')) => "a text",
            (NodeKind::Scalar, Some(b't' | b'f')) => "a boolean",
            (NodeKind::Scalar, Some(b'n')) => "null",
            (NodeKind::Scalar, _) => "a number",
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
            // All that the parser lets through and this does not read are
            // numbers beyond all floats.
            .unwrap_or(Value::Null),
    }
}

/// Returns a text between its quotes when it needs no decoding.
fn unescaped(source: &str) -> Option<&str> {
    let inner = source.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('\\')).then_some(inner)
}

fn object(members: &[NodeMember], text: &str) -> Map<String, Value> {
    members
        .iter()
        .map(|member| (member.name(text).to_owned(), member.value.value(text)))
        .collect()
}
