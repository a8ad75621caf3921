//! Requests that wait for the host, and what came of them.

// Ids are text in these types. A server makes UUIDs of them, but to a client
// they are something to show and to send back.

mod agent;
mod amend;
mod event;
mod history;
mod item;
mod level;
mod page;
mod reply;
mod rule;

pub use agent::{
    AgentAsk, AgentInbox, AgentOption, AgentQuestion, AgentReplyRequest, AgentRequest,
    ApprovalsWithAgents,
};
pub use amend::{AmendRequest, AmendablePart, AmendedText, PartsResponse};
pub use event::{ApprovalEvent, ApprovalSnapshot};
pub use history::{HistoryPage, HistoryQuery};
pub use item::{ApprovalActor, ApprovalItem, EffectItem, EndedItem, ProposedFile};
pub use level::RiskLevel;
pub use page::DiffPageResponse;
pub use reply::{
    KeepResponse, RememberRequest, ReplyRequest, ReplyResponse, ReplyVerdict, UnappliedReason,
};
pub use rule::RuleItem;
