//! What looks like a skill, a command or an agent and is not listed.

use openwork_model::files::Files;
use openwork_model::skip::SkippedItem;

use crate::finding::DoctorFinding;
use crate::line;

/// What a rule that something breaks comes to.
pub(super) struct SkipAdvice {
    /// Where in the file the rule is broken.
    pub(super) line: SkipLine,
    /// How to mend it.
    pub(super) fix: &'static str,
}

/// Where in a file a rule is broken.
pub(super) enum SkipLine {
    /// At a field of the header.
    Field(&'static str),
    /// Where the header does not parse.
    Header,
    /// At the entry of its name, in one of these sections of the configuration.
    Entry(&'static [&'static str]),
    /// It is about the file as a whole.
    Nowhere,
}

/// The finding about something of a kind, such as `skill`.
pub(super) fn finding<S, R: AsRef<str>>(
    kind: &str,
    skipped: &SkippedItem<S, R>,
    advice: &SkipAdvice,
    files: &dyn Files,
) -> DoctorFinding {
    let path = &skipped.path;
    let name = match &skipped.name {
        Some(name) => format!("{kind} `{name}`"),
        None => format!("a {kind}"),
    };
    let line = match advice.line {
        SkipLine::Field(field) => line::of_field(files, path, field),
        SkipLine::Header => line::of_broken_header(files, path),
        SkipLine::Entry(sections) => {
            let name = skipped.name.as_deref();
            name.and_then(|name| line::of_entry(files, path, sections, name))
        }
        SkipLine::Nowhere => None,
    };
    let why = if skipped.loaded {
        format!("the engine loads it all the same, but no client of this server sees the {kind}")
    } else {
        format!("agents do not get the {kind}, and nobody is told")
    };
    DoctorFinding::warning(
        format!("{kind}s.{}", skipped.rule.as_ref()),
        format!("{name} is skipped: {}", skipped.message),
    )
    .at(path, line)
    .why(why)
    .fix(advice.fix)
}

/// How to mend what has nothing to do with what a file is for.
pub(super) fn of_file(rule: &str) -> SkipAdvice {
    let fix = match rule {
        "link" => {
            "put the file itself there, or add the directory that the link leads to to `authorizedRoots`"
        }
        "limit" => "move what does not belong there to another directory",
        _ => "make it a regular file of UTF-8 text that the server's user can read",
    };
    SkipAdvice {
        line: SkipLine::Nowhere,
        fix,
    }
}
