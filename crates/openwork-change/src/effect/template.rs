//! What the engine makes of a text with placeholders, over-approximated.
//!
//! When a command or a skill is used the engine (1.18) puts in `$1` and so on,
//! then `$ARGUMENTS`, then runs what stands between `` !` `` and the next
//! backtick, and then reads the files after `@`. What is typed may be nothing
//! or any text, so everything that could come to stand there counts.
//!
//! | module | what it finds |
//! | --- | --- |
//! | `placeholder` | where typed text is put in |
//! | `shell` | what may run |
//! | `mention` | which files may be read |

use std::collections::HashSet;
use std::ops::Range;

use super::findings::Findings;
use super::outside::FileReach;
use super::{Effect, EffectKind, Level};
use openwork_model::inbox::{PathUse, leads_there};
use openwork_model::mask::references;

mod mention;
mod placeholder;
mod shell;

use self::mention::{FileMention, mentions};
use self::placeholder::{placeholders, placeholders_and_references};
use self::shell::{RunCause, commands};

/// The most commands or mentions of one text that are looked at.
const MOST: usize = 2_000;

/// Where a text stands, which decides what is put into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextOrigin {
    /// In a file of its own: what is typed.
    File,
    /// In the configuration: references as well.
    Config,
}

impl TextOrigin {
    fn placeholders(self, text: &str) -> Vec<Range<usize>> {
        match self {
            Self::File => placeholders(text),
            Self::Config => placeholders_and_references(text),
        }
    }
}

/// Notes what a text may run and read that the one before did not. The
/// subject says whose text it is, as in "the command `daily`".
pub(super) fn weigh(
    findings: &mut Findings,
    origin: TextOrigin,
    subject: &str,
    before: &str,
    after: &str,
) {
    if origin == TextOrigin::Config {
        // A variable that holds nothing closes a gap, and what stands around
        // it may be a placeholder, a command or a mention together.
        let (before, closed) = (without_references(before), without_references(after));
        if closed != after {
            weigh(findings, TextOrigin::File, subject, &before, &closed);
        }
    }
    let (old, new) = (origin.placeholders(before), origin.placeholders(after));
    // Compared with what ran before: changing a word of a long text must not list
    // all of its commands again.
    let before_commands: HashSet<_> = commands(before, &old).take(MOST).collect();
    // Whether anything runs decides what may be a mention: a shell may print one.
    let mut runs = false;
    for (count, command) in commands(after, &new).enumerate() {
        runs = true;
        if count >= MOST {
            findings.overflow();
            break;
        }
        if !before_commands.contains(&command) {
            note_command(findings, subject, command.text, command.cause);
        }
    }
    let before_mentions: HashSet<_> = mentions(before, &old, true).take(MOST).collect();
    for (count, mention) in mentions(after, &new, runs).enumerate() {
        if count >= MOST {
            findings.overflow();
            break;
        }
        if !before_mentions.contains(&mention) {
            note_mention(findings, subject, mention);
        }
    }
}

/// A text of the configuration as it is where all references hold nothing.
fn without_references(text: &str) -> String {
    let mut closed = String::with_capacity(text.len());
    let mut from = 0;
    for (range, _) in references(text) {
        closed.push_str(text.get(from..range.start).unwrap_or(""));
        from = range.end;
    }
    closed.push_str(text.get(from..).unwrap_or(""));
    closed
}

fn note_command(findings: &mut Findings, subject: &str, command: &str, cause: RunCause) {
    let condition = match cause {
        RunCause::Text => "",
        RunCause::TypedMark => ", if what is typed before it ends in `!`",
        RunCause::TypedQuote => ", if what is typed before or in it has a backtick",
    };
    let text = format!(
        "Runs this in a shell of this machine whenever {subject} is used{condition}: `{command}`"
    );
    let effect = Effect::new(EffectKind::RunsCommand, Level::High, text).running(command);
    findings.add(format!("Run a shell command: {command}"), effect);
}

fn note_mention(findings: &mut Findings, subject: &str, mention: FileMention<'_>) {
    let path = mention.path;
    let (level, text, title) = match mention.reach {
        FileReach::Outside => (
            Level::High,
            format!(
                "Reads the file `{path}` of this machine and sends it to the model whenever {subject} is used."
            ),
            format!("Read the file {path} of this machine"),
        ),
        FileReach::Secret => (
            Level::High,
            format!(
                "Sends `{path}`, which may hold secrets, to the model whenever {subject} is used."
            ),
            format!("Send {path}, which may hold secrets, to the model"),
        ),
        FileReach::Workspace if leads_there(path, PathUse::Words) => (
            Level::High,
            format!(
                "Sends the file `{path}` along whenever {subject} is used: clients may change it at any time without being asked."
            ),
            format!("Send {path} along, which clients may change at any time"),
        ),
        FileReach::Workspace => (
            Level::Medium,
            format!("Sends the file or agent `{path}` along whenever {subject} is used."),
            format!("Send the file {path} along"),
        ),
    };
    let effect = Effect::new(EffectKind::ReadsFile, level, text).about(path);
    findings.add(title, effect);
}
