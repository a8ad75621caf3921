//! How many files and connections may be open at once.

/// Asks for all file handles that the system grants: its usual share is less
/// than the connections that the server takes. Without them it runs all the
/// same, with fewer at a time.
#[cfg(unix)]
pub(crate) fn ask_for_all() {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!(%error, "the number of file handles stays as it was");
    }
}

#[cfg(not(unix))]
pub(crate) fn ask_for_all() {}
