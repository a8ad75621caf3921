//! Commands and agents that several files define, or a file and a setting.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use openwork_model::agent::{AgentPlace, AgentScope, AgentSource, AgentText, agent_places};
use openwork_model::command::{CommandPlace, CommandScope, command_places};
use openwork_model::files::{FileRoot, Files};

use crate::finding::DoctorFinding;
use crate::line;

/// A place that defines a command or an agent.
struct DefiningPlace {
    path: PathBuf,
    root: FileRoot,
    is_file: bool,
    /// The section of the configuration that it may stand in.
    sections: &'static [&'static str],
    /// What it says something of.
    says: HashSet<String>,
}

/// What is looked at: a kind, a name, and whether it is the user's own. That a
/// project says otherwise than the user is what projects are for.
type DefinedName = (&'static str, String, bool);

/// The commands and agents that are defined twice.
pub(super) fn doubles(files: &dyn Files) -> Vec<DoctorFinding> {
    let mut subjects: BTreeMap<DefinedName, Vec<DefiningPlace>> = BTreeMap::new();
    for (subject, place) in commands(files).chain(agents(files)) {
        subjects.entry(subject).or_default().push(place);
    }
    let doubles = subjects.iter().filter(|(_, places)| is_double(places));
    doubles
        .filter_map(|((kind, name, _), places)| finding(kind, name, places, files))
        .collect()
}

fn commands(files: &dyn Files) -> impl Iterator<Item = (DefinedName, DefiningPlace)> {
    let places = command_places(files).unwrap_or_default().into_iter();
    places.map(|place: CommandPlace| {
        let is_users = place.scope == CommandScope::Global;
        let defining = DefiningPlace {
            path: place.path,
            root: place.at.root,
            is_file: place.is_file,
            sections: &["command", "commands"],
            // Each command needs one.
            says: HashSet::from(["template".to_owned()]),
        };
        (("command", place.name, is_users), defining)
    })
}

fn agents(files: &dyn Files) -> impl Iterator<Item = (DefinedName, DefiningPlace)> {
    let places = agent_places(files, true).unwrap_or_default().places;
    places.into_iter().map(|place: AgentPlace| {
        let is_users = place.scope == AgentScope::Global;
        let text = AgentText::read(&place.text);
        let prompt = (!text.prompt.is_empty()).then(|| "prompt".to_owned());
        let fields = text.fields.keys().cloned();
        let defining = DefiningPlace {
            root: place.at.root,
            is_file: place.source() == AgentSource::File,
            path: place.path,
            sections: &["agent", "agents", "mode"],
            says: fields.chain(prompt).collect(),
        };
        (("agent", place.name, is_users), defining)
    })
}

/// Whether two of the places say the same thing, and one of them is a file: of
/// settings the layers are compared elsewhere.
fn is_double(places: &[DefiningPlace]) -> bool {
    let pairs = places.iter().enumerate().flat_map(|(index, place)| {
        let others = places.iter().skip(index + 1);
        others.map(move |other| (place, other))
    });
    let mut pairs = pairs.filter(|(place, other)| place.is_file || other.is_file);
    pairs.any(|(place, other)| {
        let are_files = place.is_file && other.is_file;
        are_files || !place.says.is_disjoint(&other.says)
    })
}

fn finding(
    kind: &str,
    name: &str,
    places: &[DefiningPlace],
    files: &dyn Files,
) -> Option<DoctorFinding> {
    let (first, (last, below)) = (places.first()?, places.split_last()?);
    // The files of one directory are read in no order.
    let is_open = last.is_file
        && below
            .iter()
            .any(|place| place.is_file && place.root == last.root);
    let paths: Vec<String> = places
        .iter()
        .map(|place| place.path.display().to_string())
        .collect();
    let (which, why) = if is_open {
        (
            "which of the files counts is not certain".to_owned(),
            "the engine reads the files of a directory in no fixed order, so it may take another one at its next start",
        )
    } else {
        (
            format!("{} counts", last.path.display()),
            "of what the others say only that counts which this one is silent about",
        )
    };
    let what = format!(
        "{kind} `{name}` is defined in {} places, and {which}",
        places.len()
    );
    Some(
        DoctorFinding::warning(format!("doubles.{kind}"), what)
            .at(&first.path, first.line(name, files))
            .why(why)
            .fix(format!("keep one of them: {}", paths.join(", "))),
    )
}

impl DefiningPlace {
    fn line(&self, name: &str, files: &dyn Files) -> Option<usize> {
        if self.is_file {
            return Some(1);
        }
        line::of_entry(files, &self.path, self.sections, name)
    }
}
