//! How much memory a server took at most.

use openwork_testkit::server::Server;

/// The most memory that a process held since it was last forgotten (proc(5)), in KiB.
pub(crate) struct Peak {
    pid: u32,
    before: u64,
}

impl Peak {
    pub(crate) fn forget(server: &mut Server) -> Self {
        let pid = server.process().id();
        std::fs::write(format!("/proc/{pid}/clear_refs"), "5").unwrap();
        Self {
            pid,
            before: high_water(pid),
        }
    }

    pub(crate) fn growth(&self) -> u64 {
        self.most() - self.before
    }

    /// The whole of it.
    pub(crate) fn most(&self) -> u64 {
        high_water(self.pid)
    }
}

fn high_water(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
