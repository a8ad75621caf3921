//! The table of all settings: the one place that names their keys, flags and
//! variables. Parsing, help, messages and the origin of a value follow it.

use super::key::SettingKey;
use super::kind::SettingKind;

/// The longest waiting time that a setting may ask for, in ms.
const LONGEST_WAIT: u64 = 50 * DAY;
const DAY: u64 = 24 * 60 * 60 * 1000;
/// More requests than this are no queue that a person can answer.
const MOST_PENDING: u64 = 100_000;

/// A terabyte of what files were.
const MOST_HISTORY: u64 = 1 << 40;
/// Some 34 years, in ms.
const LONGEST_HISTORY: u64 = 12_726 * DAY;

/// All settings, in the order of `--help`.
pub(crate) const KEYS: &[SettingKey] = &[
    SettingKey::new("host", SettingKind::Text, "Address to listen on")
        .flag("host", "HOST")
        .variable("OPENWORK_HOST")
        .default("127.0.0.1"),
    SettingKey::new(
        "port",
        SettingKind::Whole {
            least: 0,
            most: 65_535,
        },
        "Port; 0 takes a free one",
    )
    .flag("port", "PORT")
    .variable("OPENWORK_PORT")
    .default("8787"),
    SettingKey::new(
        "token",
        SettingKind::Secret,
        "Token of the clients [default: generated]",
    )
    .flag("token", "TOKEN")
    .variable("OPENWORK_TOKEN"),
    SettingKey::new(
        "hostToken",
        SettingKind::Secret,
        "Token of the host, who answers approvals [default: generated]",
    )
    .flag("host-token", "TOKEN")
    .variable("OPENWORK_HOST_TOKEN"),
    SettingKey::new(
        "allowedHosts",
        SettingKind::List,
        "Further names for the Host header; list, repeatable",
    )
    .flag("allowed-host", "NAMES")
    .variable("OPENWORK_ALLOWED_HOSTS")
    .sample("nas.example")
    .rare(),
    SettingKey::new(
        "corsOrigins",
        SettingKind::List,
        "Origins that browsers may call from; list, repeatable",
    )
    .flag("cors", "ORIGINS")
    .variable("OPENWORK_CORS_ORIGINS")
    .default("*")
    .sample("http://localhost:5173"),
    SettingKey::new(
        "publicUrl",
        SettingKind::PublicUrl,
        "URL that other devices reach the server under",
    )
    .flag("public-url", "URL")
    .variable("OPENWORK_PUBLIC_URL")
    .sample("https://box.tail1234.ts.net")
    .rare(),
    SettingKey::new(
        "workspaces",
        SettingKind::Workspaces,
        "Workspace to serve; repeatable",
    )
    .flag("workspace", "PATH")
    .variable("OPENWORK_WORKSPACES")
    .sample("."),
    SettingKey::new(
        "authorizedRoots",
        SettingKind::List,
        "Directories that may be served",
    )
    .sample("."),
    SettingKey::new(
        "tls.cert",
        SettingKind::Text,
        "Certificate to speak HTTPS with (PEM), with `--tls-key`",
    )
    .flag("tls-cert", "PATH")
    .variable("OPENWORK_TLS_CERT")
    .sample("cert.pem")
    .rare(),
    SettingKey::new("tls.key", SettingKind::Text, "Key of the certificate (PEM)")
        .flag("tls-key", "PATH")
        .variable("OPENWORK_TLS_KEY")
        .sample("key.pem")
        .rare(),
    SettingKey::new(
        "tokenStore",
        SettingKind::Text,
        "File that keeps tokens which are made for others",
    )
    .variable("OPENWORK_TOKEN_STORE")
    .sample("tokens.json")
    .not_in_file(),
    SettingKey::new(
        "envStore",
        SettingKind::Text,
        "File that keeps environment variables",
    )
    .variable("OPENWORK_ENV_STORE")
    .sample("env.json")
    .not_in_file(),
    SettingKey::new("readOnly", SettingKind::Switch, "Refuse every write")
        .switch("read-only")
        .variable("OPENWORK_READONLY")
        .default("false"),
    SettingKey::new(
        "approval.mode",
        SettingKind::Choice(&["manual", "auto"]),
        "Whether the host is asked before a write",
    )
    .flag("approval", "manual|auto")
    .variable("OPENWORK_APPROVAL_MODE")
    .default("manual"),
    SettingKey::new(
        "approval.timeoutMs",
        SettingKind::Time {
            least: 1,
            most: LONGEST_WAIT,
        },
        "How long a write waits for the host",
    )
    .flag("approval-timeout", "TIME")
    .variable("OPENWORK_APPROVAL_TIMEOUT_MS")
    .default("30s"),
    SettingKey::new(
        "approval.watchedTimeoutMs",
        SettingKind::Time {
            least: 1,
            most: LONGEST_WAIT,
        },
        "How long a write waits while somebody watches",
    )
    .variable("OPENWORK_APPROVAL_WATCHED_TIMEOUT_MS")
    .sample("5m"),
    SettingKey::new(
        "approval.asyncTimeoutMs",
        SettingKind::Time {
            least: 1,
            most: LONGEST_WAIT,
        },
        "How long a write waits whose client comes back for the answer",
    )
    .variable("OPENWORK_APPROVAL_ASYNC_TIMEOUT_MS")
    .default("1d"),
    SettingKey::new(
        "approval.hostWrites",
        SettingKind::Choice(&["allow", "ask"]),
        "Whether the host's own writes are asked about",
    )
    .flag("host-writes", "allow|ask")
    .variable("OPENWORK_HOST_WRITES")
    .default("allow")
    .rare(),
    SettingKey::new(
        "approval.maxPending",
        SettingKind::Whole {
            least: 1,
            most: MOST_PENDING,
        },
        "How many writes may wait in all",
    )
    .variable("OPENWORK_APPROVAL_MAX_PENDING")
    .default("64"),
    SettingKey::new(
        "approval.maxPendingPerClient",
        SettingKind::Whole {
            least: 1,
            most: MOST_PENDING,
        },
        "How many writes of one client may wait",
    )
    .variable("OPENWORK_APPROVAL_MAX_PENDING_PER_CLIENT")
    .default("16"),
    SettingKey::new(
        "audit.location",
        SettingKind::Choice(&["workspace", "state"]),
        "Where the audit log lies: in the workspace, or outside of it",
    )
    .flag("audit-location", "workspace|state")
    .variable("OPENWORK_AUDIT_LOCATION")
    .default("workspace")
    .rare(),
    SettingKey::new(
        "history.maxBytes",
        SettingKind::Whole {
            least: 0,
            most: MOST_HISTORY,
        },
        "How much is kept to undo changes with; 0 keeps nothing",
    )
    .variable("OPENWORK_HISTORY_MAX_BYTES")
    .default("67108864"),
    SettingKey::new(
        "history.maxAgeMs",
        SettingKind::Time {
            least: 0,
            most: LONGEST_HISTORY,
        },
        "For how long it is kept; 0 keeps nothing",
    )
    .variable("OPENWORK_HISTORY_MAX_AGE_MS")
    .default("90d"),
    SettingKey::new(
        "proxy.machine",
        SettingKind::Switch,
        "Let owners run programs and open terminals through the engine",
    )
    .switch("proxy-machine")
    .variable("OPENWORK_PROXY_MACHINE")
    .default("false")
    .rare(),
    SettingKey::new(
        "console",
        SettingKind::Choice(&["local", "lan", "off"]),
        "Who may open the approvals page",
    )
    .flag("console", "local|lan|off")
    .variable("OPENWORK_CONSOLE")
    .default("local"),
    SettingKey::new(
        "notify.command",
        SettingKind::Program,
        "Program that is told of what waits, with its arguments",
    )
    .variable("OPENWORK_NOTIFY_COMMAND")
    .sample("[\"notify-openwork\", \"--loud\"]"),
    SettingKey::new(
        "notify.url",
        SettingKind::Secret,
        "URL that is told of what waits",
    )
    .variable("OPENWORK_NOTIFY_URL")
    .sample("https://ntfy.sh/TOPIC"),
    SettingKey::new(
        "notify.format",
        SettingKind::Choice(&["json", "ntfy"]),
        "Form of what that URL is sent",
    )
    .variable("OPENWORK_NOTIFY_FORMAT")
    .default("json"),
    SettingKey::new(
        "notify.answers",
        SettingKind::Switch,
        "Whether messages for ntfy carry answers to what is not high-risk",
    )
    .variable("OPENWORK_NOTIFY_ANSWERS")
    .default("true"),
    SettingKey::new(
        "notify.ended",
        SettingKind::Switch,
        "Whether it is also told how requests ended",
    )
    .variable("OPENWORK_NOTIFY_ENDED")
    .default("false"),
    SettingKey::new(
        "notify.pushServices",
        SettingKind::List,
        "Push services beside those of the usual browsers; list",
    )
    .variable("OPENWORK_NOTIFY_PUSH_SERVICES")
    .sample("https://push.example.org"),
    SettingKey::new(
        "notify.timeoutMs",
        SettingKind::Time {
            least: 1,
            most: LONGEST_WAIT,
        },
        "How long telling may take",
    )
    .variable("OPENWORK_NOTIFY_TIMEOUT_MS")
    .default("10s"),
    SettingKey::new(
        "metrics",
        SettingKind::Choice(&["host", "open"]),
        "Who may read `/metrics`: the host, or everybody",
    )
    .flag("metrics", "host|open")
    .variable("OPENWORK_METRICS")
    .default("host")
    .rare(),
    SettingKey::new(
        "engine.baseUrl",
        SettingKind::Text,
        "Engine URL of the first workspace",
    )
    .flag("opencode-base-url", "URL")
    .variable("OPENWORK_OPENCODE_BASE_URL")
    .sample("http://127.0.0.1:4096")
    .not_in_file(),
    SettingKey::new(
        "engine.directory",
        SettingKind::Text,
        "Engine directory of the first workspace",
    )
    .flag("opencode-directory", "PATH")
    .variable("OPENWORK_OPENCODE_DIRECTORY")
    .sample(".")
    .not_in_file(),
    SettingKey::new(
        "opencodeBaseUrl",
        SettingKind::Text,
        "Engine URL of the workspaces without one of their own",
    )
    .sample("http://127.0.0.1:4096"),
    SettingKey::new(
        "opencodeDirectory",
        SettingKind::Text,
        "Engine directory of the only workspace, if it has none of its own",
    )
    .sample("."),
    SettingKey::new(
        "opencodeUsername",
        SettingKind::Text,
        "User name for the engine",
    )
    .flag("opencode-username", "NAME")
    .variable("OPENWORK_OPENCODE_USERNAME")
    .sample("opencode")
    .rare(),
    SettingKey::new(
        "opencodePassword",
        SettingKind::Secret,
        "Password for the engine",
    )
    .flag("opencode-password", "PASSWORD")
    .variable("OPENWORK_OPENCODE_PASSWORD")
    .rare(),
    SettingKey::new(
        "logLevel",
        SettingKind::Choice(&["error", "warn", "info", "debug", "trace"]),
        "Least severity of the events that are logged",
    )
    .flag("log-level", "LEVEL")
    .variable("OPENWORK_LOG_LEVEL")
    .default("info")
    .rare(),
    SettingKey::new(
        "logFormat",
        // The last two are what later versions of OpenWork call the first.
        SettingKind::Choice(&["pretty", "json", "human", "text"]),
        "Form of the events",
    )
    .flag("log-format", "pretty|json")
    .variable("OPENWORK_LOG_FORMAT")
    .default("pretty")
    .rare(),
    SettingKey::new("logRequests", SettingKind::Switch, "Log every request")
        .switch("log-requests")
        .off_switch("no-log-requests")
        .variable("OPENWORK_LOG_REQUESTS")
        .default("false")
        .rare(),
    SettingKey::new(
        "runFile",
        SettingKind::Switch,
        "Write no file by which the commands find this server",
    )
    .off_switch("no-run-file")
    .default("true")
    .rare(),
    SettingKey::new(
        "exit.withParent",
        SettingKind::Switch,
        "End when the process that started this one ends",
    )
    .switch("exit-with-parent")
    .default("false")
    .not_in_file()
    .rare(),
    SettingKey::new(
        "exit.onStdinClose",
        SettingKind::Switch,
        "End when standard input closes",
    )
    .switch("exit-on-stdin-close")
    .default("false")
    .not_in_file()
    .rare(),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_name_is_taken_twice() {
        let names = |name: fn(&SettingKey) -> Option<&'static str>| {
            let all: Vec<_> = KEYS.iter().filter_map(name).collect();
            assert_eq!(
                all.iter().collect::<BTreeSet<_>>().len(),
                all.len(),
                "{all:?}"
            );
        };
        names(|key| Some(key.path));
        names(|key| key.flag);
        names(|key| key.variable);
    }

    #[test]
    fn every_default_and_choice_is_a_good_value() {
        for key in KEYS {
            let words = if let SettingKind::Choice(words) = key.kind {
                words
            } else {
                &[]
            };
            for text in key.default.iter().chain(words) {
                assert!(key.kind.read_text(text).is_ok(), "{}: {text}", key.path);
            }
        }
    }
}
