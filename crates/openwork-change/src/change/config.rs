//! What a client wants merged into the configuration files.

use super::{Fields, JsonObject, address};
use openwork_model::invalid::Invalid;

/// Keys for the two configuration files. A section that is `None` leaves its
/// file alone.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigPatch {
    opencode: Option<Fields>,
    openwork: Option<Fields>,
    kind: PatchKind,
}

/// What the keys of a patch do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PatchKind {
    /// Each key is replaced whole. In the engine's configuration `null` removes
    /// one, and so does `null` for a provider, which leaves the others.
    #[default]
    Keys,
    /// A section is a merge patch (RFC 7396): objects are merged, `null` removes
    /// at any depth.
    Merge,
}

impl ConfigPatch {
    /// Keys of the engine's configuration.
    ///
    /// # Errors
    ///
    /// Settings that are nested more than 64 levels deep, or that hold an
    /// address which people and the engine read differently.
    pub fn opencode_keys(keys: Fields) -> Result<Self, Invalid> {
        Self::from_fields(&Fields::from_iter([("opencode".to_owned(), keys.into())]))
    }

    /// Keys of OpenWork's settings.
    ///
    /// # Errors
    ///
    /// Settings that are nested more than 64 levels deep.
    pub fn openwork_keys(keys: Fields) -> Result<Self, Invalid> {
        Self::from_fields(&Fields::from_iter([("openwork".to_owned(), keys.into())]))
    }

    /// The same as a merge patch.
    #[must_use]
    pub fn into_merge_patch(self) -> Self {
        Self {
            kind: PatchKind::Merge,
            ..self
        }
    }

    /// What its keys do.
    pub fn kind(&self) -> PatchKind {
        self.kind
    }

    /// The keys for the engine's configuration.
    pub fn opencode(&self) -> Option<&Fields> {
        self.opencode.as_ref()
    }

    /// The keys for OpenWork's settings.
    pub fn openwork(&self) -> Option<&Fields> {
        self.openwork.as_ref()
    }

    /// Reads the body of `PATCH config`.
    pub fn from_fields(fields: &Fields) -> Result<Self, Invalid> {
        let body = JsonObject::new(fields);
        let patch = Self {
            opencode: body.stored("opencode")?.cloned(),
            openwork: body.stored("openwork")?.cloned(),
            kind: PatchKind::Keys,
        };
        if patch.opencode.is_none() && patch.openwork.is_none() {
            return Err(Invalid::NoSection);
        }
        if let Some(settings) = &patch.opencode {
            address::check_settings(settings)?;
        }
        Ok(patch)
    }
}
