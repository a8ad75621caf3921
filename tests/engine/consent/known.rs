//! Attacks that have worked once, as a table.
//!
//! A row says what is written, what a person does afterwards (`uses`: a command with arguments, or
//! an agent) and what the engine then does: it `does` so whenever the write is not refused. Words
//! in angle brackets stand for what a trap has planted.

use std::collections::BTreeMap;
use std::error::Error;

use serde::Deserialize;
use serde_json::Value;

use super::case::{Case, Layout, Use, Write};
use super::ground::Ground;
use super::trap::Trap;
use super::verdict::Deed;

const TABLE: &str = include_str!("known.json");
/// Longer than any path that a program would hand to the system.
const LONG: usize = 2100;

/// A row of the table, ready to be tried.
pub(super) struct Known {
    pub(super) title: String,
    pub(super) case: Case,
    /// Whether engines that do not read the newer forms refuse the workspace.
    pub(super) takes_newer_form: bool,
    /// What the engine is known to do.
    pub(super) does: Vec<Deed>,
    /// What an earlier engine is known to do.
    pub(super) does_earlier: Vec<Deed>,
    /// What it does with what was there before, of which no change has to tell.
    pub(super) besides: Vec<Deed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    title: String,
    /// Whether it takes a newer form, so that earlier engines refuse the workspace.
    #[serde(default)]
    newer: bool,
    #[serde(default)]
    layout: Where,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    above: Option<String>,
    writes: Vec<(String, Value)>,
    #[serde(default)]
    uses: Vec<Called>,
    #[serde(default)]
    does: Vec<Word>,
    /// What earlier engines do, if that is not the same.
    #[serde(default)]
    earlier: Option<Vec<Word>>,
    #[serde(default)]
    besides: Vec<Word>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum Where {
    #[default]
    Repository,
    Below,
    Unversioned,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Called {
    Command(String, String),
    Agent(String),
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Word {
    Ran,
    Read,
    Variable,
    Called,
}

/// All rows, each with a trap of its own.
pub(super) fn all(ground: &mut Ground) -> Result<Vec<Known>, Box<dyn Error>> {
    let rows: Vec<Row> = serde_json::from_str(TABLE)?;
    rows.into_iter().map(|row| known(row, ground)).collect()
}

fn known(row: Row, ground: &mut Ground) -> Result<Known, Box<dyn Error>> {
    let trap = ground.trap()?;
    let fill = |text: &str| filled(text, &trap, ground);
    let writes = row.writes.iter().map(|(to, body)| Write {
        to: to.clone(),
        body: filled_value(body, &fill),
    });
    let uses = row.uses.into_iter().map(|called| match called {
        Called::Command(name, arguments) => Use::Command(name, arguments),
        Called::Agent(name) => Use::Agent(name),
    });
    let case = Case {
        layout: match row.layout {
            Where::Repository => Layout::Repository,
            Where::Below => Layout::Below,
            Where::Unversioned => Layout::Unversioned,
        },
        alone: true,
        above: row.above.as_deref().map(&fill),
        files: row
            .files
            .iter()
            .map(|(path, text)| (path.clone(), fill(text)))
            .collect(),
        writes: writes.collect(),
        uses: uses.collect(),
        traps: vec![trap.clone()],
    };
    let deeds = |words: &[Word]| words.iter().map(|word| word.deed()).collect();
    Ok(Known {
        title: row.title,
        case,
        takes_newer_form: row.newer,
        does: deeds(&row.does),
        does_earlier: deeds(row.earlier.as_ref().unwrap_or(&row.does)),
        besides: deeds(&row.besides),
    })
}

impl Word {
    fn deed(self) -> Deed {
        match self {
            Self::Ran => Deed::Ran,
            Self::Read => Deed::ReadFile,
            Self::Variable => Deed::ReadVariable,
            Self::Called => Deed::Called,
        }
    }
}

fn filled(text: &str, trap: &Trap, ground: &Ground) -> String {
    let outside = trap.outside_file().display().to_string();
    [
        ("<touch>", trap.touch()),
        ("<home>", trap.home_file()),
        ("<relative>", outside.trim_start_matches('/').to_owned()),
        ("<outside>", outside),
        ("<skills>", trap.skills().display().to_string()),
        ("<variable>", trap.variable()),
        ("<module>", format!("file://{}", trap.module().display())),
        ("<host>", ground.host()),
        ("<port>", ground.stranger.port().to_string()),
        ("<name>", trap.name().to_owned()),
        ("<long>", "./".repeat(LONG)),
    ]
    .into_iter()
    .fold(text.to_owned(), |text, (word, value)| {
        text.replace(word, &value)
    })
}

fn filled_value(value: &Value, fill: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => fill(text).into(),
        Value::Array(items) => items.iter().map(|item| filled_value(item, fill)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (fill(key), filled_value(value, fill)))
            .collect(),
        other => other.clone(),
    }
}
