//! What waits for the host.

use openwork_api::ErrorCode::*;
use openwork_api::ItemList;
use openwork_api::approval::{
    AgentReplyRequest, AmendRequest, ApprovalEvent, ApprovalItem, ApprovalsWithAgents,
    DiffPageResponse, EndedItem, HistoryPage, KeepResponse, PartsResponse, ReplyRequest,
    ReplyResponse, RuleItem,
};
use openwork_api::receipt::DoneResponse;
use openwork_api::route::ApprovalsEndpoint;
use serde_json::json;

use crate::errors::{AMENDED, BODY, ENGINE, FILES, KEPT, SETTINGS, STREAM};
use crate::operation::Operation;
use crate::reads::entries;
use crate::schemas::Schemas;

const REVEAL: &str = "its secrets are shown.";
const INCLUDE: &str = "With commas between them: `changes` for what each would write, `engine` for what agents wait for.";

pub(crate) fn approvals(endpoint: ApprovalsEndpoint, s: &mut Schemas) -> Operation {
    match endpoint {
        ApprovalsEndpoint::List => {
            let lists = [
                s.sent::<ApprovalsWithAgents<'_>>(),
                s.sent::<ItemList<ApprovalItem<'_>>>(),
            ];
            Operation::new("approvals", "listApprovals")
                .text("include", INCLUDE)
                .answers(&json!({ "anyOf": lists }))
                .leads_to("getApproval", "id", "/items/0/id")
                .leads_to("keepApproval", "id", "/items/0/id")
                .leads_to("replyToApproval", "id", "/items/0/id")
        }
        ApprovalsEndpoint::Show => Operation::new("approvals", "getApproval")
            .flag("reveal", REVEAL)
            .answers(&s.sent::<ApprovalItem<'_>>())
            .fails(&[&[ApprovalNotFound, Conflict], FILES, SETTINGS]),
        ApprovalsEndpoint::File => Operation::new("approvals", "getApprovalFile")
            .number("from", "The first line, from 0.")
            .number("lines", "How many, 400 otherwise and at most 2,000.")
            .flag("reveal", REVEAL)
            .answers(&s.sent::<DiffPageResponse<'_>>())
            .fails(&[
                &[ApprovalNotFound, ApprovalFileNotFound, Conflict],
                FILES,
                SETTINGS,
            ]),
        ApprovalsEndpoint::Reply
        | ApprovalsEndpoint::Parts
        | ApprovalsEndpoint::Amend
        | ApprovalsEndpoint::Answer
        | ApprovalsEndpoint::Keep
        | ApprovalsEndpoint::AnswerAgent => answers(endpoint, s),
        ApprovalsEndpoint::Events => Operation::new("approvals", "followApprovals")
            .text("include", INCLUDE)
            .streams(&s.sent::<ApprovalEvent<'_>>())
            .fails(&[STREAM]),
        ApprovalsEndpoint::History => Operation::new("approvals", "listEndedApprovals")
            .text("include", "`changes` for what each would have written.")
            .number("limit", "How many at most, up to 200.")
            .text("cursor", "The `next` of the page before.")
            .text("workspace", "Of this workspace, by its id.")
            .text(
                "client",
                "Of this client, by what it calls itself or its address.",
            )
            .text("level", "Of this level.")
            .text(
                "outcome",
                "With one of these outcomes, commas between them.",
            )
            .answers(&s.sent::<HistoryPage<EndedItem<'_>>>())
            .fails(&[KEPT]),
        ApprovalsEndpoint::Audit => Operation::new("approvals", "listHostAudit")
            .text(
                "workspace",
                "Whose log, by the workspace's id; else the server's own.",
            )
            .number("limit", "How many at most, up to 200; 50 otherwise.")
            .answers(&entries(s))
            .fails(&[&[WorkspaceNotFound], FILES, KEPT]),
        ApprovalsEndpoint::Rules => {
            Operation::new("approvals", "listRules").answers(&s.sent::<ItemList<RuleItem<'_>>>())
        }
        ApprovalsEndpoint::Revoke => Operation::new("approvals", "deleteRule")
            .answers(&s.sent::<DoneResponse>())
            .fails(&[&[RuleNotFound]]),
    }
}

/// How what waits is answered.
fn answers(endpoint: ApprovalsEndpoint, s: &mut Schemas) -> Operation {
    match endpoint {
        ApprovalsEndpoint::Reply => Operation::new("approvals", "replyToApproval")
            .takes(&s.taken::<ReplyRequest<'_>>())
            .answers(&s.sent::<ReplyResponse<'_>>())
            .fails(&[BODY, AMENDED, &[NotRememberable]]),
        ApprovalsEndpoint::Parts => Operation::new("approvals", "getApprovalParts")
            .text("part", "This part alone, with its text however long.")
            .answers(&s.sent::<PartsResponse<'_>>())
            .fails(&[&[ApprovalNotFound]]),
        ApprovalsEndpoint::Amend => Operation::new("approvals", "previewAmendment")
            .takes(&s.taken::<AmendRequest<'_>>())
            .answers(&s.sent::<ApprovalItem<'_>>())
            .fails(&[BODY, AMENDED]),
        ApprovalsEndpoint::Answer => Operation::new("approvals", "answerByNotification")
            .takes(&json!({
                "type": "object", "required": ["answer"],
                "properties": { "answer": {
                    "type": "string", "description": "As the notification carried it.",
                } },
            }))
            .answers(&s.sent::<ReplyResponse<'_>>())
            .fails(&[
                BODY,
                &[
                    ApprovalNotFound,
                    Conflict,
                    InvalidAnswer,
                    AnswerUsed,
                    TooManyAnswers,
                ],
            ]),
        ApprovalsEndpoint::Keep => Operation::new("approvals", "keepApproval")
            .answers(&s.sent::<KeepResponse>())
            .fails(&[&[ApprovalNotFound]]),
        ApprovalsEndpoint::AnswerAgent => Operation::new("approvals", "answerAgent")
            .takes(&s.taken::<AgentReplyRequest<'_>>())
            .answers(&s.sent::<DoneResponse>())
            .fails(&[
                BODY,
                ENGINE,
                FILES,
                &[
                    ApprovalNotFound,
                    Conflict,
                    NotShownWhole,
                    AuditUnavailable,
                    WorkspaceNotFound,
                ],
                &[StorageFull, ShuttingDown],
            ]),
        _ => panic!("{endpoint:?} answers nothing"),
    }
}
