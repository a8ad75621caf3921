//! Standard output that waits for the boot lines.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

/// What was logged before the boot lines; `None` once they are printed.
static HELD: Mutex<Option<Vec<u8>>> = Mutex::new(Some(Vec::new()));

/// Makes writers to standard output. What is written before [`release`] is
/// held back: whoever started this process reads the boot lines first.
pub(super) struct HeldOutput;

impl<'w> MakeWriter<'w> for HeldOutput {
    type Writer = HeldWriter;

    fn make_writer(&'w self) -> HeldWriter {
        HeldWriter
    }
}

pub(super) struct HeldWriter;

impl Write for HeldWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match held().as_mut() {
            Some(held) => held.write(bytes),
            None => io::stdout().write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush()
    }
}

/// Writes what was held back; from now on nothing is.
pub(crate) fn release() {
    let mut held = held();
    if let Some(bytes) = held.take() {
        // Nobody is left to tell if standard output is closed.
        let _ = io::stdout()
            .write_all(&bytes)
            .and_then(|()| io::stdout().flush());
    }
}

fn held() -> MutexGuard<'static, Option<Vec<u8>>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}
