//! Rules that the sources keep and that no lint knows.

use std::collections::{BTreeMap, BTreeSet};

use crate::repository::{Source, sources};

/// Lines of a file before its tests; a longer file holds more than one concept. A file that is all
/// tests may grow with its cases.
const CEILING: usize = 400;

fn offenders(breaks: impl Fn(&Source) -> bool) -> Vec<String> {
    sources()
        .iter()
        .filter(|source| breaks(source))
        .map(Source::name)
        .collect()
}

fn length(source: &Source) -> usize {
    source.before_tests().lines().count()
}

fn is_product(source: &Source) -> bool {
    let all_tests = ["tests", "benches", "tests.rs"];
    !source
        .path
        .iter()
        .any(|part| all_tests.iter().any(|name| part == *name))
}

#[test]
fn no_file_is_longer_than_the_ceiling() {
    assert_eq!(
        offenders(|source| is_product(source) && length(source) > CEILING),
        [""; 0]
    );
}

/// The name of a type that a line at the outermost level defines.
fn defined_type(line: &str) -> Option<&str> {
    let public = line
        .strip_prefix("pub(crate) ")
        .or(line.strip_prefix("pub(super) "))
        .or(line.strip_prefix("pub "));
    let line = public.unwrap_or(line);
    let kinds = ["struct ", "enum ", "trait ", "union ", "type "];
    let rest = kinds.iter().find_map(|kind| line.strip_prefix(kind))?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
    Some(&rest[..end.unwrap_or(rest.len())])
}

#[test]
fn a_type_name_stands_once() {
    let mut files: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    // The front door has the plain words for what the layers behind it are.
    let apart = ["openwork-testkit", "crates/openwork/"];
    let is_apart = |source: &Source| apart.iter().any(|name| source.name().contains(name));
    for source in sources() {
        if !is_product(&source) || is_apart(&source) {
            continue;
        }
        for name in source.before_tests().lines().filter_map(defined_type) {
            files
                .entry(name.to_owned())
                .or_default()
                .insert(source.name());
        }
    }
    files.retain(|_, files| files.len() > 1);
    assert_eq!(files, BTreeMap::new(), "one name, several types");
}

#[test]
fn every_crate_opens_with_its_documentation() {
    let is_root = |source: &Source| {
        ["/lib.rs", "/main.rs"]
            .iter()
            .any(|root| source.name().ends_with(root))
    };
    assert_eq!(
        offenders(|source| is_root(source) && !source.text.starts_with("//!")),
        [""; 0]
    );
}

#[test]
fn nothing_is_left_for_later() {
    // Spelt in two parts, or this file would be the first to offend.
    let marks = [
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("allow(dead", "_code)"),
        // With a reason it may stand; the nightly run makes up for it.
        concat!("#[ign", "ore]"),
    ];
    assert_eq!(
        offenders(|source| marks.iter().any(|mark| source.text.contains(mark))),
        [""; 0]
    );
}

#[test]
fn modules_are_named_for_a_concept() {
    let vague = [
        "mod.rs",
        "utils.rs",
        "util.rs",
        "common.rs",
        "helpers.rs",
        "manager.rs",
        "misc.rs",
    ];
    let is_vague = |source: &Source| {
        source
            .path
            .file_name()
            .is_some_and(|name| vague.iter().any(|vague| name == *vague))
    };
    assert_eq!(offenders(is_vague), [""; 0]);
}
