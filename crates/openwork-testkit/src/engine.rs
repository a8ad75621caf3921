//! The real engine, `OpenCode`, which reads what the server writes.
//!
//! It is started away from the user's home and kept off the network: it asks a registry for
//! packages as soon as a configuration directory exists, unless npm is told to stay offline.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::http::{Request, send};
use crate::process::{Launch, Process};
use crate::server::listening;

/// The engine's first start unpacks itself and can be slow on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(60);
const REQUEST_LIMIT: Duration = Duration::from_secs(30);

/// Settings that keep the engine to the files of the test.
const QUIET: [(&str, &str); 9] = [
    ("OPENCODE_DISABLE_AUTOUPDATE", "1"),
    ("OPENCODE_DISABLE_DEFAULT_PLUGINS", "1"),
    ("OPENCODE_DISABLE_LSP_DOWNLOAD", "1"),
    ("OPENCODE_DISABLE_MODELS_FETCH", "1"),
    ("OPENCODE_DISABLE_SHARE", "1"),
    // 1.17.11 takes one of the user's few inotify instances for each workspace and
    // gives none back: after 128 nobody can watch files any more, and it hangs.
    ("OPENCODE_EXPERIMENTAL_DISABLE_FILEWATCHER", "1"),
    // Plugins are read from the configuration, but neither fetched nor run.
    ("OPENCODE_PURE", "1"),
    ("npm_config_offline", "true"),
    ("npm_config_update_notifier", "false"),
];

/// A running engine; stopped when dropped.
///
/// One engine serves any number of workspaces, and its start is slow, so tests share it where
/// they can.
#[derive(Debug)]
pub struct Engine {
    process: Process,
    address: SocketAddr,
}

impl Engine {
    /// Returns where npm has put the engine below `folder`, if it has.
    pub fn installed_below(folder: &Path) -> Option<PathBuf> {
        Self::program_in(&folder.join("node_modules"))
    }

    /// Returns where npm has put the earlier version of the engine below `folder`, if it has: the
    /// package under the other name that `package.json` gives it.
    pub fn earlier_installed_below(folder: &Path) -> Option<PathBuf> {
        Self::program_in(&folder.join("node_modules/opencode-ai-old/node_modules"))
    }

    fn program_in(packages: &Path) -> Option<PathBuf> {
        let system = match std::env::consts::OS {
            "macos" => "darwin",
            other => other,
        };
        let processor = match std::env::consts::ARCH {
            "x86_64" => "x64",
            "aarch64" => "arm64",
            other => other,
        };
        let package = format!("opencode-{system}-{processor}/bin/opencode");
        Some(packages.join(package)).filter(|program| program.is_file())
    }

    /// Starts the engine with a home of its own, whose global configuration it reads once.
    pub fn start(program: &Path, home: &Path) -> io::Result<Self> {
        Self::start_with(program, home, &[])
    }

    /// Starts the engine with further variables, which count over those that keep it quiet.
    pub fn start_with(
        program: &Path,
        home: &Path,
        variables: &[(String, String)],
    ) -> io::Result<Self> {
        let launch = Launch::new(program, home)
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_STATE_HOME", home.join(".local/state"))
            .env("XDG_CACHE_HOME", home.join(".cache"));
        let launch = QUIET
            .iter()
            .fold(launch, |launch, (name, value)| launch.env(name, value));
        let launch = variables
            .iter()
            .fold(launch, |launch, (name, value)| launch.env(name, value));
        let mut process = launch
            .args(["serve", "--hostname", "127.0.0.1", "--port", "0"])
            .start()?;
        let address = listening(&mut process, START_LIMIT)?;
        Ok(Self { process, address })
    }

    /// Returns the URL that the engine is reached under.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns how the engine sees a workspace.
    pub fn at(&self, workspace: impl Into<PathBuf>) -> View<'_> {
        View {
            engine: self,
            workspace: workspace.into(),
        }
    }

    /// Ends the engine.
    pub fn stop(mut self) -> io::Result<()> {
        self.process.stop().map(drop)
    }
}

/// One workspace, as the engine sees it.
///
/// The engine answers nothing but errors for a workspace whose configuration it refuses.
#[derive(Debug)]
pub struct View<'e> {
    engine: &'e Engine,
    workspace: PathBuf,
}

impl View<'_> {
    /// Returns what the engine reports under a path, such as `/config`.
    pub fn get(&self, path: &str) -> io::Result<Value> {
        self.call("GET", path, None)
    }

    /// Returns what the engine answers to a document sent to a path, such as `/session`.
    pub fn post(&self, path: &str, document: &Value) -> io::Result<Value> {
        self.call("POST", path, Some(document))
    }

    /// Makes the engine forget the workspace, so that it reads the files again.
    ///
    /// The global configuration is not read again; that takes a new start.
    pub fn dispose(&self) -> io::Result<()> {
        self.call("POST", "/instance/dispose", None).map(drop)
    }

    fn call(&self, method: &str, path: &str, document: Option<&Value>) -> io::Result<Value> {
        let directory = percent_encode(&self.workspace.to_string_lossy());
        let request = Request::new(method, &format!("{path}?directory={directory}"));
        let request = match document {
            Some(document) => request.json(document),
            None => request,
        };
        let answer =
            send(self.engine.address, &request.within(REQUEST_LIMIT)).map_err(io::Error::other)?;
        let document = answer.json().filter(|_| answer.status == 200);
        document.ok_or_else(|| io::Error::other(format!("{method} {path}: {}", answer.summary())))
    }
}

fn percent_encode(text: &str) -> String {
    text.bytes()
        .fold(String::new(), |encoded, byte| match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => encoded + &char::from(byte).to_string(),
            _ if byte.is_ascii_alphanumeric() => encoded + &char::from(byte).to_string(),
            _ => encoded + &format!("%{byte:02X}"),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_survive_a_query() {
        assert_eq!(percent_encode("/a b/ü&c"), "/a%20b/%C3%BC%26c");
    }

    #[test]
    fn a_folder_without_the_engine_has_none() {
        let folder = Path::new("/nonexistent");
        assert_eq!(Engine::installed_below(folder), None);
        assert_eq!(Engine::earlier_installed_below(folder), None);
    }
}
