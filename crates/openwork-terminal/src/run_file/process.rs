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

/// Whether a process with this id runs, whoever owns it.
#[cfg(windows)]
pub(super) fn is_alive(pid: u32) -> bool {
    use winsafe::HPROCESS;
    use winsafe::co::{ERROR, PROCESS, WAIT};

    let rights = PROCESS::SYNCHRONIZE;
    match HPROCESS::OpenProcess(rights, false, pid) {
        // An id that is held open stays that of a process that has ended.
        Ok(process) => process.WaitForSingleObject(Some(0)) != Ok(WAIT::OBJECT_0),
        // Nobody else may look at some processes, which says that they are there.
        Err(error) => error != ERROR::INVALID_PARAMETER,
    }
}

/// Elsewhere a server that has ended is found out by asking it.
#[cfg(not(any(unix, windows)))]
pub(super) fn is_alive(_: u32) -> bool {
    true
}
