//! What ends the process: signals, its parent, its standard input; and what does not.

use std::io::{self, Read};
#[cfg(unix)]
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::settings::ExitSettings;

#[cfg(windows)]
mod parent;

/// Cancels `stop` once the process is to end. A second signal is not needed:
/// stopping has deadlines of its own.
pub(crate) fn watch(exit: ExitSettings, stop: &CancellationToken) -> io::Result<()> {
    watch_signals(stop)?;
    if exit.with_parent {
        watch_parent(stop);
    }
    if exit.on_stdin_close {
        watch_stdin(stop)?;
    }
    Ok(())
}

/// Makes a write beyond the largest size of files that the system grants an
/// error of that write: unless the signal is handled, it ends the process
/// (setrlimit(2)). The handler stays for as long as the process lives.
#[cfg(unix)]
pub(crate) fn outlive_full_files(runtime: &Runtime) -> io::Result<()> {
    use rustix::process::Signal;
    use tokio::signal::unix::{SignalKind, signal};

    // The signal is registered with the runtime that is about to run, not with
    // a task: dropping the stream leaves the handler in place.
    let _entered = runtime.enter();
    signal(SignalKind::from_raw(Signal::XFSZ.as_raw())).map(drop)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
pub(crate) fn outlive_full_files(_: &Runtime) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn watch_signals(stop: &CancellationToken) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    // SIGHUP stays what it is: a server that was started in a terminal ends with it.
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let (mut signals, stop) = (signal(kind)?, stop.clone());
        tokio::spawn(async move {
            signals.recv().await;
            tracing::info!("stopping on a signal");
            stop.cancel();
        });
    }
    Ok(())
}

/// The events of a console: Ctrl-C and Ctrl-Break, its window that closes, and
/// the end of the session or the system. The system gives a process a few
/// seconds for the last three.
#[cfg(windows)]
fn watch_signals(stop: &CancellationToken) -> io::Result<()> {
    use tokio::signal::windows;

    /// Cancels `stop` at the first event of a kind, which is called by its name.
    macro_rules! stop_on {
        ($kind:ident) => {{
            let (mut events, stop) = (windows::$kind()?, stop.clone());
            tokio::spawn(async move {
                events.recv().await;
                tracing::info!(
                    event = stringify!($kind),
                    "stopping on an event of the console"
                );
                stop.cancel();
            });
        }};
    }
    stop_on!(ctrl_c);
    stop_on!(ctrl_break);
    stop_on!(ctrl_close);
    stop_on!(ctrl_logoff);
    stop_on!(ctrl_shutdown);
    Ok(())
}

#[cfg(not(any(unix, windows)))]
fn watch_signals(stop: &CancellationToken) -> io::Result<()> {
    let stop = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.cancel();
        }
    });
    Ok(())
}

/// A process whose parent ends is given another one.
#[cfg(unix)]
fn watch_parent(stop: &CancellationToken) {
    // Linux could send a signal on the parent's death, but it means the parent's
    // thread, and a runtime may end that one at any time. So the id is looked at.
    const INTERVAL: Duration = Duration::from_millis(500);
    let (parent, stop) = (rustix::process::getppid(), stop.clone());
    tokio::spawn(async move {
        while rustix::process::getppid() == parent {
            tokio::time::sleep(INTERVAL).await;
        }
        tracing::info!("stopping: the process that started this one has ended");
        stop.cancel();
    });
}

#[cfg(windows)]
fn watch_parent(stop: &CancellationToken) {
    let stop = stop.clone();
    let wait = move || {
        match parent::wait() {
            Ok(()) => tracing::info!("stopping: the process that started this one has ended"),
            // Better no server than one that nobody ends.
            Err(error) => {
                tracing::warn!(%error, "stopping: the process that started this one cannot be watched");
            }
        }
        stop.cancel();
    };
    // Waiting blocks, so it has a thread of its own, which ends with the process.
    if let Err(error) = std::thread::Builder::new()
        .name("parent".to_owned())
        .spawn(wait)
    {
        tracing::warn!(%error, "the process that started this one is not watched");
    }
}

#[cfg(not(any(unix, windows)))]
fn watch_parent(_: &CancellationToken) {
    tracing::warn!("--exit-with-parent is not supported on this system; use --exit-on-stdin-close");
}

/// Reading blocks, so it has a thread of its own.
fn watch_stdin(stop: &CancellationToken) -> io::Result<()> {
    let stop = stop.clone();
    let read_to_end = move || {
        let mut input = io::stdin().lock();
        let mut buffer = [0; 512];
        // What is written there means nothing; it is read so that a writer never blocks.
        while input.read(&mut buffer).is_ok_and(|count| count > 0) {}
        stop.cancel();
    };
    // Not tokio's standard input: its blocking read would keep the runtime from
    // shutting down until a line comes.
    std::thread::Builder::new()
        .name("stdin".to_owned())
        .spawn(read_to_end)?;
    Ok(())
}
