//! A token that lets somebody in now.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use openwork_model::actor::TokenHash;
use subtle::ConstantTimeEq;
use tokio_util::sync::CancellationToken;

use super::TokenRecord;
use crate::grant::{Grant, GrantedToken};

/// For how long a token lets somebody in: what goes on for a while, such as a
/// stream, ends with it.
#[derive(Debug, Clone)]
pub struct TokenLease(CancellationToken);

impl TokenLease {
    /// Returns when the token was ended or has expired.
    pub async fn ended(&self) {
        self.0.cancelled().await;
    }

    /// Whether it was ended or has expired.
    pub fn has_ended(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// What a token that was found grants.
#[derive(Debug, Clone)]
pub struct FoundToken {
    /// What its holder may do.
    pub grant: Grant,
    /// What records call it.
    pub hash: TokenHash,
    /// For how long.
    pub lease: TokenLease,
}

pub(super) struct LiveToken {
    record: TokenRecord,
    digest: [u8; 32],
    granted: Arc<GrantedToken>,
    hash: TokenHash,
    ended: CancellationToken,
    /// When it was used last in this process, in ms since 1970; 0 if never.
    used: AtomicU64,
}

impl LiveToken {
    pub(super) fn new(record: TokenRecord, digest: [u8; 32]) -> Self {
        let granted = GrantedToken {
            id: record.id.clone(),
            label: record.label.clone(),
        };
        Self {
            granted: Arc::new(granted),
            hash: TokenHash::of_digest(&digest),
            ended: CancellationToken::new(),
            used: AtomicU64::new(0),
            record,
            digest,
        }
    }

    /// Whether it is the token of this digest. In constant time: how much of a
    /// digest is right must not show in how long an answer takes.
    pub(super) fn is(&self, digest: &[u8; 32]) -> bool {
        self.digest.ct_eq(digest).into()
    }

    /// Whether the other one grants the same to the same holder.
    pub(super) fn is_same(&self, record: &TokenRecord, digest: &[u8; 32]) -> bool {
        // But for its last use and its label, which change nothing.
        let own = TokenRecord {
            last_used_at: record.last_used_at,
            label: record.label.clone(),
            ..self.record.clone()
        };
        self.digest == *digest && own == *record
    }

    pub(super) fn found(&self, now: u64) -> FoundToken {
        self.used.fetch_max(now, Ordering::Relaxed);
        FoundToken {
            grant: Grant::of(self.record.scope).by_token(Arc::clone(&self.granted)),
            hash: self.hash.clone(),
            lease: TokenLease(self.ended.clone()),
        }
    }

    /// It, with its last use in this process.
    pub(super) fn record(&self) -> TokenRecord {
        let used = self.used.load(Ordering::Relaxed);
        TokenRecord {
            last_used_at: self.record.last_used_at.max((used > 0).then_some(used)),
            ..self.record.clone()
        }
    }

    /// By how many ms the last use is later than the one that is on record.
    pub(super) fn unrecorded(&self) -> u64 {
        let used = self.used.load(Ordering::Relaxed);
        used.saturating_sub(self.record.last_used_at.unwrap_or(0))
    }

    /// Whether this is what became of another one.
    pub(super) fn is_still(&self, other: &Self) -> bool {
        other.is_same(&self.record, &self.digest)
    }

    /// The same token as it is on record by now: who holds a lease of it keeps it.
    pub(super) fn as_recorded(&self, record: TokenRecord) -> Self {
        Self {
            ended: self.ended.clone(),
            used: AtomicU64::new(self.used.load(Ordering::Relaxed)),
            ..Self::new(record, self.digest)
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.record.id
    }

    pub(super) fn expires_at(&self) -> Option<u64> {
        self.record.expires_at
    }

    pub(super) fn end(&self) {
        self.ended.cancel();
    }
}
