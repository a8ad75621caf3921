//! Changes that the host did not allow.

use std::time::Duration;

use openwork_api::ErrorCode;
use openwork_approval::{Refusal, RequestId};
use serde_json::{Value, json};

use super::FailureReport;

/// Where whoever runs the server answers, in the words of a client's user.
// Whoever reads this sits at a client, and may not know that there is a server
// to answer at.
const WHERE: &str = "on the server's /console page or with `openwork-server approvals`";

pub(super) fn report(refusal: &Refusal) -> FailureReport {
    match refusal {
        Refusal::Denied { request, message } => {
            denied(message_of(message.as_deref())).details(details(*request, "denied"))
        }
        Refusal::Expired { request, after } => {
            denied(expired(*after)).details(details(*request, "timeout"))
        }
        Refusal::Withdrawn { request } => {
            denied("Write request withdrawn by the client".to_owned())
                .details(details(*request, "withdrawn"))
        }
        Refusal::ShuttingDown { .. } => FailureReport::new(
            ErrorCode::ShuttingDown,
            "The server is stopping; nothing was written",
        )
        .retry_after(1),
        Refusal::Full { .. } => {
            busy("Too many requests wait for the host already; try again later")
        }
        Refusal::LaterFull { .. } => busy(
            "Too many requests that are answered later wait for the host already; try again later",
        ),
        Refusal::TooMuch { .. } => {
            busy("What waits for the host already takes all the room there is; try again later")
        }
        Refusal::AskerTooMuch { .. } => busy(
            "What waits for the host of your requests takes all the room you have; try again later",
        ),
        Refusal::TooLarge { limit, .. } => FailureReport::new(
            ErrorCode::PayloadTooLarge,
            format!(
                "The change would take more than the {limit} bytes that may wait for the host; split it"
            ),
        ),
        Refusal::AskerFull { .. } => {
            busy("Too many of your requests wait for the host already; try again later")
        }
    }
}

fn denied(message: String) -> FailureReport {
    FailureReport::new(ErrorCode::WriteDenied, message)
}

fn busy(message: &'static str) -> FailureReport {
    FailureReport::new(ErrorCode::TooManyPending, message).retry_after(5)
}

/// The app shows the text as it is, so it says why and what to do.
fn message_of(message: Option<&str>) -> String {
    match message {
        Some(message) => format!("Write request denied by the host: {message}"),
        None => "Write request denied: the host said no. Ask whoever runs the server before you try again".to_owned(),
    }
}

fn expired(after: Duration) -> String {
    let seconds = after.as_secs_f64();
    format!(
        "Write request denied: nobody answered within {seconds} s. Ask whoever runs the server to answer \
         {WHERE}, then try again"
    )
}

fn details(request: RequestId, reason: &'static str) -> Value {
    json!({ "requestId": request, "reason": reason })
}
