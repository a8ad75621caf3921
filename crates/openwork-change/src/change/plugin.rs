//! Which plugin a client wants added.

use super::{Fields, JsonObject};
use openwork_model::invalid::Invalid;
use openwork_model::name::PluginSpec;

/// Reads the body of `POST plugins`.
pub(super) fn plugin_spec(fields: &Fields) -> Result<PluginSpec, Invalid> {
    // No spec at all is refused in the same words as an empty one.
    PluginSpec::parse(JsonObject::new(fields).text("spec")?.unwrap_or(""))
}
