//! Sending answers, and telling what came of them.

use openwork_api::approval::{
    AmendRequest, RememberRequest, ReplyRequest, ReplyResponse, ReplyVerdict,
};
use openwork_api::client::{ApiAnswer, ApiClient};
use serde_json::{Value, json};

use crate::command::RememberSpan;
use crate::error::{Result, TerminalError};
use crate::escape;
use crate::exit::ExitStatus;
use crate::id;
use crate::screen::{OutputForm, Screen};

use super::list;
use super::target::{AnswerTarget, MissingTarget};

/// What the server makes of an answer.
pub(crate) type ReplyAnswer = ApiAnswer<ReplyResponse<'static>>;

/// What a person answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OperatorAnswer {
    /// Yes, and perhaps to requests like it for some time.
    Allow { span: Option<RememberSpan> },
    /// Yes, to some of it, as that was shown.
    AllowAmended {
        amend: AmendRequest<'static>,
        digest: Option<String>,
    },
    /// No, and perhaps why.
    Deny { message: Option<String> },
}

impl OperatorAnswer {
    fn request(&self) -> ReplyRequest<'_> {
        let via = Some("terminal".into());
        match self {
            Self::Allow { span } => ReplyRequest {
                reply: ReplyVerdict::Allow,
                via,
                remember: span.map(|span| RememberRequest {
                    minutes: span.minutes(),
                }),
                message: None,
                amend: None,
                digest: None,
            },
            Self::AllowAmended { amend, digest } => ReplyRequest {
                reply: ReplyVerdict::Allow,
                via,
                remember: None,
                message: None,
                amend: Some(amend.clone()),
                digest: digest.as_deref().map(Into::into),
            },
            Self::Deny { message } => ReplyRequest {
                reply: ReplyVerdict::Deny,
                via,
                remember: None,
                message: message.as_deref().map(Into::into),
                amend: None,
                digest: None,
            },
        }
    }
}

/// Answers several requests. The exit code is that of the first failure.
pub(super) async fn all(
    client: &ApiClient,
    targets: Vec<Result<AnswerTarget, MissingTarget>>,
    reply: &OperatorAnswer,
    screen: &mut Screen<'_>,
) -> Result<ExitStatus> {
    let mut report = ToldAnswers {
        exit: ExitStatus::Done,
        documents: Vec::new(),
    };
    for target in targets {
        match target {
            Ok(target) => {
                let result = answer(client, &target, reply).await;
                report.add(&target, reply, result, screen)?;
            }
            Err(MissingTarget { id, error }) => report.fail(&id, &error, screen),
        }
    }
    if screen.form == OutputForm::Json {
        screen.json(&json!({ "items": report.documents }))?;
    }
    Ok(report.exit)
}

/// Has a request wait longer: when it expires by then, in ms since 1970.
pub(crate) async fn keep(client: &ApiClient, id: &str) -> Result<u64> {
    match client.keep(id).await {
        Err(error) if error.is_not_found() => Err(list::missing(client, id).await),
        kept => Ok(kept?.body.expires_at),
    }
}

/// Answers one request; what the server makes of it.
pub(crate) async fn answer(
    client: &ApiClient,
    target: &AnswerTarget,
    reply: &OperatorAnswer,
) -> Result<ReplyAnswer> {
    match client.reply(&target.id, &reply.request()).await {
        // Somebody else or the deadline came first; the history knows which.
        Err(error) if error.is_not_found() => Err(list::missing(client, &target.id).await),
        Err(error) => Err(error.into()),
        Ok(answer) => match answer.body.failure() {
            Some(message) => Err(TerminalError::NotWritten {
                id: id::alone(&target.id).to_owned(),
                message: message.to_owned(),
            }),
            None => Ok(answer),
        },
    }
}

/// What came of an answer, in a sentence.
pub(crate) fn sentence(
    target: &AnswerTarget,
    reply: &OperatorAnswer,
    response: &ReplyResponse<'_>,
) -> String {
    let done = match (reply, response.applied) {
        (OperatorAnswer::Deny { .. }, _) => "denied, nothing was written",
        (_, Some(true)) => "allowed and written",
        (_, _) => "allowed, it is being written",
    };
    let mut sentence = format!("{} {done}", escape::line(id::alone(&target.id)));
    if let Some(summary) = &target.summary {
        sentence.push_str(": ");
        sentence.push_str(&escape::line(summary));
    }
    if let OperatorAnswer::Allow { span: Some(span) } = reply {
        let minutes = span.minutes();
        let further = format!("; requests like it are not asked about for {minutes} minutes");
        sentence.push_str(&further);
    }
    sentence
}

/// What was reported of the answers so far.
struct ToldAnswers {
    exit: ExitStatus,
    documents: Vec<Value>,
}

impl ToldAnswers {
    fn add(
        &mut self,
        target: &AnswerTarget,
        reply: &OperatorAnswer,
        result: Result<ReplyAnswer>,
        screen: &mut Screen<'_>,
    ) -> Result<()> {
        match result {
            // The others get their answers all the same: each of them is a
            // client that waits.
            Err(error) => self.fail(&target.id, &error, screen),
            Ok(answer) if screen.form == OutputForm::Text => {
                screen.line(sentence(target, reply, &answer.body))?;
            }
            Ok(answer) => self.documents.push(with_id(&target.id, answer.document)),
        }
        Ok(())
    }

    fn fail(&mut self, id: &str, error: &TerminalError, screen: &mut Screen<'_>) {
        if self.exit == ExitStatus::Done {
            self.exit = error.exit();
        }
        match screen.form {
            OutputForm::Text => screen.fail(error),
            OutputForm::Json => self
                .documents
                .push(json!({ "id": id, "error": error.json() })),
        }
    }
}

/// The server's document, beginning with the id that it is about.
fn with_id(id: &str, document: Value) -> Value {
    // The server's document does not say which request it is about, and a
    // program that answers several needs to know.
    let mut named = json!({ "id": id });
    if let (Some(named), Value::Object(document)) = (named.as_object_mut(), document) {
        named.extend(document);
    }
    named
}
