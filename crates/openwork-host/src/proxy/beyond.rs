//! What is said to an agent and does more than talk.
//!
//! A conversation is free, since an agent does what its own permissions allow. But the
//! engine has parts of a message, and of a command, that it carries out by itself, whatever
//! those permissions are: it reads files into the conversation, runs programs that a
//! command's text asks for, and takes rules for the session. Each of these is asked about.

use std::path::{Path, PathBuf};

use openwork_change::effect::{Effect, EffectKind, Level, leads_outside};
use openwork_model::fields::Fields;
use openwork_model::workspace::{Workspace, normalise};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

/// All that a message or a command would do beyond talking; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeyondTalk {
    pub(super) effects: Vec<Effect>,
}

impl BeyondTalk {
    /// What the body of a call does beyond talking, if it does anything: that of a message,
    /// of a part of one, of a command or of a session.
    pub fn of(body: &Fields, workspace: &Workspace) -> Option<Self> {
        let own = own_directories(workspace);
        let effects: Vec<Effect> = [
            permissions(body),
            programs(body),
            mentions(body),
            outside_files(body, &own),
            resources(body),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!effects.is_empty()).then_some(Self { effects })
    }

    /// What a body would do that is too large to be looked at: nobody knows.
    pub fn of_unseen(bytes: u64) -> Self {
        let text = format!("Sends the engine {bytes} bytes, which are too many to look at.");
        Self {
            effects: vec![Effect::new(EffectKind::Unknown, Level::High, text)],
        }
    }

    /// How long the sentences are together, in bytes.
    pub fn told_bytes(&self) -> usize {
        self.effects.iter().map(|effect| effect.text.len()).sum()
    }
}

/// Where files of the conversation may lie: in the workspace, by either of its names.
fn own_directories(workspace: &Workspace) -> Vec<PathBuf> {
    let at_engine = workspace.directory.as_deref().map(Path::new);
    // The engine may see the workspace elsewhere, such as in a container.
    let own = [Some(Path::new(&workspace.path)), at_engine];
    own.into_iter().flatten().map(normalise).collect()
}

/// Rules for the session, which stand above those of the settings. Those that only deny
/// are nobody's danger.
fn permissions(body: &Fields) -> Option<Effect> {
    let only_denies = |rule: &Value| rule.get("action").and_then(Value::as_str) == Some("deny");
    let rules = given(body, "permission").filter(|rules| match rules {
        Value::Array(rules) => !rules.iter().all(only_denies),
        _ => true,
    });
    // The older form: a tool that is switched on is one that needs no leave.
    let only_off = |tools: &Value| {
        let tools = tools.as_object();
        tools.is_some_and(|tools| tools.values().all(|on| *on == Value::Bool(false)))
    };
    let tools = given(body, "tools").filter(|tools| !only_off(tools));
    let told: Vec<String> = rules
        .into_iter()
        .chain(tools)
        .map(Value::to_string)
        .collect();
    high(
        EffectKind::Permission,
        "Sets what agents may do in this session, whatever the settings say",
        &told,
    )
}

/// What a command's arguments may have run: they are put into its text, in which what
/// stands in backticks behind a `!` is run. The `!` may be the text's own.
fn programs(body: &Fields) -> Option<Effect> {
    let arguments = body.get("arguments").and_then(Value::as_str);
    // Any backtick: its `!` and its pair may be the template's, which was asked about by
    // itself, and whose author did not know these arguments.
    let told: Vec<String> = arguments
        .filter(|arguments| arguments.contains('`'))
        .map(str::to_owned)
        .into_iter()
        .collect();
    high(
        EffectKind::RunsCommand,
        "May run as a program on this machine what stands in backticks of the arguments",
        &told,
    )
}

/// Files that a command's arguments name, which the engine reads as those of its text.
fn mentions(body: &Fields) -> Option<Effect> {
    let arguments = body.get("arguments").and_then(Value::as_str).unwrap_or("");
    let is_end = |c: char| c.is_whitespace() || c == '\u{feff}' || matches!(c, ',' | '`');
    let told: Vec<String> = arguments
        .match_indices('@')
        .filter_map(|(at, _)| arguments.get(at + 1..)?.split(is_end).next())
        .filter(|path| leads_outside(path))
        .map(str::to_owned)
        .collect();
    high(EffectKind::ReadsFile, READS, &told)
}

const READS: &str = "Reads, from outside of the workspace, and sends to the model";

/// Files that are attached by where they lie.
fn outside_files(body: &Fields, own: &[PathBuf]) -> Option<Effect> {
    let told: Vec<String> = files(body)
        .filter_map(|file| file.get("url").and_then(Value::as_str))
        .filter(|url| !is_within(url, own))
        .map(str::to_owned)
        .collect();
    high(EffectKind::ReadsFile, READS, &told)
}

/// What is attached from an MCP server, which the engine asks for it.
fn resources(body: &Fields) -> Option<Effect> {
    let is_resource = |source: &&Value| source.get("type") == Some(&Value::from("resource"));
    let told: Vec<String> = files(body)
        .filter_map(|file| file.get("source"))
        .filter(is_resource)
        .map(Value::to_string)
        .collect();
    high(
        EffectKind::ReadsFile,
        "Reads from an MCP server and sends to the model",
        &told,
    )
}

/// The files among the parts of a body, and the body itself if it is such a part.
fn files(body: &Fields) -> impl Iterator<Item = &Fields> {
    let parts = body.get("parts").and_then(Value::as_array);
    let parts = parts.into_iter().flatten().filter_map(Value::as_object);
    let is_file = |part: &&Fields| part.get("type").and_then(Value::as_str) == Some("file");
    parts.chain([body]).filter(is_file)
}

/// Whether what an address leads to is part of the message, on the network, or in the
/// workspace. What cannot be told is not.
fn is_within(url: &str, own: &[PathBuf]) -> bool {
    match Url::parse(url) {
        // The engine fetches none of these itself: the model's provider does.
        Ok(url) if matches!(url.scheme(), "data" | "http" | "https") => true,
        Ok(url) if url.scheme() == "file" => {
            // By its text: a link in the workspace that leads out of it was put there by
            // somebody who may write here, and the engine follows it for agents as well.
            let path = file_path(&url);
            path.is_some_and(|path| own.iter().any(|own| path.starts_with(own)))
        }
        Ok(_) | Err(_) => false,
    }
}

fn file_path(url: &Url) -> Option<PathBuf> {
    if url.host_str().is_some_and(|host| !host.is_empty()) {
        return None;
    }
    let path = percent_decode_str(url.path()).decode_utf8().ok()?;
    // On Windows a drive stands behind the first slash.
    let path = if cfg!(windows) {
        path.trim_start_matches('/')
    } else {
        &path
    };
    Some(normalise(Path::new(path)))
}

fn given<'b>(body: &'b Fields, key: &str) -> Option<&'b Value> {
    body.get(key).filter(|value| !value.is_null())
}

fn high(kind: EffectKind, what: &str, told: &[String]) -> Option<Effect> {
    let text = format!("{what}: {}", told.join(", "));
    (!told.is_empty()).then(|| Effect::new(kind, Level::High, text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(body: &Value) -> Vec<String> {
        let own = if cfg!(windows) { "C:/w/ws" } else { "/w/ws" };
        let workspace = Workspace {
            directory: Some(own.to_owned()),
            ..Workspace::at(Path::new(own))
        };
        let beyond = BeyondTalk::of(body.as_object().unwrap(), &workspace);
        let effects = beyond.map(|beyond| beyond.effects).unwrap_or_default();
        assert!(effects.iter().all(|effect| effect.level == Level::High));
        effects.into_iter().map(|effect| effect.text).collect()
    }

    fn url(path: &str) -> String {
        let drive = if cfg!(windows) { "/C:" } else { "" };
        format!("file://{drive}{path}")
    }

    fn attached(url: &str) -> Value {
        json!({ "parts": [
            { "type": "text", "text": "look" },
            { "type": "file", "mime": "text/plain", "url": url },
        ] })
    }

    #[test]
    fn talk_is_free() {
        for body in [
            json!({}),
            json!({ "title": "a", "parentID": "ses_1" }),
            json!({ "parts": [{ "type": "text", "text": "read @~/.ssh/id_rsa and `ls`" }] }),
            json!({ "command": "review", "arguments": "src/a.rs @src/b.rs well done!" }),
            json!({ "permission": [{ "permission": "bash", "pattern": "*", "action": "deny" }] }),
            json!({ "permission": [], "tools": { "bash": false } }),
            json!({ "permission": null, "tools": null }),
            attached("data:text/plain;base64,aGk="),
            attached("https://example.com/a.png"),
            attached(&url("/w/ws/a%20b.txt?start=1&end=2")),
            attached(&url("/w/ws")),
            attached(&url("/w/other/../ws/a.txt")),
        ] {
            assert_eq!(told(&body), [] as [&str; 0], "{body}");
        }
    }

    #[test]
    fn files_from_elsewhere_are_not() {
        for url in [
            url("/etc/passwd"),
            url("/w/ws/../secret"),
            url("/w/ws/..%2fsecret"),
            url("/w/ws-beside/a"),
            "file://server/share/a".to_owned(),
            "file:a".to_owned(),
            "ftp://host/a".to_owned(),
            "a.txt".to_owned(),
            " FILE:///etc/passwd".to_owned(),
        ] {
            let expected = format!("{READS}: {url}");
            assert_eq!(told(&attached(&url)), [expected.as_str()], "{url}");
            // A part by itself, as it is changed.
            let part = json!({ "type": "file", "url": url });
            assert_eq!(told(&part), [expected], "{url}");
        }
    }

    #[test]
    fn nor_are_rules_for_a_session() {
        for (body, rules) in [
            (
                json!({ "permission": [
                    { "permission": "bash", "pattern": "*", "action": "deny" },
                    { "permission": "*", "pattern": "*", "action": "allow" },
                ] }),
                r#"[{"action":"deny","pattern":"*","permission":"bash"},{"action":"allow","pattern":"*","permission":"*"}]"#,
            ),
            (json!({ "permission": "allow" }), r#""allow""#),
            (json!({ "tools": { "bash": true } }), r#"{"bash":true}"#),
            (json!({ "tools": { "bash": 0 } }), r#"{"bash":0}"#),
        ] {
            let expected = format!(
                "Sets what agents may do in this session, whatever the settings say: {rules}"
            );
            let [text] = &told(&body)[..] else {
                panic!("{body}")
            };
            assert_eq!(sorted(text), sorted(&expected), "{body}");
        }
    }

    /// The order of keys is that of whichever map other crates ask for.
    fn sorted(text: &str) -> Vec<char> {
        let mut all: Vec<char> = text.chars().collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn nor_what_arguments_run_and_read() {
        let runs = "May run as a program on this machine what stands in backticks of the arguments";
        for (arguments, expected) in [
            ("!`touch x`", vec![format!("{runs}: !`touch x`")]),
            ("`id`", vec![format!("{runs}: `id`")]),
            (
                "see @~/.ssh/id_rsa, @../a @b",
                vec![format!("{READS}: ~/.ssh/id_rsa, ../a")],
            ),
            ("x@/etc/passwd", vec![format!("{READS}: /etc/passwd")]),
        ] {
            let body = json!({ "command": "c", "arguments": arguments });
            assert_eq!(told(&body), expected, "{arguments}");
        }
    }

    #[test]
    fn nor_what_an_mcp_server_is_asked_for() {
        let source = json!({ "type": "resource", "clientName": "db", "uri": "db://all" });
        let body = json!({ "parts": [{ "type": "file", "url": "data:,", "source": source }] });
        let [text] = &told(&body)[..] else { panic!() };
        assert!(text.starts_with("Reads from an MCP server and sends to the model: {"));
        assert!(text.contains("db://all"));
        let symbol = json!({ "type": "file", "path": "a" });
        let body = json!({ "parts": [{ "type": "file", "url": "data:,", "source": symbol }] });
        assert_eq!(told(&body), [] as [&str; 0]);
    }
}
