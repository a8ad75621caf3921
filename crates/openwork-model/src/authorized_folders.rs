//! The folders outside of a workspace that agents may work in unasked.
//!
//! They are rules of the engine's setting `permission.external_directory`: a
//! folder is a pattern `FOLDER/*` that is allowed. The setting has other rules
//! beside them, which are none of ours: other patterns, and what is asked about
//! or forbidden. Of all that match the engine takes the last.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::config::{self, ReadError};
use crate::fields::Fields;
use crate::files::{Files, Location};
use crate::invalid::Invalid;
use crate::path::RelPath;

/// The keys that lead to the rules.
pub const RULES: [&str; 2] = ["permission", "external_directory"];
/// What a rule of a folder says.
const ALLOW: &str = "allow";
/// How the pattern of a folder ends.
const ENDING: &str = "/*";
/// The most bytes of a folder's path.
const MOST: usize = 4096;

/// A folder that agents may work in.
///
/// ```
/// use openwork_model::authorized_folders::AuthorizedFolder;
///
/// let folder = AuthorizedFolder::parse("/srv/shared/*")?;
/// assert_eq!((folder.as_str(), folder.pattern().as_str()), ("/srv/shared", "/srv/shared/*"));
/// assert!(AuthorizedFolder::parse("shared").is_err());
/// # Ok::<(), openwork_model::invalid::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AuthorizedFolder(String);

impl AuthorizedFolder {
    /// A folder by its absolute path, or by one that begins in the home directory
    /// (`~/`); `/` and `/*` at the end make no difference.
    ///
    /// # Errors
    ///
    /// Another path, or one with a wildcard, which would open more than one
    /// folder, with `..`, or with control characters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::AuthorizedFolder {
            folder: text.chars().take(64).collect(),
        };
        let path = text.trim();
        let path = path.strip_suffix(ENDING).unwrap_or(path);
        let path = path.trim_end_matches('/');
        let is_whole = is_absolute(path) || path.starts_with("~/") || text.trim().starts_with('/');
        let is_plain = |part: &str| !matches!(part, "." | "..");
        if !is_whole
            || path.len() > MOST
            || path.contains(['*', '?'])
            || path.chars().any(char::is_control)
            || !path.split(['/', '\\']).all(is_plain)
        {
            return Err(invalid());
        }
        Ok(Self(path.to_owned()))
    }

    /// The folder's path, without a slash at the end.
    pub fn as_str(&self) -> &str {
        if self.0.is_empty() { "/" } else { &self.0 }
    }

    /// The pattern of its rule.
    pub fn pattern(&self) -> String {
        format!("{}{ENDING}", self.0)
    }

    /// The folder that a rule opens; `None` for a rule that is none of ours.
    pub fn of_rule(pattern: &str, verdict: &Value) -> Option<Self> {
        let is_ours = pattern.ends_with(ENDING) && verdict.as_str() == Some(ALLOW);
        Self::parse(pattern).ok().filter(|_| is_ours)
    }

    /// Whether it is the workspace itself, which needs no rule.
    pub fn is_workspace(&self, workspace: &Path) -> bool {
        Path::new(self.as_str()) == workspace
    }
}

fn is_absolute(path: &str) -> bool {
    let drive = path.split_once(':').map(|(drive, rest)| {
        drive.len() == 1
            && drive.chars().all(|letter| letter.is_ascii_alphabetic())
            && rest.starts_with(['/', '\\'])
    });
    path.starts_with('/') || path.starts_with("\\\\") || drive == Some(true)
}

/// Rules with these folders in the place of those that are there; all others
/// stay, in their order.
///
/// New folders come before the rules of others, but for those that are for any
/// folder: what somebody forbade or wants to be asked about stays so.
pub fn with_folders(
    rules: &Fields,
    remove: &[AuthorizedFolder],
    add: &[AuthorizedFolder],
) -> Fields {
    let stays = |pattern: &str, verdict: &Value| {
        let folder = AuthorizedFolder::of_rule(pattern, verdict);
        folder.is_none_or(|folder| !remove.contains(&folder))
    };
    let mut new = add
        .iter()
        .map(|folder| (folder.pattern(), Value::from(ALLOW)))
        .filter(|(pattern, _)| !rules.contains_key(pattern));
    let mut after = Map::new();
    for (pattern, verdict) in rules {
        if !stays(pattern, verdict) {
            continue;
        }
        if pattern != "*" && AuthorizedFolder::of_rule(pattern, verdict).is_none() {
            after.extend(new.by_ref());
        }
        after.insert(pattern.clone(), verdict.clone());
    }
    after.extend(new);
    after
}

/// The rules that a value of the setting stands for: a word alone is the rule for
/// every folder. `None` if it is no value that the setting can have.
pub fn rules(value: Option<&Value>) -> Option<Fields> {
    match value {
        None => Some(Fields::new()),
        Some(Value::Object(rules)) => Some(rules.clone()),
        Some(word @ Value::String(_)) => Some(Fields::from_iter([("*".to_owned(), word.clone())])),
        Some(_) => None,
    }
}

/// What the files of a workspace say of folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizedFoldersView {
    /// The folders, in the order of their rules.
    pub folders: Vec<AuthorizedFolder>,
    /// How many other rules there are.
    pub hidden: usize,
    /// The workspace's own directory, which is not among them.
    pub workspace_root: PathBuf,
    /// When the newest audit entry was written, in ms since 1970.
    pub updated_at: Option<u64>,
}

/// Reads the folders that a workspace's own files open.
///
/// # Errors
///
/// A [`ReadError`] if the main file cannot be read.
pub fn authorized_folders(files: &dyn Files) -> Result<AuthorizedFoldersView, ReadError> {
    let settings = config::own_settings(files)?;
    let [permission, directories] = RULES;
    let value = settings
        .get(permission)
        .and_then(|rules| rules.get(directories));
    // A value of another shape has none.
    let rules = rules(value);
    let root = files.absolute(&Location::workspace(RelPath::root()));
    let folder =
        |(pattern, verdict): (&String, &Value)| AuthorizedFolder::of_rule(pattern, verdict);
    let all: Vec<_> = rules.iter().flatten().map(folder).collect();
    let hidden = all.iter().filter(|folder| folder.is_none()).count();
    let outside = all.into_iter().flatten();
    Ok(AuthorizedFoldersView {
        folders: outside
            .filter(|folder| !folder.is_workspace(&root))
            .collect(),
        hidden,
        workspace_root: root,
        updated_at: files.last_write()?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::files::MemoryFiles;

    fn folder(text: &str) -> AuthorizedFolder {
        AuthorizedFolder::parse(text).unwrap()
    }

    fn fields(value: &Value) -> Fields {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn folders_are_absolute_and_one_each() {
        for (text, expected) in [
            ("/a", "/a"),
            (" /a/b/ ", "/a/b"),
            ("/a/*", "/a"),
            ("/", "/"),
            ("/*", "/"),
            ("~/notes", "~/notes"),
            ("C:\\data", "C:\\data"),
            ("\\\\host\\share", "\\\\host\\share"),
        ] {
            assert_eq!(folder(text).as_str(), expected, "{text}");
        }
        assert_eq!(folder("/").pattern(), "/*");
        for text in [
            "", "a", "./a", "~", "~root/a", "/a/../b", "/a/*/b", "/a?", "/a\nb", "C:a", "*",
        ] {
            assert!(AuthorizedFolder::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_others_said_comes_after_and_so_holds() {
        let rules = fields(&json!({ "*": "ask", "/a/*": "allow", "/b/secret/*": "deny" }));
        let after = with_folders(&rules, &[folder("/a")], &[folder("/b"), folder("/c")]);
        let order: Vec<_> = after.keys().map(String::as_str).collect();
        assert_eq!(order, ["*", "/b/*", "/c/*", "/b/secret/*"]);
    }

    #[test]
    fn a_folder_that_somebody_forbade_stays_forbidden() {
        let rules = fields(&json!({ "/a/*": "deny" }));
        assert_eq!(with_folders(&rules, &[], &[folder("/a")]), rules);
    }

    #[test]
    fn a_word_is_the_rule_for_every_folder() {
        assert_eq!(
            rules(Some(&json!("ask"))),
            Some(fields(&json!({ "*": "ask" })))
        );
        assert_eq!(rules(Some(&json!(["ask"]))), None);
        assert_eq!(rules(None), Some(Fields::new()));
    }

    #[test]
    fn the_workspace_and_the_rules_of_others_are_not_listed() {
        let root = MemoryFiles::new().absolute(&Location::workspace(RelPath::root()));
        let own = format!("{}/*", root.display());
        let text = json!({ "permission": { "external_directory": {
            own: "allow", "/shared/*": "allow", "/hidden": "allow", "/denied/*": "deny",
        } } });
        let files = MemoryFiles::new().with("opencode.jsonc", &text.to_string());
        let view = authorized_folders(&files).unwrap();
        assert_eq!(view.folders, [folder("/shared")]);
        assert_eq!((view.hidden, view.workspace_root), (2, root));
    }
}
