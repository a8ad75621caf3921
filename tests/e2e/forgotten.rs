//! A source file that nothing declares as a module is never compiled, and its tests never run.

use std::collections::HashMap;
use std::path::Path;

use crate::repository::{Source, sources};

#[test]
fn every_source_file_is_declared_as_a_module() {
    let sources = sources();
    let by_path: HashMap<&Path, &Source> = sources
        .iter()
        .map(|source| (source.path.as_path(), source))
        .collect();
    let forgotten: Vec<String> = sources
        .iter()
        .filter(|source| !is_root(source))
        .filter(|source| !declaring(&by_path, &source.path).any(|parent| declares(parent, source)))
        .map(Source::name)
        .collect();
    assert_eq!(forgotten, [""; 0]);
}

/// Judges whether cargo finds a file by itself.
fn is_root(source: &Source) -> bool {
    let name = source.path.file_name().unwrap_or_default();
    let folder = source
        .path
        .parent()
        .and_then(Path::file_name)
        .unwrap_or_default();
    let in_crate = source.path.starts_with("crates") || source.path.starts_with("bins");
    let is_target = ["tests", "benches", "examples"]
        .iter()
        .any(|kind| folder == *kind);
    ["lib.rs", "main.rs", "build.rs"]
        .iter()
        .any(|root| name == *root)
        || (in_crate && is_target)
}

/// Returns the files that may declare a module: the root beside it, or the file named as its folder.
fn declaring<'s>(
    by_path: &'s HashMap<&Path, &'s Source>,
    path: &Path,
) -> impl Iterator<Item = &'s Source> {
    let folder = path.parent().unwrap_or(path);
    let parents = [
        folder.join("lib.rs"),
        folder.join("main.rs"),
        folder.with_extension("rs"),
    ];
    parents
        .into_iter()
        .filter_map(|parent| by_path.get(parent.as_path()).copied())
}

fn declares(parent: &Source, module: &Source) -> bool {
    let name = module
        .path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy();
    let declaration = format!("mod {name};");
    parent.text.lines().map(str::trim).any(|line| {
        line.strip_suffix(declaration.as_str())
            .is_some_and(|before| {
                before.is_empty() || before == "pub " || before.starts_with("pub(")
            })
    })
}
