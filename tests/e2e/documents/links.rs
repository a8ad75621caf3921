//! Where the links of the documents lead.

use std::path::Path;

use super::{documents, root, text};

/// What may be linked from, beside `docs`.
const OTHERS: [&str; 5] = [
    "README.md",
    "CHANGELOG.md",
    "dist/README.md",
    "tests/README.md",
    "tests/conformance/README.md",
];

/// The targets of links in a text, but for those in code.
fn targets(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        }
        // What stands between the ticks of a line is no link.
        let words = line.split('`').step_by(2).filter(|_| !is_code);
        for piece in words.flat_map(|piece| piece.split("](").skip(1)) {
            found.extend(piece.split(')').next());
        }
        // The text of a link may be code; then its target begins the piece after it.
        let pieces = line.split('`').step_by(2).filter(|_| !is_code);
        for piece in pieces.filter_map(|piece| piece.strip_prefix("](")) {
            found.extend(piece.split(')').next());
        }
        for piece in line.split("src=\"").skip(1).filter(|_| !is_code) {
            found.extend(piece.split('"').next());
        }
    }
    found.retain(|target| !target.contains("://"));
    found.dedup();
    found
}

/// The anchors that the headings of a document make.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let titles = headings.map(|line| line.trim_start_matches('#').trim().to_lowercase());
    titles
        .map(|title| {
            let kept = title
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

/// Why a link of a document leads nowhere.
fn fault(document: &str, target: &str) -> Option<String> {
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let directory = Path::new(document).parent()?;
    let place = if path.is_empty() {
        document.into()
    } else {
        directory.join(path)
    };
    if !root().join(&place).exists() {
        return Some(format!("{document}: {target} is not there"));
    }
    if anchor.is_empty()
        || anchors(&text(place.to_str()?))
            .iter()
            .any(|has| has == anchor)
    {
        return None;
    }
    Some(format!("{document}: {target} has no such heading"))
}

#[test]
fn every_link_leads_somewhere() {
    let documents = documents("docs")
        .into_iter()
        .chain(OTHERS.map(str::to_owned));
    let mut looked_at = 0;
    let mut faults = Vec::new();
    for document in documents {
        let text = text(&document);
        let targets = targets(&text);
        looked_at += targets.len();
        faults.extend(targets.iter().filter_map(|target| fault(&document, target)));
    }
    assert_eq!(faults, [""; 0]);
    assert!(looked_at > 100, "only {looked_at} links were found");
}

#[test]
fn the_book_has_every_page_once() {
    let summary = text("docs/SUMMARY.md");
    let mut listed: Vec<String> = targets(&summary)
        .into_iter()
        .map(|target| format!("docs/{target}"))
        .collect();
    listed.push("docs/SUMMARY.md".to_owned());
    listed.sort();
    assert_eq!(listed, documents("docs"));
}

#[test]
fn links_and_headings_are_found() {
    let found =
        targets("[a](b.md) and [`c`](d.md#e), `[x](y)`\n```\n[z](z)\n```\n<img src=\"p.png\">");
    assert_eq!(found, ["b.md", "d.md#e", "p.png"]);
    assert_eq!(anchors("# A b-c: `d`\ntext\n## E"), ["a-b-c-d", "e"]);
    let nowhere = fault("docs/README.md", "cli.md#nowhere");
    assert_eq!(
        nowhere.unwrap(),
        "docs/README.md: cli.md#nowhere has no such heading"
    );
    assert_eq!(fault("docs/README.md", "cli.md#exit-codes"), None);
}
