//! What is said to an agent: passed on, and asked about where it is more than talk.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Response;
use hyper::body::Body as HttpBody;
use openwork_host::{BeyondTalk, EngineAsk, Writable};

use super::super::ServiceState;
use super::{ProxiedCall, SHOWN_BODY};
use crate::body::{self, BodyBounds, BodyError};
use crate::error::{CallFailure, Failure};
use crate::proxy::{forwarded, sent};
use crate::reply::ReplyBody;

impl ServiceState {
    /// Passes on what is said, byte for byte. It is read whole first, as large as an
    /// import may be: pictures come as a part of it. What says that it is larger is
    /// asked about unseen, and then passes as it comes.
    pub(super) async fn engine_speech<B>(
        &self,
        call: &ProxiedCall<'_>,
        at: Writable,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
    {
        if body.is_end_stream() {
            return self.pass_on(call, body).await;
        }
        let limits = &self.options.limits;
        // Without a length it is read as far as there is room, and refused beyond: it
        // could not be said to anybody how much is asked about.
        let declared = body.size_hint().exact().unwrap_or(0);
        if declared > limits.import as u64 {
            let unseen = BeyondTalk::of_unseen(declared);
            self.ask_about_speech(call, at, Some(unseen)).await?;
            return self.pass_on(call, body).await;
        }
        let bounds = BodyBounds {
            bytes: limits.import,
            values: limits.import_values,
            ..self.usual_bounds()
        };
        let workspace = call.workspace().clone();
        let look = move |fields| BeyondTalk::of(&fields, &workspace);
        let body = body::seen(body, bounds, look).await?;
        self.ask_about_speech(call, at, body.seen.flatten()).await?;
        let share = body.share;
        // Held until the engine has it all, and no longer: its answer may take minutes.
        let told = Full::new(body.bytes).map_frame(move |frame| {
            let _held = &share;
            frame
        });
        let request = call.request(sent(told))?;
        let answer = self.send(&call.at, request).await?;
        let end = self.end_of_streams_at(call.context, &call.at);
        Ok(forwarded(answer, end))
    }

    /// Asks a person about what is more than talk, if anything is.
    pub(super) async fn ask_about_speech(
        &self,
        call: &ProxiedCall<'_>,
        at: Writable,
        beyond: Option<BeyondTalk>,
    ) -> Result<(), Failure> {
        let Some(beyond) = beyond else {
            return Ok(());
        };
        // All of it is shown, or it is not asked about.
        if beyond.told_bytes() > SHOWN_BODY {
            return Err(BodyError::TooLarge { limit: SHOWN_BODY }.into());
        }
        let ask = EngineAsk::beyond_talk(call.method().as_str(), call.path, beyond);
        let requester = call.context.requester()?;
        // What is allowed is said by whoever waits for the answer: an agent that talks
        // on may take minutes, and a client that has left wants nothing said any more.
        let allowed = async { Ok::<(), CallFailure>(()) };
        Ok(self.host.call_engine(at, requester, ask, allowed).await?)
    }
}
