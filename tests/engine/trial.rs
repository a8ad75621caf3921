//! One workspace, seen by our server and by the engine.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use openwork_testkit::engine::{Engine, View};
use openwork_testkit::expect::{Expected, Strictness};
use openwork_testkit::http::Request;
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{Server, ServerLaunch};
use serde_json::{Value, json};

/// What a check ends with.
pub(crate) type Verdict = Result<(), Box<dyn Error>>;
/// A check, run as a test of its own name.
pub(crate) type Check = fn(&Bench<'_>) -> Verdict;

/// The engine that all checks look through, started by the first of them.
pub(crate) struct SharedEngine {
    program: PathBuf,
    /// Whether it reads the newer forms of the configuration.
    reads_newer_forms: bool,
    running: OnceLock<Result<Running, String>>,
    /// Another one, for what is seen after a new start.
    later: OnceLock<Result<Running, String>>,
    /// Every sandbox that the engine may have seen. It still writes into workspaces in the
    /// background, so they may only go after it.
    seen: Mutex<Vec<Arc<Sandbox>>>,
}

struct Running {
    engine: Engine,
    /// The engine's home, which has to outlive it.
    _home: Sandbox,
}

impl SharedEngine {
    pub(crate) fn new(program: PathBuf, reads_newer_forms: bool) -> Self {
        Self {
            program,
            reads_newer_forms,
            running: OnceLock::new(),
            later: OnceLock::new(),
            seen: Mutex::default(),
        }
    }

    fn engine<'e>(&self, cell: &'e OnceLock<Result<Running, String>>) -> io::Result<&'e Engine> {
        let start = || self.start().map_err(|error| error.to_string());
        let running = cell.get_or_init(start);
        running
            .as_ref()
            .map(|running| &running.engine)
            .map_err(|error| io::Error::other(error.as_str()))
    }

    fn sandbox(&self) -> io::Result<Arc<Sandbox>> {
        let sandbox = Arc::new(Sandbox::new()?);
        let mut seen = self
            .seen
            .lock()
            .map_err(|_| io::Error::other("a check panicked"))?;
        seen.push(Arc::clone(&sandbox));
        Ok(sandbox)
    }

    fn start(&self) -> io::Result<Running> {
        let home = Sandbox::new()?;
        Ok(Running {
            engine: Engine::start(&self.program, &home.home())?,
            _home: home,
        })
    }
}

/// A sandbox with the means to look at it through both programs.
pub(crate) struct Bench<'e> {
    pub(crate) sandbox: Arc<Sandbox>,
    shared: &'e SharedEngine,
}

impl<'e> Bench<'e> {
    pub(crate) fn new(shared: &'e SharedEngine) -> io::Result<Self> {
        Ok(Self {
            sandbox: shared.sandbox()?,
            shared,
        })
    }

    /// Returns another bench with a sandbox of its own, at the same engine.
    pub(crate) fn another(&self) -> io::Result<Self> {
        Self::new(self.shared)
    }

    /// Returns how the shared engine sees the workspace.
    pub(crate) fn engine(&self) -> io::Result<View<'e>> {
        let engine = self.shared.engine(&self.shared.running)?;
        Ok(engine.at(self.sandbox.workspace()))
    }

    /// Returns how the shared engine sees another folder of the sandbox.
    pub(crate) fn engine_at(&self, folder: &str) -> io::Result<View<'e>> {
        let engine = self.shared.engine(&self.shared.running)?;
        Ok(engine.at(self.sandbox.path(folder)))
    }

    /// Returns how the shared engine sees a folder of its own with this configuration.
    pub(crate) fn engine_with(&self, folder: &str, config: &Value) -> io::Result<View<'e>> {
        let path = format!("{folder}/opencode.json");
        self.sandbox.write(&path, config.to_string())?;
        self.engine_at(folder)
    }

    /// Returns how an engine sees the workspace that has not seen it before.
    pub(crate) fn engine_started_later(&self) -> io::Result<View<'e>> {
        let engine = self.shared.engine(&self.shared.later)?;
        Ok(engine.at(self.sandbox.workspace()))
    }

    /// Starts another engine, which has seen nothing yet.
    pub(crate) fn new_engine(&self) -> io::Result<Engine> {
        Engine::start(&self.shared.program, &self.sandbox.home())
    }

    /// Whether the engine reads the newer forms of the configuration.
    pub(crate) fn reads_newer_forms(&self) -> bool {
        self.shared.reads_newer_forms
    }

    /// Returns the engine's program, for whoever starts it in another way.
    pub(crate) fn program(&self) -> &Path {
        &self.shared.program
    }

    /// Starts our server on the workspace, writing without asking.
    pub(crate) fn server(&self) -> io::Result<Server> {
        self.launch().start()
    }

    /// Starts our server, which knows the engine that works on the workspace.
    pub(crate) fn server_for(&self, engine: &Engine) -> io::Result<Server> {
        let url = engine.url();
        self.launch().env("OPENWORK_OPENCODE_BASE_URL", url).start()
    }

    fn launch(&self) -> ServerLaunch {
        let program = env!("CARGO_BIN_EXE_openwork-server");
        ServerLaunch::new(program, &self.sandbox).args(["--approval", "auto"])
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

/// Whether the engine refuses the whole workspace.
pub(crate) fn refuses(engine: &View<'_>) -> io::Result<bool> {
    match engine.get("/config") {
        Ok(_) => Ok(false),
        Err(refusal) if refusal.to_string().contains("400") => Ok(true),
        Err(trouble) => Err(trouble),
    }
}

/// Passes if the engine refuses the whole workspace.
pub(crate) fn assert_refuses(engine: &View<'_>) -> Verdict {
    if refuses(engine)? {
        Ok(())
    } else {
        Err("expected a refusal".into())
    }
}

/// Passes if the engine takes the whole configuration.
pub(crate) fn assert_loads(engine: &View<'_>) -> Verdict {
    assert_shows(&engine.get("/config")?, &json!("<object>"))
}

fn named<'v>(list: &'v Value, name: &str) -> Option<&'v Value> {
    list.as_array()?
        .iter()
        .find(|item| item.get("name").is_some_and(|found| found == name))
}
