//! How much somebody may do who was let in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a token allows.
///
/// Three lie on one line, each with all that the one before it has; the fourth
/// stands beside it, and only the owner has that as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Reads workspaces, without their secrets.
    Viewer,
    /// Reads and changes workspaces; what is changed, somebody is asked about.
    Collaborator,
    /// Everything: tokens and workspaces are made and ended with it.
    Owner,
    /// Sees and answers what waits for an answer, and nothing else.
    Approver,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Viewer,
        Self::Collaborator,
        Self::Owner,
        Self::Approver,
    ];

    /// The word on the wire and in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Collaborator => "collaborator",
            Self::Owner => "owner",
            Self::Approver => "approver",
        }
    }

    /// The scope of a word; `None` if there is none.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }

    /// Whether whoever has this scope may do what needs `least`.
    ///
    /// ```
    /// use openwork_model::scope::Scope;
    ///
    /// assert!(Scope::Collaborator.covers(Scope::Viewer));
    /// assert!(!Scope::Approver.covers(Scope::Viewer));
    /// assert!(Scope::Owner.covers(Scope::Approver));
    /// ```
    pub const fn covers(self, least: Self) -> bool {
        // Each pair by its names, so that a new scope covers nothing because
        // nobody thought of it.
        match least {
            Self::Viewer => matches!(self, Self::Viewer | Self::Collaborator | Self::Owner),
            Self::Collaborator => matches!(self, Self::Collaborator | Self::Owner),
            Self::Owner => matches!(self, Self::Owner),
            Self::Approver => matches!(self, Self::Approver | Self::Owner),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_covers_these_and_no_other() {
        use Scope::{Approver, Collaborator, Owner, Viewer};

        for (scope, covered) in [
            (Viewer, &[Viewer][..]),
            (Collaborator, &[Viewer, Collaborator]),
            (Owner, &[Viewer, Collaborator, Owner, Approver]),
            (Approver, &[Approver]),
        ] {
            let all = Scope::ALL.into_iter();
            let covers: Vec<_> = all.filter(|least| scope.covers(*least)).collect();
            assert_eq!(covers, covered, "{scope}");
        }
    }

    #[test]
    fn the_word_is_the_same_everywhere() {
        for scope in Scope::ALL {
            assert_eq!(Scope::from_word(scope.as_str()), Some(scope));
            let written = serde_json::to_value(scope).unwrap();
            assert_eq!(written, scope.as_str());
        }
        for word in ["", "Owner", "host", "admin"] {
            assert_eq!(Scope::from_word(word), None, "{word}");
        }
    }
}
