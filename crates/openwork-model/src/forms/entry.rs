//! Where an entry stands, and in which form.

use serde_json::Value;

use super::mcp::{self, SERVERS};
use crate::fields::Fields;

/// A section of the configuration whose entries have an older and a newer form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntrySection {
    /// MCP servers: `mcp` and `mcp.servers`.
    Mcp,
    /// Commands: `command` and `commands`.
    Command,
    /// Agents: `agent` and `agents`.
    Agent,
}

/// The form of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryForm {
    /// That of all versions.
    Older,
    /// That of the next version.
    Newer,
}

/// One entry of a file as it stands there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StandingEntry<'f> {
    /// Its name.
    pub name: &'f str,
    /// What it says.
    pub value: &'f Value,
    /// In which form.
    pub form: EntryForm,
}

impl EntryForm {
    /// Both, the one that counts first.
    pub const ALL: [Self; 2] = [Self::Older, Self::Newer];
}

impl EntrySection {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Mcp, Self::Command, Self::Agent];

    /// The keys that lead to the entries of a form.
    pub fn container(self, form: EntryForm) -> &'static [&'static str] {
        match (self, form) {
            (Self::Mcp, EntryForm::Older) => &["mcp"],
            (Self::Mcp, EntryForm::Newer) => &["mcp", SERVERS],
            (Self::Command, EntryForm::Older) => &["command"],
            (Self::Command, EntryForm::Newer) => &["commands"],
            (Self::Agent, EntryForm::Older) => &["agent"],
            (Self::Agent, EntryForm::Newer) => &["agents"],
        }
    }

    /// The keys that lead to the entry of a name.
    pub fn path(self, form: EntryForm, name: &str) -> Vec<&str> {
        let keys = self.container(form).iter().copied();
        keys.chain([name]).collect()
    }

    /// The entries of a file, those of the older form first; of a name that
    /// has both forms the one that counts.
    pub fn entries(self, settings: &Fields) -> Vec<StandingEntry<'_>> {
        let older = self.in_form(settings, EntryForm::Older);
        let newer = self.in_form(settings, EntryForm::Newer);
        let known = self.map(settings, EntryForm::Older);
        let is_hidden = |name: &str| {
            known.is_some_and(|known| known.contains_key(name) && self.is_entry(settings, name))
        };
        older
            .chain(newer.filter(|entry| !is_hidden(entry.name)))
            .collect()
    }

    /// The entry of a name that counts.
    pub fn find<'f>(self, settings: &'f Fields, name: &str) -> Option<StandingEntry<'f>> {
        let forms = EntryForm::ALL.into_iter();
        forms.into_iter().find_map(|form| {
            self.in_form(settings, form)
                .find(|entry| entry.name == name)
        })
    }

    /// The forms in which a file has entries of this kind.
    pub fn forms_in(self, settings: &Fields) -> Vec<EntryForm> {
        let forms = EntryForm::ALL.into_iter();
        forms
            .filter(|form| self.in_form(settings, *form).next().is_some())
            .collect()
    }

    /// The form that a new entry takes: the one that the file uses.
    pub fn form_for_new(self, settings: &Fields, name: &str) -> EntryForm {
        let has_older = self.in_form(settings, EntryForm::Older).next().is_some();
        let has_container = self.map(settings, EntryForm::Newer).is_some();
        // Among those of the older form the name would be that of the container.
        let is_taken = !self.is_entry(settings, name);
        if is_taken || has_container && !has_older {
            EntryForm::Newer
        } else {
            EntryForm::Older
        }
    }

    fn in_form(
        self,
        settings: &Fields,
        form: EntryForm,
    ) -> impl Iterator<Item = StandingEntry<'_>> {
        let entries = self.map(settings, form).into_iter().flatten();
        entries
            .filter(move |(name, _)| form == EntryForm::Newer || self.is_entry(settings, name))
            .map(move |(name, value)| StandingEntry { name, value, form })
    }

    /// The entries of a form; `servers` may itself be an entry.
    fn map(self, settings: &Fields, form: EntryForm) -> Option<&Fields> {
        let outer = settings.get(*self.container(form).first()?)?.as_object()?;
        match (self, form) {
            (Self::Mcp, EntryForm::Newer) if mcp::has_servers(outer) => {
                outer.get(SERVERS)?.as_object()
            }
            (Self::Mcp, EntryForm::Newer) => None,
            _ => Some(outer),
        }
    }

    /// Whether a key among the entries of the older form is one.
    fn is_entry(self, settings: &Fields, name: &str) -> bool {
        let Some(mcp) = settings.get("mcp").and_then(Value::as_object) else {
            return true;
        };
        match (self, name) {
            (Self::Mcp, SERVERS) => !mcp::has_servers(mcp),
            (Self::Mcp, mcp::TIMEOUT) => !mcp::is_wait(mcp),
            _ => true,
        }
    }
}
