//! One request.

use std::borrow::Cow;
use std::net::IpAddr;
use std::path::PathBuf;

use openwork_approval::{Request, RequestId};
use openwork_change::effect::{Effect, Level};
use openwork_change::preview::{FileChange, page_digest};
use openwork_host::Subject;
use openwork_model::actor::{ActorKind, TokenHash};
use serde::Serialize;

use super::bounds::{ItemBounds, ListRoom, in_json, is_none};
use super::covered;

/// What the keys, ids and numbers of a request take, in bytes.
const ITEM: usize = 640;
/// What those of a change take.
const CHANGE: usize = 320;
/// What those of an effect take.
const EFFECT: usize = 160;
/// The most bytes of a text that is sent although there is no room for it.
const CUT: usize = 256;

/// How much of a request is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ItemDetail {
    /// The keys of the OpenWork API, and no others.
    Seed,
    /// Also who asks from where, and what is risky about it.
    Summary,
    /// Also what would be written.
    Changes,
}

/// A request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApprovalItem<'r> {
    id: RequestId,
    workspace_id: &'r str,
    action: &'static str,
    summary: Cow<'r, str>,
    paths: Vec<Cow<'r, str>>,
    #[serde(skip_serializing_if = "is_none")]
    more_paths: usize,
    created_at: u64,
    actor: ActorItem<'r>,
    #[serde(flatten)]
    weighed: Option<WeighedPart<'r>>,
    #[serde(flatten)]
    changes: Option<WrittenPart<'r>>,
    #[serde(skip)]
    bytes: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActorItem<'r> {
    #[serde(rename = "type")]
    kind: ActorKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'r str>,
    token_hash: &'r TokenHash,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<IpAddr>,
}

/// What was added to the OpenWork API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WeighedPart<'r> {
    expires_at: u64,
    workspace_name: &'r str,
    title: Cow<'r, str>,
    level: Level,
    effects: &'r [Effect],
    risk: Vec<&'r str>,
    #[serde(skip_serializing_if = "is_none")]
    more_effects: usize,
    rememberable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    covers: Option<&'r str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WrittenPart<'r> {
    changes: Vec<ProposedFile<'r>>,
    #[serde(skip_serializing_if = "is_none")]
    more_changes: usize,
}

#[derive(Serialize)]
struct ProposedFile<'r> {
    path: &'r str,
    kind: &'static str,
    added: usize,
    removed: usize,
    diff: &'r str,
    truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<Cow<'r, str>>,
    masked: &'r [String],
    /// Where the whole of it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    full: Option<String>,
}

impl<'r> ApprovalItem<'r> {
    /// As much of a request as the bounds allow.
    pub(crate) fn new(
        request: &'r Request<Subject>,
        detail: ItemDetail,
        bounds: ItemBounds,
    ) -> Self {
        Self::showing(request, detail, bounds, &[])
    }

    /// All of a request, some of its files with their secrets.
    pub(crate) fn revealed(request: &'r Request<Subject>, revealed: &'r [FileChange]) -> Self {
        Self::showing(request, ItemDetail::Changes, ItemBounds::WHOLE, revealed)
    }

    fn showing(
        request: &'r Request<Subject>,
        detail: ItemDetail,
        bounds: ItemBounds,
        revealed: &'r [FileChange],
    ) -> Self {
        let subject = &request.subject;
        let is_summarised = detail != ItemDetail::Seed;
        let mut room = ListRoom::new(bounds.bytes);
        room.spend(ITEM + in_json(subject.workspace.as_str()));
        let actor = actor(subject, is_summarised, &mut room);
        let summary = words(&subject.summary, &mut room);
        let weighed = is_summarised.then(|| WeighedPart::new(request, bounds.effects, &mut room));
        let paths = paths(&subject.paths, bounds.paths, &mut room);
        let changes = (detail == ItemDetail::Changes)
            .then(|| WrittenPart::new(request, revealed, bounds.changes, &mut room));
        Self {
            id: request.id,
            workspace_id: subject.workspace.as_str(),
            action: subject.action,
            summary,
            more_paths: subject.paths.len() - paths.len() + subject.left_out.paths,
            paths,
            created_at: request.created_at,
            actor,
            weighed,
            changes,
            bytes: room.taken(),
        }
    }

    /// About how many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

impl<'r> WeighedPart<'r> {
    fn new(request: &'r Request<Subject>, most: usize, room: &mut ListRoom) -> Self {
        let Subject {
            workspace_name,
            preview,
            left_out,
            ..
        } = &request.subject;
        room.spend(in_json(workspace_name));
        let title = words(&preview.title, room);
        let fits = |effect: &&Effect| {
            // Its sentence is sent twice.
            let risk = in_json(&effect.text);
            effect.text.len() <= room.left() && room.take(risk + of_effect(effect))
        };
        let shown = preview.effects.iter().take(most).take_while(fits).count();
        let effects = preview.effects.get(..shown).unwrap_or_default();
        Self {
            expires_at: request.expires_at,
            workspace_name,
            title,
            level: preview.level,
            effects,
            risk: effects.iter().map(|effect| effect.text.as_str()).collect(),
            more_effects: preview.effects.len() - shown + left_out.effects,
            rememberable: request.rememberable,
            covers: request.rememberable.then(|| covered(&request.covers)),
        }
    }
}

impl<'r> WrittenPart<'r> {
    /// The first files, with their diffs for as long as there is room.
    fn new(
        request: &'r Request<Subject>,
        revealed: &'r [FileChange],
        most: usize,
        room: &mut ListRoom,
    ) -> Self {
        let subject = &request.subject;
        let all = subject.preview.changes.iter().take(most).enumerate();
        let fits = |(_, change): &(usize, &FileChange)| room.take(of_change(change));
        let shown: Vec<_> = all.take_while(fits).collect();
        let more_changes = subject.preview.changes.len() - shown.len() + subject.left_out.changes;
        let change = |(index, masked): (usize, &'r FileChange)| {
            let same = |revealed: &&FileChange| revealed.path == masked.path;
            let change = revealed.iter().find(same).unwrap_or(masked);
            ProposedFile::new(request, index, change, room)
        };
        Self {
            changes: shown.into_iter().map(change).collect(),
            more_changes,
        }
    }
}

impl<'r> ProposedFile<'r> {
    fn new(
        request: &Request<Subject>,
        index: usize,
        change: &'r FileChange,
        room: &mut ListRoom,
    ) -> Self {
        let is_shown = room.take_text(&change.diff);
        let truncated = change.truncated || !is_shown;
        let known = change.digest.as_deref().map(Cow::Borrowed);
        let whole = || page_digest(&change.diff).into();
        // What no longer waits cannot be planned again.
        let has_pages = truncated && request.subject.shown.is_some();
        Self {
            path: change.path.as_str(),
            kind: change.kind.as_str(),
            added: change.added,
            removed: change.removed,
            diff: if is_shown { &change.diff } else { "" },
            truncated,
            digest: known.or_else(|| (!is_shown).then(whole)),
            masked: &change.masked,
            full: has_pages.then(|| format!("/approvals/{}/files/{index}", request.id)),
        }
    }
}

fn actor<'r>(subject: &'r Subject, is_summarised: bool, room: &mut ListRoom) -> ActorItem<'r> {
    let client_id = subject.actor.client_id.as_deref();
    room.spend(client_id.map_or(0, in_json));
    ActorItem {
        kind: subject.actor.kind,
        client_id,
        token_hash: &subject.actor.token_hash,
        address: subject.address.filter(|_| is_summarised),
    }
}

fn paths<'r>(paths: &'r [PathBuf], most: usize, room: &mut ListRoom) -> Vec<Cow<'r, str>> {
    let few = paths.iter().take(most).map(|path| path.to_string_lossy());
    few.take_while(|path| room.take_text(path)).collect()
}

/// A text, or its beginning where there is no room for it.
fn words<'r>(text: &'r str, room: &mut ListRoom) -> Cow<'r, str> {
    if room.take_text(text) {
        return Cow::Borrowed(text);
    }
    let most = CUT.min(text.len());
    let end = (0..=most).rev().find(|&end| text.is_char_boundary(end));
    let cut = format!(
        "{}…",
        text.get(..end.unwrap_or_default()).unwrap_or_default()
    );
    room.spend(in_json(&cut));
    cut.into()
}

fn of_effect(effect: &Effect) -> usize {
    let Effect {
        text,
        path,
        from,
        to,
        command,
        host,
        file,
        ..
    } = effect;
    let optional = [path, from, to, command, host, file];
    let optional = optional.into_iter().flatten();
    EFFECT + in_json(text) + optional.map(|text| in_json(text)).sum::<usize>()
}

fn of_change(change: &FileChange) -> usize {
    let masked = change.masked.iter().map(|label| in_json(label));
    CHANGE + in_json(change.path.as_str()) + masked.sum::<usize>()
}
