//! Sending answers, and telling what came of them.

use serde_json::{Value, json};

use crate::client::{Client, request_path};
use crate::command::Span;
use crate::error::{Error, Result};
use crate::escape;
use crate::exit::Exit;
use crate::id;
use crate::screen::{Form, Screen};
use crate::wire::Answered;

use super::list;
use super::target::{Missing, Target};

/// What a person answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Yes, and perhaps to requests like it for some time.
    Allow { span: Option<Span> },
    /// No, and perhaps why.
    Deny { message: Option<String> },
}

impl Answer {
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
    client: &Client,
    targets: Vec<Result<Target, Missing>>,
    reply: &Answer,
    screen: &mut Screen<'_>,
) -> Result<Exit> {
    let mut told = Told {
        exit: Exit::Done,
        documents: Vec::new(),
    };
    for target in targets {
        match target {
            Ok(target) => {
                let result = answer(client, &target, reply).await;
                told.add(&target, reply, result, screen)?;
            }
            Err(Missing { id, error }) => told.fail(&id, &error, screen),
        }
    }
    if screen.form == Form::Json {
        screen.json(&json!({ "items": told.documents }))?;
    }
    Ok(told.exit)
}

/// Answers one request; what the server makes of it, as it says it.
pub(crate) async fn answer(client: &Client, target: &Target, reply: &Answer) -> Result<Value> {
    let path = request_path(&target.id);
    match client.post(&path, &reply.body()).await {
        Err(Error::Refused { status: 404, .. }) => Err(list::missing(client, &target.id).await),
        Err(other) => Err(other),
        Ok(document) => match client.read::<Answered>(&document)?.failure() {
            Some(message) => Err(Error::NotWritten {
                id: id::alone(&target.id).to_owned(),
                message,
            }),
            None => Ok(document),
        },
    }
}

/// What came of an answer, in a sentence.
pub(crate) fn sentence(target: &Target, reply: &Answer, document: &Value) -> String {
    let done = match (reply, document.get("applied").and_then(Value::as_bool)) {
        (Answer::Deny { .. }, _) => "denied, nothing was written",
        (Answer::Allow { .. }, Some(true)) => "allowed and written",
        (Answer::Allow { .. }, _) => "allowed, it is being written",
    };
    let mut sentence = format!("{} {done}", escape::line(id::alone(&target.id)));
    if let Some(summary) = &target.summary {
        sentence.push_str(": ");
        sentence.push_str(&escape::line(summary));
    }
    if let Answer::Allow { span: Some(span) } = reply {
        let minutes = span.minutes();
        let further = format!("; requests like it are not asked about for {minutes} minutes");
        sentence.push_str(&further);
    }
    sentence
}

/// What was told of the answers until now.
struct Told {
    exit: Exit,
    documents: Vec<Value>,
}

impl Told {
    fn add(
        &mut self,
        target: &Target,
        reply: &Answer,
        result: Result<Value>,
        screen: &mut Screen<'_>,
    ) -> Result<()> {
        match result {
            Err(error) => self.fail(&target.id, &error, screen),
            Ok(document) if screen.form == Form::Text => {
                screen.line(sentence(target, reply, &document))?;
            }
            Ok(document) => self.documents.push(with_id(&target.id, document)),
        }
        Ok(())
    }

    fn fail(&mut self, id: &str, error: &Error, screen: &mut Screen<'_>) {
        if self.exit == Exit::Done {
            self.exit = error.exit();
        }
        match screen.form {
            Form::Text => screen.fail(error),
            Form::Json => self
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
