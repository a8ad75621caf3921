//! How many notices there may be in a while.

use std::time::Duration;

use tokio::time::Instant;

/// How many are told one by one within a while: a client that asks and leaves must
/// not have a phone ring all night.
const MOST: u32 = 20;
/// How long that while is.
const WHILE: Duration = Duration::from_secs(60);

/// Counts the notices of the last minute.
#[derive(Debug)]
pub struct NoticeBudget {
    since: Instant,
    count: u32,
}

/// What becomes of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BudgetVerdict {
    /// It is told.
    Tell,
    /// It is told that there are more.
    TellOfMore,
    /// Nothing is told.
    Hush,
}

impl Default for NoticeBudget {
    fn default() -> Self {
        Self {
            since: Instant::now(),
            count: 0,
        }
    }
}

impl NoticeBudget {
    /// What becomes of one more: of the first 20 in a minute each is told, of the
    /// next that there are more, and of those after it nothing.
    pub fn spend(&mut self) -> BudgetVerdict {
        if self.since.elapsed() >= WHILE {
            *self = Self::default();
        }
        self.count = self.count.saturating_add(1);
        match self.count {
            ..=MOST => BudgetVerdict::Tell,
            count if count == MOST + 1 => BudgetVerdict::TellOfMore,
            _ => BudgetVerdict::Hush,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_flood_rings_a_few_times_a_minute() {
        let mut budget = NoticeBudget::default();
        let mut spend = |count: usize| -> Vec<_> { (0..count).map(|_| budget.spend()).collect() };
        assert_eq!(spend(20), [BudgetVerdict::Tell; 20]);
        assert_eq!(spend(1), [BudgetVerdict::TellOfMore]);
        assert_eq!(spend(100), [BudgetVerdict::Hush; 100]);
        tokio::time::advance(WHILE).await;
        assert_eq!(spend(1), [BudgetVerdict::Tell]);
    }
}
