//! `approvals allow` and `approvals deny`.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::client::Client;
use crate::command::Span;
use crate::error::{Error, Result};
use crate::escape;
use crate::exit::Exit;
use crate::id;
use crate::screen::{Form, Screen};
use crate::wire::{Answered, Item};

use super::list;

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
        match self {
            Self::Allow { span: None } => json!({ "reply": "allow" }),
            Self::Allow { span: Some(span) } => {
                json!({ "reply": "allow", "remember": { "minutes": span.minutes() } })
            }
            Self::Deny { message: None } => json!({ "reply": "deny" }),
            Self::Deny {
                message: Some(message),
            } => json!({ "reply": "deny", "message": message }),
        }
    }
}

/// Answers several requests. Nothing is answered if an id makes no sense; one
/// that has ended does not keep the others from their answers. The exit code
/// is that of the first failure.
pub(super) async fn all(
    client: &Client,
    ids: &[String],
    reply: &Answer,
    screen: &mut Screen<'_>,
) -> Result<Exit> {
    let items = list::waiting(client).await?;
    let mut found = Vec::new();
    for given in ids {
        found.push(id::find(&items, |item| &item.id, given)?.ok_or(given));
    }
    let mut told = Told {
        exit: Exit::Done,
        documents: Vec::new(),
    };
    for item in found {
        match item {
            Ok(item) => told.add(item, reply, answer(client, item, reply).await, screen)?,
            Err(given) => told.fail(given, &list::missing(client, given).await, screen),
        }
    }
    if screen.form == Form::Json {
        screen.json(&json!({ "items": told.documents }))?;
    }
    Ok(told.exit)
}

/// Answers one request; what the server makes of it, as it says it.
pub(crate) async fn answer(client: &Client, item: &Item, reply: &Answer) -> Result<Value> {
    let path = format!("/approvals/{}", segment(&item.id));
    match client.post(&path, &reply.body()).await {
        Err(Error::Refused { status: 404, .. }) => Err(list::missing(client, &item.id).await),
        Err(other) => Err(other),
        Ok(document) => match client.read::<Answered>(&document)?.failure() {
            Some(message) => Err(Error::NotWritten {
                id: id::alone(&item.id).to_owned(),
                message,
            }),
            None => Ok(document),
        },
    }
}

/// What came of an answer, in a sentence.
pub(crate) fn sentence(item: &Item, reply: &Answer, document: &Value) -> String {
    let done = match (reply, document.get("applied").and_then(Value::as_bool)) {
        (Answer::Deny { .. }, _) => "denied, nothing was written",
        (Answer::Allow { .. }, Some(true)) => "allowed and written",
        (Answer::Allow { .. }, _) => "allowed, it is being written",
    };
    let (id, summary) = (
        escape::line(id::alone(&item.id)),
        escape::line(&item.summary),
    );
    match reply {
        Answer::Allow { span: Some(span) } => format!(
            "{id} {done}: {summary}; requests like it are not asked about for {} minutes",
            span.minutes()
        ),
        _ => format!("{id} {done}: {summary}"),
    }
}

/// An id as a segment of a path.
pub(super) fn segment(id: &str) -> String {
    utf8_percent_encode(id, NON_ALPHANUMERIC).to_string()
}

/// What was told of the answers until now.
struct Told {
    exit: Exit,
    documents: Vec<Value>,
}

impl Told {
    fn add(
        &mut self,
        item: &Item,
        reply: &Answer,
        result: Result<Value>,
        screen: &mut Screen<'_>,
    ) -> Result<()> {
        match result {
            Err(error) => self.fail(&item.id, &error, screen),
            Ok(document) if screen.form == Form::Text => {
                screen.line(sentence(item, reply, &document))?;
            }
            Ok(document) => self.documents.push(with_id(&item.id, document)),
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
