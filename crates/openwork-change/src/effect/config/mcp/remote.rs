//! Entries that send data to a host.

use serde_json::{Map, Value};

use super::McpEntry;
use crate::effect::config::leaf::{self, AddressUse};
use crate::effect::config::leaves::{SettingLeaf, each_leaf};
use crate::effect::config::setting::ChangedSetting;
use crate::effect::findings::Findings;
use crate::effect::{Effect, EffectKind, Level, reference};
use openwork_model::mask::mask_text;
use openwork_model::web_address::{WebAddress, is_like_address};

const SIGNING_IN: AddressUse = AddressUse(
    "Lets signing in to an MCP server send data to",
    "Send data of a sign-in to",
);

/// Notes the recipient, and who takes part when a person signs in.
pub(super) fn weigh(findings: &mut Findings, entry: McpEntry<'_>) {
    let (path, name) = (entry.setting.path.to_string(), entry.setting.path.name);
    let url = text_of(entry.after, "url");
    let address = WebAddress::read(url);
    let host = address.as_ref().map(WebAddress::host);
    let to = match host {
        Some(host) => format!("`{host}`"),
        None if url.is_empty() => "an address that is set up elsewhere".to_owned(),
        None => format!("`{}`", mask_text(url)),
    };
    let text = format!(
        "Sends data to {to}, the MCP server `{name}`.{}",
        headers(entry)
    );
    let known = known(entry);
    let level = if known.is_some() {
        Level::Medium
    } else {
        Level::High
    };
    if let Some(address) = known {
        let (name, origin) = (entry.setting.path.key, address.origin());
        findings.cover_entry(format!("mcp {name:?} {origin}"));
    }
    let title = format!("Send data to {}", to.replace('`', ""));
    let effect = Effect::new(EffectKind::SendsData, level, text).sending_to(host);
    findings.add(title, effect.at(path));
    entry.setting.each_differing(|field| {
        if field.path.key == "oauth" {
            weigh_sign_in(findings, field);
        }
    });
}

/// Notes the addresses of a sign-in. The browser is sent to the one that it is
/// redirected to with a code, and whoever has that may get the token.
fn weigh_sign_in(findings: &mut Findings, oauth: &ChangedSetting<'_>) {
    // Under any key, as engines to come may have more addresses there.
    each_leaf(oauth, &mut |leaf| {
        let SettingLeaf::Value(setting) = leaf else {
            return;
        };
        let address = setting.new_value().and_then(Value::as_str);
        if let Some(address) = address.filter(|text| is_like_address(text)) {
            leaf::send(findings, setting, address, SIGNING_IN);
        }
    });
}

/// The recipient, if the entry was on for the same one before with the same
/// secrets. Then it may be changed again without a question.
pub(super) fn known(entry: McpEntry<'_>) -> Option<WebAddress> {
    let url = text_of(entry.after, "url");
    let before = entry.before.map(|before| text_of(before, "url"));
    WebAddress::read(url).filter(|address| {
        before.and_then(WebAddress::read).as_ref() == Some(address)
            && !reference::is_reading(url)
            && !entry.is_switched_on()
            && !entry.has_changed(&["type", "oauth", "command"])
            && has_no_new_headers(entry)
    })
}

fn has_no_new_headers(entry: McpEntry<'_>) -> bool {
    let headers = |fields: &Map<String, Value>| match fields.get("headers") {
        None => Some(Map::new()),
        Some(Value::Object(headers)) => Some(headers.clone()),
        Some(_) => None,
    };
    let (Some(before), Some(after)) = (entry.before.and_then(headers), headers(entry.after)) else {
        return false;
    };
    after
        .iter()
        .all(|(name, value)| before.get(name) == Some(value))
}

/// The names of what is sent with every request.
fn headers(entry: McpEntry<'_>) -> String {
    let shown = entry.setting.after.map(|side| side.shown);
    match shown.and_then(|shown| shown.get("headers")) {
        Some(Value::Object(headers)) if !headers.is_empty() => {
            let names: Vec<&str> = headers.keys().map(String::as_str).collect();
            format!(" Header names: {}", names.join(", "))
        }
        _ => String::new(),
    }
}

fn text_of<'e>(entry: &'e Map<String, Value>, field: &str) -> &'e str {
    entry.get(field).and_then(Value::as_str).unwrap_or("")
}
