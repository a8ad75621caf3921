//! Whether a process is still there.

/// Whether a process with this id runs, whoever owns it.
#[cfg(unix)]
pub(super) fn is_alive(pid: u32) -> bool {
    use rustix::io::Errno;
    use rustix::process::{Pid, test_kill_process};

    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    // A process of another user may not be signalled, which also says that it is
    // there: only one error says that it is not.
    pid.is_some_and(|pid| test_kill_process(pid) != Err(Errno::SRCH))
}

/// Elsewhere a server that has ended is found out by asking it.
#[cfg(not(unix))]
pub(super) fn is_alive(_: u32) -> bool {
    true
}
