//! Where a request comes from, in words.

use openwork_api::approval::{ApprovalActor, RuleItem};

use crate::escape;

/// Who asks, and from where.
pub(crate) fn of_actor(actor: &ApprovalActor<'_>) -> String {
    if actor.kind == "host" {
        return "the host itself".to_owned();
    }
    words(actor.client_id.as_deref(), actor.address.as_deref())
}

/// Whom a timed allowance is for.
pub(crate) fn of_rule(rule: &RuleItem<'_>) -> String {
    words(rule.client_id.as_deref(), rule.address.as_deref())
}

fn words(client_id: Option<&str>, address: Option<&str>) -> String {
    // In quotes, as it is the client's own word: anyone may call itself
    // anything, such as "the host itself".
    let named = client_id.map(|id| format!("\"{}\"", escape::line(id)));
    match (named, address) {
        (Some(named), Some(address)) => format!("{named} at {}", escape::line(address)),
        (Some(named), None) => named,
        (None, Some(address)) => escape::line(address).into_owned(),
        // As an audit entry has it: it tells no address of whoever asked.
        (None, None) => "a client without a name".to_owned(),
    }
}
