//! Calls for what the server keeps for itself.

use openwork_model::layout::WorkspacePlace;

/// What is kept of files for undos, below the server's own directory.
const HISTORY: &str = "history";

/// What a query names of the contents that are kept for undos, if it names any.
pub(crate) fn kept_contents(query: Option<&str>) -> Option<String> {
    let mut values = form_urlencoded::parse(query.unwrap_or("").as_bytes());
    let found = values.find(|(_, value)| leads_to_history(value));
    found.map(|(_, value)| value.chars().take(64).collect())
}

/// Whether a text is a path that leads there, however it is written.
fn leads_to_history(text: &str) -> bool {
    let own = WorkspacePlace::Openwork.path();
    let kept: Vec<&str> = own.components().chain([HISTORY]).collect();
    // Not all file systems tell capitals from small letters.
    let text = text.to_ascii_lowercase();
    let mut path: Vec<&str> = Vec::new();
    for component in text.split(['/', '\\']) {
        match component {
            "" | "." => {}
            ".." => drop(path.pop()),
            name => path.push(name),
        }
    }
    path.windows(kept.len()).any(|part| part == kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_of_the_path_gets_through() {
        for (path, expected) in [
            ("path=.opencode/openwork/history", true),
            ("path=.opencode%2Fopenwork%2Fhistory%2Fabc", true),
            ("path=/w/.OpenCode/./openwork//x/../history/abc", true),
            ("a=1&path=.opencode%5Copenwork%5Chistory", true),
            ("path=.opencode/openwork/outbox/history", false),
            ("path=src/main.rs&query=history", false),
            ("", false),
        ] {
            assert_eq!(kept_contents(Some(path)).is_some(), expected, "{path}");
        }
        assert_eq!(kept_contents(None), None);
    }
}
