//! Writing cases as the server would, and letting the engine work on them.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;

use openwork_change::plan::plan;
use openwork_change::preview::{Preview, preview};
use openwork_model::files::{FileContents, FileRoot, Location, MemoryFiles};
use openwork_model::path::RelPath;
use openwork_testkit::engine::{Engine, View};
use serde_json::{Value, json};

use super::case::{Case, Layout, Use, Write};
use super::ground::{Ground, furnish};

/// A case that was tried, and what a host would have been asked about it.
pub(super) struct Attempt {
    pub(super) case: Case,
    /// One for each write that is not refused.
    pub(super) asked: Vec<Preview>,
    /// Why the engine could not work with it at all.
    pub(super) trouble: Option<String>,
}

/// Lets the engine work once before several workspaces ask it at a time.
pub(super) fn warm_up(ground: &Ground, engine: &Engine) -> io::Result<()> {
    let workspace = ground.workspace(Layout::Repository)?;
    session(&engine.at(workspace)).map(drop)
}

/// Tries cases in one workspace; if the engine refuses that, each in its own.
pub(super) fn attempt(
    ground: &Ground,
    engine: &Engine,
    cases: &[Case],
) -> Result<Vec<Attempt>, Box<dyn Error>> {
    let layout = cases.first().map_or(Layout::Repository, |case| case.layout);
    let workspace = ground.workspace(layout)?;
    let mut files = Files::default();
    let mut asked = Vec::new();
    for case in cases {
        asked.push(files.write_all(case)?);
    }
    files.lay_out(&workspace)?;
    let view = engine.at(&workspace);
    let trouble = match view.get("/config") {
        Ok(settings) => {
            ground.note_loaded(&settings);
            None
        }
        Err(refusal) => Some(refusal.to_string()),
    };
    if trouble.is_some() && cases.len() > 1 {
        let each = cases.chunks(1).map(|case| attempt(ground, engine, case));
        return Ok(each
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect());
    }
    if trouble.is_none() {
        work(&view, cases)?;
    }
    let attempts = cases.iter().cloned().zip(asked);
    Ok(attempts
        .map(|(case, asked)| Attempt {
            case,
            asked,
            trouble: trouble.clone(),
        })
        .collect())
}

/// The files of a workspace, as they come about.
#[derive(Default)]
struct Files {
    known: MemoryFiles,
    written: BTreeMap<String, FileContents>,
    above: Option<String>,
}

const CONFIG: &str = "opencode.json";

impl Files {
    fn write_all(&mut self, case: &Case) -> Result<Vec<Preview>, Box<dyn Error>> {
        for (path, text) in &case.files {
            self.put(&RelPath::new(path)?, text.as_bytes().into());
        }
        if let Some(text) = &case.above {
            let at = Location::new(FileRoot::Ancestor(1), RelPath::new(CONFIG)?);
            self.known = std::mem::take(&mut self.known).with_ancestors(1);
            self.known.insert(at, text.as_bytes().into());
            self.above = Some(text.clone());
        }
        Ok(case
            .writes
            .iter()
            .filter_map(|write| self.write(write))
            .collect())
    }

    /// Writes what is not refused.
    fn write(&mut self, write: &Write) -> Option<Preview> {
        let change = write.change().ok()?;
        let plan = plan(&change.clone().into(), &self.known).ok()?;
        let asked = preview(&change, &plan);
        for edit in plan.edits {
            if let Some(after) = edit.after {
                self.put(&edit.path, after);
            }
        }
        Some(asked)
    }

    fn put(&mut self, path: &RelPath, contents: FileContents) {
        self.known.insert(
            Location::workspace(path.clone()),
            FileContents::clone(&contents),
        );
        self.written.insert(path.as_str().to_owned(), contents);
    }

    fn lay_out(&self, workspace: &Path) -> io::Result<()> {
        for (path, contents) in &self.written {
            let path = workspace.join(path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, contents)?;
        }
        if let (Some(text), Some(above)) = (&self.above, workspace.parent()) {
            fs::write(above.join(CONFIG), text)?;
        }
        let folder = workspace.join(".opencode");
        if folder.is_dir() {
            furnish(&folder)?;
        }
        Ok(())
    }
}

/// Does all that people do with the cases. What the engine answers does not matter here: its
/// errors are a part of what may happen.
fn work(view: &View<'_>, cases: &[Case]) -> io::Result<()> {
    for list in ["/command", "/skill", "/agent", "/mcp"] {
        let _unlisted = view.get(list);
    }
    let greeting = Use::Message("hi".to_owned());
    for one in cases.iter().flat_map(|case| &case.uses).chain([&greeting]) {
        let session = session(view)?;
        let (path, body) = request(one);
        let _failed = view.post(&format!("/session/{session}/{path}"), &body);
    }
    Ok(())
}

/// Opens a session. A machine that has other things to do may need more than one try.
fn session(view: &View<'_>) -> io::Result<String> {
    let open = || view.post("/session", &json!({ "title": "a title" }));
    let opened = open().or_else(|_| open()).or_else(|_| open())?;
    Ok(opened["id"].as_str().unwrap_or_default().to_owned())
}

fn request(one: &Use) -> (&'static str, Value) {
    let parts = |text: &str| json!([{ "type": "text", "text": text }]);
    match one {
        Use::Command(name, arguments) => (
            "command",
            json!({ "command": name, "arguments": arguments }),
        ),
        Use::Agent(name) => ("message", json!({ "agent": name, "parts": parts("hi") })),
        Use::Message(text) => ("message", json!({ "parts": parts(text) })),
    }
}
