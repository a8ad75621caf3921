//! Requests that have ended: those that the gate remembers, then those on disk.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use hyper::Response;
use openwork_api::approval::HistoryPage;
use openwork_approval::HISTORY;
use serde_json::Value;

use super::{ItemDetail, RequestContext, ServiceState, detail, elsewhere, listing};
use crate::approval_log;
use crate::error::Failure;
use crate::query::QueryParameters;
use crate::reply::{self, ReplyBody};

/// Which of them are wanted.
struct EndedFilter<'q> {
    workspace: Option<Cow<'q, str>>,
    client: Option<Cow<'q, str>>,
    level: Option<Cow<'q, str>>,
    outcome: Option<Cow<'q, str>>,
}

impl ServiceState {
    pub(super) async fn history(
        &self,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let parameters = context.parameters();
        let detail = detail(context, ItemDetail::Summary);
        let ended = self.host.gate().history(HISTORY);
        let remembered = listing::history(&ended, detail);
        let more_items = remembered.more_items;
        let remembered = remembered.items.iter().map(serde_json::to_value);
        let mut items = remembered
            .collect::<Result<Vec<Value>, _>>()
            .map_err(|_| Failure::Internal)?;
        items.extend(self.recorded(&ended, detail).await?);
        let filter = EndedFilter::of(parameters);
        let fits = items.into_iter().filter(|item| filter.fits(item));
        let page = page(
            fits,
            parameters.get("cursor").as_deref(),
            parameters.limit(HISTORY, HISTORY),
        );
        reply::json(&HistoryPage { more_items, ..page })
    }

    /// Those on disk that the gate does not remember.
    async fn recorded(
        &self,
        ended: &[Arc<openwork_approval::EndedRequest<openwork_host::Subject>>],
        detail: ItemDetail,
    ) -> Result<Vec<Value>, Failure> {
        let Some(file) = self.options.approval_log.clone() else {
            return Ok(Vec::new());
        };
        let read = move || approval_log::recorded(&*file).map_err(Failure::State);
        let mut found = elsewhere(self.host.threads(), read).await?;
        let known: HashSet<String> = ended.iter().map(|one| one.request.id.to_string()).collect();
        found.retain(|item| !known.contains(text(item, "id").unwrap_or("")));
        if detail != ItemDetail::Changes {
            for item in &mut found {
                if let Some(fields) = item.as_object_mut() {
                    fields.shift_remove("changes");
                    fields.shift_remove("moreChanges");
                }
            }
        }
        Ok(found)
    }
}

impl<'q> EndedFilter<'q> {
    fn of(parameters: QueryParameters<'q>) -> Self {
        Self {
            workspace: parameters.get("workspace"),
            client: parameters.get("client"),
            level: parameters.get("level"),
            outcome: parameters.get("outcome"),
        }
    }

    fn fits(&self, item: &Value) -> bool {
        let is = |wanted: &Option<Cow<'_, str>>, name: &str| {
            wanted
                .as_deref()
                .is_none_or(|wanted| text(item, name) == Some(wanted))
        };
        let is_client = self.client.as_deref().is_none_or(|wanted| {
            let actor = item.get("actor");
            let names =
                ["clientId", "address"].map(|name| actor.and_then(|actor| text(actor, name)));
            names.contains(&Some(wanted))
        });
        let has_outcome = self.outcome.as_deref().is_none_or(|wanted| {
            let outcome = text(item, "outcome").unwrap_or("");
            wanted.split(',').any(|wanted| wanted == outcome)
        });
        is(&self.workspace, "workspaceId") && is(&self.level, "level") && is_client && has_outcome
    }
}

/// So many of the items, from the one after the cursor on.
fn page(
    items: impl Iterator<Item = Value>,
    cursor: Option<&str>,
    limit: usize,
) -> HistoryPage<Value> {
    let mut is_reached = cursor.is_none();
    let mut items = items.filter(|item| {
        let was_reached = is_reached;
        is_reached |= cursor.is_some() && text(item, "id") == cursor;
        was_reached
    });
    let page: Vec<Value> = items.by_ref().take(limit).collect();
    let last = page.last().and_then(|item| text(item, "id"));
    let next = last.map(str::to_owned).filter(|_| items.next().is_some());
    HistoryPage {
        items: page,
        more_items: 0,
        next,
    }
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ids(page: &HistoryPage<Value>) -> Vec<&str> {
        page.items
            .iter()
            .filter_map(|item| text(item, "id"))
            .collect()
    }

    #[test]
    fn pages_follow_one_another() {
        let all = || {
            ["e", "d", "c", "b", "a"]
                .map(|id| json!({ "id": id }))
                .into_iter()
        };
        let first = page(all(), None, 2);
        assert_eq!(
            (ids(&first), first.next.as_deref()),
            (vec!["e", "d"], Some("d"))
        );
        let second = page(all(), first.next.as_deref(), 3);
        assert_eq!(
            (ids(&second), second.next.as_deref()),
            (vec!["c", "b", "a"], None)
        );
        // One that is there no more has no successors.
        assert_eq!(ids(&page(all(), Some("x"), 3)), Vec::<&str>::new());
    }

    #[test]
    fn requests_are_found_by_what_they_were() {
        let item = json!({
            "id": "a", "workspaceId": "ws_1", "level": "high", "outcome": "denied",
            "actor": { "clientId": "phone", "address": "10.0.0.2" },
        });
        for (query, fits) in [
            ("", true),
            (
                "workspace=ws_1&client=phone&level=high&outcome=denied",
                true,
            ),
            ("client=10.0.0.2", true),
            ("outcome=expired,denied", true),
            ("outcome=expired", false),
            ("workspace=ws_2", false),
            ("client=desk", false),
            ("level=low", false),
        ] {
            let request = hyper::Request::get(format!("/approvals/history?{query}"));
            let (parts, ()) = request.body(()).unwrap().into_parts();
            let filter = EndedFilter::of(QueryParameters::of(&parts));
            assert_eq!(filter.fits(&item), fits, "{query}");
        }
    }
}
