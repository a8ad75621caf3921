//! Answering what an agent waits for.

use bytes::Bytes;
use hyper::body::Body as HttpBody;
use hyper::{Method, Response, StatusCode};
use openwork_api::approval::{AgentAsk, AgentQuestion, AgentRequest};
use openwork_api::receipt::DoneResponse;
use openwork_change::change::{Fields, JsonObject};
use openwork_host::Readable;
use openwork_model::invalid::Invalid;
use serde_json::{Value, json};

use super::super::proxy::{url, with_fields};
use super::super::{RequestContext, ServiceState};
use super::answer;
use crate::agent::Untold;
use crate::body;
use crate::error::Failure;
use crate::proxy::{EngineFault, own_call};
use crate::reply::{self, ReplyBody};

/// The most characters that an agent is told with a no, or as an answer.
const TEXT: usize = 4_000;

/// An answer as the engine takes it.
struct AgentAnswer {
    path: String,
    body: Fields,
    /// It in a few words, for the record.
    said: String,
}

impl ServiceState {
    pub(super) async fn answer_agent<B>(
        &self,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let at = self
            .host
            .writable(context.matched.parameter("workspace")?)
            .await?;
        let readable = at.readable();
        let fields = body::object(body, self.usual_bounds()).await?;
        let request = self.agent_request(context, &readable).await?;
        let answer = read(&fields, &request)?;
        let summary = format!(
            "Answered the agent “{}”: {}",
            answer.said,
            request.heading()
        );
        let means = answer::means(&JsonObject::new(&fields));
        let requester = context.requester()?;
        self.host
            .note_answer(&at, &requester, means, &summary)
            .await?;
        self.send_answer(&readable, answer).await?;
        reply::json(&DoneResponse { ok: true })
    }

    /// What the agent waits for under this id, as its engine says it now: an
    /// answer goes nowhere else.
    async fn agent_request(
        &self,
        context: &RequestContext<'_>,
        at: &Readable,
    ) -> Result<AgentRequest<'static>, Failure> {
        let id = context.matched.parameter("id")?;
        self.engine_target(at.workspace())?;
        let all = self.agents.of(at).await;
        let untold = |error: Untold| Failure::Engine(EngineFault::Unreachable(error.to_string()));
        let mut all = all.map_err(untold)?.into_iter();
        all.find(|request| request.id == id)
            .ok_or(Failure::ApprovalNotFound)
    }

    async fn send_answer(&self, at: &Readable, answer: AgentAnswer) -> Result<(), Failure> {
        let target = self.engine_target(at.workspace())?;
        let request = own_call(&target, Method::POST, &answer.path).map_err(url)?;
        let request = with_fields(request, &answer.body)?;
        let answered = self.send(at, request).await?;
        match answered.status() {
            status if status.is_success() => Ok(()),
            // Somebody else has answered meanwhile.
            StatusCode::NOT_FOUND => Err(Failure::ApprovalNotFound),
            status => {
                let refused = format!("it answered with status {}", status.as_u16());
                Err(Failure::Engine(EngineFault::NoAnswer(refused)))
            }
        }
    }
}

/// Reads `{ "reply" or "answers", "digest", "message"? }` for what is asked.
fn read(fields: &Fields, request: &AgentRequest<'_>) -> Result<AgentAnswer, Failure> {
    let body = JsonObject::new(fields);
    let is_reject = body.text("reply").ok().flatten() == Some("reject");
    // A no needs no look at what is asked; everything else counts for what was
    // shown, to its end, and for nothing else.
    if !is_reject {
        if request.truncated {
            return Err(Failure::AgentRequestCut);
        }
        if body.text("digest")? != Some(&*request.digest) {
            return Err(Failure::AgentRequestMoved);
        }
    }
    let id = &request.id;
    match &request.ask {
        AgentAsk::Permission { .. } => {
            let word = body.text("reply").ok().flatten();
            let Some(reply @ ("once" | "always" | "reject")) = word else {
                return Err(invalid("reply", "once, always or reject"));
            };
            let mut sent = Fields::from_iter([("reply".to_owned(), json!(reply))]);
            if let Some(message) = message(&body)? {
                sent.insert("message".to_owned(), json!(message));
            }
            Ok(AgentAnswer {
                path: format!("/permission/{id}/reply"),
                body: sent,
                said: reply.to_owned(),
            })
        }
        AgentAsk::Question { .. } if is_reject => Ok(AgentAnswer {
            path: format!("/question/{id}/reject"),
            body: Fields::new(),
            said: "reject".to_owned(),
        }),
        AgentAsk::Question { questions } => {
            let answers = answers(&body, questions)?;
            Ok(AgentAnswer {
                path: format!("/question/{id}/reply"),
                body: Fields::from_iter([("answers".to_owned(), json!(answers))]),
                said: answers.concat().join(", "),
            })
        }
    }
}

fn message<'b>(body: &JsonObject<'b>) -> Result<Option<&'b str>, Failure> {
    let message = body.filled_text("message")?;
    if message.is_some_and(|message| message.chars().count() > TEXT) {
        return Err(invalid("message", "a text of at most 4,000 characters"));
    }
    Ok(message)
}

/// The answers to all questions, each one of those that can be given.
fn answers(
    body: &JsonObject<'_>,
    asked: &[AgentQuestion<'_>],
) -> Result<Vec<Vec<String>>, Failure> {
    const EXPECTED: &str = "for each question, in order, a list of its labels";

    let given = body.list("answers")?;
    let given = given.filter(|given| given.len() == asked.len());
    let given = given.ok_or_else(|| invalid("answers", EXPECTED))?;
    let answer = |(given, asked): (&Value, &AgentQuestion<'_>)| {
        let labels: Option<Vec<&str>> = given.as_array()?.iter().map(Value::as_str).collect();
        let labels = labels?;
        let is_offered = |label: &&str| asked.options.iter().any(|option| option.label == *label);
        let is_own = |label: &&str| asked.custom != Some(false) && label.chars().count() <= TEXT;
        let fits = labels
            .iter()
            .all(|label| is_offered(label) || is_own(label));
        let few = asked.multiple || labels.len() <= 1;
        (fits && few).then(|| labels.into_iter().map(str::to_owned).collect())
    };
    let answers: Option<Vec<_>> = given.iter().zip(asked).map(answer).collect();
    answers.ok_or_else(|| invalid("answers", EXPECTED))
}

fn invalid(field: &str, expected: &'static str) -> Failure {
    Failure::Invalid(Invalid::WrongType {
        field: field.to_owned(),
        expected,
    })
}
