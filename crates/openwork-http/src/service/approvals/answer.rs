//! Reading the host's answer.

use std::net::IpAddr;

use openwork_approval::{AnswerMeans, Answerer, Decision, Remember, Reply};
use openwork_change::change::{Fields, JsonObject};
use openwork_model::invalid::Invalid;

use crate::error::Failure;

/// The most characters that the host may say to the client.
const MESSAGE: usize = 200;

/// Reads `{ "reply", "message"?, "remember"? }`. Nothing but the exact words
/// decides anything; other keys are ignored, as in the OpenWork API.
pub(super) fn read(fields: &Fields, peer: IpAddr) -> Result<Reply, Failure> {
    let body = JsonObject::new(fields);
    let reply = match body.text("reply").map_err(|_| Failure::Reply)? {
        Some("allow") => Reply::allow(),
        Some("deny") => Reply::from(Decision::Deny),
        _ => return Err(Failure::Reply),
    };
    let message = body
        .filled_text("message")
        .map_err(|_| Failure::ReplyMessage)?;
    if message.is_some_and(|message| message.chars().count() > MESSAGE) {
        return Err(Failure::ReplyMessage);
    }
    let remember = body
        .object("remember")?
        .map(|remember| minutes(&remember))
        .transpose()?;
    Ok(Reply {
        message: message.map(str::to_owned),
        remember,
        answerer: Answerer {
            address: Some(peer),
            means: means(&body),
        },
        ..reply
    })
}

/// By what means the host answers: it says so itself, and may say nothing.
pub(super) fn means(body: &JsonObject<'_>) -> AnswerMeans {
    match body.text("via") {
        Ok(Some("page")) => AnswerMeans::Page,
        Ok(Some("terminal")) => AnswerMeans::Terminal,
        _ => AnswerMeans::Unsaid,
    }
}

fn minutes(remember: &JsonObject<'_>) -> Result<Remember, Failure> {
    let minutes = remember
        .value("minutes")
        .and_then(serde_json::Value::as_u64);
    let span = minutes.and_then(Remember::from_minutes);
    span.ok_or_else(|| {
        Invalid::WrongType {
            field: remember.place("minutes"),
            expected: "5, 10 or 60",
        }
        .into()
    })
}

#[cfg(test)]
mod tests {
    use openwork_api::approval::{RememberRequest, ReplyRequest, ReplyVerdict};
    use serde_json::{Value, json};

    use super::*;

    const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn read(body: Value) -> Result<Reply, Failure> {
        let Value::Object(fields) = body else {
            panic!("an object is meant")
        };
        super::read(&fields, PEER)
    }

    fn by(means: AnswerMeans) -> Answerer {
        Answerer {
            address: Some(PEER),
            means,
        }
    }

    #[test]
    fn only_the_exact_words_decide() {
        assert_eq!(
            read(json!({ "reply": "allow", "requestId": "x" })).unwrap(),
            Reply::allow().by(by(AnswerMeans::Unsaid))
        );
        assert_eq!(
            read(json!({ "reply": "deny", "via": "page" })).unwrap(),
            Reply::from(Decision::Deny).by(by(AnswerMeans::Page))
        );
        for reply in [
            json!("ALLOW"),
            json!(" allow"),
            json!(true),
            json!(null),
            json!(["allow"]),
            json!(""),
        ] {
            assert!(
                matches!(read(json!({ "reply": reply })), Err(Failure::Reply)),
                "{reply}"
            );
        }
        assert!(matches!(read(json!({})), Err(Failure::Reply)));
    }

    #[test]
    fn what_a_client_of_the_wire_sends_is_understood() {
        let request = ReplyRequest {
            reply: ReplyVerdict::Allow,
            via: Some("terminal".into()),
            remember: Some(RememberRequest { minutes: 60 }),
            message: Some("fine".into()),
            amend: None,
            digest: None,
        };
        let reply = read(serde_json::to_value(request).unwrap()).unwrap();
        assert_eq!(reply.decision, Decision::Allow);
        assert_eq!(reply.answerer, by(AnswerMeans::Terminal));
        assert_eq!(reply.remember.map(Remember::minutes), Some(60));
        assert_eq!(reply.message.as_deref(), Some("fine"));
    }

    #[test]
    fn a_word_to_the_client_is_short() {
        let reply = read(json!({ "reply": "deny", "message": "not today" })).unwrap();
        assert_eq!(
            (reply.decision, reply.message.as_deref()),
            (Decision::Deny, Some("not today"))
        );
        assert_eq!(
            read(json!({ "reply": "deny", "message": " " }))
                .unwrap()
                .message,
            None
        );
        assert!(read(json!({ "reply": "deny", "message": "ä".repeat(200) })).is_ok());
        for message in [json!("ä".repeat(201)), json!(1)] {
            assert!(matches!(
                read(json!({ "reply": "deny", "message": message })),
                Err(Failure::ReplyMessage)
            ));
        }
    }

    #[test]
    fn a_yes_is_remembered_for_one_of_three_spans() {
        let reply = read(json!({ "reply": "allow", "remember": { "minutes": 10 } })).unwrap();
        assert_eq!(reply.remember, Some(Remember::TEN_MINUTES));
        for remember in [
            json!({}),
            json!({ "minutes": 11 }),
            json!({ "minutes": "10" }),
            json!(10),
            json!({ "minutes": -5 }),
        ] {
            let refused = read(json!({ "reply": "allow", "remember": remember }));
            assert!(matches!(refused, Err(Failure::Invalid(_))), "{remember}");
        }
    }
}
