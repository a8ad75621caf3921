//! Tokens that were made for somebody: finding, making, ending them.
//!
//! They are kept in a [`StateFile`](crate::StateFile), which several servers
//! may share. What is known of it is looked at again when a token comes that is
//! not known, and otherwise every few seconds, so that a token which another
//! server has made lets in, and one which it has ended does not.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use openwork_model::clock::Clock;
use openwork_model::scope::Scope;
use tokio::time::Instant;

use crate::error::HostError;
use crate::host::Host;
use crate::pool::{WorkPool, WorkspaceLimiter};
use crate::server_log::ServerLogError;
use crate::state::{StateDocument as _, StateError, StateFile, StateReading, StateStamp};

mod document;
mod keeper;
mod live;
mod making;

pub use live::{FoundToken, TokenLease};
pub use making::{MadeToken, NewToken};

use document::{TokenDocument, TokenEntry};
use live::LiveToken;

/// For how long it is not asked again whether another server has ended a token.
const FRESH: Duration = Duration::from_millis(250);
/// For how long a disk that did not answer in time is left alone: else each
/// request with a token would wait for it.
const REST: Duration = Duration::from_secs(5);

/// What is told of a token. The token itself is not known any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// By what it is ended.
    pub id: String,
    /// What its holder may do.
    pub scope: Scope,
    /// When it was made, in ms since 1970.
    pub created_at: u64,
    /// What it was called by whoever made it.
    pub label: Option<String>,
    /// When it was used last, in ms since 1970, to about a minute.
    pub last_used_at: Option<u64>,
    /// When it stops letting anybody in, in ms since 1970.
    pub expires_at: Option<u64>,
}

impl TokenRecord {
    /// What people call it: its label, or else its id.
    pub(crate) fn called(&self) -> String {
        match &self.label {
            Some(label) => format!("“{label}”"),
            None => self.id.clone(),
        }
    }
}

/// Why tokens could not be listed, made or ended.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TokenError {
    /// The server does not do it now.
    #[error(transparent)]
    Host(#[from] HostError),
    /// What is kept of tokens could not be read or written.
    #[error(transparent)]
    State(#[from] StateError),
    /// There are as many as there can be.
    #[error("there are {limit} tokens already")]
    TooMany {
        /// How many there can be.
        limit: usize,
    },
    /// No token has this id.
    #[error("no token has this id")]
    NotFound,
    /// It could not be recorded.
    #[error("the audit log of the server cannot be written: {0}")]
    Audit(#[source] ServerLogError),
}

/// All tokens, as far as they are known.
pub(crate) struct TokenBook {
    file: Arc<dyn StateFile>,
    clock: Arc<dyn Clock>,
    pool: Arc<WorkPool>,
    limiter: WorkspaceLimiter,
    known: Mutex<KnownTokens>,
    /// Held while the file is read: of many who ask at once, one reads.
    turn: tokio::sync::Mutex<()>,
    /// How many readings were begun.
    begun: AtomicU64,
}

#[derive(Default)]
struct KnownTokens {
    stamp: Option<StateStamp>,
    tokens: Vec<Arc<LiveToken>>,
    /// Why nothing is known, if that is so.
    broken: Option<StateError>,
    checked: Option<Instant>,
    /// Until when the disk is left alone.
    resting: Option<Instant>,
    is_kept_watch: bool,
}

impl Host {
    /// Whether tokens can be made here.
    pub fn keeps_tokens(&self) -> bool {
        self.options.tokens.is_some()
    }

    /// The token whose SHA-256 this is, among those that are known.
    pub fn token(&self, digest: &[u8; 32]) -> Option<FoundToken> {
        self.tokens.find(digest)
    }

    /// Whether a token with this id lets somebody in, as far as is known.
    pub(crate) fn has_token(&self, id: &str) -> bool {
        let now = self.options.clock.now_ms();
        let known = self.tokens.lock();
        let mut tokens = known.tokens.iter();
        let token = tokens.find(|token| token.id() == id);
        token.is_some_and(|token| token.expires_at().is_none_or(|end| end > now))
    }

    /// Whether what is known of tokens is so old that it should be
    /// [looked at](Self::look_at_tokens) before one of them lets somebody in.
    pub fn tokens_are_stale(&self) -> bool {
        let known = self.tokens.lock();
        let is_old = known.checked.is_none_or(|at| at.elapsed() > FRESH);
        is_old && !known.is_resting()
    }

    /// Learns what other servers have done to the tokens. If the file cannot
    /// be read for a while, what was known stays.
    pub async fn look_at_tokens(&self) {
        if self.keeps_tokens() {
            self.tokens.refresh().await;
            self.keep_watch_of_tokens();
        }
    }

    /// All tokens that let somebody in, the newest first.
    ///
    /// # Errors
    ///
    /// [`TokenError::State`] if they cannot be read.
    pub async fn tokens(&self) -> Result<Vec<TokenRecord>, TokenError> {
        self.look_at_tokens().await;
        let now = self.options.clock.now_ms();
        let known = self.tokens.lock();
        if let Some(broken) = &known.broken {
            return Err(broken.clone().into());
        }
        let mut records: Vec<_> = known.tokens.iter().map(|token| token.record()).collect();
        records.retain(|record| record.expires_at.is_none_or(|end| end > now));
        // The file has them in the order in which they were made.
        records.reverse();
        records.sort_by_key(|record| std::cmp::Reverse(record.created_at));
        Ok(records)
    }
}

impl TokenBook {
    pub(crate) fn new(
        file: Arc<dyn StateFile>,
        clock: Arc<dyn Clock>,
        pool: &Arc<WorkPool>,
    ) -> Arc<Self> {
        Arc::new(Self {
            file,
            clock,
            limiter: pool.limiter(),
            pool: Arc::clone(pool),
            known: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            begun: AtomicU64::new(0),
        })
    }

    fn find(&self, digest: &[u8; 32]) -> Option<FoundToken> {
        let now = self.clock.now_ms();
        let known = self.lock();
        // All of them, whichever fits: where it stands must not show either.
        let fits = known.tokens.iter().filter(|token| token.is(digest));
        let found: Vec<_> = fits.collect();
        let token = found.first()?;
        let has_expired = token.expires_at().is_some_and(|end| end <= now);
        (!has_expired).then(|| token.found(now))
    }

    /// Reads the file, unless somebody has begun to since this was called.
    async fn refresh(self: &Arc<Self>) {
        let before = self.begun.load(Ordering::Acquire);
        let _turn = self.turn.lock().await;
        if self.begun.load(Ordering::Acquire) > before || self.lock().is_resting() {
            return;
        }
        self.begun.fetch_add(1, Ordering::AcqRel);
        let (file, stamp) = (Arc::clone(&self.file), self.lock().stamp);
        let read = self.pool.run(&self.limiter, move || file.read(stamp)).await;
        match read {
            Ok(reading) => self.take(reading),
            Err(error) => {
                tracing::warn!(%error, "the tokens could not be looked at");
                self.lock().resting = Some(Instant::now() + REST);
            }
        }
    }

    fn take(&self, reading: Result<StateReading, StateError>) {
        let mut known = self.lock();
        known.checked = Some(Instant::now());
        let error = match reading {
            Ok(StateReading::Unchanged) => return,
            Ok(StateReading::Read { stamp, bytes }) => {
                match TokenDocument::of(&*self.file, bytes.as_deref()) {
                    Ok(document) => {
                        known.learn(&document);
                        known.stamp = stamp;
                        known.broken = None;
                        return;
                    }
                    Err(error) => error,
                }
            }
            Err(error) => error,
        };
        let is_told = known.broken.is_some();
        if !is_told {
            tracing::error!(%error, "the tokens cannot be read");
        }
        // A disk that fails says nothing of tokens. What is unreadable may have
        // been changed to end some, so nobody is let in by it.
        if matches!(error, StateError::Unreadable { .. }) {
            known.forget();
        }
        known.stamp = None;
        known.broken = Some(error);
    }

    fn lock(&self) -> MutexGuard<'_, KnownTokens> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KnownTokens {
    fn is_resting(&self) -> bool {
        self.resting.is_some_and(|end| Instant::now() < end)
    }

    /// Takes over what is kept; who held a token that is there no more is told.
    fn learn(&mut self, document: &TokenDocument) {
        let before = std::mem::take(&mut self.tokens);
        let kept = document.tokens.iter().filter_map(TokenEntry::token);
        self.tokens = kept
            .map(|(record, digest)| {
                let same = before.iter().find(|token| token.is_same(&record, &digest));
                Arc::new(match same {
                    Some(same) => same.as_recorded(record),
                    None => LiveToken::new(record, digest),
                })
            })
            .collect();
        // One whose scope is another by now is another token to who held it.
        let is_kept = |old: &LiveToken| self.tokens.iter().any(|new| new.is_still(old));
        for gone in before.iter().filter(|token| !is_kept(token)) {
            gone.end();
        }
    }

    fn forget(&mut self) {
        for token in std::mem::take(&mut self.tokens) {
            token.end();
        }
    }
}
