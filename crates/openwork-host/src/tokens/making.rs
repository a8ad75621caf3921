//! Making, renaming and ending tokens.

use std::sync::Arc;
use std::time::Duration;

use openwork_model::actor::TokenHash;
use openwork_model::audit::ApprovedBy;
use openwork_model::clock::{Ids, RandomIds};
use openwork_model::scope::Scope;

use super::document::{TokenDocument, TokenEntry};
use super::{TokenBook, TokenError, TokenRecord};
use crate::error::HostError;
use crate::grant::Requester;
use crate::host::Host;
use crate::server_log::{ServerAction, ServerNote};
use crate::state::{StateDocument as _, StateError};

/// How many tokens there can be: each that comes is compared with all of them.
const LIMIT: usize = 1_000;
/// How many hexadecimal digits of a token are random: 128 bits.
const DIGITS: usize = 32;

/// A token that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// What its holder may do.
    pub scope: Scope,
    /// What it is called.
    pub label: Option<String>,
    /// For how long it lets its holder in; without, until it is ended.
    pub lifetime: Option<Duration>,
}

/// A token that was made. This is the only time that it is known.
#[derive(Clone)]
pub struct MadeToken {
    /// What is told of it from now on.
    pub record: TokenRecord,
    /// The token itself. A secret.
    pub token: String,
}

impl std::fmt::Debug for MadeToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // By hand, as a derived one would put the token into a log.
        f.debug_struct("MadeToken")
            .field("record", &self.record)
            .finish_non_exhaustive()
    }
}

impl Host {
    /// Makes a token for who asks; it is recorded first, and durable afterwards.
    ///
    /// # Errors
    ///
    /// [`TokenError`] if the server is read-only, there are too many, they
    /// cannot be kept, or it cannot be recorded: then nothing is overwritten.
    pub async fn make_token(
        &self,
        by: &Requester,
        wanted: NewToken,
    ) -> Result<MadeToken, TokenError> {
        self.takes_tokens()?;
        let made = self.new_token(wanted);
        let (called, scope) = (made.record.called(), made.record.scope);
        let summary = format!("Made the token {called} of scope {scope}");
        self.note_token(by, ServerAction::TokenCreate, &made.record.id, summary)
            .await?;
        self.keep_token(&made).await?;
        Ok(made)
    }

    /// A token that lets nobody in before it is [kept](Self::keep_token).
    pub(crate) fn new_token(&self, wanted: NewToken) -> MadeToken {
        made(wanted, self.options.clock.now_ms())
    }

    /// Has a token let its holder in from now on, durably.
    pub(crate) async fn keep_token(&self, made: &MadeToken) -> Result<(), TokenError> {
        let now = self.options.clock.now_ms();
        let hash = TokenHash::of(&made.token);
        let entry = TokenEntry::new(&made.record, hash.as_str().to_owned());
        let mut entry = Some(entry);
        let kept = self.tokens.edit(now, move |document| {
            // Those that have expired let nobody in, and would stay for ever.
            document.tokens.retain(|token| !token.has_expired(now));
            if document.tokens.len() >= LIMIT {
                return Err(TokenError::TooMany { limit: LIMIT });
            }
            document.tokens.extend(entry.take());
            Ok(true)
        });
        kept.await?;
        self.keep_watch_of_tokens();
        Ok(())
    }

    /// Calls a token something else; its holder notices nothing of it.
    ///
    /// # Errors
    ///
    /// Those of [`end_token`](Self::end_token).
    pub async fn rename_token(
        &self,
        by: &Requester,
        id: &str,
        label: String,
    ) -> Result<TokenRecord, TokenError> {
        self.takes_tokens()?;
        let before = self.token_record(id).await?;
        let summary = format!("Renamed the token {} to “{label}”", before.called());
        self.note_token(by, ServerAction::TokenRename, id, summary)
            .await?;
        let (now, id) = (self.options.clock.now_ms(), id.to_owned());
        let record = TokenRecord {
            label: Some(label.clone()),
            ..before
        };
        let renamed = self.tokens.edit(now, move |document| {
            let mut tokens = document.tokens.iter_mut();
            let token = tokens.find(|token| token.id == id);
            token.ok_or(TokenError::NotFound)?.rename(&label);
            Ok(true)
        });
        renamed.await?;
        Ok(record)
    }

    async fn token_record(&self, id: &str) -> Result<TokenRecord, TokenError> {
        let mut records = self.tokens().await?.into_iter();
        let record = records.find(|record| record.id == id);
        record.ok_or(TokenError::NotFound)
    }

    /// Ends a token for good; what its holder has open ends with it.
    ///
    /// # Errors
    ///
    /// [`TokenError::NotFound`] if there is none with this id, and what
    /// [`make_token`](Self::make_token) fails with.
    pub async fn end_token(&self, by: &Requester, id: &str) -> Result<(), TokenError> {
        self.takes_tokens()?;
        let records = self.tokens().await?;
        // One that has expired lets nobody in: it is taken out unrecorded.
        if let Some(record) = records.iter().find(|record| record.id == id) {
            let summary = format!("Ended the token {}", record.called());
            self.note_token(by, ServerAction::TokenDelete, id, summary)
                .await?;
        }
        let (now, id) = (self.options.clock.now_ms(), id.to_owned());
        let ended = self.tokens.edit(now, move |document| {
            let before = document.tokens.len();
            document.tokens.retain(|token| token.id != id);
            if document.tokens.len() == before {
                return Err(TokenError::NotFound);
            }
            Ok(true)
        });
        ended.await
    }

    async fn note_token(
        &self,
        by: &Requester,
        action: ServerAction,
        id: &str,
        summary: String,
    ) -> Result<(), TokenError> {
        let note = ServerNote {
            actor: by.actor(),
            action,
            workspace: None,
            target: id.to_owned(),
            summary,
            // Nobody is asked about an owner's tokens either.
            approval: by.grant().is_host().then(|| ApprovedBy::Host.into()),
        };
        let noted = self.server_log.note(note, self.options.clock.now_ms());
        noted.await.map_err(TokenError::Audit)
    }

    fn takes_tokens(&self) -> Result<(), HostError> {
        if self.options.read_only {
            return Err(HostError::ReadOnly);
        }
        Ok(())
    }
}

impl TokenBook {
    /// Edits what is kept, and knows it afterwards. What `edit` leaves as it
    /// is, by saying no, is not written.
    pub(super) async fn edit(
        self: &Arc<Self>,
        now: u64,
        mut edit: impl FnMut(&mut TokenDocument) -> Result<bool, TokenError> + Send + 'static,
    ) -> Result<(), TokenError> {
        let book = Arc::clone(self);
        let work = move || {
            let mut refused = None;
            let written = book.file.update(&mut |bytes| {
                let mut document = TokenDocument::of(&*book.file, bytes)?;
                match edit(&mut document) {
                    Ok(true) => {
                        document.changed(now);
                        document.to_bytes(&*book.file).map(Some)
                    }
                    Ok(false) => Ok(None),
                    Err(error) => {
                        refused = Some(error);
                        Ok(None)
                    }
                }
            });
            match refused {
                Some(error) => Err(error),
                None => written.map_err(TokenError::from),
            }
        };
        // Not abandoned once it is begun: who is told that a token could not be
        // made must not find it later.
        let done = self.pool.run_unbounded(&self.limiter, work).await;
        done.map_err(TokenError::from)??;
        self.lock().resting = None;
        self.refresh().await;
        let failed = self.lock().broken.clone();
        // A holder who is let in no more has to learn it before the answer.
        match failed {
            Some(error @ StateError::Unreadable { .. }) => Err(error.into()),
            _ => Ok(()),
        }
    }
}

fn made(wanted: NewToken, now: u64) -> MadeToken {
    let lifetime = wanted.lifetime.map(|lifetime| lifetime.as_millis());
    let end = |lifetime| now.saturating_add(u64::try_from(lifetime).unwrap_or(u64::MAX));
    let record = TokenRecord {
        id: RandomIds.next_id().to_string(),
        scope: wanted.scope,
        created_at: now,
        label: wanted.label,
        last_used_at: None,
        expires_at: lifetime.map(end),
    };
    MadeToken {
        record,
        token: random(),
    }
}

/// `owt_` and 128 random bits. A random UUID has 122 of them, so two are mixed.
fn random() -> String {
    let two = format!("{}{}", RandomIds.next_id(), RandomIds.next_id());
    let mixed = TokenHash::of(&two);
    let digits: String = mixed.as_str().chars().take(DIGITS).collect();
    format!("owt_{digits}")
}
