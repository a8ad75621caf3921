//! By which rules each first key is weighed.

use super::leaf::{self, SettingMeaning};
use super::setting::ChangedSetting;
use super::{agent, command, harmless, instruction, mcp, permission, plugin, skills};
use crate::effect::EffectKind;
use crate::effect::findings::Findings;

/// The rules of one key.
#[derive(Debug, Clone, Copy)]
enum PermissionRules {
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

const PROVIDER: PermissionRules = PermissionRules::Grave(
    EffectKind::SendsData,
    "which decides how and where conversations are sent",
);
const PROVIDERS: PermissionRules = PermissionRules::Grave(
    EffectKind::SendsData,
    "which decides which providers conversations may go to",
);
const MODEL: PermissionRules = PermissionRules::Grave(
    EffectKind::SendsData,
    "which decides where conversations go",
);
const SNAPSHOT: PermissionRules = PermissionRules::Grave(
    EffectKind::Permission,
    "which decides whether what agents do can be undone",
);
const REFERENCES: PermissionRules = PermissionRules::Grave(
    EffectKind::ReadsFile,
    "which opens a place outside of the workspace to agents",
);

/// The keys that are known. Those of the harmless list aside, all others are
/// unknown, and grave.
const KEYS: &[(&str, PermissionRules)] = &[
    ("agent", PermissionRules::Agents),
    ("agents", PermissionRules::Agents),
    ("mode", PermissionRules::Agents),
    ("command", PermissionRules::Commands),
    ("commands", PermissionRules::Commands),
    ("instructions", PermissionRules::Instructions),
    ("mcp", PermissionRules::Mcp),
    ("permission", PermissionRules::Permissions),
    ("permissions", PermissionRules::Permissions),
    ("tools", PermissionRules::Permissions),
    ("plugin", PermissionRules::Plugins),
    ("plugins", PermissionRules::Plugins),
    ("share", PermissionRules::Publishing),
    ("autoshare", PermissionRules::Publishing),
    ("skills", PermissionRules::Skills),
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
        PermissionRules::Grave(
            EffectKind::Permission,
            "the agent that conversations start with, by its permissions",
        ),
    ),
    (
        "enterprise",
        PermissionRules::Grave(EffectKind::SendsData, "where conversations are published"),
    ),
    (
        "formatter",
        PermissionRules::Grave(
            EffectKind::RunsCommand,
            "which decides what programs start on files",
        ),
    ),
    (
        "lsp",
        PermissionRules::Grave(
            EffectKind::RunsCommand,
            "which decides what programs start on files",
        ),
    ),
    (
        "autoupdate",
        PermissionRules::Grave(
            EffectKind::LoadsCode,
            "which decides what version of the engine runs",
        ),
    ),
    (
        "server",
        PermissionRules::Grave(
            EffectKind::Permission,
            "which decides who can reach the engine",
        ),
    ),
    ("snapshot", SNAPSHOT),
    ("snapshots", SNAPSHOT),
    (
        "shell",
        PermissionRules::Grave(
            EffectKind::RunsCommand,
            "the program that runs all shell commands",
        ),
    ),
];

/// Weighs one setting that differs.
pub(super) fn weigh(findings: &mut Findings, setting: &ChangedSetting<'_>) {
    let rules = KEYS.iter().find(|(key, _)| *key == setting.path.key);
    match rules.map(|(_, rules)| *rules) {
        Some(PermissionRules::Agents) => agent::weigh(findings, setting),
        Some(PermissionRules::Commands) => command::weigh(findings, setting),
        Some(PermissionRules::Instructions) => instruction::weigh(findings, setting),
        Some(PermissionRules::Mcp) => mcp::weigh(findings, setting),
        Some(PermissionRules::Permissions) => permission::weigh(findings, setting, "agents"),
        Some(PermissionRules::Plugins) => plugin::weigh(findings, setting),
        Some(PermissionRules::Publishing) => permission::weigh_publishing(findings, setting),
        Some(PermissionRules::Skills) => skills::weigh(findings, setting),
        Some(PermissionRules::Grave(kind, does)) => {
            leaf::weigh(
                findings,
                setting,
                harmless::ENGINE,
                SettingMeaning { kind, does },
            );
        }
        None => leaf::weigh_unknown(findings, setting),
    }
}
