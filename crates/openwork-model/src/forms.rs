//! The newer forms of the engine's configuration.
//!
//! Since 1.18.24 the engine also reads what its next version calls things. It
//! turns them into the older forms file by file, before it lays the files over
//! each other; where a file has both forms of one name, the older one counts.
//! [`loaded`] does the same, and [`EntrySection`] says where an entry stands.
//! [`NEWER_FORMS`] has them all, with the little else that has come into the
//! configuration since 1.17.11, and what earlier versions do with each.
//!
//! ```
//! use openwork_model::forms;
//! use serde_json::json;
//!
//! let file = json!({ "commands": { "ship": { "template": "Ship it" } } });
//! let loaded = forms::loaded(file.as_object().ok_or("no object")?);
//! assert_eq!(loaded["command"]["ship"]["template"], "Ship it");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | module | what it knows |
//! | --- | --- |
//! | `entry` | where an entry stands, in which form, and where a new one goes |
//! | `present` | which of them a file has, and what earlier versions do with each |
//! | `mcp`, `prompt` | the forms of MCP servers; of agents, commands and models |

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::fields::Fields;
use crate::schema;

mod entry;
mod mcp;
mod present;
mod prompt;

#[cfg(test)]
mod tests;

pub use self::entry::{EntryForm, EntrySection, StandingEntry};
pub use self::mcp::{has_servers, is_wait, newer_server};
pub use self::present::{is_earlier, newer_in};

/// One newer form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewerForm {
    /// Where it stands: keys joined by dots. `*` is any key, or at the top any that no version
    /// knows; `[]` at the end means a list, `{}` an object.
    pub path: &'static str,
    /// What the engine makes of it; the same path for what has no older form, `None` for what it
    /// leaves out.
    pub older: Option<&'static str>,
    /// The engine's first version that takes it so. Versions that npm does not have were not tried.
    pub since: &'static str,
    /// What the versions before do with it.
    pub before: EarlierReading,
}

/// What a version of the engine does with a form that is newer than itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarlierReading {
    /// It refuses the workspace.
    Refused,
    /// It refuses the workspace as long as it takes no keys that it does not know; after that, from
    /// [`UNKNOWN_KEYS_SINCE`] on, it leaves them out.
    UnknownKey,
    /// It refuses the workspace if the value does not fit this definition of the schema.
    RefusedUnless(&'static str),
    /// It takes an MCP entry that says `enabled` for a switch and loses the rest, and refuses the
    /// workspace over one that does not.
    EntryLost,
    /// It loads the rest.
    LeftOut,
}

/// The engine's first version that takes keys at the top of the configuration that it does not
/// know.
pub const UNKNOWN_KEYS_SINCE: &str = "1.18.16";

/// All newer forms. A test asks two versions of the engine about each.
pub const NEWER_FORMS: [NewerForm; 27] = {
    use EarlierReading::{EntryLost, LeftOut, Refused, RefusedUnless, UnknownKey};
    [
        next("mcp.servers.*", Some("mcp.*"), Refused),
        next("mcp.*.disabled", Some("mcp.*.enabled"), LeftOut),
        next("mcp.*.codemode", None, LeftOut),
        next("mcp.*.timeout{}", Some("mcp.*.timeout"), EntryLost),
        next(
            "mcp.*.oauth.client_id",
            Some("mcp.*.oauth.clientId"),
            LeftOut,
        ),
        next(
            "mcp.*.oauth.client_secret",
            Some("mcp.*.oauth.clientSecret"),
            LeftOut,
        ),
        next(
            "mcp.*.oauth.callback_port",
            Some("mcp.*.oauth.callbackPort"),
            LeftOut,
        ),
        next(
            "mcp.*.oauth.redirect_uri",
            Some("mcp.*.oauth.redirectUri"),
            LeftOut,
        ),
        next("mcp.timeout{}", Some("experimental.mcp_timeout"), Refused),
        next("commands.*", Some("command.*"), UnknownKey),
        next("agents.*", Some("agent.*"), UnknownKey),
        next("skills[]", Some("skills.paths"), Refused),
        next("model{}", Some("model"), Refused),
        next("snapshots", Some("snapshot"), UnknownKey),
        next("media", Some("attachment"), UnknownKey),
        next(
            "compaction.keep.tokens",
            Some("compaction.preserve_recent_tokens"),
            LeftOut,
        ),
        next("compaction.buffer", Some("compaction.reserved"), LeftOut),
        next(
            "experimental.subagent_depth",
            Some("subagent_depth"),
            LeftOut,
        ),
        next("experimental.portable_shell_scanner", None, LeftOut),
        form("plugins", None, UNKNOWN_KEYS_SINCE, Refused),
        form("providers", None, UNKNOWN_KEYS_SINCE, Refused),
        form("websearch", None, UNKNOWN_KEYS_SINCE, Refused),
        form("warming", None, UNKNOWN_KEYS_SINCE, Refused),
        form("*", None, UNKNOWN_KEYS_SINCE, Refused),
        form("subagent_depth", Some("subagent_depth"), "1.18.3", Refused),
        form(
            INTERLEAVED,
            Some(INTERLEAVED),
            "1.18.11",
            RefusedUnless("EarlierInterleaved"),
        ),
        form(
            "provider.*.options.chunkTimeout",
            Some("provider.*.options.chunkTimeout"),
            "1.18.27",
            RefusedUnless("EarlierChunkTimeout"),
        ),
    ]
};

const INTERLEAVED: &str = "provider.*.models.*.interleaved";

/// A form of the engine's next version.
const fn next(
    path: &'static str,
    older: Option<&'static str>,
    before: EarlierReading,
) -> NewerForm {
    form(path, older, "1.18.24", before)
}

const fn form(
    path: &'static str,
    older: Option<&'static str>,
    since: &'static str,
    before: EarlierReading,
) -> NewerForm {
    NewerForm {
        path,
        older,
        since,
        before,
    }
}

/// The settings of a file as the engine takes them: newer forms as the older
/// ones that they stand for.
pub fn loaded(settings: &Fields) -> Cow<'_, Fields> {
    if !may_have_newer(settings) {
        return Cow::Borrowed(settings);
    }
    let mut loaded = settings.clone();
    rename(&mut loaded, "snapshots", "snapshot", &Value::is_boolean);
    let is_media = |value: &Value| schema::fits("AttachmentConfig", value);
    rename(&mut loaded, "media", "attachment", &is_media);
    prompt::load_model(&mut loaded);
    load_skills(&mut loaded);
    load_compaction(&mut loaded);
    load_experimental(&mut loaded);
    prompt::load_agents(&mut loaded);
    prompt::load_commands(&mut loaded);
    mcp::load(&mut loaded);
    Cow::Owned(loaded)
}

/// Whether settings may hold a newer form: most files do not.
fn may_have_newer(settings: &Fields) -> bool {
    settings.iter().any(|(key, value)| match key.as_str() {
        "snapshots" | "media" | "agents" | "commands" | "mcp" => true,
        "model" | "compaction" | "experimental" => value.is_object(),
        "skills" => value.is_array(),
        _ => false,
    })
}

/// Takes a setting for another one, unless that is there as well.
fn rename(settings: &mut Fields, from: &str, to: &str, is_valid: &dyn Fn(&Value) -> bool) {
    let Some(value) = settings.shift_remove(from) else {
        return;
    };
    if is_valid(&value) && !settings.contains_key(to) {
        settings.insert(to.to_owned(), value);
    }
}

/// A list of skills names directories and addresses.
fn load_skills(settings: &mut Fields) {
    let Some(Value::Array(skills)) = settings.get_mut("skills") else {
        return;
    };
    if !skills.iter().all(Value::is_string) {
        return;
    }
    let (urls, paths): (Vec<Value>, Vec<Value>) =
        std::mem::take(skills).into_iter().partition(is_web_address);
    let loaded = Map::from_iter([
        ("paths".to_owned(), paths.into()),
        ("urls".to_owned(), urls.into()),
    ]);
    settings.insert("skills".to_owned(), loaded.into());
}

fn is_web_address(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default().to_ascii_lowercase();
    text.starts_with("http://") || text.starts_with("https://")
}

fn load_compaction(settings: &mut Fields) {
    let Some(Value::Object(compaction)) = settings.get_mut("compaction") else {
        return;
    };
    if let Some(Value::Object(mut keep)) = compaction.shift_remove("keep")
        && let Some(tokens) = keep.shift_remove("tokens")
    {
        compaction.insert("keep".to_owned(), tokens);
    }
    rename(compaction, "keep", "preserve_recent_tokens", &is_count);
    rename(compaction, "buffer", "reserved", &is_count);
}

fn load_experimental(settings: &mut Fields) {
    let Some(Value::Object(experimental)) = settings.get_mut("experimental") else {
        return;
    };
    let Some(depth) = experimental.shift_remove("subagent_depth") else {
        return;
    };
    if is_count(&depth) && !settings.contains_key("subagent_depth") {
        settings.insert("subagent_depth".to_owned(), depth);
    }
}

fn is_count(value: &Value) -> bool {
    schema::fits("Count", value)
}
