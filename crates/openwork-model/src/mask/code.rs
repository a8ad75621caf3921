//! What may be program text, which is never masked.

/// Whether a text holds what a shell or another interpreter would run, and so
/// must be shown: calls, substitutions, redirections, the end of a command or
/// of a quoted text.
pub(super) fn is_code(text: &str) -> bool {
    has_operator(text) || text.contains(['"', '\''])
}

/// The same, quotes allowed: those around a value hide nothing.
pub(super) fn has_operator(text: &str) -> bool {
    // Too much rather than too little: what is taken for code is shown, and
    // somebody who consents has to see what will run.
    text.contains(|c: char| {
        c.is_control()
            || matches!(
                c,
                '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '|' | '&' | ';' | '$' | '`' | '\\'
            )
    })
}
