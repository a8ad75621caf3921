//! Whose a session is: what the engine is asked for that, and what it says.

use hyper::body::Incoming;
use hyper::{Response, StatusCode};
use serde_json::Value;

use super::super::ServiceState;
use super::{ProxiedCall, SHORT_ANSWER};
use crate::error::Failure;
use crate::proxy::{forwarded, read_json};
use crate::reply::ReplyBody;

impl ServiceState {
    /// Fails unless a session is one of the workspace's directory: the engine
    /// itself gives every session to whoever knows its id. Where it does not say whose
    /// it is, that is what the client is answered, and nothing else is asked of it.
    pub(super) async fn check_session(
        &self,
        call: &ProxiedCall<'_>,
        session: &str,
    ) -> Result<Option<Response<ReplyBody>>, Failure> {
        let id = &call.workspace().id;
        if self.sessions.is_own(id, session) {
            return Ok(None);
        }
        let path = format!("/session/{session}");
        let answer = self.send(&call.at, call.question(&path)?).await?;
        match answer.status() {
            StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST => {
                return Err(Failure::SessionNotFound);
            }
            // Not told as a failure of ours: it is the engine that lacks the password, or is
            // busy, and clients know its words for that.
            status if !status.is_success() => {
                let end = self.end_of_streams_at(call.context, &call.at);
                return Ok(Some(forwarded(answer, end)));
            }
            _ => {}
        }
        let told = read_json(answer.into_body(), SHORT_ANSWER).await;
        let told = told.map_err(Failure::Engine)?;
        let theirs = told.get("directory").and_then(Value::as_str);
        let theirs = theirs.ok_or(Failure::SessionNotFound)?;
        if !self.is_directory_of(call, theirs).await? {
            return Err(Failure::SessionNotFound);
        }
        self.sessions.remember(id, session);
        Ok(None)
    }

    async fn is_directory_of(&self, call: &ProxiedCall<'_>, theirs: &str) -> Result<bool, Failure> {
        let known = self.sessions.directory(&call.workspace().id);
        // Asked anew if it is another one: a link may lead elsewhere by now.
        Ok(theirs == call.target.directory
            || known.as_deref() == Some(theirs)
            || self.asked_directory(call).await? == theirs)
    }

    /// What the engine calls the workspace's directory: it follows links.
    pub(super) async fn directory_at_engine(
        &self,
        call: &ProxiedCall<'_>,
    ) -> Result<String, Failure> {
        match self.sessions.directory(&call.workspace().id) {
            Some(known) => Ok(known),
            None => self.asked_directory(call).await,
        }
    }

    /// The same, asked anew. An engine that does not say it is taken to call it what it
    /// is told to serve.
    async fn asked_directory(&self, call: &ProxiedCall<'_>) -> Result<String, Failure> {
        let answer = self.send(&call.at, call.question("/path")?).await?;
        let Some(directory) = told_directory(answer).await else {
            return Ok(call.target.directory.clone());
        };
        self.sessions
            .remember_directory(&call.workspace().id, &directory);
        Ok(directory)
    }
}

async fn told_directory(answer: Response<Incoming>) -> Option<String> {
    if !answer.status().is_success() {
        return None;
    }
    let told = read_json(answer.into_body(), SHORT_ANSWER).await.ok()?;
    Some(told.get("directory")?.as_str()?.to_owned())
}
