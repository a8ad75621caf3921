//! A program under test: its output caught, ended by its id.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub use signal::Signal;

mod signal;

/// How long a program may take to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(3);
const POLL: Duration = Duration::from_millis(5);

/// A program that is about to start, with nothing inherited but a search path and a locale.
#[derive(Debug, Clone)]
pub struct Launch {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    directory: PathBuf,
}

impl Launch {
    /// Describes a program that will run in `directory`.
    pub fn new(program: impl Into<PathBuf>, directory: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            directory: directory.into(),
        }
        .envs(needed())
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Adds several arguments.
    #[must_use]
    pub fn args(self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Sets a variable of the program's environment.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment
            .push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Sets the variables by which a program of this system finds its user's home.
    #[must_use]
    pub fn home(self, directory: impl AsRef<OsStr>) -> Self {
        let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        self.env(name, directory)
    }

    fn envs(self, variables: impl IntoIterator<Item = (&'static str, OsString)>) -> Self {
        variables
            .into_iter()
            .fold(self, |launch, (name, value)| launch.env(name, value))
    }

    /// Starts the program with no input and its output caught in files.
    pub fn start(self) -> io::Result<Process> {
        let output = tempfile::Builder::new()
            .prefix("openwork-output-")
            .tempdir()?;
        let mut command = Command::new(&self.program);
        let child = signal::prepare(&mut command)
            .args(&self.arguments)
            // What the machine of the tests has set must not decide how the
            // program behaves.
            .env_clear()
            .envs(self.environment)
            .current_dir(&self.directory)
            .stdin(Stdio::null())
            // Files and no pipes: nobody has to read them for the program to go
            // on, and they are there after its end.
            .stdout(File::create(output.path().join("stdout"))?)
            .stderr(File::create(output.path().join("stderr"))?)
            .spawn()?;
        Ok(Process { child, output })
    }
}

/// A running program; ended when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    output: TempDir,
}

impl Process {
    /// Returns the id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns what was written to standard output until now.
    pub fn stdout(&self) -> String {
        read_lossy(&self.output.path().join("stdout"))
    }

    /// Returns what was written to standard error until now.
    pub fn stderr(&self) -> String {
        read_lossy(&self.output.path().join("stderr"))
    }

    /// Returns how the program ended, if it did.
    pub fn exit_status(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Waits until the program has ended, at most for `limit`.
    pub fn wait(&mut self, limit: Duration) -> io::Result<Option<ExitStatus>> {
        poll(limit, || self.child.try_wait())
    }

    /// Sends a signal; a program that has ended already is no error.
    pub fn signal(&mut self, signal: Signal) -> io::Result<()> {
        // The id of a program that has ended may be that of another by now.
        if self.child.try_wait()?.is_some() {
            return Ok(());
        }
        signal::send(&mut self.child, signal)
    }

    /// Asks the program to end, and kills it if it does not do so in time, or
    /// cannot be asked: wine sends no event to one program.
    pub fn stop(&mut self) -> io::Result<ExitStatus> {
        let asked = self.signal(Signal::Term);
        if cfg!(unix) {
            asked?;
        } else if asked.is_err() {
            self.child.kill()?;
        }
        if let Some(status) = self.wait(GRACE)? {
            return Ok(status);
        }
        self.child.kill()?;
        self.child.wait()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _already_ended = self.stop();
    }
}

/// The variables without which programs of this system do not run.
#[cfg(not(windows))]
fn needed() -> Vec<(&'static str, OsString)> {
    vec![
        ("PATH", "/usr/local/bin:/usr/bin:/bin".into()),
        ("LANG", "C.UTF-8".into()),
    ]
}

/// The variables without which programs of this system do not run: sockets are
/// found by `SystemRoot`, temporary files by `TEMP`.
#[cfg(windows)]
fn needed() -> Vec<(&'static str, OsString)> {
    ["SystemRoot", "PATH", "TEMP"]
        .into_iter()
        .filter_map(|name| Some((name, std::env::var_os(name)?)))
        .collect()
}

/// Asks until there is an answer, at most for `limit`.
pub fn poll<T, E>(
    limit: Duration,
    mut ask: impl FnMut() -> Result<Option<T>, E>,
) -> Result<Option<T>, E> {
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = ask()? {
            return Ok(Some(answer));
        }
        if Instant::now() >= end {
            return Ok(None);
        }
        thread::sleep(POLL);
    }
}

fn read_lossy(path: &Path) -> String {
    fs::read(path).map_or_else(
        |_| String::new(),
        |bytes| String::from_utf8_lossy(&bytes).into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program of the system's shell.
    #[cfg(not(windows))]
    fn shell(script: &str) -> Launch {
        Launch::new("/bin/sh", "/").args(["-c", script])
    }

    #[cfg(windows)]
    fn shell(script: &str) -> Launch {
        let root = std::env::var_os("SystemRoot").unwrap();
        let program = Path::new(&root).join("system32").join("cmd.exe");
        Launch::new(program, root).args(["/c", script])
    }

    /// A script that says something, and one that takes a minute.
    const SPEAK: &str = if cfg!(windows) {
        "echo out&echo err>&2&exit 3"
    } else {
        "echo out; echo err >&2; exit 3"
    };
    const SLEEP: &str = if cfg!(windows) {
        "ping -n 60 127.0.0.1"
    } else {
        "exec sleep 60"
    };
    const LIST: &str = if cfg!(windows) { "set" } else { "env" };

    #[test]
    fn output_and_exit_code_are_caught() {
        let mut process = shell(SPEAK).start().unwrap();
        let status = process.wait(Duration::from_secs(5)).unwrap().unwrap();
        assert_eq!(status.code(), Some(3));
        assert_eq!(process.stdout().lines().collect::<Vec<_>>(), ["out"]);
        assert_eq!(process.stderr().lines().collect::<Vec<_>>(), ["err"]);
    }

    #[test]
    fn the_environment_is_not_inherited() {
        let mut process = shell(LIST).env("A", "1").start().unwrap();
        process.wait(Duration::from_secs(5)).unwrap().unwrap();
        let output = process.stdout();
        let names: Vec<_> = output
            .lines()
            .filter_map(|line| Some(line.split_once('=')?.0))
            .collect();
        assert!(names.contains(&"A"), "{names:?}");
        let leaked = names
            .iter()
            .filter(|name| name.starts_with("CARGO") || **name == "HOME");
        assert_eq!(leaked.count(), 0, "{names:?}");
    }

    #[test]
    fn waiting_ends_at_the_limit() {
        let mut process = shell(SLEEP).start().unwrap();
        assert!(process.wait(Duration::from_millis(20)).unwrap().is_none());
    }

    #[test]
    fn a_signal_ends_the_program() {
        // No interrupt: a shell that runs the tests in the background has those ignored,
        // and programs inherit that.
        let events: &[Signal] = if cfg!(windows) { &[] } else { &[Signal::Term] };
        for &signal in events.iter().chain(&[Signal::Kill]) {
            let mut process = shell(SLEEP).start().unwrap();
            process.signal(signal).unwrap();
            let status = process.wait(Duration::from_secs(5)).unwrap().unwrap();
            assert!(!status.success(), "{status}");
        }
    }
}
