//! What is done to a workspace.

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body as HttpBody;
use openwork_approval::Asker;
use openwork_change::change::{Change, Fields, Proposal};
use openwork_host::Submission;
use openwork_model::invalid::Invalid;

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
        asked: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let at = self.host.writable(asked.matched.id()).await?;
        let (change, held) = self.asked_change(write, asked, body).await?;
        let submission = submission(change, asked)?;
        let outcome = self.host.submit_holding(at, submission, held).await?;
        reply::outcome(&outcome)
    }

    /// What a request asks for, and the memory that it is held under.
    async fn asked_change<B>(
        &self,
        write: WriteEndpoint,
        asked: &RequestContext<'_>,
        body: B,
    ) -> Result<(Change, Option<BudgetShare>), Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let (bounds, name) = (self.bounds(write), asked.matched.name());
        if write.takes_body() {
            let name = name.to_owned();
            let read = move |fields| change(write, &name, &fields);
            let made = body::made(body, bounds, read).await?;
            return Ok((made.value?, made.held));
        }
        body::discard(body, bounds).await?;
        Ok((change(write, name, &Fields::new())?, None))
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

fn change(write: WriteEndpoint, name: &str, fields: &Fields) -> Result<Change, Invalid> {
    match write {
        WriteEndpoint::PatchConfig => Change::patch_config(fields),
        WriteEndpoint::AddPlugin => Change::add_plugin(fields),
        WriteEndpoint::RemovePlugin => Change::remove_plugin(name),
        WriteEndpoint::UpsertSkill => Change::upsert_skill(fields),
        WriteEndpoint::DeleteSkill => Change::delete_skill(name),
        WriteEndpoint::AddMcp => Change::add_mcp(fields),
        WriteEndpoint::RemoveMcp => Change::remove_mcp(name),
        WriteEndpoint::EnableMcp => Change::set_mcp_enabled(name, fields),
        WriteEndpoint::UpsertCommand => Change::upsert_command(fields),
        WriteEndpoint::DeleteCommand => Change::delete_command(name),
        WriteEndpoint::Import => Change::import(fields),
    }
}

fn submission(change: Change, asked: &RequestContext<'_>) -> Result<Submission, Failure> {
    let actor = asked.caller.actor();
    let client = Asker {
        address: Some(asked.peer.ip()),
        client_id: actor.client_id.clone(),
    };
    let proposal = Proposal {
        change,
        only_if: condition::only_if(asked.headers())?,
    };
    Ok(Submission {
        actor,
        asker: client,
        by_host: asked.caller.is_host,
        proposal,
    })
}
