//! The one code that is open, and how it ends.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use openwork_model::device_scope::DeviceScope;
use tokio::time::Instant;

use super::code::{CodeHash, PairingCode};

/// How long a code lasts.
pub(super) const LIFETIME: Duration = Duration::from_secs(10 * 60);
/// How many wrong codes one stands; the last of them ends it.
const TRIES: u32 = 5;

/// What is told of a code that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPairing {
    /// What the device may do.
    pub scope: DeviceScope,
    /// What the host has said that the device is to be called.
    pub label: Option<String>,
    /// When it was made, in ms since 1970.
    pub created_at: u64,
    /// When it ends, in ms since 1970.
    pub expires_at: u64,
    /// How long it lasts yet.
    pub left: Duration,
    /// How many wrong codes it stands before it ends.
    pub tries_left: u32,
}

/// A code that is open.
pub(super) struct IssuedCode {
    hash: CodeHash,
    pub(super) scope: DeviceScope,
    pub(super) label: Option<String>,
    created_at: u64,
    end: Instant,
    tries_left: u32,
    /// The token of whoever made it, if it is one that can be ended.
    pub(super) maker: Option<String>,
}

/// A code is not the one that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RefusedCode {
    /// Another one is, and stands so many more of them.
    Wrong { tries_left: u32 },
    /// None is.
    NoneOpen,
}

/// Where the one code lies. It is in memory alone: whoever starts the server
/// anew is at the machine and can make another.
#[derive(Default)]
pub(crate) struct PairingDesk(Mutex<DeskState>);

#[derive(Default)]
struct DeskState {
    open: Option<IssuedCode>,
    /// Counts codes that were made or ended by somebody.
    turn: u64,
}

/// A code that was taken to be exchanged; nobody else can take it meanwhile.
pub(super) struct TakenCode {
    pub(super) code: IssuedCode,
    turn: u64,
}

impl IssuedCode {
    pub(super) fn new(
        code: &PairingCode,
        scope: DeviceScope,
        label: Option<String>,
        created_at: u64,
        maker: Option<String>,
    ) -> Self {
        Self {
            hash: code.hash(),
            scope,
            label,
            created_at,
            end: Instant::now() + LIFETIME,
            tries_left: TRIES,
            maker,
        }
    }

    pub(super) fn told(&self) -> OpenPairing {
        let lifetime = u64::try_from(LIFETIME.as_millis()).unwrap_or(u64::MAX);
        OpenPairing {
            scope: self.scope,
            label: self.label.clone(),
            created_at: self.created_at,
            expires_at: self.created_at.saturating_add(lifetime),
            left: self.end.saturating_duration_since(Instant::now()),
            tries_left: self.tries_left,
        }
    }
}

impl PairingDesk {
    /// Opens a code in the place of the one before.
    pub(super) fn open(&self, code: IssuedCode) {
        let mut state = self.lock();
        state.turn += 1;
        state.open = Some(code);
    }

    /// The code that is open, as far as it is told, and the token of its maker.
    pub(super) fn look(&self) -> Option<(OpenPairing, Option<String>)> {
        let state = self.lock();
        let open = state.open.as_ref()?;
        Some((open.told(), open.maker.clone()))
    }

    /// Ends the code that is open; true if there was one.
    pub(super) fn end(&self) -> bool {
        let mut state = self.lock();
        state.turn += 1;
        state.open.take().is_some()
    }

    /// Looks at the code that is open, as somebody who has it.
    pub(super) fn preview(&self, given: &PairingCode) -> Result<OpenPairing, RefusedCode> {
        let mut state = self.lock();
        let code = state.checked(given)?;
        let told = code.told();
        state.open = Some(code);
        Ok(told)
    }

    /// Takes the code that is open, as somebody who has it.
    pub(super) fn take(&self, given: &PairingCode) -> Result<TakenCode, RefusedCode> {
        let mut state = self.lock();
        let code = state.checked(given)?;
        let turn = state.turn;
        Ok(TakenCode { code, turn })
    }

    /// Puts a code back that was taken and not exchanged, unless another was
    /// made since, or it was ended.
    pub(super) fn put_back(&self, taken: TakenCode) {
        let mut state = self.lock();
        if state.turn == taken.turn {
            state.open = Some(taken.code);
        }
    }

    /// Of those who come at once, one comes after the other.
    fn lock(&self) -> MutexGuard<'_, DeskState> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state
            .open
            .as_ref()
            .is_some_and(|code| code.end <= Instant::now())
        {
            state.open = None;
        }
        state
    }
}

impl DeskState {
    /// Takes out the code that is open, if this is the one; counts it otherwise.
    fn checked(&mut self, given: &PairingCode) -> Result<IssuedCode, RefusedCode> {
        let mut code = self.open.take().ok_or(RefusedCode::NoneOpen)?;
        if code.hash.is_of(given) {
            return Ok(code);
        }
        code.tries_left -= 1;
        let tries_left = code.tries_left;
        if tries_left > 0 {
            self.open = Some(code);
        }
        Err(RefusedCode::Wrong { tries_left })
    }
}
