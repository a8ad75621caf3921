//! How much a device may do that was paired.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::scope::Scope;

/// How much a pairing code can grant: every [`Scope`] but the owner's, as who
/// reads a code over somebody's shoulder must not own the machine by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum DeviceScope {
    /// [`Scope::Collaborator`].
    Collaborator,
    /// [`Scope::Viewer`].
    Viewer,
    /// [`Scope::Approver`].
    Approver,
}

impl DeviceScope {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Collaborator, Self::Viewer, Self::Approver];

    /// The scope of the token that a device gets.
    pub const fn scope(self) -> Scope {
        match self {
            Self::Collaborator => Scope::Collaborator,
            Self::Viewer => Scope::Viewer,
            Self::Approver => Scope::Approver,
        }
    }

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        self.scope().as_str()
    }

    /// The scope of a word; `None` if no code can grant it.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }

    /// What a device may do, as people are told before they pair it.
    ///
    /// ```
    /// use openwork_model::device_scope::DeviceScope;
    ///
    /// let grants = DeviceScope::Approver.grants();
    /// assert_eq!(grants, "sees what waits for approval, secrets included, and answers it");
    /// ```
    pub const fn grants(self) -> &'static str {
        match self {
            Self::Collaborator => {
                "reads workspaces, talks to agents, and asks for changes, which wait for approval"
            }
            Self::Viewer => "reads workspaces and conversations, without their secrets",
            Self::Approver => "sees what waits for approval, secrets included, and answers it",
        }
    }
}

impl fmt::Display for DeviceScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_but_the_owners_can_be_granted() {
        for scope in Scope::ALL {
            let granted = DeviceScope::from_word(scope.as_str()).map(DeviceScope::scope);
            assert_eq!(granted, (scope != Scope::Owner).then_some(scope));
        }
        for scope in DeviceScope::ALL {
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.as_str());
        }
        assert!(serde_json::from_str::<DeviceScope>(r#""owner""#).is_err());
    }
}
