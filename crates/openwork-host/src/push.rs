//! The devices that want to be told of what waits while their page is closed.
//!
//! What they are told by is opaque here: addresses and keys of browsers, and a key
//! of this installation. Each belongs to a token that was made for a device, and
//! goes with it.

use std::sync::Arc;

use tokio::sync::watch;

use crate::error::HostError;
use crate::host::Host;
use crate::state::{NoState, StateDocument as _, StateError, StateFile};
use crate::tokens::TokenError;

mod document;

use document::PushDocument;

/// How many devices there can be; there are no more tokens either.
const MOST: usize = 1_000;

/// A device that wants to be told. Who knows its address and keys can send to it.
#[derive(Clone, PartialEq, Eq)]
pub struct PushDevice {
    /// The id of its token.
    pub token: String,
    /// Where messages to it are sent.
    pub endpoint: String,
    /// What they are encrypted for.
    pub p256dh: String,
    /// What they are authenticated by.
    pub auth: String,
}

impl std::fmt::Debug for PushDevice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // By hand, as a derived one would put secrets into a log.
        f.debug_struct("PushDevice")
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

/// What is kept of devices that want to be told.
#[derive(Clone, Default)]
pub struct PushState {
    /// The key that messages are signed with, once one was needed. A secret.
    pub key: Option<String>,
    /// The devices whose tokens are there.
    pub devices: Vec<PushDevice>,
}

/// Says whether there are such devices, as far as is known.
pub(crate) struct PushBook {
    any: watch::Sender<bool>,
}

impl Default for PushBook {
    fn default() -> Self {
        Self {
            any: watch::Sender::new(false),
        }
    }
}

impl Host {
    /// Whether there is a place to keep it.
    pub fn keeps_push(&self) -> bool {
        self.options.push.is_some() && self.keeps_tokens()
    }

    /// Follows whether there are devices that want to be told.
    pub fn has_push_devices(&self) -> watch::Receiver<bool> {
        self.push.any.subscribe()
    }

    /// What is kept. Devices whose token has ended are left out.
    ///
    /// # Errors
    ///
    /// [`TokenError::State`] if it cannot be read.
    pub async fn push_state(&self) -> Result<PushState, TokenError> {
        let mut state = self.whole_push_state().await?;
        state.devices.retain(|device| self.has_token(&device.token));
        self.told_of_push(&state);
        Ok(state)
    }

    /// What is kept, devices whose token has ended included.
    async fn whole_push_state(&self) -> Result<PushState, TokenError> {
        if self.tokens_are_stale() {
            self.look_at_tokens().await;
        }
        let file = self.push_file();
        let read = move || PushDocument::load(&*file);
        Ok(self.pool.run(&self.own_files, read).await??.into_state())
    }

    /// Keeps a key unless there is one; gives the one that is kept then.
    ///
    /// # Errors
    ///
    /// [`TokenError::State`] if it cannot be kept.
    pub async fn keep_push_key(&self, fresh: String) -> Result<String, TokenError> {
        let kept = move |document: &mut PushDocument| {
            document.key.get_or_insert(fresh);
            Ok(())
        };
        let state = self.edit_push(kept).await?;
        state.key.ok_or(TokenError::State(StateError::NoPlace))
    }

    /// Has a device told from now on, in the place of what its token had before.
    ///
    /// # Errors
    ///
    /// [`TokenError::TooMany`] if there are as many as there can be, and
    /// [`TokenError::State`] if it cannot be kept.
    pub async fn add_push_device(&self, device: PushDevice) -> Result<(), TokenError> {
        self.takes_push()?;
        // Those whose tokens have ended give their places up.
        let known = self.whole_push_state().await?.devices.into_iter();
        let known = known.map(|device| device.token);
        let ended: Vec<String> = known.filter(|token| !self.has_token(token)).collect();
        let add = move |document: &mut PushDocument| {
            document.retain(|token, _| ended.iter().all(|ended| ended != token));
            document.set(device);
            if document.len() > MOST {
                return Err(TokenError::TooMany { limit: MOST });
            }
            Ok(())
        };
        self.edit_push(add).await.map(drop)
    }

    /// Has a device told no more; with an address, only if it still has that one.
    ///
    /// # Errors
    ///
    /// [`TokenError::State`] if that cannot be kept.
    pub async fn remove_push_device(
        &self,
        token: &str,
        endpoint: Option<&str>,
    ) -> Result<(), TokenError> {
        let (token, endpoint) = (token.to_owned(), endpoint.map(str::to_owned));
        let remove = move |document: &mut PushDocument| {
            document.retain(|own, address| {
                own != token
                    || endpoint
                        .as_ref()
                        .is_some_and(|endpoint| endpoint != address)
            });
            Ok(())
        };
        self.edit_push(remove).await.map(drop)
    }

    async fn edit_push(
        &self,
        edit: impl FnOnce(&mut PushDocument) -> Result<(), TokenError> + Send + 'static,
    ) -> Result<PushState, TokenError> {
        let file = self.push_file();
        // Not abandoned once it is begun, like a commit.
        let edited = move || carry_out(&*file, edit);
        let state = self.pool.run_unbounded(&self.own_files, edited).await??;
        self.told_of_push(&state);
        Ok(state)
    }

    fn told_of_push(&self, state: &PushState) {
        let any = !state.devices.is_empty();
        self.push
            .any
            .send_if_modified(|told| std::mem::replace(told, any) != any);
    }

    fn push_file(&self) -> Arc<dyn StateFile> {
        let file = self.options.push.clone();
        file.unwrap_or_else(|| Arc::new(NoState))
    }

    fn takes_push(&self) -> Result<(), TokenError> {
        if self.options.read_only {
            return Err(HostError::ReadOnly.into());
        }
        Ok(())
    }
}

fn carry_out(
    file: &dyn StateFile,
    edit: impl FnOnce(&mut PushDocument) -> Result<(), TokenError>,
) -> Result<PushState, TokenError> {
    let mut edit = Some(edit);
    let (mut refused, mut state) = (None, PushState::default());
    file.update(&mut |bytes| {
        let mut document = PushDocument::of(file, bytes)?;
        // It is called once.
        if let Some(Err(error)) = edit.take().map(|edit| edit(&mut document)) {
            refused = Some(error);
            return Ok(None);
        }
        let written = document.to_bytes(file)?;
        state = document.into_state();
        Ok(Some(written))
    })?;
    match refused {
        Some(error) => Err(error),
        None => Ok(state),
    }
}
