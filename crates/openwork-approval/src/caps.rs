//! How much may wait.

use crate::ask::Ask;
use crate::options::GateOptions;
use crate::pending::PendingRequests;
use crate::refusal::Refusal;

/// How much may wait, in all and of one asker.
#[derive(Debug)]
pub(crate) struct PendingCaps {
    requests: usize,
    requests_per_asker: usize,
    later: usize,
    bytes: usize,
    bytes_per_asker: usize,
}

impl PendingCaps {
    pub(crate) fn new(options: &GateOptions) -> Self {
        Self {
            requests: options.max_pending,
            requests_per_asker: options.max_pending_per_asker,
            later: options.max_later,
            bytes: options.max_pending_bytes,
            bytes_per_asker: options.max_pending_bytes_per_asker(),
        }
    }

    /// Fails if there is no room for one more.
    pub(crate) fn check<T>(
        &self,
        ask: &Ask<T>,
        waiting: &PendingRequests<T>,
    ) -> Result<(), Refusal> {
        let pending = waiting.of_asker(&ask.asker).requests;
        if pending >= self.requests_per_asker {
            return Err(Refusal::AskerFull { pending });
        }
        let pending = waiting.len();
        if pending >= self.requests {
            return Err(Refusal::Full { pending });
        }
        let pending = waiting.later();
        if ask.later.is_some() && pending >= self.later {
            return Err(Refusal::LaterFull { pending });
        }
        self.check_bytes(ask, waiting)
    }

    fn check_bytes<T>(&self, ask: &Ask<T>, waiting: &PendingRequests<T>) -> Result<(), Refusal> {
        let bytes = ask.bytes;
        let limit = self.bytes_per_asker;
        if bytes > limit {
            return Err(Refusal::TooLarge { bytes, limit });
        }
        let of_asker = waiting.of_asker(&ask.asker).bytes;
        if bytes > limit.saturating_sub(of_asker) {
            return Err(Refusal::AskerTooMuch { bytes: of_asker });
        }
        let of_all = waiting.bytes();
        if bytes > self.bytes.saturating_sub(of_all) {
            return Err(Refusal::TooMuch { bytes: of_all });
        }
        Ok(())
    }
}
