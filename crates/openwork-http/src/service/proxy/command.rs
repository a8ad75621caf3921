//! Commands of a session: acknowledged, and carried out by the engine meanwhile.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::Response;
use hyper::body::{Body as HttpBody, Incoming};
use openwork_api::receipt::AcceptedResponse;
use openwork_change::change::{Fields, JsonObject};
use openwork_host::{BeyondTalk, HostError, Writable};
use openwork_model::invalid::Invalid;
use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::super::ServiceState;
use super::{ProxiedCall, with_fields};
use crate::body;
use crate::error::Failure;
use crate::events::StreamEnd;
use crate::proxy::{
    CommandAdmission, CommandState, CommandTicket, EngineFault, SentCommand, forwarded, sent,
};
use crate::reply::{self, ReplyBody};

/// How long an answer of the engine is waited for: what it refuses, it refuses at
/// once, and what it takes up may go on for minutes.
const GRACE: Duration = Duration::from_millis(300);
/// The most bytes of a message's id.
const ID: usize = 128;

/// What the engine said at once; `None` if it has taken the command up.
type EarlyAnswer = Result<Option<Response<Incoming>>, EngineFault>;

impl ServiceState {
    /// Sends a command on. What the engine refuses at once is answered with that;
    /// otherwise it is acknowledged, and goes on without the client.
    pub(super) async fn engine_command<B>(
        &self,
        call: &ProxiedCall<'_>,
        at: Writable,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let fields = body::object(body, self.usual_bounds()).await?;
        let key = command_key(call, &fields)?;
        let digest: [u8; 32] = Sha256::digest(reply::bytes(&fields, 256)?).into();
        loop {
            match self.commands.admit(key.clone(), digest) {
                CommandAdmission::New(ticket) => {
                    // With the ticket in hand: the same command, sent once more, waits
                    // for the same answer.
                    let beyond = BeyondTalk::of(&fields, call.workspace());
                    self.ask_about_speech(call, at, beyond).await?;
                    return self.send_command(call, &fields, ticket).await;
                }
                CommandAdmission::Known(mut state) => {
                    let decided = |state: &CommandState| *state != CommandState::Sending;
                    let state = state.wait_for(decided).await.map(|state| *state);
                    // One that came to nothing is sent by this client then.
                    if let Ok(CommandState::Accepted) = state {
                        return accepted();
                    }
                }
                CommandAdmission::Conflict => return Err(Failure::CommandConflict),
                CommandAdmission::Full => return Err(Failure::CommandsUnderWay),
            }
        }
    }

    async fn send_command(
        &self,
        call: &ProxiedCall<'_>,
        fields: &Fields,
        ticket: CommandTicket,
    ) -> Result<Response<ReplyBody>, Failure> {
        let request = with_fields(call.request(sent(Empty::new()))?, fields)?;
        let client = self.options.engine.client().clone();
        let end = StreamEnd {
            // It was taken up for somebody who could end it no more by leaving.
            lease: None,
            ..self.end_of_streams_at(call.context, &call.at)
        };
        let (early, told) = oneshot::channel();
        // In a task of its own: the client is through with it before the engine is.
        tokio::spawn(async move {
            tokio::select! {
                () = end.reached() => {}
                () = carried_out(client.send(request), ticket, early) => {}
            }
        });
        match told.await {
            Ok(Ok(None)) => accepted(),
            Ok(Ok(Some(refusal))) => {
                let end = self.end_of_streams_at(call.context, &call.at);
                Ok(forwarded(refusal, end))
            }
            Ok(Err(fault)) => Err(Failure::Engine(fault)),
            // The server stops, or the workspace is gone.
            Err(_) => Err(HostError::ShuttingDown.into()),
        }
    }
}

/// Waits for an engine to be through with a command.
async fn carried_out(
    answering: impl Future<Output = Result<Response<Incoming>, EngineFault>>,
    ticket: CommandTicket,
    early: oneshot::Sender<EarlyAnswer>,
) {
    let mut answering = Box::pin(answering);
    let answer = match timeout(GRACE, &mut answering).await {
        Ok(Ok(answer)) if answer.status().is_success() => {
            ticket.accept();
            let _the_client_left = early.send(Ok(None));
            Ok(answer)
        }
        Ok(Ok(refusal)) => {
            let _the_client_left = early.send(Ok(Some(refusal)));
            return;
        }
        Ok(Err(fault)) => {
            // Something may have been done; sent once more, it might be done twice.
            if matches!(fault, EngineFault::NoAnswer(_)) {
                ticket.accept();
            }
            let _the_client_left = early.send(Err(fault));
            return;
        }
        Err(_) => {
            ticket.accept();
            let _the_client_left = early.send(Ok(None));
            answering.await
        }
    };
    match answer {
        // To its end, so that the connection serves others.
        Ok(answer) => {
            let status = answer.status().as_u16();
            if status >= 400 {
                tracing::warn!(
                    status,
                    "a command that was accepted was refused by the engine"
                );
            }
            let mut body = answer.into_body();
            while let Some(Ok(_)) = body.frame().await {}
        }
        Err(fault) => tracing::warn!(%fault, "a command that was accepted got no answer"),
    }
}

/// What names the message, if it has an id; fails if it is no command.
fn command_key(call: &ProxiedCall<'_>, fields: &Fields) -> Result<Option<SentCommand>, Failure> {
    let body = JsonObject::new(fields);
    let invalid = |field: &str, expected| {
        Failure::Invalid(Invalid::WrongType {
            field: field.to_owned(),
            expected,
        })
    };
    if body.filled_text("command")?.is_none() {
        return Err(invalid("command", "the name of a command"));
    }
    let Some(message) = body.text("messageID")? else {
        return Ok(None);
    };
    if message.is_empty() || message.len() > ID {
        return Err(invalid("messageID", "a text of at most 128 bytes"));
    }
    Ok(Some(SentCommand {
        workspace: call.workspace().id.clone(),
        session: call.found.session().map(str::to_owned),
        message: message.to_owned(),
    }))
}

fn accepted() -> Result<Response<ReplyBody>, Failure> {
    reply::json(&AcceptedResponse {
        ok: true,
        accepted: true,
    })
}
