//! Whose a session is: what the engine is asked for that, and what it says.

use hyper::body::Incoming;
use hyper::{Response, StatusCode};
use serde_json::Value;

use super::super::ServiceState;
use super::{ProxiedCall, SHORT_ANSWER};
use crate::error::Failure;
use crate::proxy::{EngineFault, read_json};

impl ServiceState {
    /// Fails unless a session is one of the workspace's directory: the engine
    /// itself gives every session to whoever knows its id.
    pub(super) async fn check_session(
        &self,
        call: &ProxiedCall<'_>,
        session: &str,
    ) -> Result<(), Failure> {
        let id = &call.workspace().id;
        if self.sessions.is_own(id, session) {
            return Ok(());
        }
        let path = format!("/session/{session}");
        let answer = self.send(&call.at, call.question(&path)?).await?;
        if answer.status().is_client_error() && answer.status() != StatusCode::UNAUTHORIZED {
            return Err(Failure::SessionNotFound);
        }
        let told = self.told(answer).await?;
        let theirs = told.get("directory").and_then(Value::as_str);
        let theirs = theirs.ok_or(Failure::SessionNotFound)?;
        let known = self.sessions.directory(id);
        // Asked anew if it is another one: a link may lead elsewhere by now.
        if known.as_deref() != Some(theirs) && self.asked_directory(call).await? != theirs {
            return Err(Failure::SessionNotFound);
        }
        self.sessions.remember(id, session);
        Ok(())
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

    async fn asked_directory(&self, call: &ProxiedCall<'_>) -> Result<String, Failure> {
        let answer = self.send(&call.at, call.question("/path")?).await?;
        let told = self.told(answer).await?;
        let directory = told.get("directory").and_then(Value::as_str);
        let lacking = || EngineFault::NoAnswer("it does not say its directory".to_owned());
        let directory = directory.ok_or_else(|| Failure::Engine(lacking()))?;
        let id = &call.workspace().id;
        self.sessions.remember_directory(id, directory);
        Ok(directory.to_owned())
    }

    /// What an engine says to a question of our own.
    async fn told(&self, answer: Response<Incoming>) -> Result<Value, Failure> {
        let status = answer.status();
        if !status.is_success() {
            let refused = format!("it answered with status {}", status.as_u16());
            return Err(Failure::Engine(EngineFault::NoAnswer(refused)));
        }
        let told = read_json(answer.into_body(), SHORT_ANSWER).await;
        told.map_err(Failure::Engine)
    }
}
