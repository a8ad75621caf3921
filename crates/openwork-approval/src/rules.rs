//! Timed allowances: answers given beforehand.
//!
//! A rule lets one asker do one kind of thing in one scope for 5, 10 or 60
//! minutes. It is kept in memory alone, every use of it is counted, and it can
//! be taken back at any time.
//!
//! **Deny wins.** Whoever denies a request takes back the rule that covers its
//! asker, kind and scope, if there is one. And a rule answers only what is
//! asked while it is in force: a request that waits already was shown to a
//! person, and that person's answer stands.

use std::fmt;
use std::str::FromStr;
use std::time::Instant;

use serde::Serialize;
use uuid::Uuid;

use crate::ask::{Ask, Asker};
use crate::clock::Moment;
use crate::reply::Remember;
use crate::request::{Request, RequestId};

/// Names one rule: by the request whose answer made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RuleId(RequestId);

impl From<RequestId> for RuleId {
    fn from(granted_by: RequestId) -> Self {
        Self(granted_by)
    }
}

impl From<RuleId> for Uuid {
    fn from(RuleId(id): RuleId) -> Self {
        id.into()
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for RuleId {
    type Err = <RequestId as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// An answer given beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// Who needs not ask.
    pub asker: Asker,
    /// Where.
    pub scope: String,
    /// For what kind of thing.
    pub kind: String,
    /// What else has to be the same.
    pub covers: String,
    /// For how long.
    pub remember: Remember,
    /// Since when, in ms since 1970.
    pub created_at: u64,
    /// Until when, in ms since 1970, for display alone: its end is kept on a
    /// clock that does not jump.
    pub expires_at: u64,
    /// How many requests it has allowed.
    pub uses: u64,
}

impl Rule {
    fn is_for(&self, asker: &Asker, scope: &str, kind: &str, covers: &str) -> bool {
        self.asker == *asker && self.scope == scope && self.kind == kind && self.covers == covers
    }
}

/// The rules in force, oldest first.
///
/// A person makes each of them by hand, so they are few and a list will do.
#[derive(Debug, Default)]
pub(crate) struct RuleSet {
    granted: Vec<GrantedRule>,
}

#[derive(Debug)]
struct GrantedRule {
    rule: Rule,
    ends: Instant,
}

impl RuleSet {
    /// Allows what is like the request from now on. A rule that covered it
    /// before gives way: the last answer counts.
    pub(crate) fn grant<T>(&mut self, request: &Request<T>, remember: Remember, now: Moment) {
        // Two rules for the same thing would end at two times and count its
        // uses apart.
        self.deny(request);
        let span = u64::try_from(remember.duration().as_millis()).unwrap_or(u64::MAX);
        let rule = Rule {
            id: request.id.into(),
            asker: request.asker.clone(),
            scope: request.scope.clone(),
            kind: request.kind.clone(),
            covers: request.covers.clone(),
            remember,
            created_at: now.wall_ms,
            expires_at: now.wall_ms.saturating_add(span),
            uses: 0,
        };
        let ends = now.instant + remember.duration();
        self.granted.push(GrantedRule { rule, ends });
    }

    /// Counts one more use of the rule that allows this, if there is one.
    pub(crate) fn allow<T>(&mut self, ask: &Ask<T>) -> Option<RuleId> {
        // Asked here and not only when the rule was made: the same kind of
        // thing may be graver this time.
        if !ask.rememberable {
            return None;
        }
        let covers = |rule: &Rule| rule.is_for(&ask.asker, &ask.scope, &ask.kind, &ask.covers);
        let granted = self
            .granted
            .iter_mut()
            .find(|granted| covers(&granted.rule))?;
        // Counted, so that whoever gave the rule sees what it was used for.
        granted.rule.uses = granted.rule.uses.saturating_add(1);
        Some(granted.rule.id)
    }

    /// Takes back the rule that covers the request; false if there is none.
    pub(crate) fn deny<T>(&mut self, request: &Request<T>) -> bool {
        let Request {
            asker,
            scope,
            kind,
            covers,
            ..
        } = request;
        self.end_where(|granted| granted.rule.is_for(asker, scope, kind, covers))
    }

    /// Takes back the rule of this name; false if there is none.
    pub(crate) fn revoke(&mut self, id: RuleId) -> bool {
        self.end_where(|granted| granted.rule.id == id)
    }

    /// Ends the rules whose time is over; false if there are none.
    pub(crate) fn expire(&mut self, now: Instant) -> bool {
        self.end_where(|granted| granted.ends <= now)
    }

    /// The rules, oldest first.
    pub(crate) fn list(&self) -> Vec<Rule> {
        self.granted
            .iter()
            .map(|granted| granted.rule.clone())
            .collect()
    }

    fn end_where(&mut self, ended: impl Fn(&GrantedRule) -> bool) -> bool {
        let before = self.granted.len();
        self.granted.retain(|granted| !ended(granted));
        self.granted.len() < before
    }
}
