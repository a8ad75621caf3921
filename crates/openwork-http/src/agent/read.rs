//! Reading what an engine says of its agents: bounded, and only what is known.

use std::borrow::Cow;
use std::collections::HashSet;

use openwork_api::approval::{AgentAsk, AgentOption, AgentQuestion, AgentRequest};
use openwork_model::hex::to_hex;
use openwork_model::workspace::Workspace;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The most characters of one text.
const TEXT: usize = 8_000;
/// The most texts of one list.
const ENTRIES: usize = 50;
/// The most bytes of what a tool says besides.
const METADATA: usize = 64 << 10;

/// The requests of one workspace: permissions before questions.
pub(super) fn requests(
    workspace: &Workspace,
    permissions: &Value,
    questions: &Value,
) -> Vec<AgentRequest<'static>> {
    let mut seen = HashSet::new();
    let permissions = list(permissions).iter();
    let permissions = permissions.filter_map(|one| request(workspace, one, permission));
    let questions = list(questions).iter();
    let questions = questions.filter_map(|one| request(workspace, one, question));
    let all = permissions.chain(questions);
    // An answer goes to an id, so one id is one request.
    all.filter(|one| seen.insert(one.id.clone())).collect()
}

/// A reading of a part, and whether all of it is told.
struct Reading {
    is_whole: bool,
}

fn request(
    workspace: &Workspace,
    told: &Value,
    ask: fn(&Value, &mut Reading) -> Option<AgentAsk<'static>>,
) -> Option<AgentRequest<'static>> {
    let mut reading = Reading { is_whole: true };
    let ask = ask(told, &mut reading)?;
    Some(AgentRequest {
        id: id(told, "id")?.to_owned().into(),
        workspace_id: workspace.id.to_string().into(),
        workspace_name: workspace.name.clone().into(),
        session_id: id(told, "sessionID")?.to_owned().into(),
        // Of all that the engine says, not of what is told of it.
        digest: to_hex(&Sha256::digest(told.to_string())).into(),
        truncated: !reading.is_whole,
        ask,
    })
}

fn permission(told: &Value, reading: &mut Reading) -> Option<AgentAsk<'static>> {
    let metadata = match told.get("metadata") {
        Some(metadata) if metadata.to_string().len() <= METADATA => metadata.clone(),
        None => Value::Null,
        Some(_) => {
            reading.is_whole = false;
            Value::Null
        }
    };
    Some(AgentAsk::Permission {
        permission: reading.text(told.get("permission")?)?,
        patterns: reading.texts(told.get("patterns")?),
        always: reading.texts(told.get("always").unwrap_or(&Value::Null)),
        metadata,
    })
}

fn question(told: &Value, reading: &mut Reading) -> Option<AgentAsk<'static>> {
    let all = told.get("questions")?.as_array()?;
    let questions = reading.bounded(all).iter().filter_map(|one| {
        let options = list(one.get("options").unwrap_or(&Value::Null));
        let options: Vec<_> = reading.bounded(options).to_vec();
        Some(AgentQuestion {
            question: reading.text(one.get("question")?)?,
            header: reading.text_or_none(one.get("header")),
            options: options
                .iter()
                .filter_map(|option| {
                    Some(AgentOption {
                        label: reading.text(option.get("label")?)?,
                        description: reading.text_or_none(option.get("description")),
                    })
                })
                .collect(),
            multiple: one.get("multiple").and_then(Value::as_bool) == Some(true),
            custom: one.get("custom").and_then(Value::as_bool),
        })
    });
    let questions: Vec<_> = questions.collect();
    // One that cannot be read cannot be answered either.
    (questions.len() == all.len().min(ENTRIES)).then_some(AgentAsk::Question { questions })
}

impl Reading {
    fn text(&mut self, told: &Value) -> Option<Cow<'static, str>> {
        let text = told.as_str()?;
        let short: String = text.chars().take(TEXT).collect();
        self.is_whole &= short.len() == text.len();
        Some(short.into())
    }

    fn text_or_none(&mut self, told: Option<&Value>) -> Cow<'static, str> {
        told.and_then(|told| self.text(told))
            .unwrap_or(Cow::Borrowed(""))
    }

    fn texts(&mut self, told: &Value) -> Vec<Cow<'static, str>> {
        let all = list(told);
        let texts: Vec<_> = self
            .bounded(all)
            .iter()
            .filter_map(|one| self.text(one))
            .collect();
        self.is_whole &= texts.len() == all.len();
        texts
    }

    fn bounded<'v>(&mut self, all: &'v [Value]) -> &'v [Value] {
        self.is_whole &= all.len() <= ENTRIES;
        all.get(..ENTRIES).unwrap_or(all)
    }
}

fn list(told: &Value) -> &[Value] {
    told.as_array().map_or(&[], Vec::as_slice)
}

/// An id that can stand in a path.
fn id<'v>(told: &'v Value, key: &str) -> Option<&'v str> {
    let id = told.get(key)?.as_str()?;
    let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    ((1..=128).contains(&id.len()) && id.bytes().all(known)).then_some(id)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn permission_of(id: &str, pattern: &str) -> Value {
        json!({
            "id": id, "sessionID": "ses_1", "permission": "bash",
            "patterns": [pattern], "always": ["rm *"], "metadata": {},
        })
    }

    fn read(permissions: &Value, questions: &Value) -> Vec<AgentRequest<'static>> {
        requests(&Workspace::at("/w/ws".as_ref()), permissions, questions)
    }

    #[test]
    fn what_is_asked_is_told_in_the_engines_words() {
        let question = json!({
            "id": "que_1", "sessionID": "ses_1",
            "questions": [{
                "question": "Which?", "header": "Pick", "custom": false,
                "options": [{ "label": "A", "description": "the first" }],
            }],
        });
        let all = read(
            &json!([permission_of("per_1", "rm -rf build")]),
            &json!([question]),
        );
        let [asked, which] = &all[..] else {
            panic!("{all:?}")
        };
        assert_eq!(asked.heading(), "The agent wants to run `rm -rf build`");
        assert_eq!((&*asked.id, asked.truncated), ("per_1", false));
        assert_eq!(which.heading(), "The agent asks: Which?");
        let AgentAsk::Question { questions } = &which.ask else {
            panic!("{which:?}")
        };
        assert_eq!(
            (questions[0].custom, questions[0].multiple),
            (Some(false), false)
        );
        assert_eq!(questions[0].options[0].label, "A");
        // Another command under the same id is another request.
        let other = read(&json!([permission_of("per_1", "rm -rf /")]), &json!([]));
        assert_ne!(other[0].digest, asked.digest);
    }

    #[test]
    fn an_engine_that_lies_is_told_as_little_as_possible() {
        for told in [
            json!(null),
            json!({}),
            json!("x"),
            json!([1, {}, { "id": "per_1" }]),
        ] {
            assert_eq!(read(&told, &told), [], "{told}");
        }
        for id in ["", "../config", "a b", "é", &"x".repeat(129)] {
            assert_eq!(
                read(&json!([permission_of(id, "x")]), &json!([])),
                [],
                "{id}"
            );
        }
        let twice = json!([permission_of("per_1", "a"), permission_of("per_1", "b")]);
        assert_eq!(read(&twice, &json!([])).len(), 1);
        let unanswerable = json!([{
            "id": "que_1", "sessionID": "ses_1", "questions": [{ "header": "no question" }],
        }]);
        assert_eq!(read(&json!([]), &unanswerable), []);
    }

    #[test]
    fn what_is_too_long_is_cut_and_says_so() {
        let long = read(
            &json!([permission_of("per_1", &"x".repeat(TEXT + 1))]),
            &json!([]),
        );
        assert!(long[0].truncated);
        let mut much = permission_of("per_1", "x");
        much["metadata"] = json!({ "diff": "x".repeat(METADATA) });
        let much = read(&json!([much]), &json!([]));
        assert!(much[0].truncated);
        let mut odd = permission_of("per_1", "x");
        odd["patterns"] = json!(["x", 1]);
        assert!(read(&json!([odd]), &json!([]))[0].truncated);
    }
}
