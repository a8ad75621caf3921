//! Web addresses in settings that a client wants written.
//!
//! The engine reads some addresses otherwise than people do, so these are not
//! taken where it will use them.

use serde_json::Value;

use super::Fields;
use openwork_jsonc::pointer_below;
use openwork_model::invalid::Invalid;
use openwork_model::mask::MASK;
use openwork_model::name::check_plugin_address;
use openwork_model::web_address::{WebAddress, filled, is_like_address};

/// The fields of providers and their models that hold addresses.
const PROVIDER_FIELDS: [&str; 6] = [
    "api",
    "baseURL",
    "baseUrl",
    "enterpriseUrl",
    "endpoint",
    "url",
];

/// Fails at an address of the engine's configuration that is read otherwise
/// than people would read it.
pub(super) fn check_settings(settings: &Fields) -> Result<(), Invalid> {
    for (key, value) in settings {
        let at = pointer_below("", key);
        match key.as_str() {
            "mcp" => check_entries(value, &at)?,
            "provider" | "providers" => check_provider(value, &at)?,
            "instructions" => check_items(value, &at, check)?,
            "plugin" | "plugins" => check_items(value, &at, check_plugin_address)?,
            "skills" => check_skills(value, &at)?,
            "enterprise" => check_field(value, "url", &at)?,
            _ => {}
        }
    }
    Ok(())
}

/// Fails at such an address of one MCP entry.
pub(super) fn check_entry(entry: &Fields, name: &str) -> Result<(), Invalid> {
    let at = pointer_below("/mcp", name);
    entry.get("url").map_or(Ok(()), |url| {
        check_text(url, &pointer_below(&at, "url"), check_always)
    })
}

fn check_entries(entries: &Value, at: &str) -> Result<(), Invalid> {
    for (name, entry) in members(entries) {
        let at = pointer_below(at, name);
        if let Some(url) = entry.get("url") {
            check_text(url, &pointer_below(&at, "url"), check_always)?;
        }
        // The engine also takes entries one level further down.
        if name == "servers" {
            check_entries(entry, &at)?;
        }
    }
    Ok(())
}

fn check_provider(value: &Value, at: &str) -> Result<(), Invalid> {
    for (key, value) in members(value) {
        let at = pointer_below(at, key);
        if PROVIDER_FIELDS.contains(&key) {
            check_text(value, &at, check)?;
        }
        check_provider(value, &at)?;
    }
    Ok(())
}

fn check_skills(value: &Value, at: &str) -> Result<(), Invalid> {
    check_items(value, at, check)?;
    match value.get("urls") {
        Some(urls) => check_items(urls, &pointer_below(at, "urls"), check),
        None => Ok(()),
    }
}

fn check_field(value: &Value, field: &str, at: &str) -> Result<(), Invalid> {
    match value.get(field) {
        Some(value) => check_text(value, &pointer_below(at, field), check),
        None => Ok(()),
    }
}

fn check_items(list: &Value, at: &str, check: AddressCheck) -> Result<(), Invalid> {
    let items = list.as_array().map_or(&[][..], Vec::as_slice);
    for (index, item) in items.iter().enumerate() {
        let spec = item
            .as_array()
            .and_then(|pair| pair.first())
            .unwrap_or(item);
        check_text(spec, &pointer_below(at, &index.to_string()), check)?;
    }
    Ok(())
}

type AddressCheck = fn(&str, &str) -> Result<(), Invalid>;

fn check_text(value: &Value, at: &str, check: AddressCheck) -> Result<(), Invalid> {
    value.as_str().map_or(Ok(()), |text| check(text, at))
}

/// Checks a text that may be a path as well.
fn check(text: &str, at: &str) -> Result<(), Invalid> {
    if is_like_address(text) {
        check_always(text, at)
    } else {
        Ok(())
    }
}

/// Checks a text that is used as an address. One that comes back masked is
/// there already, and one that leads nowhere harms nobody.
fn check_always(text: &str, at: &str) -> Result<(), Invalid> {
    // It was shown masked and comes back: the address itself is on disk already.
    if text.contains(MASK) {
        return Ok(());
    }
    // A host that is filled in is not known yet; the rest of the text is.
    let text = filled(text, "x");
    let leads = WebAddress::read(&text).is_some();
    match WebAddress::parse(&text) {
        Err(fault) if leads || text.contains(is_left_out) => {
            Err(Invalid::misread_address(at, fault))
        }
        _ => Ok(()),
    }
}

fn is_left_out(c: char) -> bool {
    c.is_control() || c == '\\'
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let members = value.as_object().into_iter().flatten();
    members.map(|(key, value)| (key.as_str(), value))
}
