//! Headers without an end, which the engine reads to the end of the file.

/// The text with its header closed, if it opens one that never ends.
pub fn closed(text: &str) -> Option<String> {
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = bare.lines();
    let opens = lines.next() == Some("---");
    let ends = lines.any(|line| line.trim_end() == "---");
    (opens && !ends).then(|| format!("{bare}\n---\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_open_is_closed() {
        for (text, closed_text) in [
            ("---\na: b", Some("---\na: b\n---\n")),
            ("\u{feff}---\r\na: b\r\n", Some("---\r\na: b\r\n\n---\n")),
            ("---\na: b\n---\n", None),
            ("---\na: b\n--- \nbody", None),
            ("text\n---\n", None),
            ("", None),
        ] {
            assert_eq!(closed(text).as_deref(), closed_text, "{text:?}");
        }
    }
}
