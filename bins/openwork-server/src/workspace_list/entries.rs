//! Adding, renaming and removing entries of the configuration file's list of
//! workspaces, byte for byte.

use openwork_jsonc::{EditError, JsoncDocument, JsoncError};
use openwork_model::workspace::Workspace;
use serde_json::{Map, Value, json};

const WORKSPACES: &str = "workspaces";
const ROOTS: &str = "authorizedRoots";

/// Why the text was not edited.
#[derive(Debug, thiserror::Error)]
pub(super) enum EntryEdit {
    /// It does not parse as it has to for an edit.
    #[error(transparent)]
    Text(#[from] JsoncError),
    /// The place cannot be edited.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// Something else stands in the place of the list.
    #[error("workspaces is not a list")]
    NoList,
}

/// The text of a configuration file.
pub(super) struct ListText(JsoncDocument);

impl ListText {
    pub(super) fn parse(text: &str) -> Result<Self, EntryEdit> {
        Ok(Self(JsoncDocument::parse(text.as_bytes())?))
    }

    /// The text with all edits; `None` if it is as it was.
    pub(super) fn changed(self) -> Option<String> {
        if !self.0.is_changed() {
            return None;
        }
        // With its byte order mark, if it had one.
        String::from_utf8(self.0.into_bytes()).ok()
    }

    /// Adds an entry at the end, unless one is there, and the directory to the
    /// roots, where there are some and none of them `covers` it. Without roots
    /// the workspaces are the roots.
    pub(super) fn add(
        &mut self,
        workspace: &Workspace,
        is_it: &dyn Fn(&str) -> bool,
        covers: &dyn Fn(&str) -> bool,
    ) -> Result<bool, EntryEdit> {
        let entries = self.entries()?;
        if places(&entries, is_it).is_empty() {
            self.0.push(&[WORKSPACES], &entry(workspace))?;
        }
        let roots = self.roots();
        let is_covered = roots.iter().filter_map(Value::as_str).any(covers);
        if !roots.is_empty() && !is_covered {
            let path = workspace.path.to_string_lossy();
            self.0.push(&[ROOTS], &json!(path))?;
        }
        Ok(true)
    }

    /// Sets or takes away what people call a workspace; gives whether it has an
    /// entry.
    pub(super) fn rename(
        &mut self,
        name: Option<&str>,
        is_it: &dyn Fn(&str) -> bool,
    ) -> Result<bool, EntryEdit> {
        const KEY: &str = "displayName";

        let mut entries = self.entries()?;
        let places = places(&entries, is_it);
        for place in &places {
            let Some(entry) = entries.get_mut(*place).and_then(Value::as_object_mut) else {
                continue;
            };
            match name {
                Some(name) => entry.insert(KEY.to_owned(), json!(name)),
                // Shifted, so that the keys behind keep their order.
                None => entry.shift_remove(KEY),
            };
        }
        if !places.is_empty() {
            self.0.set(&[WORKSPACES], &Value::Array(entries))?;
        }
        Ok(!places.is_empty())
    }

    /// Takes away a workspace's entries and, if `with_root`, its directory from
    /// the roots; gives whether there was an entry.
    pub(super) fn remove(
        &mut self,
        is_it: &dyn Fn(&str) -> bool,
        with_root: bool,
    ) -> Result<bool, EntryEdit> {
        let is_own = |entry: &Value| path(entry).is_some_and(is_it);
        let is_there = self.entries()?.iter().any(is_own);
        if is_there {
            self.0
                .remove_items(&[WORKSPACES], &|_, entry| is_own(entry))?;
        }
        let roots = self.roots();
        let is_root = |root: &Value| root.as_str().is_some_and(is_it);
        // The last one stays: without roots every workspace would be one.
        if with_root && roots.iter().any(is_root) && !roots.iter().all(is_root) {
            self.0.remove_items(&[ROOTS], &|_, root| is_root(root))?;
        }
        Ok(is_there)
    }

    fn entries(&self) -> Result<Vec<Value>, EntryEdit> {
        match self.0.get(&[WORKSPACES]) {
            None => Ok(Vec::new()),
            Some(Value::Array(entries)) => Ok(entries),
            Some(_) => Err(EntryEdit::NoList),
        }
    }

    fn roots(&self) -> Vec<Value> {
        match self.0.get(&[ROOTS]) {
            Some(Value::Array(roots)) => roots,
            _ => Vec::new(),
        }
    }
}

/// Where the entries of a workspace are.
fn places(entries: &[Value], is_it: &dyn Fn(&str) -> bool) -> Vec<usize> {
    let all = entries.iter().enumerate();
    let own = all.filter(|(_, entry)| path(entry).is_some_and(is_it));
    own.map(|(index, _)| index).collect()
}

fn path(entry: &Value) -> Option<&str> {
    entry.get("path").and_then(Value::as_str)
}

/// What is kept of a workspace: nothing of its engine.
fn entry(workspace: &Workspace) -> Value {
    let usual = Workspace::at(&workspace.path);
    let mut entry = Map::new();
    entry.insert("path".to_owned(), json!(workspace.path.to_string_lossy()));
    if workspace.name != usual.name {
        entry.insert("name".to_owned(), json!(workspace.name));
    }
    if workspace.preset != usual.preset {
        entry.insert("preset".to_owned(), json!(workspace.preset));
    }
    Value::Object(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{
  // mine
  "workspaces": [
    { "path": "/w/a", /* inner */ "name": "A" }, // beside a
    // before b
    { "path": "/w/b", "baseUrl": "http://127.0.0.1:4096" }
  ],
  "authorizedRoots": ["/w/a", "/w/b"] // roots
}
"#;

    fn edited(
        text: &str,
        edit: impl FnOnce(&mut ListText) -> Result<bool, EntryEdit>,
    ) -> (bool, Option<String>) {
        let mut list = ListText::parse(text).unwrap();
        let kept = edit(&mut list).unwrap();
        (kept, list.changed())
    }

    fn add(text: &str, path: &str) -> Option<String> {
        let workspace = Workspace {
            base_url: Some("http://127.0.0.1:1".to_owned()),
            ..Workspace::at(path.as_ref())
        };
        edited(text, |list| {
            list.add(&workspace, &|own| own == path, &|root| {
                path.starts_with(root)
            })
        })
        .1
    }

    #[test]
    fn a_further_workspace_comes_last_without_its_engine() {
        // As the system writes it.
        let path = Workspace::at("/w/c".as_ref()).path;
        let path = json!(path.to_string_lossy()).to_string();
        let expected = FILE
            .replace(
                ":4096\" }\n",
                &format!(":4096\" }},\n    {{\n      \"path\": {path}\n    }}\n"),
            )
            .replace("\"/w/b\"] //", &format!("\"/w/b\", {path}] //"));
        assert_eq!(add(FILE, "/w/c"), Some(expected));
        assert_eq!(add(FILE, "/w/b"), None);
        let expected = format!(
            "{{ \"authorizedRoots\": [\"/w\"], \"workspaces\": [{{ \"path\": {path} }}] }}\n"
        );
        let added = add("{ \"authorizedRoots\": [\"/w\"] }\n", "/w/c");
        assert_eq!(added, Some(expected));
    }

    #[test]
    fn a_name_is_set_and_taken_away_where_the_entry_stands() {
        let rename = |text: &str, path: &str, name| {
            edited(text, |list| list.rename(name, &|own| own == path))
        };
        let (kept, named) = rename(FILE, "/w/a", Some("Finance"));
        let named = named.unwrap();
        assert!(kept);
        assert_eq!(
            named,
            FILE.replace("\"A\" }", "\"A\", \"displayName\": \"Finance\" }")
        );
        assert_eq!(rename(&named, "/w/a", None), (true, Some(FILE.to_owned())));
        assert_eq!(rename(FILE, "/w/c", Some("C")), (false, None));
    }

    #[test]
    fn an_entry_goes_with_its_root() {
        let remove = |with_root| edited(FILE, |list| list.remove(&|own| own == "/w/b", with_root));
        let (kept, left) = remove(true);
        let left = left.unwrap();
        assert!(
            kept && left.contains("\"authorizedRoots\": [\"/w/a\"] // roots"),
            "{left}"
        );
        assert!(left.contains("/* inner */ \"name\": \"A\" }") && !left.contains("/w/b"));
        assert!(
            remove(false)
                .1
                .unwrap()
                .contains("[\"/w/a\", \"/w/b\"] // roots")
        );
        let alone =
            "{ \"workspaces\": [{ \"path\": \"/w/b\" }], \"authorizedRoots\": [\"/w/b\"] }\n";
        let (_, left) = edited(alone, |list| list.remove(&|own| own == "/w/b", true));
        let expected = "{ \"workspaces\": [], \"authorizedRoots\": [\"/w/b\"] }\n";
        assert_eq!(left.as_deref(), Some(expected));
    }

    #[test]
    fn what_cannot_be_edited_is_told() {
        assert!(matches!(ListText::parse("{"), Err(EntryEdit::Text(_))));
        let mut list = ListText::parse(r#"{ "workspaces": 1 }"#).unwrap();
        let refused = list.remove(&|_| true, true);
        assert!(matches!(refused, Err(EntryEdit::NoList)));
    }
}
