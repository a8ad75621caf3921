//! `{env:…}` and `{file:…}`: what the engine puts into its configuration.
//!
//! It does so in the text of the file, before that is parsed: in keys, across
//! values, whatever the length. Variables come first, so one that is empty
//! may close a gap: `{fi{env:NONE}le:x}` reads `x`.

use std::collections::{HashMap, HashSet};

use super::findings::Findings;
use super::{Effect, EffectKind, Level};

/// Something of this machine that is put into a setting.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum ReferenceRead {
    /// An environment variable.
    Variable(String),
    /// A file.
    File(String),
}

/// Notes what one text reads.
pub(super) fn weigh(findings: &mut Findings, text: &str) {
    for read in reads(text) {
        note(findings, &read);
    }
}

/// Notes what a text reads more often than the text before.
pub(super) fn weigh_new(findings: &mut Findings, before: &str, after: &str) {
    let mut known: HashMap<ReferenceRead, usize> = HashMap::new();
    for read in reads(before) {
        *known.entry(read).or_default() += 1;
    }
    for read in reads(after) {
        match known.get_mut(&read) {
            // Counted, not only known: the same reference once more may send the same
            // secret to one more place.
            Some(left) if *left > 0 => *left -= 1,
            _ => note(findings, &read),
        }
    }
}

/// Whether a text reads anything.
pub(super) fn is_reading(text: &str) -> bool {
    text.contains("{env:") || text.contains("{file:") || !reads(text).is_empty()
}

fn note(findings: &mut Findings, read: &ReferenceRead) {
    match read {
        ReferenceRead::Variable(name) => {
            let text = format!("Reads the environment variable `{name}` of this machine.");
            let effect = Effect::new(EffectKind::ReadsEnvironment, Level::High, text);
            findings.add(format!("Read the environment variable {name}"), effect);
        }
        ReferenceRead::File(path) => {
            let text = format!("Reads the file `{path}` of this machine.");
            let effect = Effect::new(EffectKind::ReadsFile, Level::High, text).about(path);
            findings.add(format!("Read the file {path} of this machine"), effect);
        }
    }
}

/// Everything that a text reads, whether its variables are empty or not.
fn reads(text: &str) -> Vec<ReferenceRead> {
    let variables = matches(text, "{env:");
    let mut found = files(text, &variables, "$");
    if !variables.is_empty() {
        let named: HashSet<ReferenceRead> = found.iter().cloned().collect();
        // A variable that is not set closes the gap around it, and a file that nobody
        // sees in the text is read.
        let empty = files(text, &variables, "").into_iter();
        found.extend(empty.filter(|read| !named.contains(read)));
    }
    let names = variables.into_iter().map(|(_, name)| name.to_owned());
    found.extend(names.map(ReferenceRead::Variable));
    found
}

/// The files of a text in which variables are replaced by a sign and their
/// names, or by nothing.
fn files(text: &str, variables: &[(usize, &str)], sign: &str) -> Vec<ReferenceRead> {
    let mut filled = String::with_capacity(text.len());
    let mut from = 0;
    for (start, name) in variables {
        filled.push_str(text.get(from..*start).unwrap_or(""));
        if !sign.is_empty() {
            filled.push_str(sign);
            filled.push_str(name);
        }
        from = start + "{env:".len() + name.len() + 1;
    }
    filled.push_str(text.get(from..).unwrap_or(""));
    let found = matches(&filled, "{file:").into_iter();
    found
        .map(|(_, path)| ReferenceRead::File(path.to_owned()))
        .collect()
}

/// The engine's own pattern: a beginning, then all but `}`, then `}`.
fn matches<'t>(text: &'t str, beginning: &str) -> Vec<(usize, &'t str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| rest.find(beginning)) {
        let start = from + start;
        let inner = start + beginning.len();
        let Some(length) = text.get(inner..).and_then(|rest| rest.find('}')) else {
            // No closing brace is left, so looking on from each further beginning would
            // cost the square of the text.
            break;
        };
        if length > 0 {
            found.push((start, text.get(inner..inner + length).unwrap_or("")));
        }
        from = inner + length + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let shown = |read: &ReferenceRead| match read {
            ReferenceRead::Variable(name) => format!("env {name}"),
            ReferenceRead::File(path) => format!("file {path}"),
        };
        reads(text).iter().map(shown).collect()
    }

    #[test]
    fn references_are_found_as_the_engine_finds_them() {
        let long = format!("{{file:{}a}}", "./".repeat(5_000));
        let found = format!("file {}a", "./".repeat(5_000));
        assert_eq!(read(&long), [found]);
        for (text, expected) in [
            ("{env:A} and {file:~/b}", &["file ~/b", "env A"][..]),
            (
                "{\"a\": \"{file:\", \"b\": \"x}\"}",
                &["file \", \"b\": \"x"],
            ),
            ("{env:}{file:}{env:open", &[]),
            (
                "{file:{env:HOME}/k}",
                &["file $HOME/k", "file /k", "env HOME"],
            ),
            (
                "{fi{env:NONE}le:/etc/passwd}",
                &["file /etc/passwd", "env NONE"],
            ),
            ("{env:{env:A}", &["env {env:A"]),
            ("{env:}\"}", &[]),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn only_what_is_new_is_reported() {
        let mut findings = Findings::default();
        weigh_new(
            &mut findings,
            "{env:A} {file:b}",
            "{file:b} {env:A} {env:A}",
        );
        let found = findings.into_parts().found;
        let texts: Vec<&str> = found
            .iter()
            .map(|found| found.effect.text.as_str())
            .collect();
        assert_eq!(
            texts,
            ["Reads the environment variable `A` of this machine."]
        );
    }

    #[test]
    fn references_without_an_end_cost_little() {
        assert_eq!(reads(&"{env:".repeat(200_000)), []);
        assert_eq!(reads(&"{env:}".repeat(200_000)), []);
    }
}
