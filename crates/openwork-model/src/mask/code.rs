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

/// Endings of files that programs run or load.
const ENDINGS: &[&str] = &[
    "bash", "bat", "cjs", "cmd", "com", "cts", "dll", "dylib", "exe", "fish", "jar", "js", "jsx",
    "lua", "mjs", "mts", "node", "php", "pl", "ps1", "py", "pyw", "pyz", "rb", "sh", "so", "ts",
    "tsx", "vbs", "wasm", "zsh",
];

/// Whether a text may name a program or a package: a path, a package with a scope,
/// or a file with an ending of programs.
pub(super) fn names_program(text: &str) -> bool {
    let is_path = ["./", "../", "~/"]
        .iter()
        .any(|start| text.starts_with(start));
    // One slash in front is no sign yet: a secret in base64 begins so often enough.
    let below = text.strip_prefix(['/', '@']);
    let is_deep = below.is_some_and(|below| below.contains('/'));
    let ending = text.rsplit_once('.').map_or("", |(_, ending)| ending);
    let has_drive = text
        .split_once(":/")
        .is_some_and(|(drive, _)| drive.len() == 1);
    is_path
        || is_deep
        || has_drive
        || ENDINGS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::names_program;

    #[test]
    fn names_of_programs_are_told_from_secrets() {
        for text in [
            "./evil",
            "../evil",
            "~/evil",
            "/usr/bin/evil",
            "C:/evil",
            "evil.js",
            "a/evil.PY",
            "@scope/evil",
        ] {
            assert!(names_program(text), "{text}");
        }
        for text in [
            "abc",
            "/abc+d==",
            "a.b.c",
            "s3cr3t.",
            "@abc",
            "eyJh.eyJz.SflK",
        ] {
            assert!(!names_program(text), "{text}");
        }
    }
}
