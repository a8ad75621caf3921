//! The layer of `server.json`: every value checked, every problem with its
//! line and column.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use figment::value::{Dict, Value};

use super::key::SettingKey;
use super::kind::{self, SettingKind};
use super::layer::{SettingSource, SettingsLayer};
use super::spelling::closest;
use super::table::KEYS;
use super::warning::SettingsWarning;
use crate::problem::{FilePlace, StartProblem, quote};

/// What a workspace entry may hold.
const ENTRY: [(&str, SettingKind); 10] = [
    ("path", SettingKind::Text),
    ("id", SettingKind::Text),
    ("name", SettingKind::Text),
    ("displayName", SettingKind::Text),
    ("preset", SettingKind::Text),
    ("workspaceType", SettingKind::Choice(&["local", "remote"])),
    ("baseUrl", SettingKind::Text),
    ("directory", SettingKind::Text),
    ("opencodeUsername", SettingKind::Text),
    ("opencodePassword", SettingKind::Secret),
];

/// What names an entry that is left out, the best first.
const NAMES: [&str; 5] = ["displayName", "name", "baseUrl", "openworkHostUrl", "id"];

/// Comments and trailing commas are welcome; nothing else beyond JSON is.
const JSONC: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// What reading the file gave.
#[derive(Debug)]
pub(crate) struct SettingsDocument<'a> {
    /// Its settings.
    pub(crate) layer: SettingsLayer,
    /// What its writer should know, though the start goes on.
    pub(crate) warnings: Vec<SettingsWarning>,
    /// What stops the start.
    pub(crate) problems: Vec<StartProblem>,
    /// The line of each setting, from 1.
    pub(crate) lines: BTreeMap<&'static str, usize>,
    path: &'a Path,
    text: &'a str,
}

impl<'a> SettingsDocument<'a> {
    /// Reads the text of a configuration file.
    pub(crate) fn read(path: &'a Path, text: &'a str) -> Self {
        let (warnings, problems) = (Vec::new(), Vec::new());
        let mut document = Self {
            layer: SettingsLayer::new(SettingSource::File),
            warnings,
            problems,
            lines: BTreeMap::new(),
            path,
            text,
        };
        // The parser's own tree, not that of `openwork-jsonc`: that one keeps ranges for
        // edits and reads numbers as values, where a port is judged by its digits.
        match parse_to_ast(text, &CollectOptions::default(), &JSONC) {
            Ok(parsed) => document.root(parsed.value.as_ref()),
            Err(error) => document.unparsable(&error),
        }
        document
    }

    fn root(&mut self, value: Option<&ast::Value<'_>>) {
        if let Some(ast::Value::Object(object)) = value {
            return self.section(object, "");
        }
        let found = value.map_or("nothing".to_owned(), kind::describe);
        let message = format!("invalid configuration: expected an object, found {found}");
        let problem = StartProblem::new(message)
            .at(self.position(value.map_or(0, Ranged::start)))
            .help("write { \"workspaces\": [{ \"path\": \".\" }] }");
        self.problems.push(problem);
    }

    /// Reads an object of settings; `prefix` is empty or ends in a dot.
    fn section(&mut self, object: &ast::Object<'_>, prefix: &str) {
        self.warn_of_repeated_keys(object, prefix);
        for property in &object.properties {
            let name = property.name.as_str();
            let path = format!("{prefix}{name}");
            // `"log.level"` is a name of its own in JSON, not the setting `log.level`.
            if name.contains('.') {
                self.unknown(property, &path, names_in(prefix));
            } else if let Some(key) = SettingKey::in_file(&path) {
                self.setting(key, &property.value);
            } else if let Some(first) = names_below(&path).next() {
                self.subsection(&path, first, &property.value);
            } else if path != "$schema" {
                self.unknown(property, &path, names_in(prefix));
            }
        }
    }

    fn subsection(&mut self, path: &str, first: &SettingKey, value: &ast::Value<'_>) {
        if let ast::Value::Object(object) = value {
            return self.section(object, &format!("{path}."));
        }
        let misfit = format!("expected an object, found {}", kind::describe(value));
        let problem = self
            .misfit(value.start(), path, &misfit)
            .help(first.file_help());
        self.problems.push(problem);
    }

    fn setting(&mut self, key: &'static SettingKey, value: &ast::Value<'_>) {
        if key.path.starts_with("opencode") && is_empty_text(value) {
            return;
        }
        let read = match (key.kind, value) {
            (SettingKind::Workspaces, ast::Value::Array(array)) => Ok(self.workspaces(array)),
            (SettingKind::List, ast::Value::Array(array)) => {
                kind::read_texts(array).map(Value::from)
            }
            (kind, value) => kind
                .read_json(value)
                .map_err(|misfit| (value.start(), misfit)),
        };
        match read {
            Ok(read) => {
                self.layer.set(key, read);
                self.lines.insert(key.path, self.line(value.start()));
            }
            Err((start, misfit)) => {
                let problem = self.misfit(start, key.path, &misfit).help(key.file_help());
                self.problems.push(problem);
            }
        }
    }

    fn workspaces(&mut self, array: &ast::Array<'_>) -> Value {
        let mut entries = Vec::new();
        for (index, element) in array.elements.iter().enumerate() {
            let path = format!("workspaces[{index}]");
            if let ast::Value::Object(object) = element {
                if let Some(reason) = left_out(object) {
                    self.leave_out(object, &path, reason);
                } else {
                    entries.push(self.entry(object, &path));
                }
            } else {
                let misfit = format!("expected an object, found {}", kind::describe(element));
                self.bad_entry(element.start(), &path, &misfit);
            }
        }
        Value::from(entries)
    }

    /// Says that an entry is not for this server, and goes on.
    fn leave_out(&mut self, object: &ast::Object<'_>, path: &str, reason: &'static str) {
        let named = NAMES.iter().find_map(|name| text_of(object, name));
        self.warnings.push(SettingsWarning::LeftOut {
            name: named.map_or_else(|| quote(path), quote),
            reason,
            place: self.position(object.range.start),
        });
    }

    fn entry(&mut self, object: &ast::Object<'_>, path: &str) -> Dict {
        let prefix = format!("{path}.");
        self.warn_of_repeated_keys(object, &prefix);
        let mut entry = Dict::new();
        for property in &object.properties {
            self.entry_field(property, &prefix, &mut entry);
        }
        if object.get("path").is_none() {
            self.bad_entry(object.range.start, path, "the entry has no `path`");
        }
        entry
    }

    fn entry_field(&mut self, property: &ast::ObjectProp<'_>, prefix: &str, entry: &mut Dict) {
        let (name, value) = (property.name.as_str(), &property.value);
        let path = format!("{prefix}{name}");
        let Some((_, kind)) = ENTRY.iter().find(|(known, _)| *known == name) else {
            return self.unknown(property, &path, ENTRY.iter().map(|(known, _)| *known));
        };
        if name != "path" && is_empty_text(value) {
            return;
        }
        match kind.read_json(value) {
            Ok(value) => drop(entry.insert(name.to_owned(), value)),
            Err(misfit) => self.bad_entry(value.start(), &path, &misfit),
        }
    }

    fn bad_entry(&mut self, start: usize, path: &str, misfit: &str) {
        let problem = self.misfit(start, path, misfit).help(
            "an entry is { \"path\": \".\" }, and may hold id, name, displayName, preset, workspaceType, \
             baseUrl, directory, opencodeUsername and opencodePassword",
        );
        self.problems.push(problem);
    }

    fn unknown(
        &mut self,
        property: &ast::ObjectProp<'_>,
        path: &str,
        known: impl Iterator<Item = &'static str>,
    ) {
        let (key, place) = (quote(path), self.position(property.range.start));
        if let Some(meant) = closest(property.name.as_str(), known) {
            let message = format!("invalid configuration: unknown key {key}");
            let problem = StartProblem::new(message).at(place);
            self.problems
                .push(problem.help(format!("did you mean `{meant}`?")));
        } else {
            // Later versions of OpenWork write keys that this one does not know.
            self.warnings
                .push(SettingsWarning::UnknownKey { key, place });
        }
    }

    fn warn_of_repeated_keys(&mut self, object: &ast::Object<'_>, prefix: &str) {
        let mut seen = BTreeSet::new();
        for property in &object.properties {
            if !seen.insert(property.name.as_str()) {
                self.warnings.push(SettingsWarning::RepeatedKey {
                    key: quote(&format!("{prefix}{}", property.name.as_str())),
                    place: self.position(property.range.start),
                });
            }
        }
    }

    fn unparsable(&mut self, error: &jsonc_parser::errors::ParseError) {
        let cause = uncapitalised(&error.kind().to_string());
        let problem = StartProblem::new(format!("invalid configuration: {cause}"))
            .at(self.position(error.range().start))
            .help("the file is JSON; comments and trailing commas are allowed");
        self.problems.push(problem);
    }

    fn misfit(&self, start: usize, path: &str, misfit: &str) -> StartProblem {
        StartProblem::new(format!("invalid configuration: {misfit}"))
            .at(self.position(start).key(quote(path)))
    }

    /// The line and the column of an offset.
    fn position(&self, offset: usize) -> FilePlace {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let column = before
            .chars()
            .rev()
            .take_while(|character| *character != '\n')
            .count()
            + 1;
        let line = self.line(offset);
        FilePlace::new(self.path).line(line).column(column)
    }

    /// The line, from 1.
    fn line(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }
}

/// The parser's messages begin a sentence, ours go on with one.
fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters.as_str().chars()).collect()
}

/// Why an entry that a later OpenWork wrote is not for this server.
fn left_out(object: &ast::Object<'_>) -> Option<&'static str> {
    let of_type = text_of(object, "workspaceType").unwrap_or_default();
    let is_known = |word: &str| matches!(word, "" | "local" | "remote");
    let path = object.get("path").map(|property| &property.value);
    let no_path =
        path.is_some_and(|path| is_empty_text(path) || matches!(path, ast::Value::NullKeyword(_)));
    if no_path || (path.is_none() && of_type == "remote") {
        Some("it is on another server")
    } else if !is_known(of_type) {
        Some("its type is not known here")
    } else {
        None
    }
}

/// A text of an object that is not empty.
fn text_of<'o>(object: &'o ast::Object<'_>, name: &str) -> Option<&'o str> {
    let text = object.get(name)?.value.as_string_lit()?;
    let text: &str = &text.value;
    (!text.is_empty()).then_some(text)
}

/// Programs that write entries leave a field empty where they know nothing.
fn is_empty_text(value: &ast::Value<'_>) -> bool {
    value
        .as_string_lit()
        .is_some_and(|text| text.value.is_empty())
}

/// The settings of a section.
fn names_below(section: &str) -> impl Iterator<Item = &'static SettingKey> {
    KEYS.iter().filter(move |key| {
        let below = key
            .path
            .strip_prefix(section)
            .and_then(|rest| rest.strip_prefix('.'));
        key.in_file && below.is_some()
    })
}

/// What may stand beside each other in the object with this prefix.
fn names_in(prefix: &str) -> impl Iterator<Item = &'static str> {
    let paths = KEYS.iter().filter(|key| key.in_file).map(|key| key.path);
    paths.filter_map(move |path| path.strip_prefix(prefix)?.split('.').next())
}
