//! A program that is run for each notice.

use std::ffi::OsString;
use std::io;
use std::process::{ExitStatus, Stdio};

use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

use crate::courier::{Delivery, DeliveryError};
use crate::notice::Notice;

/// A program that gets each notice as JSON on its standard input.
///
/// It is run without a shell, in a process group of its own on Unix, and what it
/// prints is not looked at. When its time is over the whole group is killed; on
/// other systems the program alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookCommand {
    program: OsString,
    arguments: Vec<OsString>,
    withheld: Vec<OsString>,
}

/// A program that runs; what is left of it is killed when this is dropped.
struct RunningProgram {
    child: Child,
    /// The number of its group, which is its own; none once it has ended, as
    /// somebody else may have that number by then.
    #[cfg(unix)]
    group: Option<u32>,
}

impl HookCommand {
    /// A program with arguments.
    pub fn new(program: impl Into<OsString>, arguments: Vec<OsString>) -> Self {
        Self {
            program: program.into(),
            arguments,
            withheld: Vec::new(),
        }
    }

    /// The same, run without these variables of the environment: a program that
    /// tells of requests need not hold the tokens that answer them.
    #[must_use]
    pub fn without_variables(self, withheld: Vec<OsString>) -> Self {
        Self { withheld, ..self }
    }

    fn start(&self) -> io::Result<RunningProgram> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        for name in &self.withheld {
            command.env_remove(name);
        }
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn()?;
        Ok(RunningProgram {
            #[cfg(unix)]
            group: child.id(),
            child,
        })
    }
}

impl Delivery for HookCommand {
    fn name(&self) -> &'static str {
        "notify.command"
    }

    async fn deliver(&self, notice: &Notice) -> Result<(), DeliveryError> {
        let not_run = |error: io::Error| DeliveryError::NotRun {
            reason: error.to_string(),
        };
        let mut running = self.start().map_err(not_run)?;
        let line = notice.json() + "\n";
        let status = running.feed(line.as_bytes()).await.map_err(not_run)?;
        match status.code() {
            Some(0) => Ok(()),
            Some(code) => Err(DeliveryError::ExitCode { code }),
            None => Err(DeliveryError::Killed),
        }
    }
}

impl RunningProgram {
    /// Gives the program its input and waits for its end.
    async fn feed(&mut self, input: &[u8]) -> io::Result<ExitStatus> {
        if let Some(mut stdin) = self.child.stdin.take() {
            // A program need not read what it is told, and may have ended before.
            let _unread = stdin.write_all(input).await;
        }
        let status = self.child.wait().await?;
        #[cfg(unix)]
        {
            self.group = None;
        }
        Ok(status)
    }
}

#[cfg(unix)]
impl Drop for RunningProgram {
    fn drop(&mut self) {
        if let Some(group) = self.group.and_then(|group| i32::try_from(group).ok())
            && let Some(group) = rustix::process::Pid::from_raw(group)
        {
            // It may have ended just now.
            let _gone = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(all(test, unix))]
#[expect(
    clippy::disallowed_methods,
    reason = "tests look at files that programs write"
)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::notice::NoticeKind;

    fn shell(script: &str, argument: &Path) -> HookCommand {
        let argument = argument.as_os_str().to_owned();
        HookCommand::new(
            "sh",
            vec!["-c".into(), script.into(), "sh".into(), argument],
        )
    }

    async fn run(command: &HookCommand) -> Result<(), DeliveryError> {
        let notice = Notice::new(NoticeKind::Asked, "7", "Run a plugin: $(x) 'y'");
        command.deliver(&notice).await
    }

    #[tokio::test]
    async fn a_program_gets_its_arguments_and_the_notice() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("told $(touch x)");
        let command = shell(r#"cat > "$1""#, &file);
        assert_eq!(run(&command).await, Ok(()));
        let told = std::fs::read_to_string(&file).unwrap();
        let expected = r#"{"event":"approval.asked","id":"7","title":"Run a plugin: $(x) 'y'"}"#;
        assert_eq!(told, format!("{expected}\n"));
    }

    #[tokio::test]
    async fn variables_that_are_withheld_are_not_there() {
        // Cargo sets it for every test.
        let has = shell("test -n \"$CARGO_MANIFEST_DIR\"", Path::new("/"));
        assert_eq!(run(&has).await, Ok(()));
        let without = has.without_variables(vec!["CARGO_MANIFEST_DIR".into()]);
        let lacking = Err(DeliveryError::ExitCode { code: 1 });
        assert_eq!(run(&without).await, lacking);
    }

    #[tokio::test]
    async fn programs_that_fail_say_how() {
        let nowhere = Path::new("/");
        for (command, expected) in [
            (
                shell("exit 3", nowhere),
                "the program ended with exit code 3",
            ),
            (
                shell("kill -9 $$", nowhere),
                "the program was ended by a signal",
            ),
            (
                HookCommand::new("/nowhere/program", Vec::new()),
                "the program cannot be run: No such file or directory (os error 2)",
            ),
            (
                HookCommand::new("/", Vec::new()),
                "the program cannot be run: Permission denied (os error 13)",
            ),
        ] {
            let failed = run(&command).await.unwrap_err();
            assert_eq!(failed.to_string(), expected);
        }
    }

    #[tokio::test]
    async fn a_program_may_print_much_and_read_nothing() {
        let script = "exec 0<&-; yes | head -c 50000000; yes | head -c 50000000 >&2";
        assert_eq!(run(&shell(script, Path::new("/"))).await, Ok(()));
    }

    /// Whether a process is there and no zombie.
    #[cfg(target_os = "linux")]
    fn is_running(id: &str) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"));
        stat.is_ok_and(|stat| !stat.contains(") Z "))
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_program_that_hangs_is_killed_with_those_that_it_began() {
        use std::sync::Arc;
        use std::time::{Duration, Instant};

        use crate::courier::{DeliveryOptions, deliver_all};
        use crate::outbox::Outbox;

        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("ids");
        let command = shell(
            r#"sleep 600 & echo $$ $! > "$1.new"; mv "$1.new" "$1"; wait"#,
            &file,
        );
        let outbox = Outbox::default();
        let deadline = Duration::from_secs(1);
        let options = DeliveryOptions {
            deadline,
            ..DeliveryOptions::default()
        };
        let delivering = tokio::spawn(deliver_all(outbox.clone(), command, options));
        let began = Instant::now();
        outbox.put(Arc::new(Notice::new(NoticeKind::Asked, "7", "x")));
        let ids = loop {
            if let Ok(ids) = std::fs::read_to_string(&file) {
                break ids;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        let ids: Vec<&str> = ids.split_whitespace().collect();
        assert_eq!(ids.len(), 2);
        assert!(ids.iter().all(|id| is_running(id)), "{ids:?}");
        while ids.iter().any(|id| is_running(id)) {
            assert!(began.elapsed() < Duration::from_secs(20), "{ids:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(began.elapsed() >= deadline);
        delivering.abort();
    }
}
