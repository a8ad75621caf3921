//! The method-and-path table.

use std::borrow::Cow;

use hyper::Method;
use hyper::header::HeaderValue;

#[cfg(feature = "console")]
use crate::console::ConsoleAsset;
use crate::error::Failure;

mod endpoint;
mod escape;

pub(crate) use endpoint::{ApprovalsEndpoint, Endpoint, ReadEndpoint, WriteEndpoint};

/// Whose token a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteAccess {
    /// Nobody's.
    Open,
    /// The client token.
    Client,
    /// The host token.
    Host,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct RouteRow {
    method: &'static str,
    path: &'static str,
    endpoint: Endpoint,
}

impl RouteRow {
    /// The method, in capitals.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// The path; a segment that starts with `:` stands for any text.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// Whose token the route needs.
    pub fn access(&self) -> RouteAccess {
        self.endpoint.access()
    }
}

/// All routes.
pub fn table() -> &'static [RouteRow] {
    TABLE
}

const fn row(method: &'static str, path: &'static str, endpoint: Endpoint) -> RouteRow {
    RouteRow {
        method,
        path,
        endpoint,
    }
}

#[rustfmt::skip]
static TABLE: &[RouteRow] = &[
    row("GET",    "/health",                              Endpoint::Health),
    row("GET",    "/capabilities",                        Endpoint::Capabilities),
    row("GET",    "/workspaces",                          Endpoint::Workspaces),
    row("GET",    "/workspace/:id/config",                Endpoint::Read(ReadEndpoint::Config)),
    row("PATCH",  "/workspace/:id/config",                Endpoint::Write(WriteEndpoint::PatchConfig)),
    row("GET",    "/workspace/:id/plugins",               Endpoint::Read(ReadEndpoint::Plugins)),
    row("POST",   "/workspace/:id/plugins",               Endpoint::Write(WriteEndpoint::AddPlugin)),
    row("DELETE", "/workspace/:id/plugins/:name",         Endpoint::Write(WriteEndpoint::RemovePlugin)),
    row("GET",    "/workspace/:id/skills",                Endpoint::Read(ReadEndpoint::Skills)),
    row("POST",   "/workspace/:id/skills",                Endpoint::Write(WriteEndpoint::UpsertSkill)),
    row("GET",    "/workspace/:id/skills/:name",          Endpoint::Read(ReadEndpoint::Skill)),
    row("DELETE", "/workspace/:id/skills/:name",          Endpoint::Write(WriteEndpoint::DeleteSkill)),
    row("GET",    "/workspace/:id/mcp",                   Endpoint::Read(ReadEndpoint::Mcp)),
    row("POST",   "/workspace/:id/mcp",                   Endpoint::Write(WriteEndpoint::AddMcp)),
    row("DELETE", "/workspace/:id/mcp/:name",             Endpoint::Write(WriteEndpoint::RemoveMcp)),
    row("POST",   "/workspace/:id/mcp/:name/enabled",     Endpoint::Write(WriteEndpoint::EnableMcp)),
    row("GET",    "/workspace/:id/commands",              Endpoint::Read(ReadEndpoint::Commands)),
    row("POST",   "/workspace/:id/commands",              Endpoint::Write(WriteEndpoint::UpsertCommand)),
    row("GET",    "/workspace/:id/commands/:name",        Endpoint::Read(ReadEndpoint::Command)),
    row("DELETE", "/workspace/:id/commands/:name",        Endpoint::Write(WriteEndpoint::DeleteCommand)),
    row("GET",    "/workspace/:id/audit",                 Endpoint::Read(ReadEndpoint::Audit)),
    row("GET",    "/workspace/:id/events",                Endpoint::Read(ReadEndpoint::Events)),
    row("POST",   "/workspace/:id/engine/reload",         Endpoint::Reload),
    row("GET",    "/workspace/:id/export",                Endpoint::Read(ReadEndpoint::Export)),
    row("POST",   "/workspace/:id/import",                Endpoint::Write(WriteEndpoint::Import)),
    row("GET",    "/approvals",                           Endpoint::Approvals(ApprovalsEndpoint::List)),
    row("GET",    "/approvals/events",                    Endpoint::Approvals(ApprovalsEndpoint::Events)),
    row("GET",    "/approvals/history",                   Endpoint::Approvals(ApprovalsEndpoint::History)),
    row("GET",    "/approvals/audit",                     Endpoint::Approvals(ApprovalsEndpoint::Audit)),
    row("GET",    "/approvals/rules",                     Endpoint::Approvals(ApprovalsEndpoint::Rules)),
    row("DELETE", "/approvals/rules/:id",                 Endpoint::Approvals(ApprovalsEndpoint::Revoke)),
    row("GET",    "/approvals/:id",                       Endpoint::Approvals(ApprovalsEndpoint::Show)),
    row("GET",    "/approvals/:id/files/:n",              Endpoint::Approvals(ApprovalsEndpoint::File)),
    row("POST",   "/approvals/:id",                       Endpoint::Approvals(ApprovalsEndpoint::Reply)),
    #[cfg(feature = "console")]
    row("GET",    "/console",                             Endpoint::Console(ConsoleAsset::Page)),
    #[cfg(feature = "console")]
    row("GET",    "/console/console.css",                 Endpoint::Console(ConsoleAsset::Style)),
    #[cfg(feature = "console")]
    row("GET",    "/console/console.js",                  Endpoint::Console(ConsoleAsset::Script)),
];

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
            let method = Method::from_bytes(row.method.as_bytes()).ok()?;
            Some(Route {
                method,
                segments: segments(row.path).collect(),
                endpoint: row.endpoint,
            })
        };
        Self {
            routes: TABLE.iter().filter_map(route).collect(),
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
