//! The document as a text: compact, and yet so that a change of it can be read.

use serde_json::{Map, Value};

/// How deep objects are written with a line for each of their fields.
const DEEP: [&[&str]; 2] = [&["paths", "components"], &["schemas", "responses"]];

pub(crate) fn print(document: &Value) -> String {
    let mut text = String::new();
    object(document.as_object().unwrap(), 0, &mut text);
    text.push('\n');
    text
}

fn object(fields: &Map<String, Value>, depth: usize, text: &mut String) {
    text.push('{');
    for (index, (name, value)) in fields.iter().enumerate() {
        text.push_str(if index == 0 { "\n" } else { ",\n" });
        text.push_str(&Value::from(name.as_str()).to_string());
        text.push(':');
        let is_deep = DEEP
            .get(depth)
            .is_some_and(|names| names.contains(&name.as_str()));
        match value.as_object().filter(|_| is_deep) {
            Some(fields) => object(fields, depth + 1, text),
            None => text.push_str(&value.to_string()),
        }
    }
    text.push_str("\n}");
}
