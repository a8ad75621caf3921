//! The method-and-path table.

use std::borrow::Cow;

use hyper::Method;
use hyper::header::HeaderValue;

use crate::error::Failure;

mod escape;

#[cfg(feature = "console")]
pub(crate) use openwork_api::route::ConsoleAsset;
pub(crate) use openwork_api::route::{ApprovalsEndpoint, Endpoint, ReadEndpoint, WriteEndpoint};
pub use openwork_api::route::{RouteAccess, RouteRow};

/// The routes that this build serves.
pub fn table() -> &'static [RouteRow] {
    if cfg!(feature = "console") {
        openwork_api::route::table()
    } else {
        openwork_api::route::table_without_console()
    }
}

/// A request's endpoint and the decoded parameters of its path.
#[derive(Debug, PartialEq)]
pub(crate) struct MatchedRoute<'p> {
    pub(crate) endpoint: Endpoint,
    parameters: [Cow<'p, str>; PARAMETERS],
}

impl MatchedRoute<'_> {
    /// The first parameter.
    pub(crate) fn id(&self) -> &str {
        &self.parameters[0]
    }

    /// The second parameter.
    pub(crate) fn name(&self) -> &str {
        &self.parameters[1]
    }
}

/// The most parameters that a path has.
const PARAMETERS: usize = 2;

/// The table, split at its slashes once.
pub(crate) struct Router {
    routes: Vec<Route>,
}

struct Route {
    method: Method,
    segments: Vec<&'static str>,
    endpoint: Endpoint,
}

impl Router {
    pub(crate) fn new() -> Self {
        let route = |row: &RouteRow| {
            // The methods of the table are plain words, so none is lost here.
            let method = Method::from_bytes(row.method().as_bytes()).ok()?;
            Some(Route {
                method,
                segments: segments(row.path()).collect(),
                endpoint: row.endpoint(),
            })
        };
        Self {
            routes: table().iter().filter_map(route).collect(),
        }
    }

    /// Finds what a request is for. Paths are compared exactly; parameters are
    /// decoded only afterwards, so that an escaped slash stays inside its own.
    pub(crate) fn find<'p>(
        &self,
        method: &Method,
        path: &'p str,
    ) -> Result<MatchedRoute<'p>, Failure> {
        let given: Vec<&str> = segments(path).collect();
        let of_path = || self.routes.iter().filter(|route| route.fits(&given));
        let Some(route) = of_path().find(|route| route.method == *method) else {
            return Err(otherwise(of_path()));
        };
        Ok(MatchedRoute {
            endpoint: route.endpoint,
            parameters: route.parameters(&given)?,
        })
    }
}

impl Route {
    fn fits(&self, given: &[&str]) -> bool {
        let fits = |(own, given): (&&str, &&str)| {
            if is_parameter(own) {
                !given.is_empty()
            } else {
                own == given
            }
        };
        self.segments.len() == given.len() && self.segments.iter().zip(given).all(fits)
    }

    fn parameters<'p>(&self, given: &[&'p str]) -> Result<[Cow<'p, str>; PARAMETERS], Failure> {
        let mut parameters = [Cow::Borrowed(""), Cow::Borrowed("")];
        let raw = self
            .segments
            .iter()
            .zip(given)
            .filter(|(own, _)| is_parameter(own));
        for (parameter, (_, raw)) in parameters.iter_mut().zip(raw) {
            *parameter = escape::decode(raw).ok_or(Failure::BadEscape)?;
        }
        Ok(parameters)
    }
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with(':')
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or("\0").split('/')
}

/// Why no route was found: the path is unknown, or only the method is.
fn otherwise<'r>(of_path: impl Iterator<Item = &'r Route>) -> Failure {
    let mut methods: Vec<&str> = of_path.map(|route| route.method.as_str()).collect();
    if methods.is_empty() {
        return Failure::NotFound;
    }
    methods.push("OPTIONS");
    match HeaderValue::try_from(methods.join(", ")) {
        Ok(allow) => Failure::MethodNotAllowed { allow },
        Err(_) => Failure::NotFound,
    }
}

#[cfg(test)]
mod tests;
