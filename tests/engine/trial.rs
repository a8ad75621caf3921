//! One workspace, seen by our server and by the engine.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use openwork_testkit::engine::Engine;
use openwork_testkit::expect::{Expected, Strictness};
use openwork_testkit::http::Request;
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{Server, ServerLaunch};
use serde_json::{Value, json};

/// What a check ends with.
pub(crate) type Verdict = Result<(), Box<dyn Error>>;
/// A check, run as a test of its own name.
pub(crate) type Check = fn(&Bench) -> Verdict;

/// A sandbox with the means to start both programs on it.
pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    engine: PathBuf,
}

impl Bench {
    pub(crate) fn new(engine: &Path) -> io::Result<Self> {
        Ok(Self {
            sandbox: Sandbox::new()?,
            engine: engine.to_path_buf(),
        })
    }

    /// Starts the engine on the workspace as it is now.
    pub(crate) fn engine(&self) -> io::Result<Engine> {
        Engine::start(
            &self.engine,
            &self.sandbox.workspace(),
            &self.sandbox.home(),
        )
    }

    /// Starts our server on the workspace, writing without asking.
    pub(crate) fn server(&self) -> io::Result<Server> {
        let program = env!("CARGO_BIN_EXE_openwork-server");
        ServerLaunch::new(program, &self.sandbox)
            .args(["--approval", "auto"])
            .start()
    }
}

/// Writes through our API.
pub(crate) fn write(server: &Server, method: &str, path: &str, body: &Value) -> io::Result<Value> {
    server.json(Request::new(method, &server.at_workspace(path)).json(body))
}

/// Deletes through our API.
pub(crate) fn delete(server: &Server, path: &str) -> io::Result<Value> {
    server.json(Request::new("DELETE", &server.at_workspace(path)))
}

/// Passes if a document is as expected, further fields aside.
pub(crate) fn assert_shows(found: &Value, expected: &Value) -> Verdict {
    let differences = Expected::parse(expected)?.differences(Some(found), Strictness::Open);
    if differences.is_empty() {
        Ok(())
    } else {
        Err(differences.join("\n").into())
    }
}

/// Passes if a list has an item of a name, and the item is as expected.
pub(crate) fn assert_lists(list: &Value, name: &str, expected: &Value) -> Verdict {
    match named(list, name) {
        Some(item) => assert_shows(item, expected),
        None => Err(format!("{name} is not listed").into()),
    }
}

/// Passes if a list has no item of a name.
pub(crate) fn assert_lacks(list: &Value, name: &str) -> Verdict {
    match named(list, name) {
        Some(item) => Err(format!("still listed: {item}").into()),
        None => Ok(()),
    }
}

/// Passes if the engine takes the whole configuration.
pub(crate) fn assert_loads(engine: &Engine) -> Verdict {
    assert_shows(&engine.get("/config")?, &json!("<object>"))
}

fn named<'v>(list: &'v Value, name: &str) -> Option<&'v Value> {
    list.as_array()?
        .iter()
        .find(|item| item.get("name").is_some_and(|found| found == name))
}
