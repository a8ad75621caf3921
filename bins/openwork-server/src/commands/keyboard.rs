//! The keyboard of the terminal on standard input.

use std::io;
use std::sync::Arc;

use openwork_terminal::{KeyDecoder, KeyInput, Keyboard, KeyboardFuture, PagerChoice, ScreenSize};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::termios::{QueueSelector, tcflush};
use terminal_size::terminal_size_of;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinHandle, spawn_blocking};

use super::pager::PagerSetting;
use super::tty_modes::{TtyModes, TtySignals};
use crate::environment::Environment;

/// Keys, as the terminal sends them.
pub(super) struct TtyKeyboard {
    modes: TtyModes,
    decoder: KeyDecoder,
    pager: PagerSetting,
    redraw: Arc<Notify>,
    /// What follows the signals while keys are read.
    signals: Option<AbortHandle>,
    // A thread that waits and does not read, other than tokio's standard input: that
    // one cannot be called back, and would take the keys that are meant for a pager.
    waiting: Option<JoinHandle<io::Result<PollFlags>>>,
}

/// The keyboard, unless the terminal cannot draw a line anew.
pub(super) fn of(environment: &Environment) -> Option<TtyKeyboard> {
    let kind = environment.variable("TERM")?;
    if kind == "dumb" {
        return None;
    }
    Some(TtyKeyboard {
        modes: TtyModes::default(),
        decoder: KeyDecoder::default(),
        pager: PagerSetting::of(environment),
        redraw: Arc::default(),
        signals: None,
        waiting: None,
    })
}

impl Keyboard for TtyKeyboard {
    fn open(&mut self) -> io::Result<()> {
        // Caught before the terminal is set: otherwise one that comes in between
        // would leave it so.
        let signals = TtySignals::catch()?;
        self.modes.set()?;
        let signals = tokio::spawn(signals.follow(self.modes.clone(), Arc::clone(&self.redraw)));
        self.signals = Some(signals.abort_handle());
        Ok(())
    }

    fn close(&mut self) {
        self.modes.restore();
        if let Some(signals) = self.signals.take() {
            signals.abort();
        }
    }

    fn next(&mut self) -> KeyboardFuture<'_, KeyInput> {
        Box::pin(async move {
            loop {
                let waiting = self
                    .waiting
                    .get_or_insert_with(|| spawn_blocking(wait_for_input));
                let ready = tokio::select! {
                    ready = waiting => ready,
                    () = self.redraw.notified() => return Ok(KeyInput::Redraw),
                };
                self.waiting = None;
                let Some(bytes) = read(ready.map_err(io::Error::other)??)? else {
                    return Ok(KeyInput::Closed);
                };
                let keys = self.decoder.read(&bytes);
                if !keys.is_empty() {
                    return Ok(KeyInput::Keys(keys));
                }
            }
        })
    }

    fn forget(&mut self) -> io::Result<()> {
        self.decoder.forget();
        Ok(tcflush(io::stdin(), QueueSelector::IFlush)?)
    }

    fn size(&self) -> ScreenSize {
        let size = terminal_size_of(io::stdout());
        size.map_or_else(ScreenSize::default, |(columns, rows)| ScreenSize {
            columns: columns.0.into(),
            rows: rows.0.into(),
        })
    }

    fn pager(&self) -> PagerChoice {
        self.pager.choice()
    }

    fn page(&mut self, text: String) -> KeyboardFuture<'_, ()> {
        Box::pin(async move {
            let PagerSetting::Program(program) = self.pager.clone() else {
                return Ok(());
            };
            self.modes.lend();
            let shown = spawn_blocking(move || program.show(&text)).await;
            self.modes.take_back()?;
            shown.map_err(io::Error::other)?
        })
    }
}

impl Drop for TtyKeyboard {
    /// A panic as well leaves the terminal as it was.
    fn drop(&mut self) {
        self.close();
    }
}

/// What was typed, if anything; none once the terminal is gone.
fn read(ready: PollFlags) -> io::Result<Option<Vec<u8>>> {
    let mut buffer = [0; 1024];
    match rustix::io::read(io::stdin(), &mut buffer) {
        Ok(0) if ready.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) => Ok(None),
        // The terminal is set to say so where somebody else has read it.
        Ok(count) => Ok(Some(buffer.get(..count).unwrap_or_default().to_vec())),
        Err(Errno::INTR | Errno::AGAIN) => Ok(Some(Vec::new())),
        Err(Errno::IO) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Waits, on a thread, until something can be read; tells what the system says of it.
fn wait_for_input() -> io::Result<PollFlags> {
    let stdin = io::stdin();
    let mut waited = [PollFd::new(&stdin, PollFlags::IN)];
    loop {
        match poll(&mut waited, None) {
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
            Ok(_) => return Ok(waited.iter().map(PollFd::revents).collect()),
        }
    }
}
