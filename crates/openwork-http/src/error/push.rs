//! Devices that are not told while their page is closed.

use openwork_api::ErrorCode;

use super::FailureReport;

pub(super) fn subscription(why: &str) -> FailureReport {
    let message = format!("This browser cannot be told: {why}");
    FailureReport::new(ErrorCode::InvalidSubscription, message)
}

pub(super) fn unavailable(why: &str) -> FailureReport {
    let message = format!("This device cannot be told while its page is closed: {why}");
    FailureReport::new(ErrorCode::PushUnavailable, message)
}

#[cfg(test)]
mod tests {
    use crate::error::Failure;
    use crate::error::tests::table;

    #[test]
    fn devices_that_are_not_told() {
        insta::assert_snapshot!(table([
            Failure::Subscription("endpoint must be the URL of a push service".into()),
            Failure::NoPush("this program was built without Web Push"),
        ]));
    }
}
