//! Requests that cannot be allowed so.

use openwork_api::ErrorCode;
use openwork_change::change::AmendError;
use openwork_host::AmendRefusal;

use super::{FailureReport, host, invalid, review};

pub(super) fn report(refusal: &AmendRefusal) -> FailureReport {
    match refusal {
        AmendRefusal::UnknownRequest => review::unknown(),
        AmendRefusal::NoParts => {
            unfit("The request has no parts that could be left out or edited".to_owned())
        }
        AmendRefusal::Unfit(AmendError::UnknownPart { part }) => {
            unfit(format!("The request has no part {part}"))
        }
        AmendRefusal::Unfit(AmendError::Whole { part }) => {
            unfit(format!("{part} is all of the request; deny it instead"))
        }
        AmendRefusal::Unfit(AmendError::Replaces { part }) => unfit(format!(
            "The import replaces what is there, so without {part} it would be removed"
        )),
        AmendRefusal::Unfit(AmendError::NoText { part }) => {
            unfit(format!("{part} has no text that can be edited"))
        }
        AmendRefusal::Unfit(AmendError::Invalid(error)) => invalid::report(error),
        AmendRefusal::Nothing => {
            unfit("Nothing would be written so; deny the request instead".to_owned())
        }
        AmendRefusal::OtherPlan => FailureReport::new(
            ErrorCode::Conflict,
            "This is not what would be written now; look at it again. Nothing was answered",
        ),
        AmendRefusal::NotRememberable => FailureReport::new(
            ErrorCode::NotRememberable,
            "This answer cannot be remembered; the request goes on waiting",
        ),
        AmendRefusal::Host(error) => host::report(error),
    }
}

fn unfit(message: String) -> FailureReport {
    FailureReport::new(ErrorCode::InvalidAmendment, message)
}

#[cfg(test)]
mod tests {
    use openwork_change::change::ChangePart;
    use openwork_host::HostError;
    use openwork_model::invalid::Invalid;

    use super::*;
    use crate::error::Failure;
    use crate::error::tests::table;

    #[test]
    fn amendments_that_do_not_fit() {
        let part = || ChangePart::Mcp("notion".to_owned());
        let unknown = AmendError::UnknownPart {
            part: "mcp/none".to_owned(),
        };
        let refusals = [
            AmendRefusal::UnknownRequest,
            AmendRefusal::NoParts,
            unknown.into(),
            AmendError::Whole { part: part() }.into(),
            AmendError::Replaces { part: part() }.into(),
            AmendError::NoText { part: part() }.into(),
            AmendError::Invalid(Invalid::AgentContentRequired).into(),
            AmendRefusal::Nothing,
            AmendRefusal::OtherPlan,
            AmendRefusal::NotRememberable,
            HostError::Stuck.into(),
        ];
        insta::assert_snapshot!(table(refusals.map(Failure::Amend)));
    }
}
