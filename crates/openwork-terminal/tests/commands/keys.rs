//! A keyboard that presses what the tests want.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openwork_terminal::{
    ExitStatus, KeyInput, KeyPress, Keyboard, KeyboardFuture, OutputForm, PagerChoice, Screen,
    ScreenSize, ServerSearch, Terminal, TerminalCommand,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use crate::session::Paper;

/// What happened to the keyboard.
#[derive(Debug, Default)]
pub(crate) struct KeyboardNotes {
    pub(crate) is_open: bool,
    /// What the person's own program was given.
    pub(crate) paged: Vec<String>,
}

struct FakeKeyboard {
    pressed: UnboundedReceiver<KeyInput>,
    notes: Arc<Mutex<KeyboardNotes>>,
    size: ScreenSize,
    pager: PagerChoice,
}

impl Keyboard for FakeKeyboard {
    fn open(&mut self) -> io::Result<()> {
        self.notes.lock().unwrap().is_open = true;
        Ok(())
    }

    fn close(&mut self) {
        self.notes.lock().unwrap().is_open = false;
    }

    fn next(&mut self) -> KeyboardFuture<'_, KeyInput> {
        Box::pin(async { Ok(self.pressed.recv().await.unwrap_or(KeyInput::Closed)) })
    }

    fn forget(&mut self) -> io::Result<()> {
        while self.pressed.try_recv().is_ok() {}
        Ok(())
    }

    fn size(&self) -> ScreenSize {
        self.size
    }

    fn pager(&self) -> PagerChoice {
        self.pager
    }

    fn page(&mut self, text: String) -> KeyboardFuture<'_, ()> {
        self.notes.lock().unwrap().paged.push(text);
        Box::pin(async {
            match self.notes.lock().unwrap().paged.len() {
                1 => Err(io::Error::new(io::ErrorKind::NotFound, "`mess`: not found")),
                _ => Ok(()),
            }
        })
    }
}

/// A command in front of a person who presses single keys.
pub(crate) struct KeySession {
    pub(crate) paper: Paper,
    pub(crate) notes: Arc<Mutex<KeyboardNotes>>,
    keys: UnboundedSender<KeyInput>,
    task: JoinHandle<ExitStatus>,
}

impl KeySession {
    /// Starts a command on a screen with so many rows.
    pub(crate) fn start(
        command: TerminalCommand,
        search: &ServerSearch,
        rows: usize,
        shown_by: PagerChoice,
    ) -> Self {
        let (paper, notes) = (Paper::default(), Arc::default());
        let (keys, queue) = unbounded_channel();
        let mut keyboard = FakeKeyboard {
            pressed: queue,
            notes: Arc::clone(&notes),
            size: ScreenSize { columns: 100, rows },
            pager: shown_by,
        };
        let (mut out, mut err, search) = (paper.clone(), paper.clone(), search.clone());
        let task = tokio::task::spawn_local(async move {
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
                input: &mut tokio::io::empty(),
                interactive: true,
                keyboard: Some(&mut keyboard),
                open: &|_| Ok(()),
            };
            openwork_terminal::run(&command, &search, &mut terminal).await
        });
        Self {
            paper,
            notes,
            keys,
            task,
        }
    }

    /// Presses a key.
    pub(crate) fn press(&self, key: char) {
        self.burst(&[KeyPress::Character(key)]);
    }

    /// Presses a key once the person had time to read.
    pub(crate) async fn read_and_press(&self, key: char) {
        tokio::time::sleep(Duration::from_millis(550)).await;
        self.press(key);
    }

    /// Presses keys of a line one by one, and Enter.
    pub(crate) fn type_line(&self, line: &str) {
        for key in line.chars() {
            self.press(key);
        }
        self.burst(&[KeyPress::Enter]);
    }

    /// Keys that come at once.
    pub(crate) fn burst(&self, keys: &[KeyPress]) {
        self.keys.send(KeyInput::Keys(keys.to_vec())).unwrap();
    }

    /// What is on the screen, with what was drawn over left out.
    pub(crate) fn screen(&self) -> String {
        on_screen(&self.paper.text())
    }

    /// Waits for the command's end.
    pub(crate) async fn end(self) -> (ExitStatus, String) {
        let exit = self.task.await.unwrap();
        assert!(!self.notes.lock().unwrap().is_open, "it was not given back");
        (exit, on_screen(&self.paper.text()))
    }
}

fn on_screen(written: &str) -> String {
    let mut screen = String::new();
    for part in written.split("\r\u{1b}[K") {
        let line = screen.rfind('\n').map_or(0, |at| at + 1);
        screen.truncate(line);
        screen.push_str(part);
    }
    assert!(!screen.contains(['\u{1b}', '\r']), "{screen:?}");
    screen
}
