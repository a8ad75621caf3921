//! Who asks, and what they may do.

use std::net::IpAddr;
use std::sync::Arc;

use openwork_approval::Asker;
use openwork_model::actor::{Actor, ActorKind, TokenHash};
use openwork_model::scope::Scope;

use crate::later::LaterAnswer;

/// What somebody was let in as.
///
/// Made where a request is let in, and asked through [`Grant::allows`]; nothing
/// else decides by who asks, beside the least scope of a route.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Grant {
    scope: Scope,
    token: Option<Arc<GrantedToken>>,
    is_host: bool,
}

/// The token that a grant comes of, if it is one that was made for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GrantedToken {
    /// Its id, by which it is listed and ended.
    pub id: String,
    /// What it was called by whoever made it.
    pub label: Option<String>,
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
    /// See the secrets of views that are asked for by name, and those of a
    /// workspace's own files; the credentials of its engine are among them.
    ReadSecretsByName,
    /// See the commands that lie outside of the workspaces.
    ReadGlobalCommands,
    /// See and answer what waits for an answer.
    AnswerRequests,
}

impl Grant {
    /// The person whose machine it is, who answers for what is changed.
    pub fn host() -> Self {
        Self {
            scope: Scope::Owner,
            token: None,
            is_host: true,
        }
    }

    /// Somebody else, who may do this much.
    pub fn of(scope: Scope) -> Self {
        Self {
            scope,
            token: None,
            is_host: false,
        }
    }

    /// The same, by a token that was made for somebody.
    #[must_use]
    pub fn by_token(self, token: Arc<GrantedToken>) -> Self {
        Self {
            token: Some(token),
            ..self
        }
    }

    /// How much it allows.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The token that it comes of; none for the two of the settings.
    pub fn token(&self) -> Option<&GrantedToken> {
        self.token.as_deref()
    }

    /// Whether it is the host's own.
    pub fn is_host(&self) -> bool {
        self.is_host
    }

    /// Whether it allows this.
    pub fn allows(&self, permission: Permission) -> bool {
        match permission {
            // An owner elsewhere is asked about: who holds the device need not
            // be who sits at the machine.
            Permission::WriteUnasked | Permission::ReadSecrets => self.is_host,
            Permission::ReadSecretsByName => self.scope.covers(Scope::Collaborator),
            Permission::ReadGlobalCommands => self.scope.covers(Scope::Owner),
            Permission::AnswerRequests => self.scope.covers(Scope::Approver),
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
    later: Option<LaterAnswer>,
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
            later: None,
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

    /// The same, who does not wait for a person's answer but comes back for it.
    #[must_use]
    pub fn answered_later(self, later: LaterAnswer) -> Self {
        Self {
            later: Some(later),
            ..self
        }
    }

    /// Whether and how they come back for the answer.
    pub(crate) fn later(&self) -> Option<&LaterAnswer> {
        self.later.as_ref()
    }

    /// What they were let in as.
    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    /// From where they ask, if that is known.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// Them, as the audit log has them.
    pub fn actor(&self) -> Actor {
        let kind = if self.grant.is_host {
            ActorKind::Host
        } else {
            ActorKind::Remote
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
    fn each_grant_allows_these_and_nothing_else() {
        use Permission::{
            AnswerRequests, ReadGlobalCommands, ReadSecrets, ReadSecretsByName, WriteUnasked,
        };

        const ALL: [Permission; 5] = [
            WriteUnasked,
            ReadSecrets,
            ReadSecretsByName,
            ReadGlobalCommands,
            AnswerRequests,
        ];
        for (grant, allowed) in [
            (Grant::host(), &ALL[..]),
            (Grant::of(Scope::Owner), &ALL[2..]),
            (Grant::of(Scope::Collaborator), &[ReadSecretsByName]),
            (Grant::of(Scope::Viewer), &[]),
            (Grant::of(Scope::Approver), &[AnswerRequests]),
        ] {
            let all = ALL.into_iter();
            let allows: Vec<_> = all.filter(|one| grant.allows(*one)).collect();
            assert_eq!(allows, allowed, "{grant:?}");
        }
    }

    #[test]
    fn a_token_that_was_made_is_named() {
        let token = GrantedToken {
            id: "t1".to_owned(),
            label: Some("phone".to_owned()),
        };
        let grant = Grant::of(Scope::Viewer).by_token(Arc::new(token.clone()));
        assert_eq!(grant.token(), Some(&token));
        assert_eq!(Grant::host().token(), None);
        let requester = Requester::new(grant, TokenHash::of("t"));
        assert_eq!(requester.actor().kind, ActorKind::Remote);
    }

    #[test]
    fn the_log_and_the_gate_see_the_same_requester() {
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let requester = Requester::new(Grant::host(), TokenHash::of("t"))
            .calling_itself(Some("desk".to_owned()))
            .from_address(address);
        let actor = requester.actor();
        assert_eq!(actor.kind, ActorKind::Host);
        assert_eq!(actor.client_id, requester.asker().client_id);
        assert_eq!(requester.asker().address, Some(address));
    }
}
