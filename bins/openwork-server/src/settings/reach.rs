//! How people are told of what waits who watch nothing.

use std::time::Duration;

use openwork_notify::{HookUrl, HookUrlError, NoticeFormat};
use openwork_terminal::PublicUrl;
use serde::Deserialize;

use super::secret::SecretText;
use super::{Settings, SettingsWarning};
use crate::problem::StartProblem;

/// How people are told of what waits who watch nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReachSettings {
    /// Where other devices reach the server.
    pub(crate) public_url: Option<PublicUrl>,
    /// A program and its arguments.
    pub(crate) command: Vec<String>,
    /// A URL, which may hold the name of a secret topic.
    pub(crate) url: Option<SecretText>,
    /// The form of what is sent there.
    pub(crate) format: NotifyFormat,
    /// Whether messages may carry answers.
    pub(crate) answers: bool,
    /// Whether the end of requests is told.
    pub(crate) ended: bool,
    /// Push services beside those of the usual browsers.
    pub(crate) push_services: Vec<String>,
    /// How long telling may take.
    pub(crate) timeout: Duration,
}

/// The form of what is sent to a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum NotifyFormat {
    /// The notice in JSON.
    Json,
    /// A message for ntfy.
    Ntfy,
}

impl ReachSettings {
    /// The URL as it is called; none where none is set.
    pub(crate) fn hook_url(&self) -> Option<Result<HookUrl, HookUrlError>> {
        let format = match self.format {
            NotifyFormat::Json => NoticeFormat::Json,
            NotifyFormat::Ntfy => NoticeFormat::Ntfy,
        };
        let url = self.url.as_ref()?;
        Some(HookUrl::parse(url.expose(), format))
    }

    /// Whether anything is told at all.
    fn tells(&self) -> bool {
        !self.command.is_empty() || self.url.is_some()
    }

    /// What the operator should know, though the start goes on.
    pub(super) fn warning(&self) -> Option<SettingsWarning> {
        (self.tells() && self.public_url.is_none()).then_some(SettingsWarning::NoLinks)
    }
}

/// Says what is wrong with a URL that nothing could be sent to.
pub(super) fn problem(settings: &Settings) -> Option<StartProblem> {
    let why = settings.reach.hook_url()?.err()?;
    let help = match why {
        HookUrlError::NoTls => {
            "build it without `--no-default-features`, or name an `http://` URL, such as that of a server of your own on this machine"
        }
        HookUrlError::NoRoots(_) => "install the certificates of the system (`ca-certificates`)",
        _ => "write `notify.url` as a browser would show it, or leave it out",
    };
    // Where it was given is told, and never what it is.
    let problem = StartProblem::new(format!("invalid value for `notify.url`: {why}")).help(help);
    Some(problem.at_known(settings.place_of("notify.url")))
}
