//! What is done to a workspace.

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body as HttpBody;
use openwork_approval::Asker;
use openwork_host::Submission;
use openwork_model::change::{Change, Fields, Proposal};
use openwork_model::invalid::Invalid;

use super::{Asked, Inner};
use crate::body::{self, Bounds};
use crate::condition;
use crate::error::Failure;
use crate::reply::{self, Body};
use crate::route::Write;

impl Inner {
    pub(super) async fn write<B>(
        &self,
        write: Write,
        asked: &Asked<'_>,
        body: B,
    ) -> Result<Response<Body>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let at = self.host.writable(asked.matched.id()).await?;
        let change = {
            let fields = if write.takes_body() {
                body::object(body, self.bounds(write)).await?
            } else {
                body::discard(body, self.bounds(write)).await?;
                Fields::new()
            };
            change(write, asked.matched.name(), &fields)?
        };
        let outcome = self.host.submit(at, submission(change, asked)?).await?;
        reply::outcome(&outcome)
    }

    fn bounds(&self, write: Write) -> Bounds<'_> {
        let usual = self.usual_bounds();
        let bytes = if write == Write::Import {
            self.options.limits.import
        } else {
            usual.bytes
        };
        Bounds { bytes, ..usual }
    }
}

impl Write {
    fn takes_body(self) -> bool {
        match self {
            Self::PatchConfig
            | Self::AddPlugin
            | Self::UpsertSkill
            | Self::AddMcp
            | Self::EnableMcp
            | Self::UpsertCommand
            | Self::Import => true,
            Self::RemovePlugin | Self::DeleteSkill | Self::RemoveMcp | Self::DeleteCommand => false,
        }
    }
}

fn change(write: Write, name: &str, fields: &Fields) -> Result<Change, Invalid> {
    match write {
        Write::PatchConfig => Change::patch_config(fields),
        Write::AddPlugin => Change::add_plugin(fields),
        Write::RemovePlugin => Change::remove_plugin(name),
        Write::UpsertSkill => Change::upsert_skill(fields),
        Write::DeleteSkill => Change::delete_skill(name),
        Write::AddMcp => Change::add_mcp(fields),
        Write::RemoveMcp => Change::remove_mcp(name),
        Write::EnableMcp => Change::set_mcp_enabled(name, fields),
        Write::UpsertCommand => Change::upsert_command(fields),
        Write::DeleteCommand => Change::delete_command(name),
        Write::Import => Change::import(fields),
    }
}

fn submission(change: Change, asked: &Asked<'_>) -> Result<Submission, Failure> {
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
