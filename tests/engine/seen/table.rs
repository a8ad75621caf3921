//! Workspaces as data.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;

use openwork_testkit::sandbox::{Sandbox, make_repository};
use serde_json::Value;

/// The keys that a fixture may have.
const KEYS: [&str; 7] = [
    "about",
    "above",
    "exported_otherwise",
    "files",
    "import_refused",
    "newer",
    "unlisted",
];

/// One workspace: its files, and what our lists leave out on purpose.
pub(crate) struct Fixture {
    pub(crate) name: String,
    /// Whether the repository is the directory above the workspace.
    above: bool,
    /// Contents by path, relative to the sandbox.
    files: BTreeMap<String, Content>,
    /// Whether it has newer forms of the configuration, which earlier engines refuse.
    pub(crate) has_newer_forms: bool,
    /// Names of commands that the engine has and our list does not.
    pub(crate) unlisted: Vec<String>,
    /// Names of what another place says otherwise to the engine than the one that is exported.
    pub(crate) exported_otherwise: Vec<String>,
    /// The code with which an import of its own export is refused.
    pub(crate) import_refused: Option<String>,
}

enum Content {
    Text(String),
    Link(String),
}

/// Reads all workspaces of a folder.
pub(crate) fn fixtures(folder: &Path) -> Result<Vec<Fixture>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let fixture = Fixture::read(&path);
        found.push(fixture.map_err(|error| format!("{}: {error}", path.display()))?);
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

impl Fixture {
    fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let said: Value = serde_json::from_slice(&fs::read(path)?)?;
        let said = said.as_object().ok_or("no object")?;
        if let Some(key) = said.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(format!("unknown key {key}").into());
        }
        let files = said
            .get("files")
            .and_then(Value::as_object)
            .ok_or("no files")?;
        let content =
            |(path, content): (&String, &Value)| Ok((path.clone(), Content::read(content)?));
        let names = |key: &str| -> Vec<String> {
            let names = said.get(key).and_then(Value::as_array);
            let names = names.into_iter().flatten().filter_map(Value::as_str);
            names.map(str::to_owned).collect()
        };
        Ok(Self {
            name: path
                .file_stem()
                .ok_or("no name")?
                .to_string_lossy()
                .into_owned(),
            above: said.get("above") == Some(&Value::Bool(true)),
            has_newer_forms: said.get("newer") == Some(&Value::Bool(true)),
            files: files.iter().map(content).collect::<Result<_, String>>()?,
            unlisted: names("unlisted"),
            exported_otherwise: names("exported_otherwise"),
            import_refused: said
                .get("import_refused")
                .and_then(Value::as_str)
                .map(str::to_owned),
        })
    }

    /// Whether there are files in the user's home.
    pub(crate) fn has_home(&self) -> bool {
        self.files.keys().any(|path| path.starts_with("home/"))
    }

    pub(crate) fn lay_out(&self, sandbox: &Sandbox) -> io::Result<()> {
        if self.above {
            fs::remove_dir_all(sandbox.path("ws/.git"))?;
            make_repository(&sandbox.path(".git"))?;
        }
        self.files
            .iter()
            .try_for_each(|(path, content)| content.put(sandbox, path))
    }
}

impl Content {
    /// A text, its lines, a document in JSON, or a link.
    fn read(said: &Value) -> Result<Self, String> {
        match said {
            Value::String(text) => Ok(Self::Text(text.clone())),
            Value::Array(lines) => {
                let lines = lines.iter().map(Self::lines);
                Ok(Self::Text(lines.collect::<Result<_, _>>()?))
            }
            Value::Object(object) => match (object.get("json"), object.get("link")) {
                (Some(json), None) => Ok(Self::Text(format!("{json:#}\n"))),
                (None, Some(Value::String(target))) => Ok(Self::Link(target.clone())),
                _ => Err("an object is neither json nor a link".to_owned()),
            },
            other => Err(format!("no content: {other}")),
        }
    }

    /// A line, or one that is repeated with its number for `#`, each hundred under a heading.
    fn lines(said: &Value) -> Result<String, String> {
        let Some(repeated) = said.as_object() else {
            let line = said.as_str().ok_or_else(|| format!("no line: {said}"))?;
            return Ok(format!("{line}\n"));
        };
        let text = |key: &str| repeated.get(key).and_then(Value::as_str);
        let (line, heading) = text("line").zip(text("heading")).ok_or("no line")?;
        let count = repeated.get("repeat").and_then(Value::as_u64);
        let lines = (0..count.ok_or("not said how often")?).flat_map(|number| {
            let number_in = |text: &str| format!("{}\n", text.replace('#', &number.to_string()));
            let heading = number.is_multiple_of(100).then(|| number_in(heading));
            heading.into_iter().chain([number_in(line)])
        });
        Ok(lines.collect())
    }

    fn put(&self, sandbox: &Sandbox, path: &str) -> io::Result<()> {
        match self {
            Self::Text(text) => sandbox.write(path, text),
            Self::Link(target) => link(target, &sandbox.path(path)),
        }
    }
}

#[cfg(unix)]
fn link(target: &str, path: &Path) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    std::os::unix::fs::symlink(target, path)
}

#[cfg(not(unix))]
fn link(_: &str, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
