//! Answers of notifications that do not count.

use openwork_api::ErrorCode;
use openwork_notify::AnswerFault;

use super::{BadAnswer, FailureReport};

pub(super) fn report(bad: BadAnswer) -> FailureReport {
    match bad {
        BadAnswer::Missing => FailureReport::new(
            ErrorCode::InvalidPayload,
            "answer must be the text that a notification carried",
        ),
        BadAnswer::Fault(fault) => faulty(fault),
        BadAnswer::Moved => FailureReport::new(
            ErrorCode::Conflict,
            "This answer is for something else than what waits now; look at it on the page. Nothing was answered",
        ),
    }
}

fn faulty(fault: AnswerFault) -> FailureReport {
    match fault {
        AnswerFault::Forged => FailureReport::new(
            ErrorCode::InvalidAnswer,
            "This answer was not signed by this server as it runs now; answer on the page",
        ),
        AnswerFault::Expired => FailureReport::new(
            ErrorCode::InvalidAnswer,
            "This answer is older than an hour; answer on the page",
        ),
        AnswerFault::Used => FailureReport::new(
            ErrorCode::AnswerUsed,
            "This request was answered by its notification before; nothing was answered now",
        ),
        AnswerFault::TooMany { seconds } => FailureReport::new(
            ErrorCode::TooManyAnswers,
            "Too many answers that nobody signed have come lately; try again later",
        )
        .retry_after(seconds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Failure;
    use crate::error::tests::table;

    #[test]
    fn answers_of_notifications_that_do_not_count() {
        let faults = [
            AnswerFault::Forged,
            AnswerFault::Expired,
            AnswerFault::Used,
            AnswerFault::TooMany { seconds: 40 },
        ];
        let faults = faults.map(BadAnswer::Fault).into_iter();
        let all = faults.chain([BadAnswer::Moved, BadAnswer::Missing]);
        insta::assert_snapshot!(table(all.map(Failure::Answer)));
    }
}
