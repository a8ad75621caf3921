//! The programs that drive a page, and the browser that all cases share.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use openwork_testkit::process::{Launch, Process, poll};
use openwork_testkit::sandbox::Sandbox;

/// Names another browser than the one that is found.
const VARIABLE: &str = "OPENWORK_TEST_BROWSER";
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
const PACKAGES: [&str; 2] = ["playwright-core", "axe-core"];
/// The first start of a browser is slow on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(60);

/// Where the programs are.
pub(crate) struct Programs {
    node: PathBuf,
    browser: PathBuf,
    scripts: PathBuf,
}

impl Programs {
    /// Finds them all, or says which one is missing.
    pub(crate) fn find() -> Result<Self, String> {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
        let is_installed = |package: &&str| tests.join("node_modules").join(package).is_dir();
        if let Some(package) = PACKAGES.iter().find(|package| !is_installed(package)) {
            return Err(format!("the npm package {package} is not installed"));
        }
        let browser = env::var_os(VARIABLE).map(PathBuf::from);
        let browser = browser.or_else(|| BROWSERS.into_iter().find_map(in_path));
        Ok(Self {
            node: in_path("node").ok_or("node is not installed")?,
            browser: browser.ok_or_else(|| format!("no Chromium; {VARIABLE} may name one"))?,
            scripts: tests.join("browser/page"),
        })
    }

    /// A script that is about to start in a directory of its own.
    pub(crate) fn script(&self, name: &str, directory: &Path) -> Launch {
        Launch::new(&self.node, directory)
            .env("HOME", directory)
            .arg(self.scripts.join(name))
    }
}

fn in_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let mut found = env::split_paths(&path).map(|directory| directory.join(program));
    found.find(|candidate| candidate.is_file())
}

/// The browser that all cases use, started by the first of them.
pub(crate) struct SharedBrowser {
    pub(crate) programs: Programs,
    running: OnceLock<Result<Running, String>>,
}

struct Running {
    endpoint: String,
    _process: Process,
    /// Holds the browser's profile, so it has to outlive it.
    _home: Sandbox,
}

impl SharedBrowser {
    pub(crate) fn new(programs: Programs) -> Self {
        Self {
            programs,
            running: OnceLock::new(),
        }
    }

    /// Where playwright finds the browser.
    pub(crate) fn endpoint(&self) -> io::Result<&str> {
        let start = || self.start().map_err(|error| error.to_string());
        match self.running.get_or_init(start) {
            Ok(running) => Ok(&running.endpoint),
            Err(error) => Err(io::Error::other(error.as_str())),
        }
    }

    fn start(&self) -> io::Result<Running> {
        let home = Sandbox::new()?;
        let script = self.programs.script("browser.mjs", &home.home());
        let mut process = script.arg(&self.programs.browser).start()?;
        let endpoint = poll(START_LIMIT, || match process.stdout().split_once('\n') {
            Some((endpoint, _)) => Ok(Some(endpoint.to_owned())),
            None if process.exit_status()?.is_some() => Err(io::Error::other(process.stderr())),
            None => Ok(None),
        })?;
        let endpoint =
            endpoint.ok_or_else(|| io::Error::other("the browser did not start in time"))?;
        Ok(Running {
            endpoint,
            _process: process,
            _home: home,
        })
    }
}
