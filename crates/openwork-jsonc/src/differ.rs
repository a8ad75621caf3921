//! What two files say differently.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::tree::{Node, NodeMember};
use super::{JsoncDocument, same_value};

impl JsoncDocument {
    /// Returns the top-level members that another file does not have, or not
    /// with this value; of a repeated key the last value counts.
    ///
    /// Members that are spelt alike are not read: of a large file that was
    /// edited these are nearly all.
    pub fn unlike(&self, other: &Self) -> Map<String, Value> {
        let (ours, theirs) = (self.last_members(), other.last_members());
        let differs = |member: &NodeMember| {
            let name = member.name(&self.text);
            // The first of a name stands for the last, which counts.
            let (node, there) = (*ours.get(name)?, theirs.get(name).copied());
            let is_spelt_alike =
                |there: &Node| there.source(&other.text) == node.source(&self.text);
            if there.is_some_and(is_spelt_alike) {
                return None;
            }
            let value = node.value(&self.text);
            let says_the_same = |there: &Node| same_value(&there.value(&other.text), &value);
            (!there.is_some_and(says_the_same)).then(|| (name.to_owned(), value))
        };
        self.members().iter().filter_map(differs).collect()
    }

    fn members(&self) -> &[NodeMember] {
        self.root.as_ref().map_or(&[], Node::members)
    }

    fn last_members(&self) -> BTreeMap<&str, &Node> {
        let members = self.members().iter();
        members
            .map(|member| (member.name(&self.text), &member.value))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn unlike(one: &str, other: &str) -> Value {
        let parse = |text: &str| JsoncDocument::parse(text.as_bytes()).unwrap();
        parse(one).unlike(&parse(other)).into()
    }

    #[test]
    fn what_differs_is_reported_whatever_the_spelling() {
        let one = r#"{ "a": [1, 2], "b": { "c": 1.0 }, "d": 1, "d": 2, "e": "\u0041" }"#;
        let other = r#"{ "b": {"c": 1}, /* x */ "d": 2, "a": [1, 3], "e": "A" }"#;
        assert_eq!(unlike(one, other), json!({ "a": [1, 2] }));
        assert_eq!(unlike(other, one), json!({ "a": [1, 3] }));
        assert_eq!(unlike(one, one), json!({}));
        assert_eq!(unlike("// nothing\n", one), json!({}));
        let all = json!({ "a": [1, 2], "b": { "c": 1.0 }, "d": 2, "e": "A" });
        assert_eq!(unlike(one, ""), all);
    }
}
