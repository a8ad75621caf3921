//! Names by which a trace tells what the engine got at.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A name that occurs in one case only, and what is planted under it.
///
/// A file that is created under the name shows that a program ran, the text of a planted file or
/// the value of a planted variable in a request that it was read, the name in a request's path
/// that somebody was told to come.
#[derive(Debug, Clone)]
pub(super) struct Trap {
    name: String,
    root: PathBuf,
}

/// The length of every name, so that none is the beginning of another.
const LENGTH: usize = 7;

impl Trap {
    /// What stands before the name in the text of a planted file.
    pub(super) const TEXT: &'static str = "text of ";
    /// What stands before the name in the value of a planted variable.
    pub(super) const VALUE: &'static str = "value of ";

    /// Plants the files of a trap; the variable is for whoever starts the engine.
    pub(super) fn plant(root: &Path, number: usize) -> io::Result<Self> {
        let trap = Self {
            name: format!("t{number:06}"),
            root: root.to_owned(),
        };
        let text = format!("{}{}.\n", Self::TEXT, trap.name);
        for folder in ["home/.kept", "outside"] {
            fs::write(root.join(folder).join(&trap.name), &text)?;
        }
        let skill = trap.skills().join("one");
        fs::create_dir_all(&skill)?;
        let heading = format!("---\nname: s{}\ndescription: {}", trap.name, text.trim());
        fs::write(skill.join("SKILL.md"), heading + "\n---\nSteps\n")?;
        let module = format!(
            "import fs from \"fs\"\nfs.writeFileSync(\"{}\", \"\")\nexport default async () => ({{}})\n",
            trap.marker().display()
        );
        fs::write(trap.module(), module)?;
        let script = trap.script();
        fs::write(&script, format!("#!/bin/sh\n{}\n", trap.touch()))?;
        make_executable(&script)?;
        Ok(trap)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// A shell command.
    pub(super) fn touch(&self) -> String {
        format!("touch {}", self.marker().display())
    }

    /// What that command creates.
    pub(super) fn marker(&self) -> PathBuf {
        self.root.join("ran").join(&self.name)
    }

    /// A program.
    pub(super) fn script(&self) -> PathBuf {
        self.root.join("outside").join(format!("{}.sh", self.name))
    }

    /// A module that can be loaded.
    pub(super) fn module(&self) -> PathBuf {
        self.root.join("outside").join(format!("{}.ts", self.name))
    }

    /// A folder of skills, the description of which is the text of the trap.
    pub(super) fn skills(&self) -> PathBuf {
        self.root
            .join("outside")
            .join(format!("{}-skills", self.name))
    }

    /// A file in the home of whoever runs the engine.
    pub(super) fn home_file(&self) -> String {
        format!("~/.kept/{}", self.name)
    }

    /// A file that is neither there nor in a workspace.
    pub(super) fn outside_file(&self) -> PathBuf {
        self.root.join("outside").join(&self.name)
    }

    /// The name of a variable of the engine's environment.
    pub(super) fn variable(&self) -> String {
        format!("KEPT_{}", self.name)
    }

    /// The value of that variable.
    pub(super) fn value(&self) -> String {
        format!("{}{}.", Self::VALUE, self.name)
    }
}

/// The names that follow a text somewhere.
pub(super) fn names_in(text: &str, before: &str) -> Vec<String> {
    text.match_indices(before)
        .filter_map(|(at, _)| text.get(at + before.len()..at + before.len() + LENGTH))
        .filter(|name| name.strip_prefix('t').is_some_and(is_number))
        .map(str::to_owned)
        .collect()
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
fn make_executable(_path: &Path) -> io::Result<()> {
    Ok(())
}
