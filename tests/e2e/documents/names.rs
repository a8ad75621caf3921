//! Each test that a document names is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{documents, root, text};

#[test]
fn every_test_that_is_named_is_there() {
    let mut sources = KnownSources::default();
    let mut named = 0;
    let mut lost = BTreeSet::new();
    for document in documents("docs") {
        for (home, path) in text(&document)
            .split('`')
            .skip(1)
            .step_by(2)
            .filter_map(test_name)
        {
            named += 1;
            if !sources.of(&home).have(path) {
                lost.insert(format!("{document}: {path} in {}", home.display()));
            }
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
    assert!(named > 250, "only {named} names were seen");
}

#[test]
fn a_name_that_is_lost_is_seen() {
    let (home, path) = test_name("e2e documents::names::a_name_that_is_lost_is_seen").unwrap();
    let source = SourceTree::read(&home);
    assert!(source.have(path) && source.have("documents::names"));
    let gone = ["documents::names::a_name_that_was_", "documents::nomes"];
    assert_eq!(
        gone.map(|gone| source.have(&format!("{gone}lost"))),
        [false; 2]
    );
    assert_eq!(test_name("just counts"), None);
    assert_eq!(test_name("store"), None);
}

/// Where the sources of a test are and its path there, as in `store audit::tail`; `None`
/// for what is no name of a test.
fn test_name(code: &str) -> Option<(PathBuf, &str)> {
    let (of, path) = code.split_once(' ')?;
    let of = of.strip_prefix("openwork-").unwrap_or(of);
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_:/*".contains(c);
    if of.is_empty() || path.is_empty() || !path.chars().all(is_word) {
        return None;
    }
    let homes = [
        format!("crates/openwork-{of}"),
        format!("bins/openwork-{of}"),
        format!("tests/{of}"),
        of.to_owned(),
    ];
    let home = homes.iter().find(|home| root().join(home).is_dir())?;
    // A word after the program is a command.
    let is_command = home.starts_with("bins") && !path.contains("::");
    (!is_command).then(|| (root().join(home), path))
}

#[test]
fn every_source_that_is_named_is_there() {
    let text = text("docs/security.md");
    let mut named = 0;
    for code in text.split('`').skip(1).step_by(2) {
        let Some((of, path)) = code.split_once("/src/") else {
            continue;
        };
        named += 1;
        let of = of.strip_prefix("openwork-").unwrap_or(of);
        let homes = ["crates", "bins"].map(|kind| root().join(format!("{kind}/openwork-{of}/src")));
        let at = homes
            .iter()
            .map(|home| home.join(path.trim_end_matches('*')));
        // A module goes by its name, whether it is a file or a directory.
        let is_there = |at: PathBuf| at.exists() || at.with_extension("rs").exists();
        assert!(at.into_iter().any(is_there), "{code}");
    }
    assert!(named > 100, "only {named} names were seen");
}

/// The sources that were read already.
#[derive(Default)]
struct KnownSources(Vec<(PathBuf, SourceTree)>);

impl KnownSources {
    fn of(&mut self, home: &Path) -> &SourceTree {
        let known = self.0.iter().position(|(path, _)| path == home);
        let index = known.unwrap_or_else(|| {
            self.0.push((home.to_owned(), SourceTree::read(home)));
            self.0.len() - 1
        });
        &self.0[index].1
    }
}

/// What is written below a directory, and what its files are called.
#[derive(Default)]
struct SourceTree {
    text: String,
    names: BTreeSet<String>,
}

impl SourceTree {
    fn read(home: &Path) -> Self {
        let mut tree = Self::default();
        tree.add(home);
        tree
    }

    fn add(&mut self, directory: &Path) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let is_source = path
                .extension()
                .is_some_and(|kind| kind == "rs" || kind == "mjs");
            if path.is_dir() {
                self.add(&path);
            } else if is_source {
                self.text.push_str(&fs::read_to_string(&path).unwrap());
            } else {
                continue;
            }
            let name = path.file_stem().unwrap_or_default();
            self.names.insert(name.to_string_lossy().into_owned());
        }
    }

    /// Whether each part of a path is a file, a module, a function or a group of cases.
    fn have(&self, path: &str) -> bool {
        let parts = path
            .split([':', '/'])
            .filter(|part| !matches!(*part, "" | "*" | "tests"));
        parts.into_iter().all(|part| {
            self.names.contains(part)
                || self.text.contains(&format!("fn {part}("))
                || self.text.contains(&format!("mod {part} "))
        })
    }
}
