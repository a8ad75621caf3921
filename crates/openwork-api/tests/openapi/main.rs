//! `src/openapi.json` is what the types, the table of routes and the handbook say.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::enum_glob_use,
    reason = "what cannot be described fails the test"
)]

mod approvals;
mod describe;
mod document;
mod errors;
mod files;
mod handbook;
mod operation;
mod print;
mod reads;
mod schemas;
mod writes;

use std::collections::BTreeSet;

use openwork_api::{ErrorCode, openapi};
use serde_json::Value;

use crate::errors::OF_NO_OPERATION;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/openapi.json");

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "whoever asks for it has the file written anew"
)]
fn the_document_is_what_the_types_give() {
    let made = print::print(&document::document());
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(FILE, &made).unwrap();
        return;
    }
    let is_same = made == openapi();
    let mut lines = made.lines().zip(openapi().lines());
    let other = lines.find(|(made, known)| made != known);
    assert!(
        is_same,
        "src/openapi.json is of another time; UPDATE_OPENAPI=1 writes it anew. It begins to differ at {other:#?}"
    );
}

#[test]
fn every_failure_is_one_of_an_operation() {
    let document: Value = serde_json::from_str(openapi()).unwrap();
    let responses = document["components"]["responses"].as_object().unwrap();
    let mut described = BTreeSet::new();
    for (name, response) in responses {
        let status: u16 = name["Failure".len()..]
            .split('-')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let schema = &response["content"]["application/json"]["schema"]["allOf"][1];
        for code in schema["properties"]["code"]["enum"].as_array().unwrap() {
            described.insert((status, code.as_str().unwrap().to_owned()));
        }
    }
    let known = ErrorCode::ALL
        .iter()
        .filter(|code| !OF_NO_OPERATION.contains(code));
    let known: BTreeSet<_> = known
        .map(|code| (code.status(), code.as_str().to_owned()))
        .collect();
    assert_eq!(described, known);
}

#[test]
fn nothing_in_it_is_of_this_machine() {
    let here = env!("CARGO_MANIFEST_DIR");
    for word in [here, "/home/", "/tmp/", "target/"] {
        assert!(!openapi().contains(word), "{word}");
    }
}
