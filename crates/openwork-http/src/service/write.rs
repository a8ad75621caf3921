//! What is done to a workspace.

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body as HttpBody;
use hyper::header::{CONTENT_TYPE, HeaderMap};
use openwork_change::change::{Change, Fields, Proposal, read};
use openwork_host::Submission;

use super::{RequestContext, ServiceState};
use crate::body::{self, BodyBounds, BudgetShare};
use crate::condition;
use crate::error::Failure;
use crate::reply::{self, ReplyBody};
use crate::route::WriteEndpoint;

impl ServiceState {
    pub(super) async fn write<B>(
        &self,
        write: WriteEndpoint,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        // Before the body: a client learns that it cannot write without having
        // sent what it wants to write.
        let at = self.host.writable(context.matched.parameter("id")?).await?;
        if write == WriteEndpoint::WriteConfig {
            return Box::pin(self.write_config_text(at, context, body)).await;
        }
        let (change, held) = self.asked_change(write, context, body).await?;
        let submission = submission(change, context)?;
        let outcome = self.host.submit_holding(at, submission, held).await?;
        reply::outcome(&outcome, &self.renders)
    }

    /// What a request asks for, and the memory that it is held under.
    async fn asked_change<B>(
        &self,
        write: WriteEndpoint,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<(Change, Option<BudgetShare>), Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let bounds = self.bounds(write);
        // Owned, because a large body is read on another thread.
        let name = context.matched.parameter("name").ok().map(str::to_owned);
        let is_merge_patch = is_merge_patch(context.headers());
        let read = move |fields| match write {
            WriteEndpoint::PatchConfig if is_merge_patch => Ok(read::merge_config(&fields)?),
            write => change(write, name.as_deref(), &fields),
        };
        if write.takes_body() {
            let made = body::made(body, bounds, read).await?;
            return Ok((made.value?, made.held));
        }
        // Some clients send a body with DELETE; unread, it would end the
        // connection.
        body::discard(body, bounds).await?;
        Ok((read(Fields::new())?, None))
    }

    fn bounds(&self, write: WriteEndpoint) -> BodyBounds<'_> {
        let usual = self.usual_bounds();
        if write != WriteEndpoint::Import {
            return usual;
        }
        let limits = &self.options.limits;
        BodyBounds {
            bytes: limits.import,
            values: limits.import_values,
            ..usual
        }
    }
}

/// Whether the sections of a patch are merge patches (RFC 7396).
fn is_merge_patch(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media = content_type.and_then(|value| value.split(';').next());
    media.is_some_and(|media| {
        media
            .trim()
            .eq_ignore_ascii_case("application/merge-patch+json")
    })
}

/// Parses a change. The name comes from the path; a route without one is of an
/// endpoint that asks for none.
fn change(write: WriteEndpoint, name: Option<&str>, fields: &Fields) -> Result<Change, Failure> {
    let name = || name.ok_or(Failure::Internal);
    let change = match write {
        WriteEndpoint::PatchConfig => read::patch_config(fields),
        WriteEndpoint::WriteConfig => read::write_config(fields),
        WriteEndpoint::SetDefaultModel => read::set_default_model(fields),
        WriteEndpoint::SetAuthorizedFolders => read::set_authorized_folders(fields),
        WriteEndpoint::AddPlugin => read::add_plugin(fields),
        WriteEndpoint::RemovePlugin => Change::remove_plugin(name()?),
        WriteEndpoint::UpsertSkill => read::upsert_skill(fields),
        WriteEndpoint::DeleteSkill => Change::delete_skill(name()?),
        WriteEndpoint::AddMcp => read::add_mcp(fields),
        WriteEndpoint::RemoveMcp => Change::remove_mcp(name()?),
        WriteEndpoint::EnableMcp => read::set_mcp_enabled(name()?, fields),
        WriteEndpoint::UpsertCommand => read::upsert_command(fields),
        WriteEndpoint::DeleteCommand => Change::delete_command(name()?),
        WriteEndpoint::UpsertAgent => read::upsert_agent(fields),
        WriteEndpoint::DeleteAgent => Change::delete_agent(name()?),
        WriteEndpoint::Import => read::import(fields),
    };
    Ok(change?)
}

pub(super) fn submission(
    change: Change,
    context: &RequestContext<'_>,
) -> Result<Submission, Failure> {
    let proposal = Proposal {
        only_if: condition::only_if(context.headers())?,
        ..change.into()
    };
    Ok(Submission {
        requester: context.requester()?,
        proposal,
    })
}
