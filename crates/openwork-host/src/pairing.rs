//! Pairing: a short code that another device exchanges for a token of its own.
//!
//! A code is shown to a person and typed, or read by a camera, so it is short;
//! that is made up for by its end: after ten minutes, one exchange, or five
//! wrong tries. One is open at a time, and a new one takes its place.

use std::net::IpAddr;

use openwork_model::actor::{Actor, TokenHash};
use openwork_model::audit::ApprovedBy;
use openwork_model::device_scope::DeviceScope;

use crate::error::HostError;
use crate::grant::{Grant, Requester};
use crate::host::Host;
use crate::server_log::{ServerAction, ServerNote};
use crate::state::StateError;
use crate::tokens::{MadeToken, NewToken, TokenError};

mod code;
mod desk;

pub use code::{NoPairingCode, PairingCode};
pub use desk::OpenPairing;

pub(crate) use desk::PairingDesk;
use desk::{IssuedCode, RefusedCode};

/// What entries of the log have in the place of a token's id.
const TARGET: &str = "pairing";

/// A pairing code that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPairing {
    /// What the device may do.
    pub scope: DeviceScope,
    /// What the device is to be called; without, it says so itself.
    pub label: Option<String>,
}

/// A pairing code that was made. This is the only time that it is known.
#[derive(Debug, Clone)]
pub struct MadePairing {
    /// The code. A secret.
    pub code: PairingCode,
    /// What is told of it from now on.
    pub pairing: OpenPairing,
}

/// A device that shows a code and has no token yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnpairedDevice {
    /// Where it asks from.
    pub address: IpAddr,
    /// What it calls itself as a client; it may be anything.
    pub client_id: Option<String>,
}

/// Why a device is not paired, or a code not made or ended.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PairingError {
    /// The token could not be made, or it could not be recorded.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The code is wrong, was used, has ended, or was none: which of them is
    /// nobody's business who has no right one.
    #[error("the pairing code is not the one that is open")]
    Refused,
    /// There is no code to end.
    #[error("no pairing code is open")]
    NoneOpen,
}

impl Host {
    /// Makes a code, in the place of the one that was open.
    ///
    /// # Errors
    ///
    /// [`PairingError::Token`] if the server is read-only, keeps no tokens, or it
    /// cannot be recorded; the code before stays then.
    pub async fn make_pairing(
        &self,
        by: &Requester,
        wanted: NewPairing,
    ) -> Result<MadePairing, PairingError> {
        self.takes_pairing()?;
        let NewPairing { scope, label } = wanted;
        let summary = match &label {
            Some(label) => format!("Made a pairing code of scope {scope} for “{label}”"),
            None => format!("Made a pairing code of scope {scope}"),
        };
        self.note_by(by, ServerAction::PairingCreate, summary)
            .await?;
        let code = PairingCode::random();
        let maker = by.grant().token().map(|token| token.id.clone());
        let now = self.options.clock.now_ms();
        let issued = IssuedCode::new(&code, scope, label, now, maker);
        let pairing = issued.told();
        self.pairing.open(issued);
        Ok(MadePairing { code, pairing })
    }

    /// The code that is open, without itself.
    pub async fn open_pairing(&self) -> Option<OpenPairing> {
        self.end_pairing_of_nobody().await;
        self.pairing.look().map(|(open, _)| open)
    }

    /// Ends the code that is open.
    ///
    /// # Errors
    ///
    /// [`PairingError::NoneOpen`] if there is none, and [`PairingError::Token`] as
    /// [`make_pairing`](Self::make_pairing).
    pub async fn end_pairing(&self, by: &Requester) -> Result<(), PairingError> {
        self.takes_pairing()?;
        let open = self.open_pairing().await.ok_or(PairingError::NoneOpen)?;
        let summary = format!("Ended the pairing code of scope {}", open.scope);
        self.note_by(by, ServerAction::PairingDelete, summary)
            .await?;
        // It may have been used while that was recorded.
        if self.pairing.end() {
            Ok(())
        } else {
            Err(PairingError::NoneOpen)
        }
    }

    /// What a code grants, for a device that has it. A wrong one counts.
    ///
    /// # Errors
    ///
    /// [`PairingError::Refused`] if it is not the one that is open.
    pub async fn preview_pairing(
        &self,
        device: &UnpairedDevice,
        code: &PairingCode,
    ) -> Result<OpenPairing, PairingError> {
        self.takes_pairing()?;
        self.end_pairing_of_nobody().await;
        match self.pairing.preview(code) {
            Ok(open) => Ok(open),
            Err(refused) => Err(self.refuse(device, refused).await),
        }
    }

    /// Gives a device that has the code a token of its own; the code is used up
    /// by that. Of two who have it one gets a token. `label` is what the device
    /// calls itself, which counts where the host has not said how to call it.
    ///
    /// # Errors
    ///
    /// [`PairingError::Refused`] if the code is not the one that is open, and
    /// [`PairingError::Token`] if no token could be made; the code stays then.
    pub async fn pair(
        &self,
        device: &UnpairedDevice,
        code: &PairingCode,
        label: Option<String>,
    ) -> Result<MadeToken, PairingError> {
        self.takes_pairing()?;
        self.end_pairing_of_nobody().await;
        let taken = match self.pairing.take(code) {
            Ok(taken) => taken,
            Err(refused) => return Err(self.refuse(device, refused).await),
        };
        let scope = taken.code.scope.scope();
        let wanted = NewToken {
            scope,
            label: taken.code.label.clone().or(label),
            lifetime: None,
        };
        // A device that leaves now has used the code up: whether its token was
        // made cannot be told any more, and no code makes two.
        let made = self.make_device_token(device, wanted).await;
        made.map_err(|error| {
            self.pairing.put_back(taken);
            error.into()
        })
    }

    async fn make_device_token(
        &self,
        device: &UnpairedDevice,
        wanted: NewToken,
    ) -> Result<MadeToken, TokenError> {
        let made = self.new_token(wanted);
        // By the token that it will have: it has shown no other.
        let by = Requester::new(Grant::of(made.record.scope), TokenHash::of(&made.token));
        let by = by.calling_itself(device.client_id.clone());
        let summary = format!(
            "Paired {} of scope {} from {}",
            made.record.called(),
            made.record.scope,
            device.address,
        );
        self.note_pairing(
            by.actor(),
            ServerAction::DevicePair,
            &made.record.id,
            summary,
            false,
        )
        .await?;
        self.keep_token(&made).await?;
        Ok(made)
    }

    /// A code ends with the token of whoever made it: who is shut out must not
    /// come in again by a code that he has left open.
    async fn end_pairing_of_nobody(&self) {
        let Some((_, Some(maker))) = self.pairing.look() else {
            return;
        };
        if self.tokens_are_stale() {
            self.look_at_tokens().await;
        }
        if !self.has_token(&maker) {
            self.pairing.end();
        }
    }

    /// Records a code that was refused, and tells the host's log.
    async fn refuse(&self, device: &UnpairedDevice, refused: RefusedCode) -> PairingError {
        // Only while one is open: else whoever reaches the port could fill the log.
        let RefusedCode::Wrong { tries_left } = refused else {
            return PairingError::Refused;
        };
        let address = device.address;
        if tries_left == 0 {
            tracing::warn!(%address, "the pairing code was ended by wrong tries; somebody may be guessing");
        } else {
            tracing::warn!(%address, tries_left, "a wrong pairing code was tried");
        }
        let summary = match tries_left {
            0 => format!("Refused a wrong pairing code from {address}, which ended the open one"),
            1 => format!("Refused a wrong pairing code from {address}; one try is left"),
            left => format!("Refused a wrong pairing code from {address}; {left} tries are left"),
        };
        let actor = Actor::without_token(device.client_id.clone());
        let noted = self.note_pairing(actor, ServerAction::PairingRefuse, TARGET, summary, false);
        // It is refused in any case.
        if let Err(error) = noted.await {
            tracing::error!(%error, "a refused pairing code could not be recorded");
        }
        PairingError::Refused
    }

    async fn note_by(
        &self,
        by: &Requester,
        action: ServerAction,
        summary: String,
    ) -> Result<(), TokenError> {
        let is_host = by.grant().is_host();
        self.note_pairing(by.actor(), action, TARGET, summary, is_host)
            .await
    }

    async fn note_pairing(
        &self,
        actor: Actor,
        action: ServerAction,
        target: &str,
        summary: String,
        by_host: bool,
    ) -> Result<(), TokenError> {
        let note = ServerNote {
            actor,
            action,
            workspace: None,
            target: target.to_owned(),
            summary,
            approval: by_host.then(|| ApprovedBy::Host.into()),
        };
        let noted = self.server_log.note(note, self.options.clock.now_ms());
        noted.await.map_err(TokenError::Audit)
    }

    fn takes_pairing(&self) -> Result<(), TokenError> {
        if self.options.read_only {
            return Err(HostError::ReadOnly.into());
        }
        // Told before a code is made that nothing could come of.
        if self.keeps_tokens() {
            Ok(())
        } else {
            Err(StateError::NoPlace.into())
        }
    }
}
