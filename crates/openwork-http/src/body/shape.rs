//! How much the values of a JSON text will take, counted before they are made.

/// What a value takes in memory until it is planned, in bytes, and how many
/// times a text is held. Measured with lists of numbers, with objects of one
/// member and with one object of very many.
const VALUE: usize = 550;
const COPIES: usize = 3;

/// How much there is in a text. What is no JSON is counted all the same;
/// nothing is made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct BodyShape {
    /// How deeply lists and objects are nested.
    pub(super) depth: usize,
    /// List entries, lists and objects, and the names and values of members.
    pub(super) values: usize,
    bytes: usize,
}

impl BodyShape {
    /// Looks at brackets, commas and colons outside of texts.
    pub(super) fn of(text: &[u8]) -> Self {
        // By hand and not with a parser: counting too much does no harm, and a
        // parser would refuse here what is refused with a better reason later.
        let mut shape = Self {
            values: 1,
            bytes: text.len(),
            ..Self::default()
        };
        let (mut open, mut in_text, mut escaped) = (0_usize, false, false);
        for byte in text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = in_text,
                b'"' => in_text = !in_text,
                _ if in_text => {}
                b',' | b':' => shape.values += 1,
                b'[' | b'{' => {
                    open += 1;
                    shape.values += 1;
                    shape.depth = shape.depth.max(open);
                }
                b']' | b'}' => open = open.saturating_sub(1),
                _ => {}
            }
        }
        shape
    }

    /// About how many bytes it takes until what it asks for is planned.
    pub(super) fn memory(self) -> usize {
        let values = self.values.saturating_mul(VALUE);
        self.bytes.saturating_mul(COPIES).saturating_add(values)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn brackets_and_commas_in_texts_do_not_count() {
        let shape = BodyShape::of(br#"{"a,[{\"":"\\","b":[1,2,{}]}"#);
        assert_eq!((shape.depth, shape.values), (3, 9));
    }

    #[test]
    fn unfinished_texts_are_counted_too() {
        let shape = BodyShape::of(b"[[[,,\"");
        assert_eq!((shape.depth, shape.values), (3, 6));
        assert_eq!(BodyShape::of(b"]]}").depth, 0);
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<u32>().prop_map(Value::from),
            "[,\\[{}\"\\\\a]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map("[,{\"a]{0,4}", inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    fn depth(value: &Value) -> usize {
        match value {
            Value::Array(entries) => 1 + entries.iter().map(depth).max().unwrap_or(0),
            Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
            _ => 0,
        }
    }

    fn count(value: &Value) -> usize {
        match value {
            Value::Array(entries) => 1 + entries.iter().map(count).sum::<usize>(),
            Value::Object(members) => 1 + members.values().map(count).sum::<usize>(),
            _ => 1,
        }
    }

    proptest! {
        #[test]
        fn no_value_is_missed(value in json()) {
            let shape = BodyShape::of(value.to_string().as_bytes());
            prop_assert_eq!(shape.depth, depth(&value));
            prop_assert!(shape.values >= count(&value));
        }
    }
}
