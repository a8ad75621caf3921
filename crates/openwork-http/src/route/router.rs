//! From method and path to what a request is for.

use std::borrow::Cow;

use hyper::Method;
use hyper::header::HeaderValue;

use super::{Endpoint, RouteRow, escape};
use crate::error::Failure;

/// A request's endpoint and the parameters of its path.
#[derive(Debug, PartialEq)]
pub(crate) struct MatchedRoute<'r> {
    pub(crate) endpoint: Endpoint,
    /// Its place in the table.
    pub(crate) row: usize,
    parameters: Vec<(&'r str, Cow<'r, str>)>,
}

impl MatchedRoute<'_> {
    /// The parameter that the table writes as `:name`, decoded, or the rest of
    /// the path that it writes as `*name`, as it was sent.
    ///
    /// # Errors
    ///
    /// [`Failure::Internal`] if the route has no such parameter: the table and
    /// the endpoint disagree.
    pub(crate) fn parameter(&self, name: &str) -> Result<&str, Failure> {
        let mut named = self.parameters.iter().filter(|(own, _)| *own == name);
        let value = named.next().map(|(_, value)| &**value);
        value.ok_or(Failure::Internal)
    }
}

/// The table, ready to be searched.
///
/// Each method has a tree of paths of its own. With one tree for all, a path
/// that has a fixed word for one method would hide a parameter in the same
/// place for another, as `GET /approvals/rules` and `POST /approvals/:id` do.
pub(crate) struct Router {
    methods: Vec<(Method, matchit::Router<RoutePlace>)>,
    /// Paths that take every method.
    any: matchit::Router<RoutePlace>,
    /// How many rows were tried to be added.
    rows: usize,
}

/// What is at the end of a path.
#[derive(Debug, Clone, Copy)]
struct RoutePlace {
    endpoint: Endpoint,
    row: usize,
    /// The name of the parameter that takes the rest of the path.
    rest: Option<&'static str>,
}

impl Router {
    /// A router for these rows. A row that cannot be told from another one is
    /// left out and logged; a test shows that our table has none.
    pub(crate) fn new(rows: &[RouteRow]) -> Self {
        let mut router = Self {
            methods: Vec::new(),
            any: matchit::Router::new(),
            rows: 0,
        };
        for row in rows {
            if let Err(error) = router.add(row.method(), row.path(), row.endpoint()) {
                let (method, path) = (row.method(), row.path());
                tracing::error!(method, path, %error, "a route cannot be served");
            }
        }
        router
    }

    pub(super) fn add(
        &mut self,
        method: &'static str,
        path: &'static str,
        endpoint: Endpoint,
    ) -> Result<(), UnroutableRow> {
        let rest = path
            .rsplit('/')
            .next()
            .and_then(|last| last.strip_prefix('*'));
        let place = RoutePlace {
            endpoint,
            row: self.rows,
            rest,
        };
        // Counted also if it cannot be served, so that a place is one of the table.
        self.rows += 1;
        if method == "*" {
            self.any.insert(pattern(path), place)?;
            return Ok(());
        }
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| UnroutableRow::Method)?;
        let known = self.methods.iter().position(|(known, _)| *known == method);
        let index = known.unwrap_or_else(|| {
            self.methods.push((method, matchit::Router::new()));
            self.methods.len() - 1
        });
        let (_, tree) = &mut self.methods[index];
        tree.insert(pattern(path), place)?;
        Ok(())
    }

    /// Finds what a request is for.
    ///
    /// Paths are compared as they were sent. Decoding comes afterwards, so that
    /// an escaped slash stays inside its segment.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`], [`Failure::MethodNotAllowed`] if the path is known
    /// for other methods, [`Failure::BadEscape`] if a parameter cannot be
    /// decoded.
    pub(crate) fn find<'r>(
        &'r self,
        method: &Method,
        path: &'r str,
    ) -> Result<MatchedRoute<'r>, Failure> {
        let of_method = self.methods.iter().find(|(own, _)| own == method);
        let found = of_method.and_then(|(_, tree)| tree.at(path).ok());
        let Some(found) = found.or_else(|| self.any.at(path).ok()) else {
            return Err(self.not_found(path));
        };
        let RoutePlace {
            endpoint,
            row,
            rest,
        } = *found.value;
        let mut parameters = Vec::with_capacity(found.params.len());
        for (name, raw) in found.params.iter() {
            // Decoded, an escaped slash in the rest of a path could no longer be
            // told from one that parts two segments.
            let value = if rest == Some(name) {
                Cow::Borrowed(raw)
            } else {
                escape::decode(raw).ok_or(Failure::BadEscape)?
            };
            parameters.push((name, value));
        }
        Ok(MatchedRoute {
            endpoint,
            row,
            parameters,
        })
    }

    /// Why no route was found: the path is unknown, or only the method is.
    fn not_found(&self, path: &str) -> Failure {
        let of_path = self
            .methods
            .iter()
            .filter(|(_, tree)| tree.at(path).is_ok());
        let mut methods: Vec<&str> = of_path.map(|(method, _)| method.as_str()).collect();
        if methods.is_empty() {
            return Failure::NotFound;
        }
        methods.push("OPTIONS");
        match HeaderValue::try_from(methods.join(", ")) {
            Ok(allow) => Failure::MethodNotAllowed { allow },
            // Not reached: names of methods have no characters that a header
            // may not have.
            Err(_) => Failure::NotFound,
        }
    }
}

/// Why a row cannot be served.
#[derive(Debug, thiserror::Error)]
pub(super) enum UnroutableRow {
    /// The method is no HTTP method.
    #[error("its method cannot be a method")]
    Method,
    /// The path is malformed, or cannot be told from another one.
    #[error(transparent)]
    Path(#[from] matchit::InsertError),
}

/// A path of the table as the tree wants it: `:name` is `{name}` and `*name`,
/// which may only be the last segment, is `{*name}`.
fn pattern(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment.as_bytes() {
        [b':', ..] => format!("{{{}}}", &segment[1..]),
        [b'*', ..] => format!("{{{segment}}}"),
        _ => segment.replace('{', "{{").replace('}', "}}"),
    });
    segments.collect::<Vec<_>>().join("/")
}
