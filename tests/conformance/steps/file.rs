//! Looking at files.

use std::fs;
use std::path::Path;

use openwork_testkit::expect::{Expected, Strictness};
use openwork_testkit::tree::Entry;
use openwork_testkit::{frontmatter, jsonc};
use regex_lite::RegexBuilder;
use serde_json::Value;
use similar::TextDiff;

use crate::fault::Fault;
use crate::run::Run;
use crate::scope::Scope;
use crate::step::{FileStep, LineEnd};
use crate::system;

/// Judges a file.
pub(super) fn check(run: &Run<'_>, step: &FileStep) -> Result<(), Fault> {
    let name = run.scope.text(&step.file)?;
    let path = run.sandbox.path(&name);
    let mut differences = place_differences(&path, step)?;
    if step.unchanged {
        differences.extend(change(run.before.get(&name), Entry::read(&path)?.as_ref()));
    }
    if has_text_checks(step) {
        let bytes = fs::read(&path)
            .map_err(|error| Fault::check(format!("{name} cannot be read: {error}")))?;
        let text = String::from_utf8_lossy(&bytes);
        differences.extend(text_differences(&run.scope, step, &text)?);
    }
    Fault::unless_empty(
        differences
            .into_iter()
            .map(|line| format!("{name}: {line}"))
            .collect(),
    )
}

fn place_differences(path: &Path, step: &FileStep) -> Result<Vec<String>, Fault> {
    let entry = Entry::read(path)?;
    let is_link = matches!(entry, Some(Entry::Link(_)));
    let mut differences = Vec::new();
    if step.absent && entry.is_some() {
        differences.push("exists, and should not".to_owned());
    }
    if step.exists && !path.exists() {
        differences.push("does not exist".to_owned());
    }
    if step.is_symlink.is_some_and(|expected| expected != is_link) {
        differences.push(format!("a link: {is_link}"));
    }
    if let Some(expected) = &step.mode {
        differences.extend(system::mode_difference(path, expected)?);
    }
    Ok(differences)
}

fn change(before: Option<&Entry>, now: Option<&Entry>) -> Option<String> {
    match (before, now) {
        (before, now) if before == now => None,
        (Some(Entry::File(before)), Some(Entry::File(now))) => Some(diff(
            "has changed",
            &String::from_utf8_lossy(before),
            &String::from_utf8_lossy(now),
        )),
        _ => Some("has changed its kind".to_owned()),
    }
}

fn has_text_checks(step: &FileStep) -> bool {
    let patterns = [&step.contains, &step.regex, &step.not_regex];
    let values = [
        &step.json,
        &step.jsonc,
        &step.jsonl,
        &step.front,
        &step.body_text,
    ];
    step.text.is_some()
        || step.eol.is_some()
        || patterns
            .iter()
            .any(|patterns| patterns.iter().next().is_some())
        || values.iter().any(|value| value.is_some())
}

fn text_differences(scope: &Scope, step: &FileStep, text: &str) -> Result<Vec<String>, Fault> {
    let mut differences = Vec::new();
    if let Some(expected) = &step.text {
        let expected = scope.text(&expected.to_text())?;
        if expected != text {
            differences.push(diff("differs", &expected, text));
        }
    }
    differences.extend(document_differences(scope, step, text)?);
    differences.extend(pattern_differences(scope, step, text)?);
    differences.extend(step.eol.and_then(|eol| line_end_difference(eol, text)));
    Ok(differences)
}

fn document_differences(scope: &Scope, step: &FileStep, text: &str) -> Result<Vec<String>, Fault> {
    let front = frontmatter::split(text);
    let json = || serde_json::from_str::<Value>(text).ok();
    let lines = || {
        text.lines()
            .map(serde_json::from_str)
            .collect::<Result<Vec<Value>, _>>()
            .ok()
    };
    let documents = [
        ("JSON", &step.json, json()),
        ("JSONC", &step.jsonc, jsonc::parse(text).ok()),
        ("JSON lines", &step.jsonl, lines().map(Value::from)),
        (
            "frontmatter",
            &step.front,
            front.clone().map(|(fields, _)| fields.into()),
        ),
        ("body", &step.body_text, front.map(|(_, body)| body.into())),
    ];
    let mut differences = Vec::new();
    for (kind, expected, found) in documents {
        let Some(expected) = expected else { continue };
        let expected = Expected::parse(&scope.fill(expected)?)?;
        match found {
            Some(found) => {
                differences.extend(expected.differences_at(kind, Some(&found), Strictness::Exact));
            }
            None => differences.push(format!("cannot be read as {kind}: {text:?}")),
        }
    }
    Ok(differences)
}

fn pattern_differences(scope: &Scope, step: &FileStep, text: &str) -> Result<Vec<String>, Fault> {
    let mut differences = Vec::new();
    for part in step.contains.iter() {
        let part = scope.text(part)?;
        if !text.contains(&part) {
            differences.push(format!("does not contain {part:?}: {text:?}"));
        }
    }
    for (patterns, wanted) in [(&step.regex, true), (&step.not_regex, false)] {
        for pattern in patterns.iter() {
            let pattern = scope.text(pattern)?;
            if RegexBuilder::new(&pattern)
                .multi_line(true)
                .build()?
                .is_match(text)
                != wanted
            {
                let verb = if wanted {
                    "has nothing like"
                } else {
                    "must have nothing like"
                };
                differences.push(format!("{verb} /{pattern}/: {text:?}"));
            }
        }
    }
    Ok(differences)
}

fn line_end_difference(expected: LineEnd, text: &str) -> Option<String> {
    let all = text.matches('\n').count();
    let crlf = text.matches("\r\n").count();
    let wrong = match expected {
        LineEnd::Lf => crlf,
        LineEnd::Crlf => all - crlf,
    };
    (wrong > 0).then(|| format!("{wrong} of {all} lines do not end in {expected:?}"))
}

fn diff(headline: &str, expected: &str, found: &str) -> String {
    let diff = TextDiff::from_lines(expected, found);
    format!(
        "{headline}\n{}",
        diff.unified_diff()
            .context_radius(2)
            .header("expected", "found")
    )
}
