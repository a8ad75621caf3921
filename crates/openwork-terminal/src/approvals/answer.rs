//! Sending answers, and telling what came of them.

use serde_json::{Value, json};

use crate::client::{ApiClient, request_path};
use crate::command::RememberSpan;
use crate::error::{Result, TerminalError};
use crate::escape;
use crate::exit::ExitStatus;
use crate::id;
use crate::screen::{OutputForm, Screen};
use crate::wire::AnswerReceipt;

use super::list;
use super::target::{AnswerTarget, MissingTarget};

/// What a person answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OperatorAnswer {
    /// Yes, and perhaps to requests like it for some time.
    Allow { span: Option<RememberSpan> },
    /// No, and perhaps why.
    Deny { message: Option<String> },
}

impl OperatorAnswer {
    fn body(&self) -> Value {
        let via = "terminal";
        match self {
            Self::Allow { span: None } => json!({ "reply": "allow", "via": via }),
            Self::Allow { span: Some(span) } => {
                let remember = json!({ "minutes": span.minutes() });
                json!({ "reply": "allow", "via": via, "remember": remember })
            }
            Self::Deny { message: None } => json!({ "reply": "deny", "via": via }),
            Self::Deny {
                message: Some(message),
            } => json!({ "reply": "deny", "via": via, "message": message }),
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
    let mut told = ToldAnswers {
        exit: ExitStatus::Done,
        documents: Vec::new(),
    };
    for target in targets {
        match target {
            Ok(target) => {
                let result = answer(client, &target, reply).await;
                told.add(&target, reply, result, screen)?;
            }
            Err(MissingTarget { id, error }) => told.fail(&id, &error, screen),
        }
    }
    if screen.form == OutputForm::Json {
        screen.json(&json!({ "items": told.documents }))?;
    }
    Ok(told.exit)
}

/// Answers one request; what the server makes of it, as it says it.
pub(crate) async fn answer(
    client: &ApiClient,
    target: &AnswerTarget,
    reply: &OperatorAnswer,
) -> Result<Value> {
    let path = request_path(&target.id);
    match client.post(&path, &reply.body()).await {
        Err(TerminalError::Refused { status: 404, .. }) => {
            Err(list::missing(client, &target.id).await)
        }
        Err(other) => Err(other),
        Ok(document) => match client.read::<AnswerReceipt>(&document)?.failure() {
            Some(message) => Err(TerminalError::NotWritten {
                id: id::alone(&target.id).to_owned(),
                message,
            }),
            None => Ok(document),
        },
    }
}

/// What came of an answer, in a sentence.
pub(crate) fn sentence(target: &AnswerTarget, reply: &OperatorAnswer, document: &Value) -> String {
    let done = match (reply, document.get("applied").and_then(Value::as_bool)) {
        (OperatorAnswer::Deny { .. }, _) => "denied, nothing was written",
        (OperatorAnswer::Allow { .. }, Some(true)) => "allowed and written",
        (OperatorAnswer::Allow { .. }, _) => "allowed, it is being written",
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

/// What was told of the answers until now.
struct ToldAnswers {
    exit: ExitStatus,
    documents: Vec<Value>,
}

impl ToldAnswers {
    fn add(
        &mut self,
        target: &AnswerTarget,
        reply: &OperatorAnswer,
        result: Result<Value>,
        screen: &mut Screen<'_>,
    ) -> Result<()> {
        match result {
            Err(error) => self.fail(&target.id, &error, screen),
            Ok(document) if screen.form == OutputForm::Text => {
                screen.line(sentence(target, reply, &document))?;
            }
            Ok(document) => self.documents.push(with_id(&target.id, document)),
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
    let mut told = json!({ "id": id });
    if let (Some(told), Value::Object(document)) = (told.as_object_mut(), document) {
        told.extend(document);
    }
    told
}
