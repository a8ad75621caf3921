//! What stands at the paths that a text names.

use std::path::Path;

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body as HttpBody;
use openwork_api::ItemList;
use openwork_api::drops::ResolvedTarget;
use openwork_change::change::Fields;
use openwork_host::{DropError, HostError, Readable};
use openwork_model::client_path::client_path;
use openwork_model::files::EntryKind;
use openwork_model::path::RelPath;
use openwork_model::web_address::WebAddress;
use serde_json::Value;

use super::{RequestContext, ServiceState};
use crate::body;
use crate::error::Failure;
use crate::reply::{self, ReplyBody};
use crate::served::{media_type, preview_kind};

/// How many targets are looked at; the rest is left out, as in the OpenWork API.
const MOST: usize = 80;

impl ServiceState {
    pub(super) async fn resolve_targets<B>(
        &self,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let at = self.host.readable(context.matched.parameter("id")?)?;
        let fields = body::object(body, self.usual_bounds()).await?;
        let targets = fields.get("targets").and_then(Value::as_array);
        let targets = targets.into_iter().flatten().take(MOST);
        let mut found: Vec<ResolvedTarget<'_>> = Vec::new();
        for target in targets.filter_map(Value::as_object) {
            let Some(target) = self.resolve(&at, target).await? else {
                continue;
            };
            match found.iter_mut().find(|known| known.id == target.id) {
                Some(known) if target.confidence >= known.confidence => *known = target,
                Some(_) => {}
                None => found.push(target),
            }
        }
        reply::json(&ItemList::from(found))
    }

    /// One target; `None` for what names nothing of the workspace.
    async fn resolve<'t>(
        &self,
        at: &Readable,
        target: &'t Fields,
    ) -> Result<Option<ResolvedTarget<'t>>, Failure> {
        let text = |key: &str| target.get(key).and_then(Value::as_str);
        let value = text("value").unwrap_or("").trim_start();
        let confidence = target
            .get("confidence")
            .and_then(Value::as_f64)
            .unwrap_or(0.0);
        let reason = text("reason").unwrap_or("server");
        if text("kind") == Some("url") {
            let value = value.trim();
            let name = text("name").map(str::trim).filter(|name| !name.is_empty());
            return Ok(is_web(value).then(|| ResolvedTarget {
                id: format!("url:{value}").into(),
                kind: "url".into(),
                value: value.into(),
                name: name.unwrap_or(value).into(),
                preview: "browser".into(),
                confidence,
                reason: reason.into(),
                exists: true,
                file_kind: None,
                size: None,
                updated_at: None,
                content_type: None,
            }));
        }
        let Some(path) = path_below(value, &at.workspace().path) else {
            return Ok(None);
        };
        let facts = match self.host.file_facts(at, path.clone()).await {
            Ok(facts) => facts,
            // What a link leads to is not told, nor is what cannot be looked at.
            Err(DropError::Host(HostError::Store(_))) => None,
            Err(error) => return Err(error.into()),
        };
        let name = path.file_name().unwrap_or("").to_owned();
        Ok(Some(ResolvedTarget {
            id: format!("file:{}", path.as_str().to_lowercase()).into(),
            kind: "file".into(),
            value: path.as_str().to_owned().into(),
            preview: preview_kind(&name).into(),
            content_type: Some(media_type(&name).into()),
            name: name.into(),
            confidence,
            reason: reason.into(),
            exists: facts.is_some_and(|facts| facts.kind == EntryKind::File),
            file_kind: facts.map(|facts| kind_word(facts.kind).into()),
            size: facts.map(|facts| facts.size),
            updated_at: facts.map(|facts| facts.modified),
        }))
    }
}

/// How a kind of entry is called on the wire.
pub(super) fn kind_word(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::File => "file",
        EntryKind::Dir => "dir",
        EntryKind::Other => "other",
    }
}

fn is_web(text: &str) -> bool {
    let schemes = ["http://", "https://", "ws://", "wss://"];
    schemes.iter().any(|scheme| text.starts_with(scheme)) && WebAddress::read(text).is_some()
}

/// The path below the workspace that a text names, absolute or not.
fn path_below(text: &str, workspace: &Path) -> Option<RelPath> {
    if text.trim().is_empty() {
        return None;
    }
    let path = Path::new(text);
    // Not `is_absolute`: on Windows `/etc` is not, as it names no drive, and it is
    // nothing of the workspace either.
    if path.has_root() {
        let below = path.strip_prefix(workspace).ok()?.to_str()?;
        return client_path(below).ok();
    }
    client_path(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_what_lies_below_the_workspace() {
        let workspace = if cfg!(windows) { "C:\\w" } else { "/w" };
        let below = |text: &str| path_below(text, workspace.as_ref()).map(|path| path.to_string());
        assert_eq!(below("a/b.md").as_deref(), Some("a/b.md"));
        let absolute = Path::new(workspace).join("a.md");
        assert_eq!(below(absolute.to_str().unwrap()).as_deref(), Some("a.md"));
        assert_eq!(below(workspace), None);
        for text in ["", "  ", "../a", "/etc/passwd", "/elsewhere/../w/a"] {
            assert_eq!(below(text), None, "{text}");
        }
    }

    #[test]
    fn only_addresses_of_the_web_are_kept() {
        assert!(is_web("https://example.com/a"));
        for text in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://",
            "example.com",
        ] {
            assert!(!is_web(text), "{text}");
        }
    }
}
