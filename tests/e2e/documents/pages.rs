//! The commands of the pages, one after the other, in a home of their own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test says that it was skipped")]

use std::fs;

use openwork_testkit::port::free_port;

use super::{documents, text};
use crate::walk::{Run, Walk, blocks, has_curl};

/// Runs a page; none where there is no curl.
fn walk(page: &str) -> Option<Walk> {
    if !has_curl() {
        eprintln!("skipped: there is no curl here");
        return None;
    }
    Some(Walk::with(&text(page), free_port().unwrap(), &[], ""))
}

fn written(walk: &Walk, path: &str) -> String {
    fs::read_to_string(walk.home.path().join(path)).unwrap()
}

#[test]
fn a_first_change_is_asked_for_allowed_and_taken_back() {
    let Some(walk) = walk("docs/how-to/first-change.md") else {
        return;
    };
    walk.has_said(&[
        "Run a plugin: opencode-notion",
        "allowed and written: Add plugin opencode-notion",
        "{\"items\":[{\"spec\":\"opencode-notion\"",
        "can be undone",
        "/console",
    ]);
    assert!(!walk.home.path().join("notes/opencode.jsonc").exists());
}

#[test]
fn the_readme_leads_to_a_first_change() {
    let Some(walk) = walk("README.md") else {
        return;
    };
    walk.has_said(&["allowed and written: Add plugin opencode-notion"]);
    assert!(written(&walk, "notes/opencode.jsonc").contains("opencode-notion"));
}

#[test]
fn a_change_is_taken_back_and_made_again() {
    let Some(walk) = walk("docs/how-to/take-a-change-back.md") else {
        return;
    };
    let config = written(&walk, "notes/opencode.jsonc");
    let place = |plugin| config.find(plugin).unwrap();
    assert!(
        place("opencode-first") < place("opencode-second"),
        "{config}"
    );
}

#[test]
fn the_doctor_says_why_a_skill_is_missing() {
    let Some(walk) = walk("docs/how-to/find-out-why.md") else {
        return;
    };
    walk.has_said(&[
        "warning  skill `other` is skipped: its name is `other`, but its folder is `audit`",
        "SKILL.md:2",
        "fix: give the folder the skill's name, or the skill the folder's",
        "0 errors, 1 warning",
        "0 errors, 0 warnings",
    ]);
}

#[test]
fn others_are_let_in_and_out_again() {
    let Some(walk) = walk("docs/how-to/let-others-in.md") else {
        return;
    };
    walk.has_said(&["\"scope\":\"collaborator\"", "\"code\":", "build machine"]);
    let tokens = written(&walk, ".config/openwork/tokens.json");
    assert!(!tokens.contains("build machine"), "{tokens}");
}

#[test]
fn a_program_answers() {
    let Some(walk) = walk("docs/how-to/answer-by-program.md") else {
        return;
    };
    walk.has_said(&["\"outcome\":\"applied\""]);
    let command = written(&walk, "notes/.opencode/commands/list.md");
    assert!(command.contains("List what is here."), "{command}");
}

#[test]
fn folders_come_and_go() {
    let Some(walk) = walk("docs/how-to/serve-several-folders.md") else {
        return;
    };
    walk.has_said(&["Website", "notes"]);
    assert!(walk.home.path().join("site").is_dir());
}

#[test]
fn settings_are_shown_and_checked() {
    let Some(walk) = walk("docs/configuration.md") else {
        return;
    };
    walk.has_said(&["readOnly", "--read-only", "openwork/server.json"]);
}

#[test]
fn the_commands_are_as_their_page_says() {
    let Some(walk) = walk("docs/cli.md") else {
        return;
    };
    walk.has_said(&["0 errors", "[Unit]", "corsOrigins"]);
    let completions = ".local/share/bash-completion/completions/openwork-server";
    assert!(written(&walk, completions).contains("openwork-server"));
    let manual = written(&walk, ".local/share/man/man1/openwork-server.1");
    assert!(manual.contains(".TH"), "{manual}");
}

/// A page with commands that no test here walks would go stale unseen.
#[test]
fn every_page_with_commands_is_walked() {
    let source = [
        include_str!("pages.rs"),
        include_str!("../remote.rs"),
        include_str!("../phone.rs"),
    ];
    let pages = documents("docs")
        .into_iter()
        .chain(["README.md".to_owned()]);
    let with_commands = pages.filter(|page| {
        let blocks = blocks(&text(page));
        blocks.iter().any(|(run, _)| *run != Run::Not)
    });
    let unwalked: Vec<String> = with_commands
        .filter(|page| !source.iter().any(|source| source.contains(page.as_str())))
        .collect();
    assert_eq!(unwalked, [""; 0]);
}
