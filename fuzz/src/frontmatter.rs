//! Skills and commands: what is read is read again after an edit.

use openwork_frontmatter::{FieldValue, parse, with_fields};

/// Parses a file and sets a field.
pub fn feed(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = parse(text);
    let Ok(edited) = with_fields(text, &[("name", FieldValue::Text("fuzz: yes"))]) else {
        return;
    };
    let document = parse(&edited).expect("an edited file parses");
    assert_eq!(document.text_of("name"), Some("fuzz: yes"));
}
