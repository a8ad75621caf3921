//! What all checks say together.

use std::fmt::Write;

use openwork_model::hidden::escape_line;
use serde::Serialize;
use serde_json::{Value, json};

use crate::finding::{DoctorFinding, FindingLevel};

/// What was found, check by check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// Every check that looked at something, in the order of the table.
    pub checked: Vec<CheckedMatter>,
    /// The names of those that looked at nothing, as the settings cannot be used.
    pub skipped: Vec<&'static str>,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedMatter {
    /// The check's name: a word that later versions keep.
    pub check: &'static str,
    /// What it looked at, for people.
    #[serde(skip)]
    pub title: &'static str,
    /// What is wrong; nothing if all is well.
    pub findings: Vec<DoctorFinding>,
}

impl CheckedMatter {
    /// The gravest of its findings.
    pub fn level(&self) -> FindingLevel {
        let levels = self.findings.iter().map(|finding| finding.level);
        levels.max().unwrap_or(FindingLevel::Ok)
    }
}

impl Diagnosis {
    /// How many findings there are of a level.
    pub fn count(&self, level: FindingLevel) -> usize {
        let findings = self.checked.iter().flat_map(|matter| &matter.findings);
        findings.filter(|finding| finding.level == level).count()
    }

    /// For people: a line for each check that found nothing, a few for each
    /// finding, and how many there are. Hidden characters are escaped.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for matter in &self.checked {
            if matter.findings.is_empty() {
                push(&mut text, "ok", matter.title);
            }
            for finding in &matter.findings {
                finding.push_to(&mut text);
            }
        }
        if !self.skipped.is_empty() {
            let checks = counted(self.skipped.len(), "other check");
            let line = format!("{checks}, until the settings can be used");
            push(&mut text, "skipped", &line);
        }
        let errors = counted(self.count(FindingLevel::Error), "error");
        let warnings = counted(self.count(FindingLevel::Warning), "warning");
        text.extend(["\n", &errors, ", ", &warnings, "\n"]);
        text
    }

    /// For programs: `{"ok", "errors", "warnings", "checks", "skipped"}`.
    pub fn json(&self) -> Value {
        let errors = self.count(FindingLevel::Error);
        let checks: Vec<Value> = self
            .checked
            .iter()
            .map(|matter| {
                json!({
                    "check": matter.check,
                    "level": matter.level(),
                    "findings": matter.findings,
                })
            })
            .collect();
        json!({
            "ok": errors == 0,
            "errors": errors,
            "warnings": self.count(FindingLevel::Warning),
            "checks": checks,
            "skipped": self.skipped,
        })
    }
}

impl DoctorFinding {
    fn push_to(&self, text: &mut String) {
        let level = match self.level {
            FindingLevel::Ok => "ok",
            FindingLevel::Warning => "warning",
            FindingLevel::Error => "error",
        };
        push(text, level, &self.what);
        if let Some(place) = &self.place {
            push(text, "", &place.to_string());
        }
        push(text, "", &format!("why: {}", self.why));
        push(text, "", &format!("fix: {}", self.fix));
    }
}

fn push(text: &mut String, level: &str, line: &str) {
    // Writing to a text cannot fail.
    let _ = writeln!(text, "{level:7}  {}", escape_line(line));
}

fn counted(count: usize, word: &str) -> String {
    match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    }
}
