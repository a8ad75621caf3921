//! Every message that stops a start, as the operator reads it.

use std::ffi::OsString;
use std::fmt::Write;
use std::os::unix::ffi::OsStringExt;

use super::Start;

fn arguments() -> Vec<(&'static str, Start)> {
    let args = |args: &[&str]| Start::new().args(args);
    let mut not_unicode = Start::new().args(&["--workspace"]);
    not_unicode
        .args
        .push(OsString::from_vec(b"/a\xff".to_vec()));
    let mut token_not_unicode = Start::new().args(&["--token"]);
    token_not_unicode
        .args
        .push(OsString::from_vec(b"hush\xff".to_vec()));
    vec![
        ("misspelt flag", args(&["--readonly"])),
        ("misspelt flag with a secret", args(&["--tokn=hush"])),
        ("unknown flag", args(&["--frobnicate", "1"])),
        ("unknown short flag", args(&["-x"])),
        ("stray argument", args(&["serve"])),
        ("command of a command", args(&["undo"])),
        ("command of several commands", args(&["revoke"])),
        ("JSON of a server", args(&["--json"])),
        ("stray address with a secret", args(&["http://u:hush@a/b"])),
        ("stray argument after the flags", args(&["--", "--port"])),
        ("flag without value", args(&["--token"])),
        ("flag followed by a flag", args(&["--token", "--host", "a"])),
        ("switch with a value", args(&["--read-only=no"])),
        ("port that is no number", args(&["--port", "http"])),
        ("port below zero", args(&["--port", "-1"])),
        ("port too large", args(&["--port", "65536"])),
        ("empty port", args(&["--port="])),
        ("unknown approval mode", args(&["--approval", "sometimes"])),
        ("approval mode in capitals", args(&["--approval", "AUTO"])),
        ("no time for approval", args(&["--approval-timeout", "0"])),
        ("unknown host writes", args(&["--host-writes", "deny"])),
        ("unknown log level", args(&["--log-level", "loud"])),
        ("empty token", args(&["--token", ""])),
        ("token with a line feed", args(&["--token", "hush\n"])),
        ("short host token", args(&["--host-token", "hush"])),
        (
            "host token that others may guess",
            args(&["--host", "0.0.0.0", "--host-token", "hush-hush-hush"]),
        ),
        ("empty host", args(&["--host", ""])),
        ("empty workspace", args(&["--workspace", ""])),
        (
            "origin with a control character",
            args(&["--cors", "http://a\u{1b}[31m"]),
        ),
        ("list that is no JSON", args(&["--cors", "[http://a]"])),
        ("path that is no text", not_unicode),
        ("token that is no text", token_not_unicode),
        ("missing file", args(&["--config", "nowhere/server.json"])),
        ("empty file name", args(&["--config", ""])),
        ("directory as file", args(&["--config", "/"])),
        ("two at once", args(&["--port", "x", "--approval", "y"])),
    ]
}

fn variables() -> Vec<(&'static str, Start)> {
    let var = |name, value| Start::new().var(name, value);
    let mut not_unicode = Start::new();
    let value = OsString::from_vec(b"hush\xff".to_vec());
    not_unicode
        .environment
        .vars
        .insert("OPENWORK_TOKEN".into(), value);
    vec![
        ("port", var("OPENWORK_PORT", "http")),
        ("approval mode", var("OPENWORK_APPROVAL_MODE", "on")),
        (
            "approval timeout",
            var("OPENWORK_APPROVAL_TIMEOUT_MS", "soon"),
        ),
        ("short host token", var("OPENWORK_HOST_TOKEN", "hush")),
        ("pending", var("OPENWORK_APPROVAL_MAX_PENDING", "0")),
        ("blank token", var("OPENWORK_TOKEN", " ")),
        ("token that is no text", not_unicode),
        (
            "address with a secret",
            var("OPENWORK_PUBLIC_URL", "https://u:hush@a.example"),
        ),
        (
            "origins with a secret",
            var("OPENWORK_CORS_ORIGINS", "[\"https://u:hush@a.example\""),
        ),
        (
            "program that is no JSON",
            var("OPENWORK_NOTIFY_COMMAND", "[\"curl\", hush"),
        ),
        (
            "workspaces that are no texts",
            var("OPENWORK_WORKSPACES", "[1]"),
        ),
        (
            "missing file",
            var("OPENWORK_SERVER_CONFIG", "nowhere.json"),
        ),
    ]
}

fn files() -> Vec<(&'static str, Start)> {
    let file = |text: &str| Start::new().file(text);
    vec![
        ("empty", file("")),
        ("comment only", file("// nothing\n")),
        ("no object", file("\n [1]")),
        ("unterminated", file("{ \"token\": \"hush\", \n")),
        (
            "missing comma",
            file("{\n  \"port\": 1\n  \"host\": \"a\"\n}"),
        ),
        ("single quotes", file("{ 'port': 1 }")),
        ("two values", file("{} {}")),
        ("not UTF-8", Start::new().file(b"{\n \"host\": \"\xff\" }")),
        ("wrong case", file("{\n  \"readonly\": true\n}")),
        (
            "misspelt section",
            file("{ \"aproval\": { \"mode\": \"auto\" } }"),
        ),
        (
            "misspelt in a section",
            file("{ \"approval\": { \"mod\": \"auto\" } }"),
        ),
        (
            "misspelt in an entry",
            file("{ \"workspaces\": [{ \"path\": \".\", \"baseURL\": \"x\" }] }"),
        ),
        ("port as text", file("{ \"port\": \"8787\" }")),
        ("port with a fraction", file("{ \"port\": 1.5 }")),
        ("port too large", file("{ \"port\": 70000 }")),
        ("null", file("{ \"host\": null }")),
        ("text for a switch", file("{ \"readOnly\": \"no\" }")),
        ("text for a section", file("{\n\t\"approval\": \"auto\"\n}")),
        (
            "unknown mode",
            file("{ \"approval\": { \"mode\": \"Auto\" } }"),
        ),
        (
            "negative timeout",
            file("{ \"approval\": { \"timeoutMs\": -1 } }"),
        ),
        ("text for a list", file("{ \"corsOrigins\": \"*\" }")),
        ("number in a list", file("{ \"corsOrigins\": [\"a\", 1] }")),
        (
            "object for workspaces",
            file("{ \"workspaces\": { \"path\": \".\" } }"),
        ),
        ("text for an entry", file("{ \"workspaces\": [\".\"] }")),
        (
            "entry without path",
            file("{ \"workspaces\": [{ \"name\": \"a\" }] }"),
        ),
        (
            "entry with a wrong type",
            file("{ \"workspaces\": [{ \"path\": [\".\"] }] }"),
        ),
        ("empty token", file("{ \"token\": \"\" }")),
        ("short host token", file("{ \"hostToken\": \"hush\" }")),
        (
            "text for a program",
            file("{ \"notify\": { \"command\": \"curl -H hush\" } }"),
        ),
        (
            "number in a program",
            file("{ \"notify\": { \"command\": [\"curl\", 12345] } }"),
        ),
        (
            "address with a secret",
            file("{ \"publicUrl\": \"https://u:hush@a.example\" }"),
        ),
        ("number as token", file("{ \"hostToken\": 12345 }")),
        ("token with a tab", file("{ \"token\": \"hu\\tsh\" }")),
        (
            "column in characters",
            file("{ \"token\": \"ää\", \"port\": true }"),
        ),
        (
            "all at once",
            file("{\n  \"port\": true,\n  \"hots\": \"a\",\n  \"approval\": []\n}"),
        ),
    ]
}

fn told(cases: Vec<(&'static str, Start)>) -> String {
    let mut told = String::new();
    for (name, start) in cases {
        let refusal = start.refusal();
        assert!(
            !refusal.contains("hush") && !refusal.contains("12345"),
            "{name}: {refusal}"
        );
        writeln!(told, "## {name}\n{refusal}\n").unwrap();
    }
    told
}

#[test]
fn arguments_are_refused() {
    insta::assert_snapshot!(told(arguments()));
}

#[test]
fn variables_are_refused() {
    insta::assert_snapshot!(told(variables()));
}

#[test]
fn files_are_refused() {
    insta::assert_snapshot!(told(files()));
}

#[test]
fn problems_of_all_sources_are_told_together() {
    let start = Start::new()
        .file("[]")
        .var("OPENWORK_PORT", "x")
        .args(&["--approval", "y"]);
    let lines = start.refusal();
    let lines: Vec<_> = lines
        .lines()
        .filter(|line| line.starts_with("error: "))
        .collect();
    assert_eq!(
        lines,
        [
            "error: invalid value for `--approval`: expected `manual` or `auto`, found `y`",
            "error: invalid value for `OPENWORK_PORT`: expected a whole number from 0 to 65535, found `x`",
            "error: invalid configuration: expected an object, found an array",
        ]
    );
}
