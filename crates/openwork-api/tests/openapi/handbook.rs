//! What `docs/api.md` says of routes and errors, so that it is said once.

const HANDBOOK: &str = include_str!("../../../../docs/api.md");

/// The cells of the table below a heading.
fn rows(heading: &str) -> impl Iterator<Item = Vec<&'static str>> {
    let section = HANDBOOK
        .split("\n## ")
        .find(|section| section.starts_with(heading));
    let lines = section
        .unwrap()
        .lines()
        .filter(|line| line.starts_with("| "));
    lines.map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
}

/// What a route is for, in one paragraph.
pub(crate) fn route(method: &str, path: &str) -> String {
    let path = format!("`{path}`");
    let of_path = rows("Routes").find(|cells| cells[0] == method && cells[1] == path);
    let cells = of_path.unwrap_or_else(|| panic!("docs/api.md has no {method} {path}"));
    plain(cells[3])
}

/// When an error comes; nothing where its name says it.
pub(crate) fn error(status: u16, code: &str) -> String {
    let (status, code) = (status.to_string(), format!("`{code}`"));
    let cells = rows("Errors").find(|cells| cells[0] == status && cells[1] == code);
    let cells = cells.unwrap_or_else(|| panic!("docs/api.md has no error {status} {code}"));
    plain(cells.get(2).unwrap_or(&""))
}

/// A text without the places that its links lead to.
pub(crate) fn plain(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['`', '[']) {
        made.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = if rest.starts_with('`') {
            code(rest)
        } else {
            link(rest)
        };
        let (said, length) = taken.unwrap_or((&rest[..1], 1));
        made.push_str(said);
        rest = &rest[length..];
    }
    made.push_str(rest);
    made
}

/// A word of code, and how long it is.
fn code(text: &str) -> Option<(&str, usize)> {
    let end = text[1..].find('`')? + 2;
    Some((&text[..end], end))
}

/// What a link is called, and how long it is with the place it leads to.
fn link(text: &str) -> Option<(&str, usize)> {
    let end = text.find(']')?;
    let called = &text[1..end];
    if let Some(place) = text[end + 1..].strip_prefix('(') {
        return Some((called, end + 3 + place.find(')')?));
    }
    // As comments of the code have them.
    called.starts_with('`').then_some((called, end + 1))
}

#[test]
fn links_lose_their_places() {
    for (text, expected) in [
        ("see [the rules](engine-schema.md).", "see the rules."),
        (
            "at most [`NAMED`], `[{ a }](b)`",
            "at most `NAMED`, `[{ a }](b)`",
        ),
        ("[a] b", "[a] b"),
    ] {
        assert_eq!(plain(text), expected);
    }
}
