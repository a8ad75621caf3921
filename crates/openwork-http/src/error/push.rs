//! Devices that are not told while their page is closed.

use openwork_api::ErrorCode;

use super::{BadPush, FailureReport};

pub(super) fn report(bad: &BadPush) -> FailureReport {
    match bad {
        BadPush::Subscription(why) => FailureReport::new(
            ErrorCode::InvalidSubscription,
            format!("This browser cannot be told: {why}"),
        ),
        BadPush::Unavailable(why) => FailureReport::new(
            ErrorCode::PushUnavailable,
            format!("This device cannot be told while its page is closed: {why}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Failure;
    use crate::error::tests::table;

    #[test]
    fn devices_that_are_not_told() {
        insta::assert_snapshot!(table(
            [
                BadPush::Subscription("endpoint must be the URL of a push service".to_owned()),
                BadPush::Unavailable("this program was built without Web Push"),
            ]
            .map(Failure::Push)
        ));
    }
}
