//! How the terminal is set, and that it is always set back.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::process::getpgrp;
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcgetpgrp, tcsetattr,
};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTOU, SIGWINCH};
use signal_hook::low_level::emulate_default_handler;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;

/// The terminal on standard input, shared with what follows the signals.
#[derive(Debug, Clone, Default)]
pub(super) struct TtyModes(Arc<Mutex<TtyState>>);

#[derive(Debug, Default)]
struct TtyState {
    /// How it was found, while it is set otherwise.
    found: Option<Termios>,
    /// Whether another program has it.
    is_lent: bool,
}

impl TtyModes {
    /// Has the terminal give each key as it is pressed, and show none.
    pub(super) fn set(&self) -> io::Result<()> {
        let found = tcgetattr(io::stdin())?;
        self.change(|state| {
            state.found.get_or_insert(found);
        });
        self.apply()
    }

    /// Sets it as it was found.
    pub(super) fn restore(&self) {
        self.give_back();
        self.change(|state| state.found = None);
    }

    /// Sets it as it was found for as long as another program has it.
    pub(super) fn lend(&self) {
        self.give_back();
        self.change(|state| state.is_lent = true);
    }

    /// The other program has left it.
    pub(super) fn take_back(&self) -> io::Result<()> {
        self.change(|state| state.is_lent = false);
        self.apply()
    }

    fn is_lent(&self) -> bool {
        self.read(|state| state.is_lent)
    }

    /// Sets it for keys, unless that is no longer wanted.
    fn apply(&self) -> io::Result<()> {
        let found = self.read(|state| state.found.clone().filter(|_| !state.is_lent));
        let Some(mut modes) = found else {
            return Ok(());
        };
        // Not raw: Ctrl-C and Ctrl-Z go on being signals, and line ends line ends.
        modes.local_modes -= LocalModes::ICANON | LocalModes::ECHO | LocalModes::IEXTEN;
        // Reading never waits: whether there is something is asked beforehand.
        modes.special_codes[SpecialCodeIndex::VMIN] = 0;
        modes.special_codes[SpecialCodeIndex::VTIME] = 0;
        // What was typed before was not meant for what will be asked.
        Ok(tcsetattr(io::stdin(), OptionalActions::Flush, &modes)?)
    }

    fn give_back(&self) {
        // A shell that has taken its terminal back has set it already, and who sets it
        // in the background is stopped for it.
        if is_in_background() {
            return;
        }
        if let Some(found) = self.read(|state| state.found.clone()) {
            // A terminal that is gone needs no more setting.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &found);
        }
    }

    fn read<T>(&self, look: impl FnOnce(&TtyState) -> T) -> T {
        look(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, edit: impl FnOnce(&mut TtyState)) {
        edit(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// The signals that end or stop a program in front of a terminal.
pub(super) struct TtySignals {
    interrupt: Signal,
    quit: Signal,
    terminate: Signal,
    hang_up: Signal,
    stop: Signal,
    resume: Signal,
    resize: Signal,
}

impl TtySignals {
    /// Catches them from now on.
    pub(super) fn catch() -> io::Result<Self> {
        let caught = |number| signal(SignalKind::from_raw(number));
        Ok(Self {
            interrupt: caught(SIGINT)?,
            quit: caught(SIGQUIT)?,
            terminate: caught(SIGTERM)?,
            hang_up: caught(SIGHUP)?,
            stop: caught(SIGTSTP)?,
            resume: caught(SIGCONT)?,
            resize: caught(SIGWINCH)?,
        })
    }

    /// Does what each of them does by itself, and sets the terminal back before.
    pub(super) async fn follow(mut self, modes: TtyModes, redraw: Arc<Notify>) {
        loop {
            tokio::select! {
                // What ends the process first: a shell that ends a stopped one has it
                // go on as well.
                biased;
                _ = self.terminate.recv() => end_by(SIGTERM, &modes),
                _ = self.hang_up.recv() => end_by(SIGHUP, &modes),
                _ = self.interrupt.recv() => from_keyboard(SIGINT, &modes),
                _ = self.quit.recv() => from_keyboard(SIGQUIT, &modes),
                _ = self.stop.recv() => stop(&modes),
                _ = self.resume.recv() => resume(&modes, &redraw),
                _ = self.resize.recv() => redraw.notify_one(),
            }
        }
    }
}

/// Whether the terminal is for another job now. Where that is not known, it is not.
fn is_in_background() -> bool {
    tcgetpgrp(io::stdin()).is_ok_and(|foreground| foreground != getpgrp())
}

/// Ctrl-C is a pager's own while it has the terminal.
fn from_keyboard(signal: i32, modes: &TtyModes) {
    if !modes.is_lent() {
        end_by(signal, modes);
    }
}

fn end_by(signal: i32, modes: &TtyModes) {
    modes.restore();
    // What the shell says next begins a line of its own.
    let _ = writeln!(io::stdout());
    // Whoever started this sees which signal ended it, as without a handler.
    let _ = emulate_default_handler(signal);
}

fn stop(modes: &TtyModes) {
    if !modes.is_lent() && !is_in_background() {
        modes.give_back();
        let _ = writeln!(io::stdout());
    }
    // Returns once the process goes on, and then that is a signal of its own.
    let _ = emulate_default_handler(SIGTSTP);
}

fn resume(modes: &TtyModes, redraw: &Notify) {
    if is_in_background() {
        // As any program that asks for keys there.
        let _ = emulate_default_handler(SIGTTOU);
        return;
    }
    // A terminal that cannot be set now is told by the next key.
    let _ = modes.apply();
    redraw.notify_one();
}
