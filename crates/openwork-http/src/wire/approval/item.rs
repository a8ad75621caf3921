//! One request.

use std::borrow::Cow;

use openwork_api::approval::{ApprovalActor, ApprovalItem, EffectItem, ProposedFile};
use openwork_approval::Request;
use openwork_change::effect::Effect;
use openwork_change::preview::{FileChange, page_digest};
use openwork_host::Subject;
use openwork_model::actor::ActorKind;
use openwork_model::audit::AmendedPart;

use super::bounds::{BoundedItem, ItemBounds, ListRoom, in_json};
use super::{count, covered};

/// What the keys, ids and numbers of a request take, in bytes.
const ITEM: usize = 640;
/// What a digest takes.
const DIGEST: usize = 80;
/// What those of a change take.
const CHANGE: usize = 320;
/// What those of an effect take.
const EFFECT: usize = 160;
/// What those of an amended part take.
const AMENDED: usize = 40;
/// The most bytes of a text that is sent although there is no room for it.
const CUT: usize = 256;

/// How much of a request is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ItemDetail {
    /// The keys of the OpenWork API, and no others.
    Basic,
    /// Also who asks from where, and what is risky about it.
    Summary,
    /// Also what would be written.
    Changes,
}

/// As much of a request as the bounds allow.
pub(crate) fn approval_item(
    request: &Request<Subject>,
    detail: ItemDetail,
    bounds: ItemBounds,
) -> BoundedItem<ApprovalItem<'_>> {
    shown(request, detail, bounds, &[])
}

/// All of a request, some of its files with their secrets.
pub(crate) fn revealed_item<'r>(
    request: &'r Request<Subject>,
    revealed: &'r [FileChange],
) -> ApprovalItem<'r> {
    shown(request, ItemDetail::Changes, ItemBounds::WHOLE, revealed).item
}

/// All of a request as it would be with an amendment.
pub(crate) fn amended_item(request: &Request<Subject>) -> ApprovalItem<'_> {
    let mut item = shown(request, ItemDetail::Changes, ItemBounds::WHOLE, &[]).item;
    // The pages of the request itself are of something else.
    for file in item.changes.iter_mut().flatten() {
        file.full = None;
    }
    item
}

fn shown<'r>(
    request: &'r Request<Subject>,
    detail: ItemDetail,
    bounds: ItemBounds,
    revealed: &'r [FileChange],
) -> BoundedItem<ApprovalItem<'r>> {
    let is_summarised = detail != ItemDetail::Basic;
    let mut room = ListRoom::new(bounds.bytes);
    // What comes first finds room first: who asks for what, then what it sets
    // off, then where, and last the diffs, which can be asked for alone.
    let mut item = named(request, is_summarised, &mut room);
    if is_summarised {
        weigh(&mut item, request, bounds.effects, &mut room);
    }
    list_paths(&mut item, request, bounds.paths, &mut room);
    if detail == ItemDetail::Changes {
        list_files(&mut item, request, revealed, bounds.changes, &mut room);
    }
    BoundedItem {
        item,
        bytes: room.taken(),
    }
}

/// What every request has, and is sent in any case.
fn named<'r>(
    request: &'r Request<Subject>,
    is_summarised: bool,
    room: &mut ListRoom,
) -> ApprovalItem<'r> {
    let subject = &request.subject;
    room.spend(ITEM + in_json(subject.workspace.as_str()));
    let actor = actor(subject, is_summarised, room);
    let summary = fitting_text(&subject.summary, room);
    ApprovalItem {
        id: request.id.to_string().into(),
        workspace_id: subject.workspace.as_str().into(),
        action: subject.action.into(),
        summary,
        paths: Vec::new(),
        more_paths: 0,
        created_at: request.created_at,
        actor,
        expires_at: None,
        answers_later: false,
        amended: Vec::new(),
        digest: None,
        workspace_name: None,
        title: None,
        level: None,
        effects: None,
        risk: None,
        more_effects: 0,
        rememberable: None,
        covers: None,
        changes: None,
        more_changes: 0,
    }
}

/// Adds what was added to the OpenWork API.
fn weigh<'r>(
    item: &mut ApprovalItem<'r>,
    request: &'r Request<Subject>,
    most: usize,
    room: &mut ListRoom,
) {
    let Subject {
        workspace_name,
        amended,
        digest,
        preview,
        left_out,
        ..
    } = &request.subject;
    let digest = *digest;
    room.spend(in_json(workspace_name) + of_amended(amended) + digest.map_or(0, |_| DIGEST));
    item.title = Some(fitting_text(&preview.title, room));
    let fits = |effect: &&Effect| {
        // Its sentence is sent twice.
        let risk = in_json(&effect.text);
        effect.text.len() <= room.left() && room.take(risk + of_effect(effect))
    };
    // The gravest come first, so what finds no room is the least of them.
    let effects: Vec<&Effect> = preview.effects.iter().take(most).take_while(fits).collect();
    let sentence = |effect: &&'r Effect| Cow::Borrowed(effect.text.as_str());
    item.expires_at = Some(request.expires_at());
    item.answers_later = request.answers_later;
    item.amended.clone_from(amended);
    item.digest = digest.map(|digest| digest.to_string().into());
    item.workspace_name = Some(workspace_name.into());
    item.level = Some(preview.level.into());
    item.more_effects = count(preview.effects.len() - effects.len() + left_out.effects);
    item.risk = Some(effects.iter().map(sentence).collect());
    item.effects = Some(effects.into_iter().map(EffectItem::from).collect());
    item.rememberable = Some(request.rememberable);
    item.covers = request
        .rememberable
        .then(|| covered(&request.covers).into());
}

fn list_paths<'r>(
    item: &mut ApprovalItem<'r>,
    request: &'r Request<Subject>,
    most: usize,
    room: &mut ListRoom,
) {
    let Subject {
        paths, left_out, ..
    } = &request.subject;
    let few = paths.iter().take(most).map(|path| path.to_string_lossy());
    item.paths = few.take_while(|path| room.take_text(path)).collect();
    item.more_paths = count(paths.len() - item.paths.len() + left_out.paths);
}

/// Adds the first files, with their diffs for as long as there is room.
fn list_files<'r>(
    item: &mut ApprovalItem<'r>,
    request: &'r Request<Subject>,
    revealed: &'r [FileChange],
    most: usize,
    room: &mut ListRoom,
) {
    let Subject {
        preview, left_out, ..
    } = &request.subject;
    let all = preview.changes.iter().take(most).enumerate();
    let fits = |(_, change): &(usize, &FileChange)| room.take(of_change(change));
    let listed: Vec<_> = all.take_while(fits).collect();
    item.more_changes = count(preview.changes.len() - listed.len() + left_out.changes);
    let file = |(index, masked): (usize, &'r FileChange)| {
        let same = |revealed: &&FileChange| revealed.path == masked.path;
        let change = revealed.iter().find(same).unwrap_or(masked);
        proposed_file(request, index, change, room)
    };
    item.changes = Some(listed.into_iter().map(file).collect());
}

fn proposed_file<'r>(
    request: &Request<Subject>,
    index: usize,
    change: &'r FileChange,
    room: &mut ListRoom,
) -> ProposedFile<'r> {
    // Whole or not at all: cut at a byte, it would end in the middle of a line.
    let is_shown = room.take_text(&change.diff);
    let truncated = change.truncated || !is_shown;
    let known = change.digest.as_deref().map(Cow::Borrowed);
    let whole = || page_digest(&change.diff).into();
    // Secrets that are shown weigh nothing: it is the change that was weighed.
    let weighed = request.subject.preview.changes.get(index);
    // What no longer waits cannot be planned again.
    let has_pages = truncated && request.subject.shown.is_some();
    ProposedFile {
        path: change.path.as_str().into(),
        kind: change.kind.as_str().into(),
        level: weighed.and_then(|shown| shown.level).map(Into::into),
        added: count(change.added),
        removed: count(change.removed),
        diff: if is_shown { &*change.diff } else { "" }.into(),
        truncated,
        digest: known.or_else(|| (!is_shown).then(whole)),
        masked: change.masked.as_slice().into(),
        full: has_pages.then(|| format!("/approvals/{}/files/{index}", request.id).into()),
    }
}

fn actor<'r>(subject: &'r Subject, is_summarised: bool, room: &mut ListRoom) -> ApprovalActor<'r> {
    let client_id = subject.actor.client_id.as_deref();
    room.spend(client_id.map_or(0, in_json));
    // The OpenWork API has no address here, and its clients get what they know.
    let address = subject.address.filter(|_| is_summarised);
    ApprovalActor {
        kind: match subject.actor.kind {
            ActorKind::Remote => "remote".into(),
            ActorKind::Host => "host".into(),
        },
        client_id: client_id.map(Cow::Borrowed),
        token_hash: subject.actor.token_hash.as_str().into(),
        address: address.map(|address| address.to_string().into()),
    }
}

/// A text, or its beginning where there is no room for it.
fn fitting_text<'r>(text: &'r str, room: &mut ListRoom) -> Cow<'r, str> {
    if room.take_text(text) {
        return Cow::Borrowed(text);
    }
    let most = CUT.min(text.len());
    // Not in the middle of a character. Position 0 is never in one.
    let end = (0..=most).rev().find(|&end| text.is_char_boundary(end));
    let beginning = text.split_at_checked(end.unwrap_or(0));
    let cut = format!("{}…", beginning.map_or("", |(beginning, _)| beginning));
    room.spend(in_json(&cut));
    cut.into()
}

fn of_amended(amended: &[AmendedPart]) -> usize {
    let part = |amended: &AmendedPart| AMENDED + in_json(&amended.part);
    amended.iter().map(part).sum()
}

fn of_effect(effect: &Effect) -> usize {
    EFFECT + effect.texts().map(in_json).sum::<usize>()
}

fn of_change(change: &FileChange) -> usize {
    let masked = change.masked.iter().map(|label| in_json(label));
    CHANGE + in_json(change.path.as_str()) + masked.sum::<usize>()
}
