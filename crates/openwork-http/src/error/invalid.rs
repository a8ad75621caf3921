//! Requests that are wrong whatever the files say.

use hyper::StatusCode;
use openwork_model::invalid::Invalid;
use serde_json::json;

use super::FailureReport;

pub(super) fn report(invalid: &Invalid) -> FailureReport {
    let (status, code) = kind(invalid);
    let report = FailureReport::new(status, code, invalid.to_string());
    match invalid {
        Invalid::Engine {
            pointer,
            found,
            expected,
        } => report.details(json!({ "pointer": pointer, "found": found, "expected": expected })),
        Invalid::Masked { pointer } | Invalid::MaskedElsewhere { pointer } => {
            report.details(json!({ "pointer": pointer }))
        }
        _ => report,
    }
}

fn kind(invalid: &Invalid) -> (StatusCode, &'static str) {
    let bad = StatusCode::BAD_REQUEST;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    match invalid {
        Invalid::NoSection | Invalid::WrongType { .. } | Invalid::McpConfigRequired => {
            (bad, "invalid_payload")
        }
        Invalid::PluginSpecRequired | Invalid::PluginSpec => (bad, "invalid_plugin_spec"),
        Invalid::SkillName | Invalid::SkillNameMismatch | Invalid::ReservedSkillName { .. } => {
            (bad, "invalid_skill_name")
        }
        Invalid::SkillContentRequired => (bad, "invalid_skill_content"),
        Invalid::SkillFrontmatter { .. }
        | Invalid::SkillField { .. }
        | Invalid::SkillUnknownField { .. } => (unprocessable, "invalid_skill_content"),
        Invalid::Description => (unprocessable, "invalid_description"),
        Invalid::McpName => (bad, "invalid_mcp_name"),
        Invalid::McpType | Invalid::McpCommand | Invalid::McpCommandPart | Invalid::McpUrl => {
            (bad, "invalid_mcp_config")
        }
        Invalid::CommandName | Invalid::ReservedCommandName { .. } => (bad, "invalid_command_name"),
        Invalid::CommandTemplate => (bad, "invalid_command_template"),
        Invalid::CommandNameRequired => (bad, "invalid_command"),
        Invalid::CommandFrontmatter { .. } => (unprocessable, "invalid_command"),
        Invalid::TooDeep { .. } => (unprocessable, "too_deep"),
        Invalid::TooManyItems { .. } => (unprocessable, "too_many_items"),
        Invalid::Engine { .. } => (unprocessable, "invalid_config_value"),
        Invalid::Masked { .. } | Invalid::MaskedElsewhere { .. } => (unprocessable, "masked_value"),
    }
}
