//! By which rules each first key is weighed.

use super::leaf::{self, Meaning};
use super::setting::Setting;
use super::{agent, command, harmless, instruction, mcp, permission, plugin, skills};
use crate::effect::EffectKind;
use crate::effect::findings::Findings;

/// The rules of one key.
#[derive(Debug, Clone, Copy)]
enum Rules {
    Agents,
    Commands,
    Instructions,
    Mcp,
    Permissions,
    Plugins,
    Publishing,
    Skills,
    /// Every end of it is grave, and means this unless it says more.
    Grave(EffectKind, &'static str),
}

const PROVIDER: Rules = Rules::Grave(
    EffectKind::SendsData,
    "which decides how and where conversations are sent",
);
const PROVIDERS: Rules = Rules::Grave(
    EffectKind::SendsData,
    "which decides which providers conversations may go to",
);
const MODEL: Rules = Rules::Grave(
    EffectKind::SendsData,
    "which decides where conversations go",
);
const REFERENCES: Rules = Rules::Grave(
    EffectKind::ReadsFile,
    "which opens a place outside of the workspace to agents",
);

/// The keys that are known. Those of the harmless list aside, all others are
/// unknown, and grave.
const KEYS: &[(&str, Rules)] = &[
    ("agent", Rules::Agents),
    ("agents", Rules::Agents),
    ("mode", Rules::Agents),
    ("command", Rules::Commands),
    ("commands", Rules::Commands),
    ("instructions", Rules::Instructions),
    ("mcp", Rules::Mcp),
    ("permission", Rules::Permissions),
    ("permissions", Rules::Permissions),
    ("tools", Rules::Permissions),
    ("plugin", Rules::Plugins),
    ("plugins", Rules::Plugins),
    ("share", Rules::Publishing),
    ("autoshare", Rules::Publishing),
    ("skills", Rules::Skills),
    ("provider", PROVIDER),
    ("providers", PROVIDER),
    ("enabled_providers", PROVIDERS),
    ("disabled_providers", PROVIDERS),
    ("model", MODEL),
    ("small_model", MODEL),
    ("reference", REFERENCES),
    ("references", REFERENCES),
    (
        "default_agent",
        Rules::Grave(
            EffectKind::Permission,
            "the agent that conversations start with, by its permissions",
        ),
    ),
    (
        "enterprise",
        Rules::Grave(EffectKind::SendsData, "where conversations are published"),
    ),
    (
        "formatter",
        Rules::Grave(
            EffectKind::RunsCommand,
            "which decides what programs start on files",
        ),
    ),
    (
        "lsp",
        Rules::Grave(
            EffectKind::RunsCommand,
            "which decides what programs start on files",
        ),
    ),
    (
        "autoupdate",
        Rules::Grave(
            EffectKind::LoadsCode,
            "which decides what version of the engine runs",
        ),
    ),
    (
        "server",
        Rules::Grave(
            EffectKind::Permission,
            "which decides who can reach the engine",
        ),
    ),
    (
        "snapshot",
        Rules::Grave(
            EffectKind::Permission,
            "which decides whether what agents do can be undone",
        ),
    ),
    (
        "shell",
        Rules::Grave(
            EffectKind::RunsCommand,
            "the program that runs all shell commands",
        ),
    ),
];

/// Weighs one setting that differs.
pub(super) fn weigh(findings: &mut Findings, setting: &Setting<'_>) {
    let rules = KEYS.iter().find(|(key, _)| *key == setting.path.key);
    match rules.map(|(_, rules)| *rules) {
        Some(Rules::Agents) => agent::weigh(findings, setting),
        Some(Rules::Commands) => command::weigh(findings, setting),
        Some(Rules::Instructions) => instruction::weigh(findings, setting),
        Some(Rules::Mcp) => mcp::weigh(findings, setting),
        Some(Rules::Permissions) => permission::weigh(findings, setting, "agents"),
        Some(Rules::Plugins) => plugin::weigh(findings, setting),
        Some(Rules::Publishing) => permission::weigh_publishing(findings, setting),
        Some(Rules::Skills) => skills::weigh(findings, setting),
        Some(Rules::Grave(kind, does)) => {
            leaf::weigh(findings, setting, harmless::ENGINE, Meaning { kind, does });
        }
        None => leaf::weigh_unknown(findings, setting),
    }
}
