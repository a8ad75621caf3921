//! A terminal in which a shell runs, and what is seen in it.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use openwork_testkit::process::poll;
use openwork_testkit::sandbox::Sandbox;

const LIMIT: Duration = Duration::from_secs(10);

/// A terminal of its own, by tmux.
pub(super) struct TmuxScreen {
    socket: PathBuf,
}

impl TmuxScreen {
    /// Starts a shell in it; none where there is no tmux, which is said.
    #[allow(clippy::print_stderr, reason = "a test says that it was skipped")]
    pub(super) fn start(sandbox: &Sandbox, columns: u16, rows: u16) -> Option<Self> {
        if Command::new("tmux").arg("-V").output().is_err() {
            eprintln!("skipped: tmux is not here");
            return None;
        }
        let screen = Self {
            socket: sandbox.path("tmux"),
        };
        let (columns, rows) = (columns.to_string(), rows.to_string());
        let home = format!("HOME={}", sandbox.home().display());
        let root = sandbox.root().display().to_string();
        let shell = [
            "env",
            "-i",
            &home,
            "PATH=/usr/local/bin:/usr/bin:/bin",
            "TERM=screen",
            "NO_COLOR=1",
            "LANG=C.UTF-8",
            "PS1=ready$ ",
            "bash",
            "--norc",
            "--noprofile",
            "-i",
        ];
        let start = [
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            &columns,
            "-y",
            &rows,
            "-c",
            &root,
        ];
        let started = screen.tmux(&[&start[..], &shell[..]].concat());
        assert!(started.status.success(), "{started:?}");
        screen.wait_for("ready$");
        Some(screen)
    }

    /// Types a text.
    pub(super) fn type_in(&self, text: &str) {
        self.tmux(&["send-keys", "-l", text]);
    }

    /// Presses a key by its name in tmux.
    pub(super) fn press(&self, key: &str) {
        self.tmux(&["send-keys", key]);
    }

    /// Types a command, and ends the line.
    pub(super) fn run(&self, command: &str) {
        self.type_in(command);
        self.press("Enter");
    }

    /// Gives it another size.
    pub(super) fn resize(&self, columns: u16, rows: u16) {
        let (columns, rows) = (columns.to_string(), rows.to_string());
        let resized = self.tmux(&["resize-window", "-x", &columns, "-y", &rows]);
        assert!(resized.status.success(), "{resized:?}");
    }

    /// What is on the screen, with what has left it at the top.
    pub(super) fn text(&self) -> String {
        let seen = self.tmux(&["capture-pane", "-p", "-S", "-500"]);
        String::from_utf8_lossy(&seen.stdout).trim_end().to_owned()
    }

    /// The last line that is not empty.
    pub(super) fn last_line(&self) -> String {
        self.text()
            .lines()
            .next_back()
            .unwrap_or_default()
            .to_owned()
    }

    /// Waits until the screen is as it should be.
    pub(super) fn wait_until(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        let seen = || Ok::<_, ()>(Some(self.text()).filter(|text| is_so(text)));
        let found = poll(LIMIT, seen).unwrap();
        found.unwrap_or_else(|| panic!("{what:?} is not seen:\n{}", self.text()))
    }

    /// Waits until a text is seen.
    pub(super) fn wait_for(&self, text: &str) -> String {
        self.wait_until(text, |seen| seen.contains(text))
    }

    /// Waits until the last line has a text.
    pub(super) fn wait_for_last(&self, text: &str) -> String {
        self.wait_until(text, |seen| {
            seen.lines()
                .next_back()
                .is_some_and(|line| line.contains(text))
        })
    }

    fn tmux(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new("tmux");
        let command = command.env_remove("TMUX").arg("-S").arg(&self.socket);
        command.args(arguments).output().unwrap()
    }
}

impl Drop for TmuxScreen {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}
