//! The newer forms of MCP servers.

use serde_json::{Map, Value};

use crate::fields::Fields;
use crate::schema;

/// The key of the container; also that of both waits is a name of an entry.
pub(super) const SERVERS: &str = "servers";
pub(super) const TIMEOUT: &str = "timeout";
/// The fields of `oauth` by their newer names.
const OAUTH: [(&str, &str); 5] = [
    ("client_id", "clientId"),
    ("client_secret", "clientSecret"),
    ("scope", "scope"),
    ("callback_port", "callbackPort"),
    ("redirect_uri", "redirectUri"),
];

/// Whether the `servers` of a section `mcp` holds entries, and is none itself.
pub fn has_servers(mcp: &Fields) -> bool {
    mcp.get(SERVERS)
        .and_then(Value::as_object)
        .is_some_and(|servers| !is_like_entry(servers))
}

/// Whether the `timeout` of a section `mcp` says how long to wait, and is no entry.
pub fn is_wait(mcp: &Fields) -> bool {
    let wait = mcp.get(TIMEOUT);
    wait.and_then(Value::as_object).is_some_and(|fields| {
        let has = |key: &str| fields.contains_key(key);
        let is_named = fields.is_empty()
            || ["startup", "catalog", "execution"]
                .iter()
                .any(|key| has(key));
        is_named && !is_like_entry(fields)
    }) && wait.is_some_and(|wait| schema::fits("McpWait", wait))
}

/// Turns the newer forms of MCP servers into the older ones.
pub(super) fn load(settings: &mut Fields) {
    let Some(Value::Object(mcp)) = settings.get_mut("mcp") else {
        return;
    };
    let wait = if is_wait(mcp) {
        mcp.shift_remove(TIMEOUT)
    } else {
        None
    };
    let servers = if has_servers(mcp) {
        mcp.shift_remove(SERVERS)
    } else {
        None
    };
    for entry in mcp.values_mut() {
        if is_newer(entry)
            && let Some(loaded) = load_entry(entry)
        {
            *entry = loaded;
        }
    }
    if let Some(Value::Object(servers)) = servers {
        load_servers(mcp, servers);
    }
    if let Some(wait) = wait.as_ref().and_then(even_wait) {
        put_wait(settings, wait);
    }
}

fn load_servers(mcp: &mut Fields, servers: Fields) {
    for (name, entry) in servers {
        if mcp.contains_key(&name) {
            continue;
        }
        let loaded = if is_older_in_servers(&entry) {
            Some(entry)
        } else {
            load_entry(&entry)
        };
        if let Some(loaded) = loaded {
            mcp.insert(name, loaded);
        }
    }
}

/// Whether an entry of `servers` is taken in the older form: it says
/// `enabled`, and not `disabled`.
fn is_older_in_servers(entry: &Value) -> bool {
    entry.get("enabled").is_some_and(Value::is_boolean) && entry.get("disabled").is_none()
}

/// Whether an entry outside of `servers` has a field of the newer form.
fn is_newer(entry: &Value) -> bool {
    let has_newer_oauth = || {
        let oauth = entry.get("oauth");
        OAUTH.iter().any(|(newer, older)| {
            newer != older && oauth.is_some_and(|oauth| oauth.get(newer).is_some())
        })
    };
    entry.get("disabled").is_some()
        || entry.get("codemode").is_some()
        || entry
            .get(TIMEOUT)
            .is_some_and(|timeout| timeout.is_object() || timeout.is_array() || timeout.is_null())
        || has_newer_oauth()
}

/// The older form of an entry; `None` if it is none of the newer form.
fn load_entry(entry: &Value) -> Option<Value> {
    let fields = entry
        .as_object()
        .filter(|_| schema::fits("NewerMcpEntry", entry))?;
    let mut loaded = fields.clone();
    let disabled = loaded.shift_remove("disabled");
    loaded.shift_remove("codemode");
    let wait = loaded.shift_remove(TIMEOUT);
    let enabled = Value::from(disabled != Some(Value::Bool(true)));
    loaded.entry("enabled").or_insert(enabled);
    if let Some(wait) = wait.as_ref().and_then(even_wait) {
        loaded.insert(TIMEOUT.to_owned(), wait);
    }
    if let Some(Value::Object(oauth)) = loaded.get_mut("oauth") {
        *oauth = load_oauth(oauth);
    }
    Some(loaded.into())
}

fn load_oauth(oauth: &Fields) -> Fields {
    let fields = OAUTH.iter();
    fields
        .filter_map(|(newer, older)| Some(((*older).to_owned(), oauth.get(*newer)?.clone())))
        .collect()
}

/// An entry of the older form as it can stand in `servers`: what would be lost
/// there is said in the newer words.
pub fn newer_server(entry: &Fields) -> Fields {
    let wait = entry.get(TIMEOUT).filter(|timeout| timeout.is_number());
    let has_older_oauth = |oauth: &&Value| {
        let mut words = OAUTH.iter().filter(|(newer, older)| newer != older);
        words.any(|(_, older)| oauth.get(older).is_some())
    };
    let oauth = entry.get("oauth").filter(has_older_oauth);
    let mut newer = entry.clone();
    // An entry that says `enabled` is taken in the older form, with all its words.
    if entry.contains_key("enabled") || (wait.is_none() && oauth.is_none()) {
        return newer;
    }
    if let Some(wait) = wait {
        newer.insert(
            TIMEOUT.to_owned(),
            Value::Object(Map::from_iter([
                ("catalog".to_owned(), wait.clone()),
                ("execution".to_owned(), wait.clone()),
            ])),
        );
    }
    if let Some(Value::Object(oauth)) = oauth {
        let renamed = oauth.iter().map(|(key, value)| {
            let word = OAUTH.iter().find(|(_, older)| older == key);
            let key = word.map_or(key.as_str(), |(newer, _)| newer);
            (key.to_owned(), value.clone())
        });
        newer.insert("oauth".to_owned(), renamed.collect());
    }
    newer
}

/// The one wait that the engine has, if both are the same.
pub(super) fn even_wait(wait: &Value) -> Option<Value> {
    let catalog = wait.get("catalog")?;
    let is_even = wait.get("startup").is_none() && wait.get("execution") == Some(catalog);
    is_even.then(|| catalog.clone())
}

fn put_wait(settings: &mut Fields, wait: Value) {
    let experimental = settings
        .entry("experimental")
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(experimental) = experimental {
        experimental.entry("mcp_timeout").or_insert(wait);
    }
}

/// Whether an object under a key of a container is an entry of that name.
fn is_like_entry(fields: &Fields) -> bool {
    ["type", "enabled"]
        .iter()
        .any(|key| fields.get(*key).is_some_and(|value| !value.is_object()))
}
