//! Finding many members of one object by name.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::tree::{Node, NodeMember};

/// How many members are looked for one by one: sorting pays only after that.
const FEW: usize = 16;

/// Where the members of a document's top level stand, sorted by name as soon
/// as many of them are asked for. Whoever merges thousands of keys into
/// thousands would otherwise compare each with each.
#[derive(Debug, Default)]
pub(super) struct KeyIndex {
    asked: AtomicUsize,
    sorted: OnceLock<Vec<usize>>,
}

/// A copy of a document has yet to be asked.
impl Clone for KeyIndex {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl KeyIndex {
    /// The value of a member; of a repeated name the last.
    pub(super) fn named<'n>(&self, text: &str, root: &'n Node, key: &str) -> Option<&'n Node> {
        // Relaxed, as a wrong count only sorts a little sooner or later.
        if self.asked.fetch_add(1, Ordering::Relaxed) < FEW {
            return root.named(text, key);
        }
        let members = root.members();
        let name = |index: &usize| members.get(*index).map(|member| member.name(text));
        // Indices and not references: the index lives in the document beside the tree
        // that it points into.
        let sorted = self.sorted.get_or_init(|| sorted(text, members));
        // Behind the last of its name, as of a repeated key the last counts.
        let behind = sorted.partition_point(|index| name(index) <= Some(key));
        let last = sorted.get(behind.checked_sub(1)?)?;
        let member = members.get(*last)?;
        (member.name(text) == key).then_some(&member.value)
    }
}

/// The members by name, those of one name in their order.
fn sorted(text: &str, members: &[NodeMember]) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..members.len()).collect();
    sorted.sort_by_key(|index| members.get(*index).map(|member| member.name(text)));
    sorted
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use serde_json::{Value, json};

    use crate::JsoncDocument;

    #[test]
    fn the_last_of_a_name_is_found_however_many_are_asked_for() {
        let members: Vec<String> = (0..40)
            .map(|n| format!("\"k{}\": {n}", n % 30))
            .chain(["\"\\u006b9\": \"escaped\"".to_owned()])
            .collect();
        let text = format!("{{{}}}", members.join(", "));
        let document = JsoncDocument::parse(text.as_bytes()).unwrap();
        let expected = document.value().clone();
        for _ in 0..3 {
            for (key, value) in &expected {
                assert_eq!(document.get(&[key]).as_ref(), Some(value), "{key}");
            }
            for absent in ["", "k", "k00", "k30", "z"] {
                assert_eq!(document.get(&[absent]), None, "{absent}");
            }
        }
    }

    #[test]
    fn an_edit_is_seen_by_the_next_look() {
        let mut document = JsoncDocument::parse(b"{}").unwrap();
        for n in 0..40 {
            let key = format!("k{}", 40 - n);
            assert_eq!(document.get(&[&key]), None);
            document.set(&[&key], &json!(n)).unwrap();
            assert_eq!(document.get(&[&key]), Some(json!(n)));
        }
    }

    #[test]
    fn sixty_thousand_keys_are_found_among_as_many() {
        let count = 60_000;
        let members: Vec<String> = (0..count).map(|n| format!("\"k{n}\": {n}")).collect();
        let text = format!("{{{}}}", members.join(","));
        let document = JsoncDocument::parse(text.as_bytes()).unwrap();
        let before = Instant::now();
        let found = |n: &i32| document.get(&[&format!("k{n}")]) == Some(Value::from(*n));
        assert_eq!((0..count).filter(found).count(), 60_000);
        // Compared each with each, they took a minute.
        assert!(before.elapsed() < Duration::from_secs(5));
    }
}
