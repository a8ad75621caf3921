//! Faithful edits of JSON with comments, the format of the engine's configuration files.
//!
//! A [`JsoncDocument`] is the parsed text of one file. Its edits change the bytes they must and no
//! others: comments, order, indentation, line ends, number spellings, escapes and a byte order
//! mark stay. Every edit is proven before it counts: the new text is parsed again and has to
//! equal the old one plus the change, or the document stays as it was.
//!
//! An object's keys are ordered: the engine's permission rules are decided by the last match, so
//! the same members in another order are another value.
//!
//! ```
//! use openwork_jsonc::JsoncDocument;
//! use serde_json::json;
//!
//! let mut file = JsoncDocument::parse(b"{\n  \"plugin\": [\n    \"a\" // pinned\n  ]\n}\n")?;
//! file.push(&["plugin"], &json!("b"))?;
//! assert_eq!(file.text(), "{\n  \"plugin\": [\n    \"a\", // pinned\n    \"b\"\n  ]\n}\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | module | what it does |
//! | --- | --- |
//! | `tokens`, `parse`, `tree` | text → tree of byte ranges, refusing what the engine would refuse |
//! | `strict`, `fault`, `place` | what is refused beyond the scanner's own errors, and how it is reported |
//! | `edit` | one change at one node: its splices and its proof |
//! | `step` | the entries a container has → those it shall have |
//! | `rewrite`, `entries`, `gap`, `erase` | steps → splices, with an eye on commas, comments and lines |
//! | `index` | finding many members of the top level |
//! | `pointer` | where a value is, for people |
//! | `equal`, `differ` | when two values, and what two files, say the same |
//! | `lines`, `style`, `print` | where lines are, the file's own layout, new values in it |

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod differ;
mod edit;
mod entries;
mod equal;
mod erase;
mod error;
mod fault;
mod gap;
mod index;
mod lines;
mod parse;
mod path;
mod place;
mod pointer;
mod print;
mod rewrite;
mod splice;
mod step;
mod strict;
mod style;
mod tokens;
mod tree;

use std::collections::HashSet;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use self::edit::{EditAction, TextEdit};
pub use self::equal::same_value;
pub use self::error::{EditError, JsoncError, SyntaxProblem};
use self::index::KeyIndex;
use self::lines::LineIndex;
pub use self::parse::LenientText;
use self::path::{PathReach, follow_path};
pub use self::pointer::{pointer_below, pointer_of};
use self::print::ValuePrinter;
use self::splice::splice;
use self::style::TextStyle;
pub use self::tree::{Node, NodeKind, NodeMember};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Parsed text of one configuration file whose top level is an object.
#[derive(Debug, Clone, Default)]
pub struct JsoncDocument {
    marked: bool,
    text: String,
    /// Absent when the text holds nothing but white space and comments.
    root: Option<Node>,
    changed: bool,
    /// Built when somebody asks: an edit needs ranges, not values.
    value: OnceLock<Map<String, Value>>,
    index: KeyIndex,
}

impl JsoncDocument {
    /// Parses a file, allowing comments and trailing commas and nothing else beyond JSON.
    ///
    /// Empty text, and text of white space and comments alone, counts as an empty object.
    pub fn parse(bytes: &[u8]) -> Result<Self, JsoncError> {
        let whole = std::str::from_utf8(bytes).map_err(|error| JsoncError::NotUtf8 {
            offset: error.valid_up_to(),
        })?;
        let unmarked = whole.strip_prefix(BYTE_ORDER_MARK);
        let text = unmarked.unwrap_or(whole);
        Ok(Self {
            marked: unmarked.is_some(),
            // Parsed before it is copied: a large file that is refused is never held twice.
            root: parse::parse(text)?,
            text: text.to_owned(),
            changed: false,
            value: OnceLock::new(),
            index: KeyIndex::default(),
        })
    }

    /// Tells whether the text holds no value at all.
    pub fn is_blank(&self) -> bool {
        self.root.is_none()
    }

    /// Tells whether an edit changed the text.
    pub fn is_changed(&self) -> bool {
        self.changed
    }

    /// Returns what the file says; of a repeated key the last value counts.
    pub fn value(&self) -> &Map<String, Value> {
        self.value
            .get_or_init(|| members_of(self.root.as_ref(), &self.text))
    }

    /// Returns what the file says, as [`value`](Self::value) does.
    pub fn into_value(self) -> Map<String, Value> {
        match self.value.into_inner() {
            Some(value) => value,
            None => members_of(self.root.as_ref(), &self.text),
        }
    }

    /// Returns the value at a path of literal keys; of a repeated key the last value counts.
    ///
    /// Costs what it takes to find and read that value. Whoever asks for very
    /// many does better to ask for [all](Self::value) of them first.
    pub fn get(&self, path: &[&str]) -> Option<Value> {
        // Once all values are built, looking there is cheaper than reading one anew.
        if let (Some(all), Some((first, below))) = (self.value.get(), path.split_first()) {
            let value = below
                .iter()
                .try_fold(all.get(*first)?, |value, key| value.as_object()?.get(*key));
            return value.cloned();
        }
        let root = self.root.as_ref()?;
        let Some((first, below)) = path.split_first() else {
            return Some(root.value(&self.text));
        };
        let first = self.index.named(&self.text, root, first)?;
        let node = below
            .iter()
            .try_fold(first, |node, key| node.named(&self.text, key))?;
        Some(node.value(&self.text))
    }

    /// Returns the text without its byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the file's bytes, with the byte order mark if there was one.
    pub fn into_bytes(self) -> Vec<u8> {
        if self.marked {
            return [BYTE_ORDER_MARK.as_bytes(), self.text.as_bytes()].concat();
        }
        self.text.into_bytes()
    }

    /// Sets the value at a path of literal keys, creating the objects that lead there.
    ///
    /// A present value is replaced in place, a new key comes last. Of two objects or lists only
    /// the parts that differ are touched, so comments inside equal parts survive; a value that is
    /// already there changes nothing.
    pub fn set(&mut self, path: &[&str], value: &Value) -> Result<(), EditError> {
        let Some((first, below)) = path.split_first() else {
            return self.set_all(value);
        };
        match self.follow_path(path)? {
            PathReach::There(_) => self.apply(&TextEdit {
                at: path,
                action: EditAction::Replace(value),
            }),
            PathReach::Missing { depth } => {
                let (at, rest) = path.split_at(depth);
                let (key, below) = rest.split_first().unwrap_or((first, below));
                // One member with all that is missing inside it, so that it is printed, and
                // proven, in one edit.
                let members = Map::from_iter([((*key).to_owned(), path::nest(below, value))]);
                self.apply(&TextEdit {
                    at,
                    action: EditAction::Merge(&members),
                })
            }
        }
    }

    /// Sets several top-level keys in one edit, as [`set`](Self::set) does each.
    pub fn merge(&mut self, members: &Map<String, Value>) -> Result<(), EditError> {
        if let Some(root) = &self.root {
            path::unique(&self.text, root, |key| members.contains_key(key))?;
        }
        self.apply(&TextEdit {
            at: &[],
            action: EditAction::Merge(members),
        })
    }

    /// Removes the member at a path together with its comments; false when there is none.
    pub fn remove(&mut self, path: &[&str]) -> Result<bool, EditError> {
        let Some((key, at)) = path.split_last() else {
            return Ok(false);
        };
        let there = match self.follow_path(path) {
            Ok(reached) => matches!(reached, PathReach::There(_)),
            // Below a text or a list there is nothing to remove, which is no error.
            Err(EditError::NotAnObject { .. }) => false,
            Err(error) => return Err(error),
        };
        if there {
            self.apply(&TextEdit {
                at,
                action: EditAction::Remove(&HashSet::from([*key])),
            })?;
        }
        Ok(there)
    }

    /// Removes several top-level keys in one edit, as [`remove`](Self::remove) does each.
    pub fn remove_all(&mut self, keys: &HashSet<&str>) -> Result<(), EditError> {
        if let Some(root) = &self.root {
            path::unique(&self.text, root, |key| keys.contains(key))?;
        }
        self.apply(&TextEdit {
            at: &[],
            action: EditAction::Remove(keys),
        })
    }

    /// Appends an item to the list at a path; a missing list is created.
    pub fn push(&mut self, path: &[&str], value: &Value) -> Result<(), EditError> {
        // Creating the list is an edit of the object around it.
        if let PathReach::Missing { .. } = self.follow_path(path)? {
            return self.set(path, &Value::Array(vec![value.clone()]));
        }
        self.list(path)?;
        self.apply(&TextEdit {
            at: path,
            action: EditAction::Push(value),
        })
    }

    /// Removes the items of the list at a path that `drop` picks by index and value, and returns
    /// how many went. A missing list has none.
    pub fn remove_items(
        &mut self,
        path: &[&str],
        drop: &dyn Fn(usize, &Value) -> bool,
    ) -> Result<usize, EditError> {
        if let PathReach::Missing { .. } = self.follow_path(path)? {
            return Ok(0);
        }
        let items = self
            .list(path)?
            .iter()
            .map(|item| item.value(&self.text))
            .enumerate();
        let picked: Vec<usize> = items
            .filter(|(index, item)| drop(*index, item))
            .map(|(index, _)| index)
            .collect();
        if !picked.is_empty() {
            self.apply(&TextEdit {
                at: path,
                action: EditAction::RemoveItems(&picked),
            })?;
        }
        Ok(picked.len())
    }

    fn set_all(&mut self, value: &Value) -> Result<(), EditError> {
        match (value, &self.root) {
            (Value::Object(_), Some(_)) => self.apply(&TextEdit {
                at: &[],
                action: EditAction::Replace(value),
            }),
            (Value::Object(members), None) => self.merge(members),
            _ => Err(EditError::NotAnObject {
                pointer: String::new(),
            }),
        }
    }

    fn follow_path(&self, path: &[&str]) -> Result<PathReach<'_>, EditError> {
        self.root
            .as_ref()
            .map_or(Ok(PathReach::Missing { depth: 0 }), |root| {
                follow_path(&self.text, root, path)
            })
    }

    fn list(&self, path: &[&str]) -> Result<&[Node], EditError> {
        match self.follow_path(path)? {
            PathReach::There(Node {
                kind: NodeKind::Array(items),
                ..
            }) => Ok(items),
            _ => Err(EditError::NotAList {
                pointer: pointer_of(path.iter().copied()),
            }),
        }
    }

    /// Makes the edit on a copy of the text and keeps it only when it proves right.
    fn apply(&mut self, edit: &TextEdit<'_>) -> Result<(), EditError> {
        let Some(text) = self.edited(edit)? else {
            return Ok(());
        };
        // Parsed again instead of patching the tree: the proof must not rest on the
        // same arithmetic as the edit.
        let root = parse::parse(&text)?.ok_or(EditError::Unfaithful)?;
        if !edit.proves(
            self.root.as_ref().map(|old| (old, self.text.as_str())),
            (&root, &text),
        ) {
            return Err(EditError::Unfaithful);
        }
        self.root = Some(root);
        self.text = text;
        self.changed = true;
        // Both would answer from the old text.
        self.value = OnceLock::new();
        self.index = KeyIndex::default();
        Ok(())
    }

    fn edited(&self, edit: &TextEdit<'_>) -> Result<Option<String>, EditError> {
        let lines = LineIndex::of(&self.text);
        let style = TextStyle::detect(&lines, self.root.as_ref());
        let mut text = match (&self.root, &edit.action) {
            (Some(root), _) => {
                let splices = edit.splices(&lines, root, &style)?;
                if splices.is_empty() {
                    return Ok(None);
                }
                splice(&self.text, splices).ok_or(EditError::Unfaithful)?
            }
            (None, EditAction::Merge(members)) if !members.is_empty() => {
                after_comments(&self.text, &style, members)
            }
            // There is nothing to take out of a file without a value.
            (None, _) => return Ok(None),
        };
        // A file that is written anyway ends as files do. One that is not edited keeps
        // its last line as it is.
        if !text.ends_with('\n') {
            text.push_str(style.newline);
        }
        Ok(Some(text))
    }
}

/// Writes a new file: two-space indentation, keys in the given order, a line feed at the end.
pub fn create(value: &Map<String, Value>) -> Vec<u8> {
    let mut text =
        ValuePrinter::new(&TextStyle::default()).pretty(&Value::Object(value.clone()), "");
    text.push('\n');
    text.into_bytes()
}

/// Returns what a top level says; one that is not there says nothing.
fn members_of(root: Option<&Node>, text: &str) -> Map<String, Value> {
    match root.map(|root| root.value(text)) {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

/// Puts a first object below the comments of a text that has nothing else.
fn after_comments(text: &str, style: &TextStyle<'_>, members: &Map<String, Value>) -> String {
    let mut new = text.trim_end_matches([' ', '\t']).to_owned();
    if new.trim().is_empty() {
        new.clear();
    } else if !new.ends_with(['\n', '\r']) {
        new.push_str(style.newline);
    }
    new.push_str(&ValuePrinter::new(style).pretty(&Value::Object(members.clone()), ""));
    new
}
