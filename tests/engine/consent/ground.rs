//! The ground that cases are tried on: a home, files outside of workspaces, two listeners.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use openwork_testkit::engine::Engine;
use openwork_testkit::sandbox::{Sandbox, make_repository};
use serde_json::{Value, json};

use super::case::Layout;
use super::listener::{Listener, Seen};
use super::trap::Trap;
use super::verdict::Happened;

/// A directory with all that there is to get at.
pub(super) struct Ground {
    sandbox: Sandbox,
    /// The provider of the model that everybody uses.
    pub(super) model: Listener,
    /// The host that nobody has anything to do with.
    pub(super) stranger: Listener,
    loaded: Mutex<Seen>,
    traps: Vec<Trap>,
    workspaces: AtomicUsize,
}

/// Leaves in a folder of configurations what the engine would otherwise ask a registry for.
pub(super) fn furnish(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder.join("node_modules"))?;
    let lock = json!({ "packages": { "": { "dependencies": { "@opencode-ai/plugin": "*" } } } });
    fs::write(folder.join("package-lock.json"), lock.to_string())
}

impl Ground {
    pub(super) fn new() -> io::Result<Self> {
        let sandbox = Sandbox::bare()?;
        for folder in ["home/.kept", "outside", "ran"] {
            fs::create_dir_all(sandbox.path(folder))?;
        }
        let ground = Self {
            sandbox,
            model: Listener::start()?,
            stranger: Listener::start()?,
            loaded: Mutex::default(),
            traps: Vec::new(),
            workspaces: AtomicUsize::new(0),
        };
        ground.sandbox.write(
            "home/.config/opencode/opencode.json",
            ground.settings().to_string(),
        )?;
        ground.sandbox.write("models.json", "{}")?;
        furnish(&ground.sandbox.path("home/.config/opencode"))?;
        Ok(ground)
    }

    /// Plants a trap.
    pub(super) fn trap(&mut self) -> io::Result<Trap> {
        let trap = Trap::plant(self.sandbox.root(), self.traps.len())?;
        self.traps.push(trap.clone());
        Ok(trap)
    }

    /// The address of the stranger.
    pub(super) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.stranger.port())
    }

    /// Starts the engine, which runs plugins here, with the variables of all traps.
    pub(super) fn engine(&self, program: &Path) -> io::Result<Engine> {
        let mut variables: Vec<(String, String)> = self
            .traps
            .iter()
            .map(|trap| (trap.variable(), trap.value()))
            .collect();
        variables.push(("OPENCODE_PURE".to_owned(), "0".to_owned()));
        // The list of all models of the world takes it a second in every workspace.
        let models = self.sandbox.path("models.json");
        variables.push((
            "OPENCODE_MODELS_PATH".to_owned(),
            models.display().to_string(),
        ));
        Engine::start_with(program, &self.sandbox.home(), &variables)
    }

    /// Makes an empty workspace.
    pub(super) fn workspace(&self, layout: Layout) -> io::Result<PathBuf> {
        let number = self.workspaces.fetch_add(1, Ordering::Relaxed);
        let above = self.sandbox.path(&format!("w{number}"));
        let workspace = above.join("ws");
        fs::create_dir_all(&workspace)?;
        match layout {
            Layout::Repository => make_repository(&workspace.join(".git"))?,
            Layout::Below => make_repository(&above.join(".git"))?,
            Layout::Unversioned => {}
        }
        Ok(workspace)
    }

    /// Takes down the settings that the engine has loaded.
    pub(super) fn note_loaded(&self, settings: &Value) {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        loaded.note(&settings.to_string());
    }

    /// What happened until now.
    pub(super) fn happened(&self) -> Happened {
        let loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        Happened {
            model: self.model.seen(),
            stranger: self.stranger.seen(),
            loaded: loaded.clone(),
        }
    }

    /// A model whose requests go to the listener that stands for its provider.
    fn settings(&self) -> Value {
        let base = format!("http://127.0.0.1:{}/v1", self.model.port());
        json!({
            "$schema": "https://opencode.ai/config.json",
            "model": "fake/m",
            "small_model": "fake/m",
            "snapshot": false,
            "provider": { "fake": {
                "npm": "@ai-sdk/openai-compatible",
                "options": { "baseURL": base, "apiKey": "x" },
                "models": { "m": {} },
            } },
        })
    }
}
