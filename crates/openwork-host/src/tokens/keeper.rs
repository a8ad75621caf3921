//! Ending leases in time, and recording when tokens were used.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::TokenBook;
use crate::host::Host;

/// How often it is asked whether another server has ended a token whose holder
/// has something open.
const ROUND: Duration = Duration::from_secs(2);
/// To how many ms the last use of a token is recorded: each record is a file
/// that is made durable.
const RECORDED: u64 = 60_000;

impl Host {
    /// Keeps watch of the tokens from now on, unless there are none.
    pub(super) fn keep_watch_of_tokens(&self) {
        let mut known = self.tokens.lock();
        if known.is_kept_watch || known.tokens.is_empty() {
            return;
        }
        known.is_kept_watch = true;
        let book = Arc::downgrade(&self.tokens);
        let stopping = self.stopping.clone();
        tokio::spawn(keep_watch(book, stopping, self.options.read_only));
    }
}

async fn keep_watch(book: Weak<TokenBook>, stopping: CancellationToken, read_only: bool) {
    loop {
        let Some(pause) = book.upgrade().map(|book| book.until_next_end()) else {
            return;
        };
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        let Some(book) = book.upgrade() else { return };
        book.end_expired();
        book.refresh().await;
        if !read_only {
            book.record_uses().await;
        }
        let mut known = book.lock();
        if known.tokens.is_empty() {
            known.is_kept_watch = false;
            return;
        }
    }
}

impl TokenBook {
    /// How long nothing can happen by itself, a round at most.
    fn until_next_end(&self) -> Duration {
        let now = self.clock.now_ms();
        let known = self.lock();
        let ends = known.tokens.iter().filter_map(|token| token.expires_at());
        let next = ends.filter(|end| *end > now).min();
        next.map_or(ROUND, |end| Duration::from_millis(end - now).min(ROUND))
    }

    fn end_expired(&self) {
        let now = self.clock.now_ms();
        let known = self.lock();
        let expired = known.tokens.iter();
        let expired = expired.filter(|token| token.expires_at().is_some_and(|end| end <= now));
        expired.for_each(|token| token.end());
    }

    async fn record_uses(self: &Arc<Self>) {
        let used: HashMap<String, u64> = {
            let known = self.lock();
            let used = known.tokens.iter();
            let used = used.filter(|token| token.unrecorded() >= RECORDED);
            used.filter_map(|token| Some((token.id().to_owned(), token.record().last_used_at?)))
                .collect()
        };
        if used.is_empty() {
            return;
        }
        let now = self.clock.now_ms();
        let recorded = self.edit(now, move |document| {
            for token in &mut document.tokens {
                token.last_used_at = token.last_used_at.max(used.get(&token.id).copied());
            }
            Ok(true)
        });
        if let Err(error) = recorded.await {
            tracing::debug!(%error, "the last use of tokens could not be recorded");
        }
    }
}
