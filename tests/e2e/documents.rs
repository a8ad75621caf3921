//! The documents: their commands work as they stand, their links lead somewhere,
//! and the book has all of them.

mod links;
mod names;
mod pages;

use std::fs;
use std::path::{Path, PathBuf};

/// Where the repository begins.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The paths of all documents in a directory and below, from the root.
fn documents(directory: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join(directory)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{directory}/{name}");
        if entry.file_type().unwrap().is_dir() {
            found.extend(documents(&path));
        } else if Path::new(&name)
            .extension()
            .is_some_and(|kind| kind == "md")
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}
