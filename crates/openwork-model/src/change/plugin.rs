//! Which plugin a client wants added.

use super::{Fields, Object, address};
use crate::invalid::Invalid;
use crate::name::PluginSpec;

impl PluginSpec {
    /// Reads the body of `POST plugins`.
    pub fn from_fields(fields: &Fields) -> Result<Self, Invalid> {
        let spec = Self::parse(Object::new(fields).text("spec")?.unwrap_or_default())?;
        address::check_plugin(spec.as_str())?;
        Ok(spec)
    }
}
