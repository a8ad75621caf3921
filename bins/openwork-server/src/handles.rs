//! How many files and connections may be open at once.

/// Asks for all file handles that the system grants, and says how many there
/// are: the usual share is less than the connections that the server takes.
/// Without them it runs all the same, with fewer at a time.
#[cfg(unix)]
pub(crate) fn ask_for_all() -> u64 {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    let granted = limit.current;
    limit.current = limit.maximum;
    // Some sandboxes forbid it. Fewer handles mean fewer connections, not no server.
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!(%error, "the number of file handles stays as it was");
        limit.current = granted;
    }
    limit.current.unwrap_or(u64::MAX)
}

#[cfg(not(unix))]
pub(crate) fn ask_for_all() -> u64 {
    512
}

/// How many directories each of some workspaces may hold open for one answer:
/// a few answers hold many, and all of them together leave most handles alone.
pub(crate) fn for_an_answer(handles: u64, workspaces: usize) -> usize {
    // An eighth: the rest is for connections, of which one client may open 1,024.
    let share = handles / 8 / workspaces.max(1) as u64;
    usize::try_from(share).unwrap_or(usize::MAX).min(4096)
}

#[cfg(test)]
mod tests {
    use super::for_an_answer;

    #[test]
    fn answers_leave_most_handles_alone() {
        assert_eq!(for_an_answer(1 << 20, 1), 4096);
        assert_eq!(for_an_answer(4096, 1), 512);
        assert_eq!(for_an_answer(4096, 4), 128);
        assert_eq!(for_an_answer(64, 30), 0);
        assert_eq!(for_an_answer(u64::MAX, 0), 4096);
    }
}
