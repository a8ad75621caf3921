//! The layers: which of our crates may depend on which.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::repository::root;

const PREFIX: &str = "openwork-";
/// The crate that embedders use, which has no second word.
const FRONT_DOOR: &str = "openwork";

/// Every arrow between our crates that the product may have.
const ALLOWED: [(&str, &str); 39] = [
    ("model", "frontmatter"),
    ("model", "jsonc"),
    ("change", "frontmatter"),
    ("change", "jsonc"),
    ("change", "model"),
    ("api", "change"),
    ("api", "model"),
    ("store", "change"),
    ("store", "model"),
    ("store", "private"),
    ("host", "approval"),
    ("host", "change"),
    ("host", "model"),
    ("http", "api"),
    ("http", "approval"),
    ("http", "change"),
    ("http", "host"),
    // What it cannot parse becomes an answer.
    ("http", "jsonc"),
    ("http", "model"),
    // Answers that come back from a phone are read where requests are.
    ("http", "notify"),
    // A client of the wire, and nothing of what is behind it.
    ("terminal", "api"),
    // It looks at files through the model's port, and names their lines.
    ("doctor", "frontmatter"),
    ("doctor", "jsonc"),
    ("doctor", "model"),
    ("terminal", "private"),
    // The front door shows programs what they embed.
    ("openwork", "approval"),
    ("openwork", "change"),
    ("openwork", "host"),
    ("openwork", "http"),
    ("openwork", "model"),
    ("openwork", "store"),
    ("testkit", "change"),
    ("testkit", "model"),
    ("testkit", "private"),
    // The binary links everything.
    ("server", "approval"),
    ("server", "change"),
    ("server", "host"),
    ("server", "http"),
    ("server", "model"),
];
/// The rest of what the binary links.
const ALLOWED_TO_SERVER: [&str; 6] = ["doctor", "jsonc", "notify", "private", "store", "terminal"];

#[test]
fn crates_depend_only_along_the_arrows() {
    let arrows = arrows();
    let wrong: Vec<&Arrow> = arrows.iter().filter(|arrow| !arrow.is_allowed()).collect();
    assert!(
        wrong.is_empty(),
        "not an arrow of the architecture: {wrong:#?}"
    );
}

#[test]
fn the_check_sees_the_manifests() {
    let arrows = arrows();
    let has = |from: &str, to: &str| arrows.iter().any(|a| a.from == from && a.to == to);
    assert!(has("store", "model") && has("http", "host") && has("openwork", "host"));
    let wrong = Arrow {
        from: "model".to_owned(),
        to: "store".to_owned(),
        for_tests: false,
    };
    assert!(!wrong.is_allowed());
    let shipped_fake = Arrow {
        from: "host".to_owned(),
        to: "testkit".to_owned(),
        for_tests: false,
    };
    assert!(!shipped_fake.is_allowed());
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Arrow {
    from: String,
    to: String,
    for_tests: bool,
}

impl Arrow {
    fn is_allowed(&self) -> bool {
        let named = (self.from.as_str(), self.to.as_str());
        let linked = self.from == "server" && ALLOWED_TO_SERVER.contains(&self.to.as_str());
        // A crate on itself: its tests see features that it does not ship.
        let tested = self.for_tests && (self.to == "testkit" || self.to == self.from);
        ALLOWED.contains(&named) || linked || tested
    }
}

/// Asks cargo for every dependency of one of our crates on another.
fn arrows() -> BTreeSet<Arrow> {
    let packages = packages();
    let arrows = packages.iter().flat_map(|package| {
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        dependencies.filter_map(|dependency| {
            Some(Arrow {
                from: ours(package)?,
                to: ours(dependency)?,
                for_tests: dependency["kind"] == "dev",
            })
        })
    });
    arrows.collect()
}

fn ours(named: &Value) -> Option<String> {
    let name = named["name"].as_str()?;
    let short = name.strip_prefix(PREFIX);
    short
        .or((name == FRONT_DOOR).then_some(name))
        .map(str::to_owned)
}

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root())
        .output();
    let metadata: Value = output
        .ok()
        .and_then(|output| serde_json::from_slice(&output.stdout).ok())
        .unwrap_or_default();
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    assert!(
        packages.len() >= 8,
        "cargo metadata did not list the crates"
    );
    packages
}
