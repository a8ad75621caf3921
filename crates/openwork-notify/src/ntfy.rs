//! A notice as a message for ntfy (<https://docs.ntfy.sh/publish/>).

use serde_json::{Value, json};

use crate::answer::SignedAnswer;
use crate::notice::{AnswerButtons, Notice, NoticeKind, NoticeLevel};

/// The message, in the form that is sent to the root of a server.
pub(crate) fn message(topic: &str, notice: &Notice) -> Value {
    let mut message = json!({
        "topic": topic,
        "title": notice.title,
        "message": notice.body(),
        "priority": priority(notice),
        "tags": [tag(notice)],
        // A message of the same sequence takes the place of the one before. Servers
        // before ntfy 2.16 do not know it and show both.
        "sequence_id": notice.id,
    });
    if let Some(fields) = message.as_object_mut() {
        if let Some(link) = &notice.link {
            fields.insert("click".to_owned(), json!(link));
        }
        let actions = actions(notice);
        if !actions.is_empty() {
            fields.insert("actions".to_owned(), Value::from(actions));
        }
    }
    message
}

/// From 1 to 5, which rings through silence.
fn priority(notice: &Notice) -> u8 {
    match (notice.kind, notice.level) {
        (NoticeKind::Ended, _) => 1,
        (_, Some(NoticeLevel::High)) => 5,
        (_, Some(NoticeLevel::Low)) => 3,
        (_, Some(NoticeLevel::Medium) | None) => 4,
    }
}

/// What is shown beside the title: names of emoji.
fn tag(notice: &Notice) -> &'static str {
    match (notice.kind, notice.level) {
        (NoticeKind::Ended, _) => "checkered_flag",
        (NoticeKind::AgentAsked, _) => "speech_balloon",
        (_, Some(NoticeLevel::High)) => "rotating_light",
        (_, Some(NoticeLevel::Low)) => "information_source",
        (_, Some(NoticeLevel::Medium) | None) => "warning",
    }
}

fn actions(notice: &Notice) -> Vec<Value> {
    let view = notice
        .link
        .as_ref()
        .map(|link| json!({ "action": "view", "label": "Open", "url": link, "clear": true }));
    let answers = notice.answers.as_ref();
    let press = |label, answer: fn(&AnswerButtons) -> &SignedAnswer| {
        answers.map(|answers| {
            json!({
                "action": "http",
                "label": label,
                "method": "POST",
                "url": answers.url,
                "headers": { "Content-Type": "application/json" },
                "body": json!({ "answer": answer(answers).expose() }).to_string(),
                "clear": true,
            })
        })
    };
    let allow = press("Allow", |answers| &answers.allow);
    let deny = press("Deny", |answers| &answers.deny);
    // In the order in which a thumb should meet them.
    [deny, allow, view].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::answer::{AnswerDesk, AnswerVerdict};

    fn asked(level: NoticeLevel) -> Notice {
        Notice {
            level: Some(level),
            workspace: Some("Finance".into()),
            who: Some("192.0.2.7".into()),
            link: Some("https://box/console#request=7".into()),
            ..Notice::new(NoticeKind::Asked, "7", "Run a plugin: x")
        }
    }

    #[test]
    fn a_request_without_answers_can_only_be_looked_at() {
        assert_eq!(
            message("t", &asked(NoticeLevel::High)),
            json!({
                "topic": "t",
                "title": "Run a plugin: x",
                "message": "high-risk, in Finance, from 192.0.2.7",
                "priority": 5,
                "tags": ["rotating_light"],
                "sequence_id": "7",
                "click": "https://box/console#request=7",
                "actions": [{
                    "action": "view", "label": "Open", "clear": true,
                    "url": "https://box/console#request=7",
                }],
            })
        );
    }

    #[test]
    fn answers_are_buttons_that_carry_them() {
        let desk = AnswerDesk::new().unwrap();
        let sign = |verdict| desk.sign(verdict, Uuid::nil(), [0; 32]);
        let answers = AnswerButtons {
            url: "https://box/approvals/answer".into(),
            allow: sign(AnswerVerdict::Allow),
            deny: sign(AnswerVerdict::Deny),
        };
        let notice = Notice {
            answers: Some(answers.clone()),
            ..asked(NoticeLevel::Low)
        };
        let message = message("t", &notice);
        let button = |label, answer: &SignedAnswer| {
            json!({
                "action": "http", "label": label, "method": "POST", "clear": true,
                "url": "https://box/approvals/answer",
                "headers": { "Content-Type": "application/json" },
                "body": format!("{{\"answer\":\"{}\"}}", answer.expose()),
            })
        };
        assert_eq!(message["actions"][0], button("Deny", &answers.deny));
        assert_eq!(message["actions"][1], button("Allow", &answers.allow));
        // ntfy takes three at most.
        assert_eq!(message["actions"][2]["action"], "view");
        assert_eq!(message["actions"].as_array().unwrap().len(), 3);
        assert_eq!(message["priority"], 3);
    }

    #[test]
    fn what_is_over_rings_no_more() {
        let ended = Notice {
            outcome: Some("denied".into()),
            ..Notice::new(NoticeKind::Ended, "7", "Run a plugin: x")
        };
        let ended = message("t", &ended);
        assert_eq!(
            (&ended["priority"], &ended["message"]),
            (&json!(1), &json!("denied"))
        );
        assert_eq!((ended.get("click"), ended.get("actions")), (None, None));
        let asks = Notice::new(NoticeKind::AgentAsked, "8", "The agent asks: Which?");
        let asks = message("t", &asks);
        assert_eq!(
            (&asks["priority"], &asks["tags"]),
            (&json!(4), &json!(["speech_balloon"]))
        );
        assert_eq!(asks["message"], "It waits for your answer.");
    }
}
