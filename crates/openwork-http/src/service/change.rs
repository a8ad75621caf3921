//! What has changed in a workspace, and the reload of its engine.

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body as HttpBody;
use hyper::header::{ACCEPT, HeaderMap, HeaderName};
use openwork_api::event::{ChangeItem, EventsResponse};
use openwork_api::receipt::ReloadResponse;
use openwork_host::Readable;

use super::{RequestContext, ServiceState};
use crate::body;
use crate::error::Failure;
use crate::events::EventStream;
use crate::reply::{self, ReplyBody};

static LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

impl ServiceState {
    /// Answers with the events that are kept, or with a stream of them.
    pub(super) async fn changes(
        &self,
        at: &Readable,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let since = since(context);
        if wants_stream(context.headers()) {
            // Before the subscription: it may start a watch, which a client that
            // is refused must not cause.
            let pass = self.streams.admit(&context.caller, context.peer.ip())?;
            let following = self.host.follow(at, since).await;
            let heartbeat = self.options.limits.heartbeat;
            let stream =
                EventStream::changes(following, heartbeat, self.end_of_streams_at(context, at));
            return Ok(reply::admitted(reply::events(stream), pass));
        }
        let page = self.host.events(at, since).await;
        let workspace = at.workspace();
        let items = page.items.iter();
        reply::json(&EventsResponse {
            items: items
                .map(|event| ChangeItem::new(event, workspace))
                .collect(),
            cursor: page.cursor,
            workspace_id: workspace.id.as_str().into(),
            disabled: page.disabled,
        })
    }

    pub(super) async fn reload<B>(
        &self,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let at = self.host.writable(context.matched.parameter("id")?).await?;
        // An unread body would end the connection, and hide its end from the
        // wait for an answer.
        body::discard(body, self.usual_bounds()).await?;
        let reloaded_at = self.host.reload(at, context.requester()?).await?;
        reply::json(&ReloadResponse {
            ok: true,
            reloaded_at,
        })
    }
}

/// Where a client left off: by what it read of a stream, else by what it says.
/// A number that cannot be read counts as none.
fn since(context: &RequestContext<'_>) -> Option<u64> {
    let last = context.headers().get(&LAST_EVENT_ID);
    let last = last.and_then(|id| id.to_str().ok()?.trim().parse().ok());
    // A browser that connects again sends the target it began with, and so an
    // old `since`: the header is the newer one.
    last.or_else(|| context.parameters().get("since")?.trim().parse().ok())
}

fn wants_stream(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter();
    let accepted = accepted.filter_map(|value| value.to_str().ok());
    let mut types = accepted.flat_map(|list| list.split(',')).map(|range| {
        range
            .split_once(';')
            .map_or(range, |(media, _)| media)
            .trim()
    });
    // Weights are not compared: whoever names a stream at all can read one.
    types.any(|media| media.eq_ignore_ascii_case("text/event-stream"))
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    #[test]
    fn a_stream_is_sent_to_who_accepts_one() {
        for (accept, expected) in [
            ("text/event-stream", true),
            ("application/json, Text/Event-Stream; q=0.5", true),
            ("*/*", false),
            ("application/json", false),
            ("text/event-stream-2", false),
        ] {
            let accept = HeaderValue::from_static(accept);
            let headers = HeaderMap::from_iter([(ACCEPT, accept.clone())]);
            assert_eq!(wants_stream(&headers), expected, "{accept:?}");
        }
        assert!(!wants_stream(&HeaderMap::new()));
    }
}
