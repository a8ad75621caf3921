//! What agents may do without asking, and what is published.

use serde_json::Value;

use super::leaf::{self, SettingMeaning};
use super::leaves::{SettingLeaf, each_leaf};
use super::setting::ChangedSetting;
use crate::effect::findings::Findings;
use crate::effect::{Effect, EffectKind, Level};

/// What tools do, for people: with any input, and with inputs that match.
const TOOLS: &[(&str, &str, &str)] = &[
    ("*", "use any tool", "use any tool with"),
    ("bash", "run any shell command", "run shell commands like"),
    ("shell", "run any shell command", "run shell commands like"),
    ("edit", "change any file", "change files like"),
    ("write", "change any file", "change files like"),
    ("patch", "change any file", "change files like"),
    ("read", "read any file", "read files like"),
    ("webfetch", "fetch any web page", "fetch web pages like"),
    ("websearch", "search the web", "search the web for"),
    (
        "external_directory",
        "work outside of the workspace",
        "work outside of the workspace in",
    ),
    ("task", "start any other agent", "start other agents like"),
    ("skill", "use any skill", "use skills like"),
];

const ORDER: SettingMeaning = SettingMeaning {
    kind: EffectKind::Permission,
    does: "of which the last that matches decides",
};

/// Notes every rule that differs, as all are grave: a rule that forbids may be
/// the exception to one that allows. `who` are those whom the rules bind.
pub(super) fn weigh(findings: &mut Findings, setting: &ChangedSetting<'_>, who: &str) {
    let depth = setting.path.keys().count();
    each_leaf(setting, &mut |leaf| match leaf {
        // A file may have as many rules as lines. Beyond the bound they would be
        // formatted and thrown away.
        _ if findings.is_full() => {}
        SettingLeaf::Value(rule) => weigh_rule(findings, rule, depth, who),
        SettingLeaf::Order(rules, ..) => leaf::weigh_places(findings, rules, ORDER),
    });
}

fn weigh_rule(findings: &mut Findings, rule: &ChangedSetting<'_>, depth: usize, who: &str) {
    if let Some(value) = rule.new_value() {
        leaf::weigh_references_in(findings, value);
    }
    let mut keys: Vec<&str> = rule.path.names().collect();
    // Paths lead from the end to the root, and a sentence goes the other way.
    keys.reverse();
    let mut keys = keys.into_iter().skip(depth);
    let tool = keys.next().unwrap_or("*");
    let activity = activity(tool, &keys.collect::<Vec<_>>().join("."));
    let [title, text] = match PermissionVerdict::of(rule.new_value()) {
        PermissionVerdict::Allow => [
            format!("Let {who} {activity} without asking"),
            format!("Lets {who} {activity} without asking"),
        ],
        PermissionVerdict::Ask => [
            format!("Have {who} ask before they {activity}"),
            format!("Has {who} ask before they {activity}"),
        ],
        PermissionVerdict::Deny => [
            format!("Forbid {who} to {activity}"),
            format!("Forbids {who} to {activity}"),
        ],
        PermissionVerdict::Unset => [
            format!("Take away the rule whether {who} may {activity}"),
            format!("Takes away the rule whether {who} may {activity}"),
        ],
        PermissionVerdict::Unknown => [
            format!("Change whether {who} may {activity}"),
            format!("Changes whether {who} may {activity}"),
        ],
    };
    let (path, from, to) = (rule.path.to_string(), rule.from(), rule.to());
    let text = format!("{text} (`{path}`: {from} → {to}).");
    let effect = Effect::new(EffectKind::Permission, Level::High, text);
    findings.add(title, effect.at(path).changing(from, to));
}

/// What a rule says of a tool.
enum PermissionVerdict {
    Allow,
    Ask,
    Deny,
    Unset,
    Unknown,
}

impl PermissionVerdict {
    fn of(value: Option<&Value>) -> Self {
        match value {
            None => Self::Unset,
            // The older `tools` setting has truth values for what `permission` has words
            // for.
            Some(Value::Bool(true)) => Self::Allow,
            Some(Value::Bool(false)) => Self::Deny,
            Some(Value::String(text)) => match text.as_str() {
                "allow" => Self::Allow,
                "ask" => Self::Ask,
                "deny" => Self::Deny,
                _ => Self::Unknown,
            },
            Some(_) => Self::Unknown,
        }
    }
}

fn activity(tool: &str, pattern: &str) -> String {
    let is_any = matches!(pattern, "" | "*");
    match TOOLS.iter().find(|(known, ..)| *known == tool) {
        Some((_, any, _)) if is_any => (*any).to_owned(),
        Some((_, _, like)) => format!("{like} `{pattern}`"),
        None if is_any => format!("use the tool `{tool}`"),
        None => format!("use the tool `{tool}` with `{pattern}`"),
    }
}

/// Notes that conversations are published, or when.
pub(super) fn weigh_publishing(findings: &mut Findings, setting: &ChangedSetting<'_>) {
    let publishes = setting.new_value().is_some_and(|value| {
        matches!(value.as_str(), Some("auto")) || value.as_bool() == Some(true)
    });
    if !publishes {
        let meaning = SettingMeaning {
            kind: EffectKind::SendsData,
            does: "which decides whether conversations are published",
        };
        return leaf::weigh(findings, setting, &[], meaning);
    }
    let (path, from, to) = (setting.path.to_string(), setting.from(), setting.to());
    let text = format!("Publishes every conversation on the web (`{path}`: {from} → {to}).");
    let effect = Effect::new(EffectKind::SendsData, Level::High, text);
    findings.add(
        "Publish every conversation",
        effect.at(path).changing(from, to),
    );
}
