//! Views as bytes, made once for as long as they are true.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;
use hyper::header::HeaderValue;
use openwork_change::query::View;
use openwork_change::store::{VersionedView, ViewVersion};

use crate::error::Failure;
use crate::wire::{self, HiddenSecrets};

/// Whether the secrets of a view are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum SecretDisplay {
    /// As they are.
    Shown,
    /// With a mask in their place, but for those of the workspace's own files.
    Masked,
    /// With a mask in the place of all of them.
    Hidden,
}

/// The bytes of a view.
#[derive(Debug, Clone)]
pub(crate) struct RenderedView {
    /// The body.
    pub(crate) body: Bytes,
    /// The strong entity tag; only the configuration has one.
    pub(crate) etag: Option<HeaderValue>,
}

/// The bytes of the views that others hold as well, by their versions.
#[derive(Default)]
pub(crate) struct RenderCache(Mutex<HashMap<(ViewVersion, SecretDisplay), KeptRendering>>);

struct KeptRendering {
    // Weak, so that the cache keeps no view alive: how many there are is the
    // store's business, and so the store bounds this cache as well.
    view: Weak<VersionedView>,
    rendered: RenderedView,
}

impl RenderCache {
    /// The bytes of a view; made now, if nobody has asked for them before.
    pub(crate) fn render(
        &self,
        view: &Arc<VersionedView>,
        secrets: SecretDisplay,
    ) -> Result<RenderedView, Failure> {
        self.render_through(view, secrets, |body| body)
    }

    /// As [`Self::render`], with the body put through `finish`, which runs as seldom: all who
    /// ask for a view and these secrets have to name the same.
    pub(crate) fn render_through(
        &self,
        view: &Arc<VersionedView>,
        secrets: SecretDisplay,
        finish: impl FnOnce(Bytes) -> Bytes,
    ) -> Result<RenderedView, Failure> {
        let key = (view.version(), secrets);
        if let Some(kept) = self.lock().get(&key) {
            return Ok(kept.rendered.clone());
        }
        // Not under the lock: a large export would keep all others waiting. Of
        // two who render at once, one has worked in vain.
        let mut rendered = render(&view.view, secrets)?;
        rendered.body = finish(rendered.body);
        // What nobody else holds is gone with this answer, and nobody can ask
        // for it again: the skills and commands that are read one by one.
        if Arc::strong_count(view) > 1 {
            self.keep(key, view, &rendered);
        }
        Ok(rendered)
    }

    fn keep(
        &self,
        key: (ViewVersion, SecretDisplay),
        view: &Arc<VersionedView>,
        rendered: &RenderedView,
    ) {
        let mut kept = self.lock();
        // A view is replaced by another one, which is rendered in its turn. So
        // this is the time to let go of what no view is left of.
        kept.retain(|_, kept| kept.view.strong_count() > 0);
        let rendering = KeptRendering {
            view: Arc::downgrade(view),
            rendered: rendered.clone(),
        };
        kept.insert(key, rendering);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(ViewVersion, SecretDisplay), KeptRendering>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn render(view: &View, secrets: SecretDisplay) -> Result<RenderedView, Failure> {
    let body = match secrets {
        SecretDisplay::Shown => wire::view(view),
        SecretDisplay::Masked => wire::view(&wire::masked(view, HiddenSecrets::Elsewhere)),
        SecretDisplay::Hidden => wire::view(&wire::masked(view, HiddenSecrets::All)),
    };
    let body = body.map_err(|error| {
        tracing::error!(%error, "a view could not be put into JSON");
        Failure::Internal
    })?;
    Ok(RenderedView {
        // Boxed first: a vector may have half as much again behind its end, and
        // these bytes may be kept for long.
        body: Bytes::from(body.into_boxed_slice()),
        etag: etag(view)?,
    })
}

fn etag(view: &View) -> Result<Option<HeaderValue>, Failure> {
    let View::Config(config) = view else {
        return Ok(None);
    };
    let tag = HeaderValue::try_from(format!("\"{}\"", config.revision));
    tag.map(Some).map_err(|error| {
        tracing::error!(%error, "a revision could not be put into an entity tag");
        Failure::Internal
    })
}

#[cfg(test)]
mod tests {
    use openwork_model::mcp::{McpItem, McpSource};
    use serde_json::json;

    use super::*;

    fn view() -> Arc<VersionedView> {
        let item = McpItem {
            name: "docs".to_owned(),
            config: json!({ "headers": { "Authorization": "Bearer s3cret" } }),
            source: McpSource::ConfigGlobal,
            is_in_servers: false,
            path: None,
            effective: None,
            switch: None,
            disabled_by_tools: false,
        };
        Arc::new(VersionedView::new(View::Mcp(vec![item])))
    }

    #[test]
    fn a_view_that_is_held_is_rendered_once() {
        let (cache, view) = (RenderCache::default(), view());
        let _store = Arc::clone(&view);
        let first = cache.render(&view, SecretDisplay::Shown).unwrap();
        let again = cache.render(&view, SecretDisplay::Shown).unwrap();
        assert_eq!(first.body.as_ptr(), again.body.as_ptr());
    }

    #[test]
    fn what_is_kept_is_finished() {
        let (cache, view) = (RenderCache::default(), view());
        let _store = Arc::clone(&view);
        let shown = SecretDisplay::Shown;
        let finish = |_| Bytes::from_static(b"finished");
        let first = cache.render_through(&view, shown, finish).unwrap();
        let again = |_| unreachable!("it is kept by now");
        let kept = cache.render_through(&view, shown, again).unwrap();
        assert_eq!(
            (&*first.body, &*kept.body),
            (&b"finished"[..], &b"finished"[..])
        );
    }

    #[test]
    fn secrets_are_shown_only_to_those_who_may_see_them() {
        let (cache, view) = (RenderCache::default(), view());
        let _store = Arc::clone(&view);
        for _ in 0..2 {
            let holds_secret = |secrets| {
                let rendered = cache.render(&view, secrets).unwrap();
                rendered.body.windows(6).any(|part| part == b"s3cret")
            };
            assert!(holds_secret(SecretDisplay::Shown));
            assert!(!holds_secret(SecretDisplay::Masked));
        }
    }

    #[test]
    fn what_only_the_request_holds_is_not_kept() {
        let cache = RenderCache::default();
        cache.render(&view(), SecretDisplay::Shown).unwrap();
        assert!(cache.lock().is_empty());
    }

    #[test]
    fn bytes_are_let_go_once_their_view_is() {
        let cache = RenderCache::default();
        for _ in 0..10 {
            let view = view();
            let _store = Arc::clone(&view);
            cache.render(&view, SecretDisplay::Shown).unwrap();
            cache.render(&view, SecretDisplay::Masked).unwrap();
            assert_eq!(cache.lock().len(), 2);
        }
    }
}
