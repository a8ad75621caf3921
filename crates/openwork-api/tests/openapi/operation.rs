//! One operation, as it is described by hand: its name, what it takes, what it answers.

use openwork_api::ErrorCode;
use serde_json::{Value, json};

/// What the description says of a row of the table beside what follows from it.
pub(crate) struct Operation {
    /// Its name, which generated clients call a function by.
    pub(crate) id: &'static str,
    pub(crate) tag: &'static str,
    /// Parameters of the query, and headers.
    pub(crate) parameters: Vec<Value>,
    pub(crate) body: Option<Value>,
    pub(crate) answers: Vec<(&'static str, Value)>,
    /// The failures that are its own, beside those of its kind.
    pub(crate) errors: Vec<ErrorCode>,
    /// Links from its answer to other operations.
    pub(crate) links: Vec<(&'static str, Value)>,
}

impl Operation {
    pub(crate) fn new(tag: &'static str, id: &'static str) -> Self {
        Self {
            id,
            tag,
            parameters: Vec::new(),
            body: None,
            answers: Vec::new(),
            errors: Vec::new(),
            links: Vec::new(),
        }
    }

    /// A parameter that only the text `true` sets.
    pub(crate) fn flag(self, name: &str, meaning: &str) -> Self {
        let meaning = format!("`true`: {meaning} Anything else counts as not given.");
        self.query(name, &json!({ "type": ["boolean", "string"] }), &meaning)
    }

    /// A parameter that is a number; what is none counts as not given.
    pub(crate) fn number(self, name: &str, meaning: &str) -> Self {
        let meaning = format!("{meaning} What is no number counts as not given.");
        self.query(name, &json!({ "type": ["integer", "string"] }), &meaning)
    }

    /// A parameter that is a text.
    pub(crate) fn text(self, name: &str, meaning: &str) -> Self {
        self.query(name, &json!({ "type": "string" }), meaning)
    }

    pub(crate) fn query(mut self, name: &str, schema: &Value, meaning: &str) -> Self {
        self.parameters.push(json!({
            "name": name, "in": "query", "description": meaning, "schema": schema,
        }));
        self
    }

    /// The same, which has to be there.
    pub(crate) fn needs(self, name: &str, schema: &Value, meaning: &str) -> Self {
        let mut made = self.query(name, schema, meaning);
        if let Some(parameter) = made.parameters.last_mut() {
            parameter["required"] = true.into();
        }
        made
    }

    pub(crate) fn header(mut self, name: &str, meaning: &str) -> Self {
        self.parameters.push(json!({
            "name": name, "in": "header", "description": meaning, "schema": { "type": "string" },
        }));
        self
    }

    /// Its body, in JSON.
    pub(crate) fn takes(self, schema: &Value) -> Self {
        self.body(&json!({
            "required": true, "content": { "application/json": { "schema": schema } },
        }))
    }

    pub(crate) fn body(mut self, body: &Value) -> Self {
        self.body = Some(body.clone());
        self
    }

    /// Answers in JSON.
    pub(crate) fn answers(self, schema: &Value) -> Self {
        self.answers_with("200", schema)
    }

    pub(crate) fn answers_with(self, status: &'static str, schema: &Value) -> Self {
        let what = match status {
            "201" => "Made.",
            "202" => "Not answered yet.",
            _ => "Done.",
        };
        let content = json!({ "application/json": { "schema": schema } });
        self.responds(status, &json!({ "description": what, "content": content }))
    }

    /// Answers of other kinds than JSON.
    pub(crate) fn responds(mut self, status: &'static str, response: &Value) -> Self {
        self.answers.push((status, response.clone()));
        self
    }

    /// Bytes of any kind.
    pub(crate) fn sends(self, media: &str, what: &str) -> Self {
        let content = json!({ media: {} });
        self.responds("200", &json!({ "description": what, "content": content }))
    }

    /// That the answer may be a stream of messages, each with this as its data.
    pub(crate) fn streams(mut self, schema: &Value) -> Self {
        let stream = json!({
            "schema": {
                "type": "string",
                "description": "Server-sent events (the WHATWG's HTML standard); the data of each is JSON of the schema in `x-data`.",
            },
            "x-data": schema,
        });
        let whole = self.answers.iter_mut().find(|(status, _)| *status == "200");
        if let Some((_, response)) = whole {
            response["content"]["text/event-stream"] = stream;
        } else {
            let content = json!({ "text/event-stream": stream });
            let response = json!({ "description": "A stream.", "content": content });
            self.answers.push(("200", response));
        }
        self
    }

    /// A header of its answer.
    pub(crate) fn tells(mut self, name: &str, meaning: &str) -> Self {
        for (_, response) in &mut self.answers {
            response["headers"][name] =
                json!({ "description": meaning, "schema": { "type": "string" } });
        }
        self
    }

    pub(crate) fn fails(mut self, groups: &[&[ErrorCode]]) -> Self {
        self.errors.extend(groups.iter().copied().flatten());
        self
    }

    /// Its answer names what another operation is about.
    pub(crate) fn leads_to(mut self, operation: &'static str, parameter: &str, from: &str) -> Self {
        let value = format!("$response.body#{from}");
        let link = json!({ "operationId": operation, "parameters": { parameter: value } });
        self.links.push((operation, link));
        self
    }
}
