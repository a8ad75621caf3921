//! Answers that a notification carried: signed for one request as it was shown.

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body as HttpBody;
use openwork_approval::{AnswerMeans, Answerer, Decision, Reply, RequestId};
use openwork_change::change::JsonObject;
use openwork_notify::{AnswerClaim, AnswerFault, AnswerVerdict};

use super::super::{RequestContext, ServiceState};
use crate::body::{self, BodyBounds};
use crate::error::{BadAnswer, Failure};
use crate::reply::ReplyBody;

/// The most bytes of a body of somebody who has shown no token.
const BODY: usize = 4 << 10;

impl ServiceState {
    pub(super) async fn signed_answer<B>(
        &self,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let bounds = BodyBounds {
            bytes: BODY,
            ..self.usual_bounds()
        };
        let fields = body::object(body, bounds).await?;
        let text = JsonObject::new(&fields).text("answer").ok().flatten();
        let claim = self.claim(context, text.ok_or(Failure::Answer(BadAnswer::Missing))?)?;
        let decision = match claim.verdict() {
            AnswerVerdict::Allow => Decision::Allow,
            AnswerVerdict::Deny => Decision::Deny,
        };
        let answer = Reply::from(decision).by(Answerer {
            address: Some(context.peer.ip()),
            means: AnswerMeans::Notification,
        });
        self.settled(self.decide(claim.request().into(), answer)?)
            .await
    }

    /// Takes an answer at its word, once, if what it is for waits as it was shown.
    fn claim(&self, context: &RequestContext<'_>, text: &str) -> Result<AnswerClaim, Failure> {
        let Some(desk) = &self.options.answers else {
            return Err(faulty(AnswerFault::Forged));
        };
        let claim = desk.read(text).map_err(|fault| {
            // What was given instead is not logged: it may be nearly an answer. These
            // are at most ten lines a minute, as the desk looks at no more of them.
            if fault == AnswerFault::Forged {
                let address = context.peer.ip();
                tracing::warn!(%address, "an answer that nobody signed was refused");
            }
            faulty(fault)
        })?;
        let request = self.host.gate().get(RequestId::from(claim.request()));
        let request = request.ok_or(Failure::ApprovalNotFound)?;
        if request.subject.shown_digest() != *claim.digest() {
            return Err(Failure::Answer(BadAnswer::Moved));
        }
        desk.use_up(&claim).map_err(faulty)?;
        Ok(claim)
    }
}

fn faulty(fault: AnswerFault) -> Failure {
    Failure::Answer(BadAnswer::Fault(fault))
}
