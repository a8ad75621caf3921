//! The flags of the settings, as clap sees them and as they were given.

use std::collections::BTreeMap;
use std::ffi::OsString;

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use crate::settings::key::SettingKey;
use crate::settings::kind::SettingKind;
use crate::settings::table::KEYS;

/// The flags that were given, not yet read.
#[derive(Debug, Default)]
pub(crate) struct GivenFlags {
    /// The configuration file.
    pub(crate) config: Option<OsString>,
    /// What was given for each setting, by its key.
    pub(crate) given: BTreeMap<&'static str, GivenArguments>,
}

/// What a flag was given.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum GivenArguments {
    /// Turned on or off.
    Switch(bool),
    /// The values, in their order.
    Values(Vec<OsString>),
}

impl GivenFlags {
    /// What was given for a setting.
    pub(crate) fn given(&self, key: &SettingKey) -> Option<&GivenArguments> {
        self.given.get(key.path)
    }
}

/// What the help of a command names that takes all flags of the server; the help
/// of the program has the others.
const NAMED: [&str; 2] = ["config", "workspace"];

/// A command that looks at the settings takes their flags as well, as a server
/// would.
impl Args for GivenFlags {
    fn augment_args(command: Command) -> Command {
        command.args(arguments().map(|arg| {
            let is_named = NAMED.iter().any(|name| arg.get_id() == name);
            arg.hide(!is_named)
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for GivenFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Self::from_arg_matches_mut(&mut matches.clone())
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, clap::Error> {
        Ok(read(matches))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The flags of all settings.
pub(super) fn arguments() -> impl Iterator<Item = Arg> {
    let config = value_flag("config", "PATH").help(CONFIG_HELP);
    let verbose = switch("verbose")
        .short('v')
        .help("The same as `--log-level debug`")
        .hide(true);
    let settings = KEYS.iter().flat_map(|key| [main_flag(key), off_flag(key)]);
    let settings = settings.flatten();
    std::iter::once(config).chain(settings).chain([verbose])
}

const CONFIG_HELP: &str = "Configuration file [default: ~/.config/openwork/server.json]";

fn main_flag(key: &SettingKey) -> Option<Arg> {
    let flag = key.flag?;
    let arg = match key.kind {
        SettingKind::Switch => switch(flag),
        SettingKind::List | SettingKind::Workspaces => {
            value_flag(flag, key.value_name).action(ArgAction::Append)
        }
        // So that `--port -1` is told what a port is, not that there is no flag `-1`.
        SettingKind::Whole { .. } | SettingKind::Time { .. } => {
            value_flag(flag, key.value_name).allow_negative_numbers(true)
        }
        _ => value_flag(flag, key.value_name),
    };
    let arg = arg.help(help(key)).hide(key.is_rare);
    Some(match key.off_flag {
        Some(off) => arg.overrides_with(off),
        None => arg,
    })
}

fn off_flag(key: &SettingKey) -> Option<Arg> {
    let off = switch(key.off_flag?);
    let off = match key.flag {
        Some(on) => off.overrides_with(on).help(format!("Turn `--{on}` off")),
        None => off.help(key.help),
    };
    Some(off.hide(key.is_rare))
}

fn switch(flag: &'static str) -> Arg {
    Arg::new(flag).long(flag).action(ArgAction::SetTrue)
}

/// A flag whose value is any text: clap only splits, the settings judge.
fn value_flag(flag: &'static str, value_name: &'static str) -> Arg {
    Arg::new(flag)
        .long(flag)
        .value_name(value_name)
        .value_parser(ValueParser::os_string())
}

fn help(key: &SettingKey) -> String {
    let default = match (key.kind, key.default) {
        (SettingKind::Switch, _) | (_, None) => String::new(),
        (_, Some(default)) => format!(" [default: {default}]"),
    };
    let variable = key
        .variable
        .map_or_else(String::new, |name| format!(" [env: {name}]"));
    format!("{}{default}{variable}", key.help)
}

/// What was given for each.
pub(super) fn read(matches: &mut ArgMatches) -> GivenFlags {
    let mut given: BTreeMap<_, _> = KEYS
        .iter()
        .filter_map(|key| Some((key.path, given_for(key, matches)?)))
        .collect();
    if matches.get_flag("verbose") {
        given
            .entry("logLevel")
            .or_insert_with(|| GivenArguments::Values(vec!["debug".into()]));
    }
    GivenFlags {
        config: matches.remove_one("config"),
        given,
    }
}

fn given_for(key: &SettingKey, matches: &mut ArgMatches) -> Option<GivenArguments> {
    if key.off_flag.is_some_and(|off| matches.get_flag(off)) {
        return Some(GivenArguments::Switch(false));
    }
    let flag = key.flag?;
    match key.kind {
        SettingKind::Switch => matches
            .get_flag(flag)
            .then_some(GivenArguments::Switch(true)),
        _ => Some(GivenArguments::Values(matches.remove_many(flag)?.collect())),
    }
}
