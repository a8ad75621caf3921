//! Requests that wait for the host, and what came of them.

mod event;
mod item;
mod level;
mod page;
mod reply;
mod rule;

pub use event::{ApprovalEvent, ApprovalSnapshot};
pub use item::{ApprovalActor, ApprovalItem, EffectItem, EndedItem, ProposedFile};
pub use level::RiskLevel;
pub use page::DiffPageResponse;
pub use reply::{RememberRequest, ReplyRequest, ReplyResponse, ReplyVerdict, UnappliedReason};
pub use rule::RuleItem;
