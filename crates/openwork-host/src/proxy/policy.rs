//! Which calls of an engine there are, and what becomes of each.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use openwork_model::scope::Scope;
use percent_encoding::percent_decode_str;

use super::asked::AskedCall;
use super::table::engine_routes;

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineRule {
    /// It is passed on.
    Pass,
    /// It is passed on; a person is asked first if it does more than talk
    /// ([`BeyondTalk`](super::beyond::BeyondTalk)).
    Speech,
    /// The same, acknowledged without waiting for what comes of it.
    Command,
    /// It is passed on, and answered with events of the workspace.
    Events,
    /// It is passed on, and answered with events of all directories, of which
    /// only those of the workspace are shown.
    AllEvents,
    /// It is passed on, and secrets of the answer are masked for who may not
    /// see them.
    Settings,
    /// It is made as a change of the workspace's files, which the engine reads.
    Change(EngineChange),
    /// It is the reload of the workspace's engine.
    Reload,
    /// A person is asked, it is recorded, and then passed on.
    Ask(AskedCall),
    /// It is passed on where the server is set up for that, and refused elsewhere: it
    /// runs programs, or reaches beyond the workspace.
    Machine,
}

/// A change of files that an engine has a route for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineChange {
    /// Merge a configuration.
    PatchConfig,
    /// Add or replace an MCP entry.
    AddMcp,
}

/// One route of an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineRoute {
    /// The method, in capitals.
    pub method: &'static str,
    /// The path as the engine describes it: `{name}` stands for one segment, a
    /// last `*` for all that follow.
    pub path: &'static str,
    /// The least scope that may call it.
    pub least: Scope,
    /// What becomes of a call.
    pub rule: EngineRule,
}

/// A route and what stands in the path for its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineMatch<'p> {
    /// The route.
    pub route: &'static EngineRoute,
    /// The names, without braces, and the values, decoded.
    pub parameters: Vec<(&'static str, Cow<'p, str>)>,
}

impl EngineMatch<'_> {
    /// The session that is meant, if the call is about one.
    pub fn session(&self) -> Option<&str> {
        let mut named = self.parameters.iter();
        let found = named.find(|(name, _)| *name == "sessionID");
        found.map(|(_, value)| &**value)
    }
}

/// Finds the route of a call; `None` if the table does not know it.
///
/// The path is taken as it was sent. `HEAD` is asked like `GET`.
///
/// ```
/// use openwork_host::{EngineRule, engine_route};
///
/// let found = engine_route("GET", "/session/ses_1/message").unwrap();
/// assert_eq!((found.route.rule, found.session()), (EngineRule::Pass, Some("ses_1")));
/// assert_eq!(engine_route("GET", "/session/../config"), None);
/// ```
pub fn engine_route<'p>(method: &str, path: &'p str) -> Option<EngineMatch<'p>> {
    let method = if method == "HEAD" { "GET" } else { method };
    let beside = ROUTES.get(&(method, first_word(path)))?;
    beside.iter().find_map(|route| {
        let parameters = parameters(route.path, path)?;
        Some(EngineMatch { route, parameters })
    })
}

/// The rows of each method and first word, in the order of the table: few of
/// its hundreds are compared with a path.
static ROUTES: LazyLock<HashMap<(&str, &str), Vec<&EngineRoute>>> = LazyLock::new(|| {
    let mut routes: HashMap<_, Vec<_>> = HashMap::new();
    for route in engine_routes() {
        let key = (route.method, first_word(route.path));
        routes.entry(key).or_default().push(route);
    }
    routes
});

/// What stands before the second slash: no pattern has a parameter there.
fn first_word(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or(path)
}

/// What stands for the parameters of a pattern; `None` if the path is another.
fn parameters<'p>(
    pattern: &'static str,
    path: &'p str,
) -> Option<Vec<(&'static str, Cow<'p, str>)>> {
    let mut given = path.split('/');
    let mut found = Vec::new();
    for wanted in pattern.split('/') {
        if wanted == "*" {
            return given
                .all(|segment| value(segment).is_some())
                .then_some(found);
        }
        let segment = given.next()?;
        match wanted
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(name) => found.push((name, value(segment)?)),
            None if wanted == segment => {}
            None => return None,
        }
    }
    given.next().is_none().then_some(found)
}

/// A segment, decoded, if it can only be read as one segment.
fn value(segment: &str) -> Option<Cow<'_, str>> {
    let text = percent_decode_str(segment).decode_utf8().ok()?;
    // The engine reads a path once more, and its reader takes `..`, also escaped,
    // and `\` for steps: then another route would be called than the one that was
    // looked up. What is escaped twice is nobody's name.
    let steps = matches!(&*text, "" | "." | "..");
    let parts = |c: char| matches!(c, '/' | '\\' | '%') || c.is_control();
    (!steps && !text.contains(parts)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(method: &str, path: &str) -> Option<&'static str> {
        engine_route(method, path).map(|found| found.route.path)
    }

    #[test]
    fn every_row_is_found_under_its_own_path() {
        for row in engine_routes() {
            let sample = row.path.replace(['{', '}'], "").replace('*', "a/b");
            let found = engine_route(row.method, &sample).unwrap();
            assert_eq!(found.route, row, "{sample}");
        }
    }

    #[test]
    fn every_row_begins_with_a_word() {
        for row in engine_routes() {
            let word = first_word(row.path);
            assert!(row.path.starts_with(&format!("/{word}")), "{}", row.path);
            assert!(!word.contains(['{', '*']), "{}", row.path);
        }
    }

    #[test]
    fn what_has_no_row_is_not_known() {
        for (method, given) in [
            ("GET", ""),
            ("GET", "/"),
            ("GET", "/health"),
            ("GET", "/session/"),
            ("GET", "//session"),
            ("GET", "/Session"),
            ("GET", "/session/x/unheard-of"),
            ("PUT", "/session"),
            ("get", "/session"),
            ("POST", "/session/x/%73hell"),
            ("GET", "/%63onfig"),
        ] {
            assert_eq!(path(method, given), None, "{method} {given}");
        }
    }

    #[test]
    fn no_path_can_be_read_as_another() {
        for given in [
            "/session/../message",
            "/session/%2e%2E/message",
            "/session/./message",
            "/session//message",
            "/session/x%2fshell/message",
            "/session/x%5Cshell/message",
            "/session/x\\shell/message",
            "/session/%252e%252e/message",
            "/session/a%0ab/message",
            "/session/%ff/message",
        ] {
            assert_eq!(path("GET", given), None, "{given}");
        }
        let read = "/api/fs/read/a/%2e%2e/b";
        assert_eq!(path("GET", read), None);
    }

    #[test]
    fn heads_are_asked_like_gets_and_fixed_words_go_first() {
        assert_eq!(path("HEAD", "/config"), Some("/config"));
        assert_eq!(path("GET", "/session/status"), Some("/session/status"));
        let found = engine_route("POST", "/mcp/my%20server/connect").unwrap();
        assert_eq!(found.parameters, [("name", "my server".into())]);
        assert_eq!(found.session(), None);
    }

    #[test]
    fn viewers_only_read() {
        for row in engine_routes() {
            assert!(
                row.least != Scope::Viewer || row.method == "GET",
                "{}",
                row.path
            );
            assert!(row.rule != EngineRule::Machine || row.least == Scope::Owner);
        }
    }
}
