//! The command line as it is completed: what there is at each place.

use std::ffi::{OsStr, OsString};
use std::sync::Arc;

use clap::builder::ValueHint;
use clap::{Arg, Command};
use clap_complete::{ArgValueCandidates, ArgValueCompleter, CompletionCandidate};
use openwork_terminal::{CompletableId, IdCandidate};

use super::whole_command;
use crate::settings::kind::SettingKind;
use crate::settings::table::KEYS;

/// The words that are on the command line, the program's name first, and which of
/// them is completed.
#[derive(Debug, Clone)]
pub(crate) struct GivenWords {
    words: Vec<String>,
    current: usize,
}

impl GivenWords {
    /// The words; without an index it is the last one that is completed.
    pub(crate) fn new(words: &[OsString], current: Option<usize>) -> Self {
        // One that is no text names nothing that is known here.
        let words: Vec<_> = words
            .iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        let last = words.len().saturating_sub(1);
        Self {
            words,
            current: current.unwrap_or(last),
        }
    }

    /// The value that a flag was given last.
    pub(crate) fn value(&self, flag: &str) -> Option<String> {
        let others = self.others().collect::<Vec<_>>();
        let after = others
            .windows(2)
            .filter_map(|pair| (pair[0] == flag).then_some(pair[1]));
        let joined = others
            .iter()
            .filter_map(|word| word.strip_prefix(flag)?.strip_prefix('='));
        after.chain(joined).next_back().map(str::to_owned)
    }

    /// The words between this one and the one that is completed.
    fn after(&self, word: &str) -> Vec<String> {
        let before = self.words.get(..self.current).unwrap_or_default();
        let words = before.iter().skip_while(|other| *other != word).skip(1);
        words.cloned().collect()
    }

    fn is_flag(&self) -> bool {
        self.words
            .get(self.current)
            .is_some_and(|word| word.starts_with('-'))
    }

    fn is_given(&self, word: &str) -> bool {
        self.others().any(|other| other == word)
    }

    /// All but the one that is completed.
    fn others(&self) -> impl Iterator<Item = &str> {
        let words = self.words.iter().enumerate();
        words
            .filter(|(at, _)| *at != self.current)
            .map(|(_, word)| word.as_str())
    }
}

/// Asks for the ids that there are.
pub(crate) type AskIds = dyn Fn(&CompletableId) -> Vec<IdCandidate> + Send + Sync;

/// Which argument of which command is the id of what.
const PLACES: &[(&str, &str, CompletableId)] = &[
    ("approvals show", "id", CompletableId::Request),
    ("approvals allow", "ids", CompletableId::Request),
    ("approvals deny", "ids", CompletableId::Request),
    ("approvals answer", "id", CompletableId::AgentRequest),
    ("approvals history", "workspace", CompletableId::Workspace),
    ("approvals rules revoke", "id", CompletableId::Rule),
    ("audit list", "workspace", CompletableId::Workspace),
    ("audit show", "workspace", CompletableId::Workspace),
    ("audit show", "id", CHANGE),
    ("audit undo", "workspace", CompletableId::Workspace),
    ("audit undo", "id", UNDOABLE_CHANGE),
    ("devices rename", "id", CompletableId::Token),
    ("devices revoke", "id", CompletableId::Token),
    ("tokens revoke", "id", CompletableId::Token),
    ("workspaces activate", "id", CompletableId::Workspace),
    ("workspaces remove", "id", CompletableId::Workspace),
];

const CHANGE: CompletableId = CompletableId::Change {
    workspace: None,
    undoable: false,
};

const UNDOABLE_CHANGE: CompletableId = CompletableId::Change {
    workspace: None,
    undoable: true,
};

/// Which argument of which command is one of which words.
const WORDS: &[(&str, &str, &[&str])] = &[
    (
        "tokens create",
        "scope",
        &["viewer", "collaborator", "owner", "approver"],
    ),
    ("pair", "scope", &["collaborator", "viewer", "approver"]),
];

/// The command whose arguments are commands.
const MAN: &str = "man";

/// The command line with what there is at each place, asked for when that place is
/// completed and not before.
pub(crate) fn completed_command(words: &GivenWords, ask: &Arc<AskIds>) -> Command {
    let mut command = whole_command();
    // Before anything is changed, or `--help` would be added later and be as it is.
    command.build();
    completed(command, "", &|path, arg| {
        let arg = completed_arg(path, arg, words, ask);
        // Whoever has typed no dash is offered flags only where there is nothing else.
        // What a help leaves out for its length is offered all the same.
        let is_hidden = !words.is_flag() && !arg.is_positional();
        arg.hide(is_hidden)
    })
}

/// Each argument changed in its place: clap's `mut_arg` and `mut_subcommand` would move
/// what they change to the end.
fn completed(command: Command, path: &str, with: &dyn Fn(&str, Arg) -> Arg) -> Command {
    command
        .mut_args(|arg| with(path, arg))
        .mut_subcommands(|below| {
            let path = format!("{path} {}", below.get_name());
            completed(below, path.trim_start(), with)
        })
}

fn completed_arg(path: &str, arg: Arg, words: &GivenWords, ask: &Arc<AskIds>) -> Arg {
    let place = PLACES
        .iter()
        .find(|(command, argument, _)| *command == path && arg.get_id() == argument);
    if let Some((_, _, what)) = place {
        return arg.add(ids(what, words, ask));
    }
    let known = WORDS
        .iter()
        .find(|(command, argument, _)| *command == path && arg.get_id() == argument);
    match known {
        Some((_, _, known)) => arg.add(candidates(known)),
        None if path == MAN && arg.is_positional() => arg.add(commands(words)),
        None => with_value(arg),
    }
}

fn candidates(words: &'static [&'static str]) -> ArgValueCandidates {
    ArgValueCandidates::new(|| words.iter().map(CompletionCandidate::new).collect())
}

/// The next word of a command whose page is asked for.
fn commands(words: &GivenWords) -> ArgValueCompleter {
    let before = words.after(MAN);
    ArgValueCompleter::new(move |current: &OsStr| {
        let command = whole_command();
        let mut path = before.iter();
        let found = path.try_fold(&command, |command, word| command.find_subcommand(word));
        let below = found.into_iter().flat_map(Command::get_subcommands);
        let names = below.map(Command::get_name);
        names
            .filter(|name| {
                current
                    .to_str()
                    .is_some_and(|typed| name.starts_with(typed))
            })
            .map(CompletionCandidate::new)
            .collect()
    })
}

fn ids(what: &CompletableId, words: &GivenWords, ask: &Arc<AskIds>) -> ArgValueCompleter {
    let (what, words, ask) = (named(what, words), words.clone(), Arc::clone(ask));
    ArgValueCompleter::new(move |current: &OsStr| {
        // What is no text is no beginning of an id.
        let Some(beginning) = current.to_str() else {
            return Vec::new();
        };
        let found = ask(&what).into_iter();
        found
            .filter(|one| one.id.starts_with(beginning) && !words.is_given(&one.id))
            .map(|one| CompletionCandidate::new(one.id).help(Some(one.about.into())))
            .collect()
    })
}

/// A change is one of the workspace that another word names.
fn named(what: &CompletableId, words: &GivenWords) -> CompletableId {
    match what {
        CompletableId::Change { undoable, .. } => CompletableId::Change {
            workspace: words.value("--workspace"),
            undoable: *undoable,
        },
        other => other.clone(),
    }
}

/// With the words that a setting takes, or files where a path is taken.
fn with_value(arg: Arg) -> Arg {
    let is_path = |names: &[clap::builder::Str]| names == ["PATH"];
    if arg.get_value_names().is_some_and(is_path) || arg.get_id() == "path" {
        return arg.value_hint(ValueHint::AnyPath);
    }
    let of_flag = KEYS
        .iter()
        .find(|key| key.flag.is_some_and(|flag| arg.get_id() == flag));
    match of_flag.map(|key| key.kind) {
        Some(SettingKind::Choice(words)) => arg.add(candidates(words)),
        _ => arg,
    }
}

#[cfg(test)]
mod tests {
    use clap_complete::engine::complete;

    use super::*;

    /// What is offered for the last word, ids being whatever is asked for.
    fn offered(line: &str) -> Vec<String> {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let ask = |what: &CompletableId| {
            let named = |id: &str| IdCandidate {
                id: id.to_owned(),
                about: format!("{what:?}"),
            };
            vec![named("c0ffee"), named("c0de")]
        };
        let given = GivenWords::new(&words, None);
        let ask: Arc<AskIds> = Arc::new(ask);
        let mut command = completed_command(&given, &ask);
        let last = words.len() - 1;
        let found = complete(&mut command, words, last, None).unwrap();
        let text = |one: &CompletionCandidate| {
            let value = one.get_value().to_str().unwrap().to_owned();
            match one.get_help() {
                Some(help) if value.starts_with("c0") => format!("{value} {help}"),
                _ => value,
            }
        };
        found.iter().map(text).collect()
    }

    #[test]
    fn ids_are_offered_where_a_command_takes_one() {
        for (line, what) in [
            ("tokens revoke ", "Token"),
            ("devices rename ", "Token"),
            ("devices revoke --url http://a ", "Token"),
            ("approvals show ", "Request"),
            ("approvals allow --high ", "Request"),
            ("approvals answer ", "AgentRequest"),
            ("approvals rules revoke ", "Rule"),
            ("workspaces remove ", "Workspace"),
            ("workspaces activate --persist ", "Workspace"),
            ("approvals history --workspace ", "Workspace"),
            ("audit list --workspace ", "Workspace"),
            (
                "audit show --workspace notes ",
                "Change { workspace: Some(\"notes\"), undoable: false }",
            ),
            (
                "audit undo --workspace=b ",
                "Change { workspace: Some(\"b\"), undoable: true }",
            ),
        ] {
            let expected = [format!("c0ffee {what}"), format!("c0de {what}")];
            assert_eq!(
                offered(&format!("openwork-server {line}")),
                expected,
                "{line}"
            );
        }
    }

    #[test]
    fn an_id_is_offered_once_and_by_its_beginning() {
        let deny = "openwork-server approvals deny";
        assert_eq!(offered(&format!("{deny} c0f")), ["c0ffee Request"]);
        assert_eq!(offered(&format!("{deny} c0ffee ")), ["c0de Request"]);
        assert_eq!(offered(&format!("{deny} c0ffee")), ["c0ffee Request"]);
        assert_eq!(offered("openwork-server devices rename c0de x"), [""; 0]);
    }

    #[test]
    fn flags_are_offered_to_whoever_types_a_dash() {
        let verbs = offered("openwork-server tokens ");
        assert_eq!(verbs, ["list", "create", "revoke"]);
        let flags = offered("openwork-server tokens revoke --");
        assert_eq!(flags, ["--url", "--host-token", "--json", "--help"]);
        let rare = offered("openwork-server --exit-with");
        assert_eq!(rare, ["--exit-with-parent"]);
        let words = offered("openwork-server --log-level ");
        assert_eq!(words, ["error", "warn", "info", "debug", "trace"]);
    }

    #[test]
    fn a_command_about_the_settings_offers_the_flags_of_the_server() {
        for command in ["doctor", "config print", "service install"] {
            let flags = offered(&format!("openwork-server {command} --"));
            for flag in ["--workspace", "--config", "--tls-cert", "--log-level"] {
                assert!(flags.contains(&flag.to_owned()), "{command}: {flags:?}");
            }
        }
        let words = offered("openwork-server doctor --approval ");
        assert_eq!(words, ["manual", "auto"]);
    }

    #[test]
    fn scopes_and_the_names_of_pages_are_offered() {
        for (command, argument, words) in WORDS {
            let flag = if *command == "pair" { "--scope " } else { "" };
            let line = format!("openwork-server {command} {flag}");
            assert_eq!(offered(&line), *words, "{command} {argument}");
            for word in *words {
                let line = format!("{line}{word}");
                let args = line.split(' ').map(OsString::from);
                assert!(super::super::parse(args).is_ok(), "{line}");
            }
        }
        let pages = offered("openwork-server man a");
        assert_eq!(pages, ["approvals", "audit"]);
        let pages = offered("openwork-server man audit ");
        assert_eq!(pages, ["list", "show", "undo"]);
        assert_eq!(offered("openwork-server man nothing l"), [""; 0]);
    }

    /// A command that takes an id and is not in the table would offer none.
    #[test]
    fn every_id_has_its_place() {
        fn look(command: &Command, path: &str, missing: &mut Vec<String>) {
            for arg in command.get_arguments() {
                let about = arg.get_help().map(ToString::to_string).unwrap_or_default();
                let is_id = about.starts_with("Its id") || about.starts_with("Its whole id");
                let is_placed = |place: &&(&str, &str, CompletableId)| {
                    place.0 == path && arg.get_id() == place.1
                };
                let takes_id = is_id || about.contains("workspace's id");
                if takes_id && !PLACES.iter().any(|place| is_placed(&place)) {
                    missing.push(format!("{path} {}", arg.get_id()));
                }
            }
            for below in command.get_subcommands() {
                let path = format!("{path} {}", below.get_name());
                look(below, path.trim_start(), missing);
            }
        }

        let mut missing = Vec::new();
        look(&whole_command(), "", &mut missing);
        assert_eq!(missing, [""; 0]);
    }
}
