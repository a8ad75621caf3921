//! What is asked of a request before anything else: its size, and a token.

use hyper::header::{HeaderName, HeaderValue};
use hyper::http::request::Parts;

use super::ServiceState;
use crate::auth::{Auth, Caller};
use crate::error::Failure;
use crate::route::{Endpoint, RouteAccess};

impl ServiceState {
    /// What a request has to show here, which for the numbers is a setting.
    pub(super) fn access(&self, endpoint: Endpoint) -> RouteAccess {
        match endpoint {
            Endpoint::Metrics => self.options.metrics.into(),
            endpoint => endpoint.access(),
        }
    }

    /// Lets a request in, or says which token is missing.
    pub(super) async fn admit(
        &self,
        access: RouteAccess,
        parts: &Parts,
    ) -> Result<Caller, Failure> {
        let admitted = self.admit_known(access, parts);
        let doubt = match &admitted {
            Ok(caller) => caller.lease().is_some() && self.host.tokens_are_stale(),
            // Another server may have made the token a moment ago.
            Err(_) => Auth::shows_bearer(&parts.headers) && self.host.keeps_tokens(),
        };
        if !doubt {
            return admitted;
        }
        Box::pin(self.host.look_at_tokens()).await;
        self.admit_known(access, parts)
    }

    fn admit_known(&self, access: RouteAccess, parts: &Parts) -> Result<Caller, Failure> {
        let made = |digest: &[u8; 32]| self.host.token(digest);
        self.auth.admit(access, &parts.headers, made)
    }

    /// The transport cuts off what is larger still; here there is an answer.
    pub(super) fn check_head(&self, parts: &Parts) -> Result<(), Failure> {
        let limits = &self.options.limits;
        let target = parts
            .uri
            .path_and_query()
            .map_or(0, |target| target.as_str().len());
        if target > limits.target {
            return Err(Failure::TargetTooLong);
        }
        let field = |(name, value): (&HeaderName, &HeaderValue)| {
            name.as_str().len() + value.len() + ": \r\n".len()
        };
        let head = target + parts.headers.iter().map(field).sum::<usize>();
        if head > limits.head || parts.headers.len() > limits.fields {
            return Err(Failure::HeadTooLarge);
        }
        Ok(())
    }
}
