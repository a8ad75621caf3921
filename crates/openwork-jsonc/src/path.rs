//! Finding the node at a path of literal keys.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::EditError;
use super::place::TextPlace;
use super::pointer::pointer_of;
use super::tree::{Node, NodeKind, NodeMember};

/// How far a path leads.
pub(super) enum PathReach<'n> {
    /// All the way.
    There(&'n Node),
    /// Only the first `depth` keys lead to a value, which is an object.
    Missing {
        /// Number of keys that are there.
        depth: usize,
    },
}

/// Follows a path, refusing keys that are there twice and values that have no keys.
pub(super) fn follow_path<'n>(
    text: &str,
    root: &'n Node,
    path: &[&str],
) -> Result<PathReach<'n>, EditError> {
    let mut node = root;
    for (depth, key) in path.iter().enumerate() {
        let (above, here) = (path.get(..depth), path.get(..=depth));
        let NodeKind::Object(members) = &node.kind else {
            return Err(EditError::NotAnObject {
                pointer: pointer_of(above.unwrap_or(path).iter().copied()),
            });
        };
        match only(text, members, key) {
            Ok(Some(member)) => node = &member.value,
            Ok(None) => return Ok(PathReach::Missing { depth }),
            // Of a repeated key the last value counts, but which one a person means is
            // open. Editing either could undo what he sees.
            Err(second) => return Err(duplicate(text, here.unwrap_or(path), second)),
        }
    }
    Ok(PathReach::There(node))
}

/// Refuses an object in which one of some keys is there twice.
pub(super) fn unique(
    text: &str,
    root: &Node,
    is_meant: impl Fn(&str) -> bool,
) -> Result<(), EditError> {
    let NodeKind::Object(members) = &root.kind else {
        return Ok(());
    };
    // Only the keys that are meant may not repeat. Others are none of this edit's
    // business.
    let mut known = HashSet::new();
    for member in members {
        let name = member.name(text);
        if is_meant(name) && !known.insert(name) {
            return Err(duplicate(text, &[name], member));
        }
    }
    Ok(())
}

/// Wraps a value in an object for each key of a path.
pub(super) fn nest(path: &[&str], value: &Value) -> Value {
    path.iter().rev().fold(value.clone(), |inner, key| {
        Value::Object(Map::from_iter([((*key).to_owned(), inner)]))
    })
}

fn only<'n>(
    text: &str,
    members: &'n [NodeMember],
    key: &str,
) -> Result<Option<&'n NodeMember>, &'n NodeMember> {
    let mut found = members.iter().filter(|member| member.name(text) == key);
    let first = found.next();
    found.next().map_or(Ok(first), Err)
}

fn duplicate(text: &str, path: &[&str], second: &NodeMember) -> EditError {
    let place = TextPlace::of(text, second.key.start);
    EditError::DuplicateKey {
        pointer: pointer_of(path.iter().copied()),
        line: place.line,
        column: place.column,
    }
}
