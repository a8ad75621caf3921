//! Who asks, and what they may do.

use std::net::IpAddr;

use openwork_approval::Asker;
use openwork_model::actor::{Actor, ActorKind, TokenHash};

/// What a requester was let in as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Grant {
    /// Somebody who uses the workspaces.
    Client,
    /// The person whose machine it is, who answers for what is changed.
    Host,
}

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Permission {
    /// Make changes without a person being asked, where
    /// [`HostWrites`](crate::HostWrites) lets the host do so.
    WriteUnasked,
    /// See the secrets of views without asking for them by name.
    ReadSecrets,
    /// See the commands that lie outside of the workspaces.
    ReadGlobalCommands,
}

impl Grant {
    /// Whether it allows this. Beside the table of routes, nothing else decides
    /// by who asks.
    pub fn allows(self, permission: Permission) -> bool {
        match (self, permission) {
            (Self::Host, _) => true,
            // Each by its name, so that nothing new is allowed, or refused, to
            // clients because nobody thought of them.
            (
                Self::Client,
                Permission::WriteUnasked | Permission::ReadSecrets | Permission::ReadGlobalCommands,
            ) => false,
        }
    }
}

/// Who wants something done: made where somebody is let in, and handed down
/// from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requester {
    grant: Grant,
    client_id: Option<String>,
    token_hash: TokenHash,
    address: Option<IpAddr>,
}

impl Requester {
    /// Somebody who was let in with the token of this hash. Without an address
    /// and a [name](Self::calling_itself), until they are given.
    pub fn new(grant: Grant, token_hash: TokenHash) -> Self {
        Self {
            grant,
            client_id: None,
            token_hash,
            address: None,
        }
    }

    /// The same, who calls itself something; it may be anything.
    #[must_use]
    pub fn calling_itself(self, client_id: Option<String>) -> Self {
        Self { client_id, ..self }
    }

    /// The same, who asks from this address.
    #[must_use]
    pub fn from_address(self, address: IpAddr) -> Self {
        Self {
            address: Some(address),
            ..self
        }
    }

    /// What they were let in as.
    pub fn grant(&self) -> Grant {
        self.grant
    }

    /// From where they ask, if that is known.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// Them, as the audit log has them.
    pub fn actor(&self) -> Actor {
        let kind = match self.grant {
            Grant::Client => ActorKind::Remote,
            Grant::Host => ActorKind::Host,
        };
        Actor {
            kind,
            client_id: self.client_id.clone(),
            token_hash: self.token_hash.clone(),
        }
    }

    /// Them, as the gate counts what one client may ask.
    pub fn asker(&self) -> Asker {
        Asker {
            address: self.address,
            client_id: self.client_id.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn clients_are_asked_about_and_see_no_secrets() {
        for permission in [
            Permission::WriteUnasked,
            Permission::ReadSecrets,
            Permission::ReadGlobalCommands,
        ] {
            assert!(Grant::Host.allows(permission), "{permission:?}");
            assert!(!Grant::Client.allows(permission), "{permission:?}");
        }
    }

    #[test]
    fn the_log_and_the_gate_see_the_same_requester() {
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let requester = Requester::new(Grant::Host, TokenHash::of("t"))
            .calling_itself(Some("desk".to_owned()))
            .from_address(address);
        let actor = requester.actor();
        assert_eq!(actor.kind, ActorKind::Host);
        assert_eq!(actor.client_id, requester.asker().client_id);
        assert_eq!(requester.asker().address, Some(address));
    }
}
