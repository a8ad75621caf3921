//! Characters that cannot be seen: all that show texts agree on which those are.

#[test]
fn the_terminal_escapes_what_the_diff_pages_escape() {
    for character in '\0'..=char::MAX {
        let text = character.to_string();
        assert_eq!(
            openwork_terminal::escape::line(&text),
            openwork_model::hidden::escape_line(&text)
        );
        assert_eq!(
            openwork_terminal::escape::source(&text),
            openwork_model::hidden::escape_source(&text)
        );
    }
}
