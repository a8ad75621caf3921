//! What waits to be delivered.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::notice::Notice;

/// How many notices wait for one place at most.
const MOST: usize = 64;

/// Notices on their way to one place. Clones are the same one.
///
/// Whoever puts one in never waits. Where there is no room the oldest goes: it is
/// the one that matters least by now.
#[derive(Debug, Clone, Default)]
pub struct Outbox(Arc<OutboxShared>);

#[derive(Debug, Default)]
struct OutboxShared {
    state: Mutex<OutboxState>,
    filled: Notify,
}

#[derive(Debug, Default)]
struct OutboxState {
    waiting: VecDeque<Arc<Notice>>,
    /// Whether it was said that some go, since there was room the last time.
    is_told: bool,
}

impl Outbox {
    /// Puts a notice in.
    pub fn put(&self, notice: Arc<Notice>) {
        let mut state = self.lock();
        if state.waiting.len() >= MOST {
            state.waiting.pop_front();
            if !state.is_told {
                state.is_told = true;
                tracing::warn!(
                    waiting = MOST,
                    "notifications are delivered too slowly, so that the oldest are dropped"
                );
            }
        }
        state.waiting.push_back(notice);
        drop(state);
        self.0.filled.notify_one();
    }

    /// Takes the oldest one out, once there is one.
    pub async fn take(&self) -> Arc<Notice> {
        loop {
            if let Some(notice) = self.try_take() {
                return notice;
            }
            self.0.filled.notified().await;
        }
    }

    fn try_take(&self) -> Option<Arc<Notice>> {
        let mut state = self.lock();
        let notice = state.waiting.pop_front();
        state.is_told &= notice.is_some();
        notice
    }

    fn lock(&self) -> MutexGuard<'_, OutboxState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::NoticeKind;

    fn notice(id: usize) -> Arc<Notice> {
        Arc::new(Notice::new(NoticeKind::Asked, id.to_string(), "x"))
    }

    #[tokio::test]
    async fn the_oldest_go_where_there_is_no_room() {
        let outbox = Outbox::default();
        for id in 0..100 {
            outbox.put(notice(id));
        }
        assert!(outbox.lock().is_told);
        for id in 36..100 {
            assert_eq!(outbox.take().await.id, id.to_string());
        }
        assert_eq!(outbox.try_take(), None);
        // The next time it is said again.
        assert!(!outbox.lock().is_told);
    }

    #[tokio::test]
    async fn who_waits_is_woken() {
        let outbox = Outbox::default();
        let taker = tokio::spawn({
            let outbox = outbox.clone();
            async move { (outbox.take().await, outbox.take().await) }
        });
        tokio::task::yield_now().await;
        outbox.put(notice(1));
        outbox.put(notice(2));
        let (first, second) = taker.await.unwrap();
        assert_eq!((first.id.as_str(), second.id.as_str()), ("1", "2"));
    }
}
