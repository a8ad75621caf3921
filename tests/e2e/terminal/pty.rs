//! A program in front of a pseudo-terminal, and what it shows there.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use openwork_testkit::process::poll;
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Termios, tcgetattr};

const LIMIT: Duration = Duration::from_secs(10);

/// A running program and its terminal.
pub(crate) struct Pty {
    child: Child,
    keyboard: File,
    shown: Arc<Mutex<Vec<u8>>>,
}

impl Pty {
    /// Starts a program whose input and outputs are a terminal.
    pub(crate) fn start(command: &mut Command) -> io::Result<Self> {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        // Not a flag of openpt: macOS has none for it.
        rustix::io::fcntl_setfd(&ours, rustix::io::FdFlags::CLOEXEC)?;
        grantpt(&ours)?;
        unlockpt(&ours)?;
        let name = ptsname(&ours, Vec::new())?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let theirs: OwnedFd = rustix::fs::open(&name, flags, Mode::empty())?;
        let child = command
            .stdin(Stdio::from(theirs.try_clone()?))
            .stdout(Stdio::from(theirs.try_clone()?))
            .stderr(Stdio::from(theirs))
            .spawn()?;
        // The command keeps copies, without which the reader sees the end.
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let keyboard = File::from(ours);
        let shown = Arc::default();
        let (mut screen, seen) = (keyboard.try_clone()?, Arc::clone(&shown));
        thread::spawn(move || read(&mut screen, &seen));
        Ok(Self {
            child,
            keyboard,
            shown,
        })
    }

    /// What was shown until now, with plain line ends.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().unwrap()).replace("\r\n", "\n")
    }

    /// Waits until a text is shown.
    pub(crate) fn wait_for(&self, text: &str) -> String {
        let seen = |shown: String| shown.contains(text).then_some(shown);
        let found = poll(LIMIT, || Ok::<_, io::Error>(seen(self.text()))).unwrap();
        found.unwrap_or_else(|| panic!("{text:?} is not shown:\n{}", self.text()))
    }

    /// Types.
    pub(crate) fn type_in(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
    }

    /// Waits until a text was shown so often.
    pub(crate) fn wait_for_count(&self, text: &str, count: usize) {
        let is_seen = || self.text().matches(text).count() >= count;
        let found = poll(LIMIT, || Ok::<_, io::Error>(is_seen().then_some(()))).unwrap();
        assert!(
            found.is_some(),
            "{text:?} is not shown {count} times:\n{}",
            self.text()
        );
    }

    /// How the terminal is set.
    pub(crate) fn modes(&self) -> Termios {
        tcgetattr(&self.keyboard).unwrap()
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    /// Whether the program has ended, and how.
    pub(crate) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Waits until the program has ended.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        poll(LIMIT, || self.child.try_wait())
            .unwrap()
            .expect("it has not ended")
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _already_ended = self.child.kill();
        let _already_waited = self.child.wait();
    }
}

/// Reading fails once nobody has the other side open.
fn read(screen: &mut File, shown: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = screen.read(&mut buffer) {
        shown.lock().unwrap().extend_from_slice(&buffer[..count]);
    }
}
