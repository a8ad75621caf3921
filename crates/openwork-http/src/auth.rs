//! Tokens: who is let in, and as whom.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue};
use openwork_host::{FoundToken, Grant, Permission, Requester, TokenLease};
use openwork_model::actor::{Actor, ActorKind};
use openwork_model::hex::from_hex;
use openwork_model::scope::Scope;

use crate::error::Failure;
use crate::options::HttpOptions;
use crate::route::RouteAccess;
use crate::server::PeerStanding;

mod key;
mod refusals;
mod token;

pub use key::{KeySource, random_key};

pub(crate) use refusals::LoginRefusals;
use token::{TokenDigest, digest};

/// Where the host token is presented.
pub(crate) static HOST_TOKEN: HeaderName = HeaderName::from_static("x-openwork-host-token");
/// Where a client says what it calls itself.
pub(crate) static CLIENT_ID: HeaderName = HeaderName::from_static("x-openwork-client-id");

/// The most bytes that a client may call itself by.
const CLIENT_ID_LIMIT: usize = 128;

/// Which token is missing from a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MissingCredential {
    Client,
    Host,
}

/// Who makes a request that was let in.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// What the tokens that were presented grant; `None` if there was no valid
    /// one and none was needed.
    grant: Option<Grant>,
    client_id: Option<String>,
    token: Arc<TokenDigest>,
    /// For how long, by a token that was made for somebody.
    lease: Option<TokenLease>,
}

/// A token that was presented.
struct ShownToken {
    grant: Grant,
    token: Arc<TokenDigest>,
    lease: Option<TokenLease>,
}

impl Caller {
    /// Whether the caller may do something.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        let grant = self.grant.as_ref();
        grant.is_some_and(|grant| grant.allows(permission))
    }

    /// What the caller calls itself; it may be anything.
    pub(crate) fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// Fails if what was shown is not enough for a route.
    ///
    /// # Errors
    ///
    /// [`Failure::Forbidden`] if the scope does not cover the route's least;
    /// [`Failure::Unauthorized`] if there is none at all.
    pub(crate) fn reaches(&self, access: RouteAccess) -> Result<(), Failure> {
        let Some(required) = access.least() else {
            return Ok(());
        };
        let scope = self.grant().map_err(Failure::Unauthorized)?.scope();
        if scope.covers(required) {
            Ok(())
        } else {
            Err(Failure::Forbidden { required, scope })
        }
    }

    /// Why the caller may not do what the host may, and others of a scope.
    pub(crate) fn lacks(&self, required: Scope) -> Failure {
        match (&self.grant, &self.lease) {
            (Some(grant), Some(_)) => Failure::Forbidden {
                required,
                scope: grant.scope(),
            },
            // To the clients' token of the settings as to who shows none.
            _ => Failure::Unauthorized(MissingCredential::Host),
        }
    }

    /// For how long the caller is let in, if that can end before the server
    /// does: what goes on for a while has to end with it.
    pub(crate) fn lease(&self) -> Option<&TokenLease> {
        self.lease.as_ref()
    }

    /// What the connection has shown by this request.
    pub(crate) fn standing(&self) -> PeerStanding {
        match &self.grant {
            None => PeerStanding::Newcomer,
            // Whatever clients do, who answers their requests gets a place: it
            // may have come to deny them.
            Some(grant) if grant.allows(Permission::AnswerRequests) => PeerStanding::Host,
            Some(_) => PeerStanding::Client,
        }
    }

    /// The caller as the host knows those who want something done.
    ///
    /// # Errors
    ///
    /// [`Failure::Unauthorized`] if no valid token was presented.
    pub(crate) fn requester(&self, address: IpAddr) -> Result<Requester, Failure> {
        let grant = self.grant().map_err(Failure::Unauthorized)?;
        // Hashed only here: reads, which are most requests, leave no record.
        let token = self.token.hash().clone();
        let requester = Requester::new(grant.clone(), token);
        let requester = requester.calling_itself(self.client_id.clone());
        Ok(requester.from_address(address))
    }

    fn grant(&self) -> Result<&Grant, MissingCredential> {
        self.grant.as_ref().ok_or(MissingCredential::Client)
    }
}

/// The tokens, and who is let in with which.
pub(crate) struct Auth {
    client: Arc<TokenDigest>,
    host: Arc<TokenDigest>,
}

impl Auth {
    pub(crate) fn new(options: &HttpOptions) -> Self {
        let key = options.token_key.clone();
        Self {
            client: Arc::new(TokenDigest::new(&options.client_token, None)),
            host: Arc::new(TokenDigest::new(&options.host_token, Some(key))),
        }
    }

    /// Whether a request has a bearer token, whatever it is worth.
    pub(crate) fn shows_bearer(headers: &HeaderMap) -> bool {
        bearer(headers).is_some()
    }

    /// Lets a request in, or says which token is missing. Whether the scope is
    /// enough is asked later, by [`Caller::reaches`]. `made` finds the tokens
    /// that were made for somebody, by their digests.
    pub(crate) fn admit(
        &self,
        access: RouteAccess,
        headers: &HeaderMap,
        made: impl Fn(&[u8; 32]) -> Option<FoundToken>,
    ) -> Result<Caller, Failure> {
        let is_host = single(headers, &HOST_TOKEN)
            .is_some_and(|given| self.host.is(&digest(given.as_bytes())));
        // A digest takes longer than finding the route, so it is made only
        // where it counts.
        let bearer = || self.bearer(bearer(headers)?, &made);
        let missing = |which| Failure::Unauthorized(which);
        let shown = match access {
            RouteAccess::Client(_) => {
                let bearer = bearer().ok_or(missing(MissingCredential::Client))?;
                Some(if is_host { self.shown_host() } else { bearer })
            }
            _ if is_host => Some(self.shown_host()),
            RouteAccess::Open => bearer(),
            RouteAccess::AnyToken => Some(bearer().ok_or(missing(MissingCredential::Client))?),
            RouteAccess::HostToken => return Err(missing(MissingCredential::Host)),
            // The clients' token of the settings was never one for the host.
            RouteAccess::Host(_) => {
                let made = bearer().filter(|shown| shown.lease.is_some());
                Some(made.ok_or(missing(MissingCredential::Host))?)
            }
        };
        let client_id = client_id(headers)?;
        Ok(match shown {
            Some(shown) => Caller {
                grant: Some(shown.grant),
                client_id,
                token: shown.token,
                lease: shown.lease,
            },
            None => Caller {
                grant: None,
                client_id,
                token: Arc::clone(&self.client),
                lease: None,
            },
        })
    }

    /// Lets somebody in again whose request was kept, if the token that it was made
    /// with still lets in. Of that the hash is known.
    pub(crate) fn recall(
        &self,
        actor: &Actor,
        made: impl Fn(&[u8; 32]) -> Option<FoundToken>,
    ) -> Option<Caller> {
        let hash = &actor.token_hash;
        let shown = match actor.kind {
            ActorKind::Host => (hash == self.host.hash()).then(|| self.shown_host())?,
            ActorKind::Remote if hash == self.client.hash() => self.shown_client(),
            ActorKind::Remote => shown_made(made(&from_hex(hash.as_str())?)?),
        };
        Some(Caller {
            grant: Some(shown.grant),
            client_id: actor.client_id.clone(),
            token: shown.token,
            lease: shown.lease,
        })
    }

    fn shown_client(&self) -> ShownToken {
        ShownToken {
            grant: Grant::of(Scope::Collaborator),
            token: Arc::clone(&self.client),
            lease: None,
        }
    }

    fn shown_host(&self) -> ShownToken {
        ShownToken {
            grant: Grant::host(),
            token: Arc::clone(&self.host),
            lease: None,
        }
    }

    /// What a bearer token grants; `None` if it is none of ours.
    fn bearer(
        &self,
        given: &[u8],
        made: impl Fn(&[u8; 32]) -> Option<FoundToken>,
    ) -> Option<ShownToken> {
        let digest = digest(given);
        if self.client.is(&digest) {
            return Some(self.shown_client());
        }
        made(&digest).map(shown_made)
    }

    /// Takes the plain hash of the host's token out of a text: entries that
    /// earlier versions wrote to the audit log hold it.
    pub(crate) fn conceal(&self, text: Bytes) -> Bytes {
        let plain = self.host.plain_hash();
        // With one token for both, the plain hash is the clients' as well, and
        // theirs stays.
        let found = std::str::from_utf8(&text)
            .ok()
            .filter(|text| !self.host.is_same(&self.client) && text.contains(plain.as_str()));
        match found {
            Some(found) => Bytes::from(found.replace(plain.as_str(), self.host.hash().as_str())),
            None => text,
        }
    }
}

fn shown_made(found: FoundToken) -> ShownToken {
    ShownToken {
        grant: found.grant,
        token: Arc::new(TokenDigest::known_by(found.hash)),
        lease: Some(found.lease),
    }
}

/// The token of `Authorization: Bearer TOKEN` (RFC 6750), the scheme in any case.
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    // Not with the `headers` crate: it takes the first of two headers, where a
    // proxy in front may have checked the other, and takes no token that is not
    // visible ASCII.
    let value = single(headers, &AUTHORIZATION)?.as_bytes();
    let (scheme, rest) = value.split_at_checked("Bearer".len())?;
    let token = rest.trim_ascii_start();
    (scheme.eq_ignore_ascii_case(b"Bearer") && token.len() < rest.len()).then_some(token)
}

fn client_id(headers: &HeaderMap) -> Result<Option<String>, Failure> {
    if !headers.contains_key(&CLIENT_ID) {
        return Ok(None);
    }
    // As bytes: names of devices have letters beyond ASCII, which
    // `HeaderValue::to_str` refuses.
    let id =
        single(headers, &CLIENT_ID).and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
    match id {
        Some("") => Ok(None),
        Some(id) if id.len() <= CLIENT_ID_LIMIT && !id.chars().any(char::is_control) => {
            Ok(Some(id.to_owned()))
        }
        _ => Err(Failure::ClientId),
    }
}

/// The value of a header that is there exactly once: of two, neither counts.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use openwork_model::actor::{Actor, ActorKind, TokenHash, TokenKey};

    use super::*;

    const CLIENT: RouteAccess = RouteAccess::Client(Scope::Collaborator);
    const HOST: RouteAccess = RouteAccess::Host(Scope::Approver);

    fn admit(access: RouteAccess, headers: &[(&'static str, &str)]) -> Result<Caller, Failure> {
        let mut map = HeaderMap::new();
        for &(name, value) in headers {
            map.append(
                HeaderName::from_static(name),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        Auth::new(&options()).admit(access, &map, |_| None)
    }

    fn actor(caller: &Caller) -> Actor {
        caller
            .requester(Ipv4Addr::LOCALHOST.into())
            .unwrap()
            .actor()
    }

    fn key() -> TokenKey {
        TokenKey::new([7; TokenKey::LENGTH])
    }

    fn options() -> HttpOptions {
        HttpOptions {
            token_key: KeySource::new(key),
            ..HttpOptions::new("client", "host")
        }
    }

    #[test]
    fn the_scheme_counts_in_any_case_and_with_several_blanks() {
        for value in ["Bearer client", "bearer client", "BEARER   client"] {
            let caller = admit(CLIENT, &[("authorization", value)]).unwrap();
            assert_eq!(actor(&caller).token_hash, TokenHash::of("client"));
            assert_eq!(actor(&caller).kind, ActorKind::Remote);
        }
    }

    #[test]
    fn nothing_else_is_a_bearer_token() {
        for value in [
            "client",
            "Bearer",
            "Bearer ",
            "Bearerclient",
            "Basic client",
            "Bearer host",
            "Bearer Client",
            "ü",
        ] {
            let refused = admit(CLIENT, &[("authorization", value)]);
            assert!(
                matches!(
                    refused,
                    Err(Failure::Unauthorized(MissingCredential::Client))
                ),
                "{value:?}"
            );
        }
        let twice = [
            ("authorization", "Bearer client"),
            ("authorization", "Bearer client"),
        ];
        assert!(admit(CLIENT, &twice).is_err());
    }

    #[test]
    fn both_tokens_make_the_request_the_hosts_own() {
        let both = [
            ("authorization", "Bearer client"),
            ("x-openwork-host-token", "host"),
            ("x-openwork-client-id", "desk"),
        ];
        let actor = actor(&admit(CLIENT, &both).unwrap());
        let expected = Actor {
            kind: ActorKind::Host,
            client_id: Some("desk".to_owned()),
            token_hash: TokenHash::keyed("host", &key()),
        };
        assert_eq!(actor, expected);
    }

    #[test]
    fn a_wrong_host_token_makes_no_difference_to_clients() {
        let wrong = [
            ("authorization", "Bearer client"),
            ("x-openwork-host-token", "nope"),
        ];
        assert_eq!(
            actor(&admit(CLIENT, &wrong).unwrap()).kind,
            ActorKind::Remote
        );
        assert!(matches!(
            admit(HOST, &wrong),
            Err(Failure::Unauthorized(MissingCredential::Host))
        ));
    }

    #[test]
    fn a_scope_that_is_not_enough_is_told_with_the_one_that_is() {
        let bearer = [("authorization", "Bearer client")];
        let caller = admit(CLIENT, &bearer).unwrap();
        assert!(caller.reaches(RouteAccess::Open).is_ok());
        assert!(caller.reaches(RouteAccess::Client(Scope::Viewer)).is_ok());
        let owners = RouteAccess::Client(Scope::Owner);
        assert!(matches!(
            caller.reaches(owners),
            Err(Failure::Forbidden {
                required: Scope::Owner,
                scope: Scope::Collaborator
            })
        ));
        let both = [bearer[0], ("x-openwork-host-token", "host")];
        assert!(admit(CLIENT, &both).unwrap().reaches(owners).is_ok());
        let nobody = admit(RouteAccess::Open, &[]).unwrap();
        assert!(matches!(
            nobody.reaches(CLIENT),
            Err(Failure::Unauthorized(MissingCredential::Client))
        ));
    }

    #[test]
    fn an_empty_token_admits_nobody() {
        let auth = Auth::new(&HttpOptions::new("", ""));
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer "));
        headers.insert(&HOST_TOKEN, HeaderValue::from_static(""));
        assert!(auth.admit(CLIENT, &headers, |_| None).is_err());
        assert!(auth.admit(HOST, &headers, |_| None).is_err());
    }

    #[test]
    fn client_ids_are_short_and_printable() {
        let id = |id: &str| {
            admit(RouteAccess::Open, &[("x-openwork-client-id", id)]).map(|caller| caller.client_id)
        };
        assert_eq!(id("phone").unwrap(), Some("phone".to_owned()));
        assert_eq!(id("").unwrap(), None);
        assert!(matches!(id("a\tb"), Err(Failure::ClientId)));
        assert!(matches!(id(&"x".repeat(129)), Err(Failure::ClientId)));
        assert!(id(&"x".repeat(128)).is_ok());
    }

    #[test]
    fn what_was_shown_counts_on_open_routes_too() {
        let bearer = ("authorization", "Bearer client");
        let host = ("x-openwork-host-token", "host");
        for (headers, expected) in [
            (&[][..], PeerStanding::Newcomer),
            (&[("authorization", "Bearer x")], PeerStanding::Newcomer),
            (&[bearer], PeerStanding::Client),
            (&[host], PeerStanding::Host),
            (&[bearer, host], PeerStanding::Host),
        ] {
            let caller = admit(RouteAccess::Open, headers).unwrap();
            assert_eq!(caller.standing(), expected, "{headers:?}");
            let address = Ipv4Addr::LOCALHOST.into();
            let is_known = expected != PeerStanding::Newcomer;
            assert_eq!(caller.requester(address).is_ok(), is_known);
        }
    }

    #[test]
    fn the_plain_hash_of_the_host_is_taken_out_and_that_of_clients_stays() {
        let entry = |host: &TokenHash| format!("{} {host}", TokenHash::of("client"));
        let text = Bytes::from(entry(&TokenHash::of("host")));
        let concealed = Auth::new(&options()).conceal(text);
        assert_eq!(concealed, entry(&TokenHash::keyed("host", &key())));
        let one_for_both = HttpOptions::new("same", "same");
        let text = Bytes::from(entry(&TokenHash::of("same")));
        assert_eq!(Auth::new(&one_for_both).conceal(text.clone()), text);
    }

    #[test]
    fn the_key_is_asked_for_once_and_only_for_the_host() {
        use std::sync::atomic::{AtomicUsize, Ordering};

        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        let auth = Auth::new(&HttpOptions {
            token_key: KeySource::new(move || {
                counted.fetch_add(1, Ordering::Relaxed);
                key()
            }),
            ..HttpOptions::new("client", "host")
        });
        for (token, expected) in [(&auth.client, 0), (&auth.host, 1), (&auth.host, 1)] {
            token.hash();
            assert_eq!(asked.load(Ordering::Relaxed), expected);
        }
    }
}
