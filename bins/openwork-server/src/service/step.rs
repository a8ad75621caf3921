//! What is done to the system: one file, and programs that are run.

use std::fmt;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use openwork_store::{ServerFile, ServerFileError};

use super::ServicePlan;
use crate::problem::StartProblem;

/// A file that the system reads.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ServiceFile {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// What it holds.
    pub(crate) text: String,
    /// How that is written.
    pub(crate) encoding: FileEncoding,
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileEncoding {
    Utf8,
    /// Little-endian with a byte order mark, as the task scheduler takes it.
    Utf16,
}

/// A program of the system with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SystemCommand(pub(crate) Vec<String>);

impl SystemCommand {
    /// The words of a command.
    pub(crate) fn of<const N: usize>(words: [&str; N]) -> Self {
        Self(words.map(str::to_owned).into())
    }

    /// Runs it to its end, and gives what it wrote; `Err` if it failed.
    pub(crate) fn run(&self) -> Result<String, StartProblem> {
        let failed = |cause: &dyn fmt::Display| {
            StartProblem::new(format!("`{self}` failed: {cause}"))
                .help("`--dry-run` prints what would be done, so that you can do it by hand")
        };
        let (program, arguments) = self.0.split_first().ok_or_else(|| failed(&"it is empty"))?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null());
        let output = command.output().map_err(|cause| failed(&cause))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(match said.trim() {
            "" => failed(&output.status),
            said => failed(&said),
        })
    }
}

impl fmt::Display for SystemCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, word) in self.0.iter().enumerate() {
            let gap = if index == 0 { "" } else { " " };
            if word.contains(' ') {
                write!(f, "{gap}\"{word}\"")?;
            } else {
                write!(f, "{gap}{word}")?;
            }
        }
        Ok(())
    }
}

impl ServiceFile {
    /// Writes it whole, with the directories that it is to lie in; what was there
    /// before.
    fn write(&self) -> Result<Option<Vec<u8>>, ServerFileError> {
        let bytes = match self.encoding {
            FileEncoding::Utf8 => self.text.clone().into_bytes(),
            FileEncoding::Utf16 => {
                let units = std::iter::once(0xfeff).chain(self.text.encode_utf16());
                units.flat_map(u16::to_le_bytes).collect()
            }
        };
        self.replace(&bytes)
    }

    fn replace(&self, bytes: &[u8]) -> Result<Option<Vec<u8>>, ServerFileError> {
        let mut before = None;
        ServerFile::at(&self.path)?.update(|held| {
            before = held.map(<[u8]>::to_vec);
            Ok::<_, ServerFileError>(Some(bytes.to_vec()))
        })?;
        Ok(before)
    }

    /// Has it be what it was before it was written.
    fn put_back(&self, before: Option<&[u8]>) {
        let put = match before {
            Some(bytes) => self
                .replace(bytes)
                .map(drop)
                .map_err(|cause| cause.to_string()),
            None => self.remove().map_err(|cause| cause.to_string()),
        };
        if let Err(cause) = put {
            let path = self.path.display();
            tracing::warn!("{path} stays as it was written: {cause}");
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "it is a file of the system's, in no workspace"
    )]
    fn remove(&self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

impl ServicePlan {
    /// Writes the file and starts the service. Where the system refuses, the file is
    /// as it was before, so that nothing starts later that nobody counts on.
    pub(crate) fn install(&self) -> Result<(), StartProblem> {
        let before = self.file.write().map_err(|cause| {
            StartProblem::new(format!("the service cannot be written: {cause}"))
                .help("`--dry-run` prints it, so that you can put it in its place yourself")
        })?;
        let started = self.start.iter().try_for_each(|step| step.run().map(drop));
        started.inspect_err(|_| self.take_back(before.as_deref()))
    }

    /// Undoes an installation that failed. What fails here as well was never done, as
    /// far as can be known, and the failure that is told is the first one.
    fn take_back(&self, before: Option<&[u8]>) {
        let run =
            |steps: &[SystemCommand]| -> Vec<_> { steps.iter().map(SystemCommand::run).collect() };
        // A service that was there goes on by its own file.
        let stopped = before.is_none().then(|| run(&self.stop));
        self.file.put_back(before);
        let forgotten = run(&self.forget);
        tracing::debug!(?stopped, ?forgotten, "the installation is taken back");
    }

    /// Stops the service and takes the file away.
    pub(crate) fn uninstall(&self) -> Result<(), StartProblem> {
        // One that does not run, or was never installed, cannot be stopped; what
        // counts is that it is gone in the end.
        let stopped: Vec<_> = self.stop.iter().map(SystemCommand::run).collect();
        self.file.remove().map_err(|cause| {
            let path = self.file.path.display();
            StartProblem::new(format!("{path} cannot be removed: {cause}"))
        })?;
        self.forget
            .iter()
            .try_for_each(|step| step.run().map(drop))?;
        tracing::debug!(?stopped, "the service is gone");
        Ok(())
    }

    /// What installing would do.
    pub(crate) fn rehearsal(&self) -> String {
        let ServiceFile { path, text, .. } = &self.file;
        let steps: String = self.start.iter().map(line).collect();
        format!("# {}\n{text}\n# then\n{steps}", path.display())
    }

    /// What uninstalling would do.
    pub(crate) fn removal_rehearsal(&self) -> String {
        let stop: String = self.stop.iter().map(line).collect();
        let forget: String = self.forget.iter().map(line).collect();
        format!("{stop}# remove {}\n{forget}", self.file.path.display())
    }
}

fn line(command: &SystemCommand) -> String {
    format!("{command}\n")
}
