//! Each setting with where it comes from, secrets masked.

use std::path::Path;

use openwork_model::mask::{MASK, mask, mask_text};
use openwork_model::time_span::TimeSpan;
use openwork_terminal::escape;
use serde::Serialize;
use serde_json::{Value, json};

use crate::settings::Settings;
use crate::settings::key::SettingKey;
use crate::settings::kind::SettingKind;
use crate::settings::origin::SettingOrigin;
use crate::settings::sources::{ReadSources, WrittenSetting};
use crate::settings::table::KEYS;

/// A setting as it is printed.
#[derive(Debug, Serialize)]
pub(super) struct PrintedSetting {
    /// Its name in the configuration file.
    key: &'static str,
    #[serde(skip)]
    kind: SettingKind,
    /// What counts; none where nobody has said anything.
    value: Option<Value>,
    /// Where it comes from.
    source: SettingOrigin,
    /// Where else it is set, which does not count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    overridden: Vec<SettingOrigin>,
}

/// All settings, in the order of the help.
pub(super) fn all(sources: &ReadSources, settings: &Settings) -> Vec<PrintedSetting> {
    let printed = |key| PrintedSetting::new(key, sources.written(key), settings);
    KEYS.iter().map(printed).collect()
}

/// The settings in columns; the value is last, as it may be long.
pub(super) fn table(settings: &[PrintedSetting]) -> String {
    let rows: Vec<[String; 3]> = settings
        .iter()
        .map(|setting| {
            let cells = [
                setting.key.to_owned(),
                setting.source.to_string(),
                setting.text(),
            ];
            cells.map(|cell| escape::line(&cell).into_owned())
        })
        .collect();
    let width = |column: usize| {
        let widths = rows.iter().filter_map(|row| row.get(column));
        widths.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    let mut table = String::new();
    for ([key, source, value], setting) in rows.iter().zip(settings) {
        let line = format!("{key:first$}  {source:second$}  {value}");
        table.push_str(line.trim_end());
        table.push('\n');
        for origin in &setting.overridden {
            let origin = origin.to_string();
            let origin = escape::line(&origin);
            let line = format!(
                "{:first$}  also set by {origin}, which does not count\n",
                ""
            );
            table.push_str(&line);
        }
    }
    table
}

impl PrintedSetting {
    fn new(
        key: &'static SettingKey,
        written: Vec<WrittenSetting<'_>>,
        settings: &Settings,
    ) -> Self {
        let mut written = written.into_iter();
        let counts = written.next();
        let others = written.map(|other| other.origin);
        Self {
            key: key.path,
            kind: key.kind,
            value: match &counts {
                Some(setting) => shown(key.kind, setting.value),
                None => derived(key.path, settings),
            },
            source: counts.map_or(SettingOrigin::Default, |setting| setting.origin),
            // That something differs from the default is no contradiction.
            overridden: others
                .filter(|origin| *origin != SettingOrigin::Default)
                .collect(),
        }
    }

    fn text(&self) -> String {
        match &self.value {
            None if matches!(self.key, "token" | "hostToken") => "generated at each start".into(),
            None => "-".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(items)) => {
                let items: Vec<String> = items.iter().map(item_text).collect();
                items.join(", ")
            }
            Some(value) => match (self.kind, value.as_u64()) {
                (SettingKind::Time { .. }, Some(milliseconds)) => {
                    TimeSpan::of_milliseconds(milliseconds).to_string()
                }
                _ => value.to_string(),
            },
        }
    }
}

/// An item of a list; of a workspace its path tells enough.
fn item_text(item: &Value) -> String {
    let text = item.as_str().or_else(|| item.get("path")?.as_str());
    text.map_or_else(|| item.to_string(), str::to_owned)
}

/// A value without what is secret in it.
fn shown(kind: SettingKind, value: &figment::value::Value) -> Option<Value> {
    let value = serde_json::to_value(value).ok()?;
    Some(match (kind, value) {
        (SettingKind::Secret, _) => Value::from(MASK),
        // An address may carry a name and a password.
        (SettingKind::Text, Value::String(text)) => masked_text(&text),
        (SettingKind::List, Value::Array(items)) => items.iter().map(masked_item).collect(),
        (SettingKind::Program, Value::Array(words)) => program(&words),
        (SettingKind::Workspaces, value) => mask(&value),
        (_, value) => value,
    })
}

fn masked_text(text: &str) -> Value {
    Value::from(mask_text(text))
}

fn masked_item(item: &Value) -> Value {
    item.as_str().map_or_else(|| item.clone(), masked_text)
}

/// A program and how many arguments it is given: a token may stand in any of them,
/// and nothing tells in which.
fn program(words: &[Value]) -> Value {
    let shown = words.iter().enumerate().map(|(at, word)| match at {
        0 => masked_item(word),
        _ => Value::from(MASK),
    });
    shown.collect()
}

/// What follows from other settings where nobody says anything.
fn derived(key: &str, settings: &Settings) -> Option<Value> {
    let path = |path: &Path| Value::from(path.display().to_string());
    match key {
        "tokenStore" => settings.token_store.as_deref().map(path),
        "envStore" => settings.env_store.as_deref().map(path),
        "approval.watchedTimeoutMs" => {
            let milliseconds = settings.approval.watched_timeout.as_millis();
            u64::try_from(milliseconds).ok().map(Value::from)
        }
        "authorizedRoots" if !settings.authorized_roots.is_empty() => {
            let roots = settings.authorized_roots.iter();
            Some(roots.map(|root| path(root)).collect())
        }
        _ => None,
    }
}

impl Serialize for SettingOrigin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = self.kind();
        match self {
            Self::Default => json!({ "kind": kind }),
            Self::File { path, line } => {
                json!({ "kind": kind, "path": path.display().to_string(), "line": line })
            }
            Self::Variable(name) => json!({ "kind": kind, "name": name }),
            Self::Flag(name) => json!({ "kind": kind, "name": format!("--{name}") }),
        }
        .serialize(serializer)
    }
}

// What is printed holds paths, which are written another way on Windows.
#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Invocation, parse};
    use crate::environment::Environment;

    fn sources(args: &[&str], vars: &[(&str, &str)]) -> (ReadSources, Settings) {
        let args = ["openwork-server"].iter().chain(args).map(Into::into);
        let Ok(Invocation::Serve(flags)) = parse(args) else {
            panic!("not served")
        };
        let vars = vars.iter();
        let environment = Environment {
            vars: vars
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            cwd: "/cwd".into(),
            ..Environment::default()
        };
        let sources = ReadSources::read(&flags, &environment).unwrap();
        let settings = sources.settings(&environment).unwrap();
        (sources, settings)
    }

    /// The columns are as wide as the paths of this machine; what is in them is
    /// the same everywhere.
    fn squeezed(table: &str) -> String {
        let line = |line: &str| {
            let cells = line.split("  ").map(str::trim);
            let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
            cells.join("  ")
        };
        table.lines().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn each_setting_has_its_source_and_no_secret() {
        let args = [
            "--config",
            concat!(env!("CARGO_MANIFEST_DIR"), "/src/local/config/sample.json"),
            "--no-log-requests",
            "--workspace",
            "/w/a\u{202e}b",
            "--opencode-base-url",
            "http://me:hush@127.0.0.1:4096",
            "--host-token",
            "hush-hush-hush-hush",
        ];
        let vars = [
            ("OPENWORK_PORT", "9000"),
            ("OPENWORK_TOKEN", "hush"),
            ("OPENWORK_NOTIFY_COMMAND", r#"["curl", "-H", "X: hush"]"#),
            ("OPENWORK_NOTIFY_URL", "http://me:hush@there.example/hush"),
            ("OPENWORK_ALLOWED_HOSTS", "https://me:hush@there.example"),
        ];
        let (sources, settings) = sources(&args, &vars);
        let printed = all(&sources, &settings);
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/src/local/config/");
        insta::assert_snapshot!(squeezed(&table(&printed)).replace(here, "/c/"), @r"
        host  default  127.0.0.1
        port  OPENWORK_PORT  9000
        also set by /c/sample.json:3, which does not count
        token  OPENWORK_TOKEN  ••••••
        hostToken  --host-token  ••••••
        allowedHosts  OPENWORK_ALLOWED_HOSTS  https://••••••@there.example
        corsOrigins  /c/sample.json:10  http://a, http://b
        publicUrl  default  -
        workspaces  --workspace  /w/a\u{202e}b
        also set by /c/sample.json:7, which does not count
        authorizedRoots  default  /w/a\u{202e}b
        tls.cert  default  -
        tls.key  default  -
        tokenStore  default  /c/tokens.json
        envStore  default  /c/env.json
        readOnly  default  false
        approval.mode  default  manual
        approval.timeoutMs  /c/sample.json:5  5s
        approval.watchedTimeoutMs  default  5s
        approval.asyncTimeoutMs  default  1d
        approval.hostWrites  default  allow
        approval.maxPending  default  64
        approval.maxPendingPerClient  default  16
        audit.location  default  workspace
        history.maxBytes  default  67108864
        history.maxAgeMs  default  90d
        proxy.machine  default  false
        console  default  local
        notify.command  OPENWORK_NOTIFY_COMMAND  curl, ••••••, ••••••
        notify.url  OPENWORK_NOTIFY_URL  ••••••
        notify.format  default  json
        notify.answers  default  true
        notify.ended  default  false
        notify.pushServices  default  -
        notify.timeoutMs  default  10s
        metrics  default  host
        engine.baseUrl  --opencode-base-url  http://••••••@127.0.0.1:4096
        engine.directory  default  -
        opencodeBaseUrl  default  -
        opencodeDirectory  default  -
        opencodeUsername  default  -
        opencodePassword  default  -
        logLevel  default  info
        logFormat  default  pretty
        logRequests  --no-log-requests  false
        runFile  default  true
        exit.withParent  default  false
        exit.onStdinClose  default  false
        ");
        let json = serde_json::to_string(&printed).unwrap();
        assert!(!json.contains("hush"), "{json}");
        let port = printed
            .iter()
            .find(|setting| setting.key == "port")
            .unwrap();
        let port = serde_json::to_string(port).unwrap().replace(here, "/c/");
        insta::assert_snapshot!(port, @r#"{"key":"port","value":9000,"source":{"kind":"variable","name":"OPENWORK_PORT"},"overridden":[{"kind":"file","path":"/c/sample.json","line":3}]}"#);
    }
}
