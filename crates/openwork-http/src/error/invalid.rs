//! Requests that are wrong whatever the files say.

use openwork_api::ErrorCode;
use openwork_model::invalid::Invalid;
use serde_json::json;

use super::FailureReport;

pub(super) fn report(invalid: &Invalid) -> FailureReport {
    let report = FailureReport::new(code(invalid), invalid.to_string());
    match invalid {
        Invalid::Engine {
            pointer,
            found,
            expected,
        } => report.details(json!({ "pointer": pointer, "found": found, "expected": expected })),
        Invalid::FileTooLarge { limit, size } => {
            report.details(json!({ "maxBytes": limit, "size": size }))
        }
        Invalid::Masked { pointer } | Invalid::MaskedElsewhere { pointer } => {
            report.details(json!({ "pointer": pointer }))
        }
        _ => report,
    }
}

fn code(invalid: &Invalid) -> ErrorCode {
    match invalid {
        Invalid::ReservedFile { .. } => ErrorCode::FileNotAllowed,
        Invalid::FileTooLarge { .. } => ErrorCode::UploadTooLarge,
        Invalid::ClientPath { .. } => ErrorCode::InvalidPath,
        Invalid::NoSection
        | Invalid::WrongType { .. }
        | Invalid::McpConfigRequired
        | Invalid::ModelName
        | Invalid::ModelVariant
        | Invalid::AuthorizedFolder { .. }
        | Invalid::TooManyFolders { .. } => ErrorCode::InvalidPayload,
        Invalid::PluginSpecRequired | Invalid::PluginSpec => ErrorCode::InvalidPluginSpec,
        Invalid::SkillName | Invalid::SkillNameMismatch | Invalid::ReservedSkillName { .. } => {
            ErrorCode::InvalidSkillName
        }
        Invalid::SkillContentRequired => ErrorCode::MissingSkillContent,
        Invalid::SkillFrontmatter { .. }
        | Invalid::SkillField { .. }
        | Invalid::SkillUnknownField { .. } => ErrorCode::InvalidSkillContent,
        Invalid::FileName { .. } => ErrorCode::InvalidFileName,
        Invalid::SkillFile { .. } => ErrorCode::InvalidSkillFile,
        Invalid::Description => ErrorCode::InvalidDescription,
        Invalid::McpName => ErrorCode::InvalidMcpName,
        Invalid::McpType
        | Invalid::McpTypeWord { .. }
        | Invalid::McpCommand
        | Invalid::McpCommandPart
        | Invalid::McpUrl => ErrorCode::InvalidMcpConfig,
        Invalid::CommandName | Invalid::ReservedCommandName { .. } => ErrorCode::InvalidCommandName,
        Invalid::CommandTemplate => ErrorCode::InvalidCommandTemplate,
        Invalid::CommandNameRequired => ErrorCode::UnnamedCommand,
        Invalid::CommandFrontmatter { .. } => ErrorCode::InvalidCommand,
        Invalid::AgentName | Invalid::AgentNameMismatch => ErrorCode::InvalidAgentName,
        Invalid::AgentContentRequired => ErrorCode::MissingAgentContent,
        Invalid::AgentFrontmatter { .. } | Invalid::AgentField { .. } => {
            ErrorCode::InvalidAgentContent
        }
        Invalid::TooDeep { .. } => ErrorCode::TooDeep,
        Invalid::TooManyItems { .. } => ErrorCode::TooManyItems,
        Invalid::Engine { .. } => ErrorCode::InvalidConfigValue,
        Invalid::Masked { .. } | Invalid::MaskedElsewhere { .. } => ErrorCode::MaskedValue,
    }
}
