//! What a client wants merged into the configuration files.

use super::{Fields, JsonObject, address};
use openwork_model::invalid::Invalid;

/// Keys for the two configuration files. A section that is `None` leaves its
/// file alone.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigPatch {
    /// Keys of the engine's configuration.
    pub opencode: Option<Fields>,
    /// Keys of OpenWork's settings.
    pub openwork: Option<Fields>,
}

impl ConfigPatch {
    /// Reads the body of `PATCH config`.
    pub fn from_fields(fields: &Fields) -> Result<Self, Invalid> {
        let body = JsonObject::new(fields);
        let patch = Self {
            opencode: body.stored("opencode")?.cloned(),
            openwork: body.stored("openwork")?.cloned(),
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
