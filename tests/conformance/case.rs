//! A case: what is there, how the server starts, what happens then.

use std::collections::BTreeMap;

use openwork_testkit::server::{HOST_TOKEN, TOKEN};
use serde::Deserialize;
use serde_json::Value;

use crate::content::{Content, Many, in_order};
use crate::step::Step;

/// A case as its file describes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "kind")]
    _kind: Kind,
    #[serde(rename = "about")]
    _about: Option<String>,
    /// Why the server departs from the OpenWork API here.
    pub(crate) why: Option<String>,
    #[serde(default)]
    pub(crate) server: ServerSpec,
    #[serde(default, deserialize_with = "in_order")]
    pub(crate) files: Vec<(String, Content)>,
    #[serde(default)]
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// As the OpenWork API has it.
    Parity,
    /// Better than the OpenWork API has it.
    Improved,
}

/// How the server is started. A flag whose value is null is left out.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ServerSpec {
    pub(crate) workspaces: Vec<String>,
    pub(crate) approval: Option<String>,
    pub(crate) approval_timeout: Option<u64>,
    pub(crate) token: Option<String>,
    pub(crate) host_token: Option<String>,
    pub(crate) port: Option<PortFrom>,
    pub(crate) args: Vec<String>,
    pub(crate) env: BTreeMap<String, Value>,
    /// Whether each workspace is a repository of its own.
    pub(crate) git: bool,
    /// Whether something else listens on the port already.
    pub(crate) occupied: bool,
    /// That the server ends by itself, and how.
    pub(crate) expect_exit: Option<ExpectExit>,
    /// What a refusal to start has to say to be as good as passing the steps.
    pub(crate) may_refuse: Option<String>,
}

impl Default for ServerSpec {
    fn default() -> Self {
        Self {
            workspaces: vec!["ws".to_owned()],
            approval: Some("auto".to_owned()),
            approval_timeout: None,
            token: Some(TOKEN.to_owned()),
            host_token: Some(HOST_TOKEN.to_owned()),
            port: Some(PortFrom::Flag),
            args: Vec::new(),
            env: BTreeMap::new(),
            git: true,
            occupied: false,
            expect_exit: None,
            may_refuse: None,
        }
    }
}

impl ServerSpec {
    /// Lists the tokens that the server is given by flags and environment.
    pub(crate) fn tokens(&self) -> Vec<&str> {
        let flags = [&self.token, &self.host_token].into_iter().flatten();
        let variables = self.env.iter().filter(|(name, _)| name.contains("TOKEN"));
        let variables = variables.filter_map(|(_, value)| value.as_str());
        flags.map(String::as_str).chain(variables).collect()
    }
}

/// Where the server learns its port from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PortFrom {
    /// `--port`.
    Flag,
    /// `OPENWORK_PORT`.
    Env,
    /// `--port 0`; the server takes one and says so.
    Zero,
}

/// How the server ends by itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectExit {
    /// The exit code; without one, any but 0.
    pub(crate) code: Option<i32>,
    /// What both outputs together have to say.
    #[serde(default)]
    pub(crate) output: Many<String>,
    #[serde(default)]
    pub(crate) stdout: Many<String>,
    #[serde(default)]
    pub(crate) not_output: Many<String>,
}
