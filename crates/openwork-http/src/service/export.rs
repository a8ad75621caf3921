//! Exports, and what becomes of the secrets in them.

use hyper::Response;
use openwork_api::view::{ExportHead, ExportWarning};
use openwork_change::query::{ExportView, Query, View};
use openwork_host::Readable;
use openwork_model::fields::Fields;

use super::read::secrets_for;
use super::{RequestContext, ServiceState};
use crate::error::Failure;
use crate::render::SecretDisplay;
use crate::reply::{self, ReplyBody};
use crate::wire::{HiddenSecrets, masked};

/// What a client wants to become of secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SensitiveMode {
    /// It does not say: what this server did before there was a choice.
    Unsaid,
    /// To be asked if there are any.
    Auto,
    /// To have them.
    Include,
    /// To have a mask in their place.
    Exclude,
}

impl SensitiveMode {
    fn of(word: Option<&str>) -> Option<Self> {
        match word.map(str::trim) {
            None | Some("") => Some(Self::Unsaid),
            Some("auto") => Some(Self::Auto),
            Some("include") => Some(Self::Include),
            Some("exclude") => Some(Self::Exclude),
            Some(_) => None,
        }
    }
}

impl ServiceState {
    pub(super) async fn export(
        &self,
        at: &Readable,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let word = context.parameters().get("sensitive");
        let mode = SensitiveMode::of(word.as_deref()).ok_or(Failure::SensitiveMode)?;
        if mode == SensitiveMode::Auto {
            let view = Box::pin(self.host.query(at, Query::Export)).await?;
            let found = findings(&view.view);
            if !found.is_empty() {
                return Err(Failure::SensitiveExport(found));
            }
        }
        let secrets = match (mode, secrets_for(context)) {
            (SensitiveMode::Auto | SensitiveMode::Exclude, SecretDisplay::Shown) => {
                SecretDisplay::Masked
            }
            (_, secrets) => secrets,
        };
        let rendered = self.rendered(at, Query::Export, secrets).await?;
        let head = ExportHead {
            workspace_id: at.workspace().id.as_str().into(),
            exported_at: self.options.clock.now_ms(),
        };
        reply::headed(&head, &rendered)
    }
}

/// Where an export has secrets: what would be another without them.
fn findings(view: &View) -> Vec<ExportWarning<'static>> {
    let (View::Export(whole), View::Export(without)) =
        (view, &masked(view, HiddenSecrets::Elsewhere))
    else {
        return Vec::new();
    };
    let engine = differing(&whole.opencode, &without.opencode).map(|key| ExportWarning {
        id: format!("{key}-config").into(),
        label: format!("Engine setting {key}").into(),
        detail: format!("The setting `{key}` of the engine holds secrets").into(),
    });
    let openwork = differing(&whole.openwork, &without.openwork).map(|key| ExportWarning {
        id: format!("openwork-{key}").into(),
        label: format!("OpenWork setting {key}").into(),
        detail: format!("The setting `{key}` of OpenWork holds secrets").into(),
    });
    engine
        .chain(openwork)
        .chain(secret_files(whole, without))
        .collect()
}

fn differing<'f>(whole: &'f Fields, without: &'f Fields) -> impl Iterator<Item = &'f String> {
    let fields = whole.iter();
    let differing = fields.filter(|(key, value)| without.get(*key) != Some(*value));
    differing.map(|(key, _)| key)
}

fn secret_files(whole: &ExportView, without: &ExportView) -> Vec<ExportWarning<'static>> {
    let mut found = Vec::new();
    for (skill, rest) in whole.skills.iter().zip(&without.skills) {
        let is_left_out = |path| rest.files.iter().all(|file| file.path != path);
        for file in skill
            .files
            .iter()
            .filter(|file| is_left_out(file.path.clone()))
        {
            let (skill, path) = (&skill.item.name, &file.path);
            found.push(ExportWarning {
                id: format!("skill-file:{skill}/{path}").into(),
                label: format!("File {path} of the skill {skill}").into(),
                detail: "It holds secrets, by its name".into(),
            });
        }
    }
    found
}
