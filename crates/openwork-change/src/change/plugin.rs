//! Which plugin a client wants added.

use super::{Fields, JsonObject, address};
use openwork_model::invalid::Invalid;
use openwork_model::name::PluginSpec;

/// Reads the body of `POST plugins`.
pub(super) fn plugin_spec(fields: &Fields) -> Result<PluginSpec, Invalid> {
    let spec = PluginSpec::parse(JsonObject::new(fields).text("spec")?.unwrap_or_default())?;
    address::check_plugin(spec.as_str())?;
    Ok(spec)
}
