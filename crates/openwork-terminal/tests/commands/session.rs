//! One command on a terminal of its own.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openwork_terminal::{ExitStatus, OutputForm, Screen, ServerSearch, Terminal, TerminalCommand};
use tokio::io::{AsyncWriteExt, BufReader, DuplexStream};
use tokio::task::JoinHandle;

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: ExitStatus,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// All of it as one text, with the server's address left out.
    pub(crate) fn transcript(&self, search: &ServerSearch) -> String {
        let text = format!("exit {}\n{}{}", self.exit.code(), self.out, self.err);
        match &search.url {
            Some(url) => text.replace(url, "http://SERVER"),
            None => text,
        }
    }
}

/// Runs a command to its end, without a person.
pub(crate) async fn run(command: TerminalCommand, search: &ServerSearch, form: OutputForm) -> Ran {
    run_on(None, command, search, form).await
}

/// Runs a command on a screen of so many columns.
pub(crate) async fn run_on(
    columns: Option<usize>,
    command: TerminalCommand,
    search: &ServerSearch,
    form: OutputForm,
) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let screen = Screen {
        out: &mut out,
        err: &mut err,
        form,
        colour: false,
        columns,
        clock: || 1_000_000,
    };
    let mut terminal = Terminal {
        screen,
        input: &mut tokio::io::empty(),
        interactive: false,
        keyboard: None,
        open: &|_| Err(io::ErrorKind::NotFound.into()),
    };
    let exit = openwork_terminal::run(&command, search, &mut terminal).await;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran {
        exit,
        out: text(out),
        err: text(err),
    }
}

/// Text that one side writes and the other waits for.
#[derive(Clone, Default)]
pub(crate) struct Paper(Arc<Mutex<String>>);

impl Paper {
    /// What was written until now.
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    /// Waits until something is written for the `count`th time.
    pub(crate) async fn wait_for(&self, text: &str, count: usize) {
        for _ in 0..1000 {
            if self.text().matches(text).count() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{text:?} was not written {count} times:\n{}", self.text());
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap()
            .push_str(std::str::from_utf8(bytes).unwrap());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A command that runs while the test goes on.
pub(crate) struct Session {
    pub(crate) paper: Paper,
    input: DuplexStream,
    task: JoinHandle<ExitStatus>,
}

impl Session {
    /// Starts a command in front of a person, or of a program.
    pub(crate) fn start(
        command: TerminalCommand,
        search: &ServerSearch,
        interactive: bool,
    ) -> Self {
        let paper = Paper::default();
        let (input, typed) = tokio::io::duplex(1024);
        let (mut out, mut err, search) = (paper.clone(), paper.clone(), search.clone());
        // The terminal is no one's but this thread's.
        let task = tokio::task::spawn_local(async move {
            let mut input = BufReader::new(typed);
            let screen = Screen {
                out: &mut out,
                err: &mut err,
                form: OutputForm::Text,
                colour: false,
                columns: None,
                clock: || 1_000_000,
            };
            let mut terminal = Terminal {
                screen,
                input: &mut input,
                interactive,
                keyboard: None,
                open: &|_| Ok(()),
            };
            openwork_terminal::run(&command, &search, &mut terminal).await
        });
        Self { paper, input, task }
    }

    /// Types a line.
    pub(crate) async fn type_line(&mut self, line: &str) {
        self.input
            .write_all(format!("{line}\n").as_bytes())
            .await
            .unwrap();
    }

    /// Types a line once the person had time to read.
    pub(crate) async fn read_and_type(&mut self, line: &str) {
        tokio::time::sleep(Duration::from_millis(550)).await;
        self.type_line(line).await;
    }

    /// Ends the input and waits for the command's end.
    pub(crate) async fn end(self) -> (ExitStatus, String) {
        drop(self.input);
        (self.task.await.unwrap(), self.paper.text())
    }
}

/// What a command says in both forms.
pub(crate) async fn both(command: &TerminalCommand, search: &ServerSearch) -> String {
    let text = run(command.clone(), search, OutputForm::Text).await;
    let json = run(command.clone(), search, OutputForm::Json).await;
    format!("{}\n{}", text.transcript(search), json.transcript(search))
}
