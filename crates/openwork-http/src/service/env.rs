//! Environment variables that are kept for the programs of this machine.

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body as HttpBody;
use openwork_api::ItemList;
use openwork_api::env::{EnvItem, EnvKeysResponse, EnvSetResponse};
use openwork_api::receipt::DoneResponse;
use openwork_change::change::Fields;
use openwork_host::{EnvEntry, EnvVariable};
use openwork_model::env_name::EnvName;
use serde_json::Value;

use super::{RequestContext, ServiceState};
use crate::body;
use crate::error::Failure;
use crate::reply::{self, ReplyBody};
use crate::route::EnvEndpoint;

/// The most bytes of a value: more than that is no system's business.
const VALUE: usize = 64 << 10;

impl ServiceState {
    pub(super) async fn env<B>(
        &self,
        env: EnvEndpoint,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        match env {
            EnvEndpoint::List => {
                let variables = self.host.env_variables().await?;
                let with_values = !context.parameters().is("includeValues", "false");
                let items = variables.iter().map(|variable| item(variable, with_values));
                Ok(reply::uncached(reply::json(&ItemList::from(
                    items.collect::<Vec<_>>(),
                ))?))
            }
            EnvEndpoint::Keys => {
                let variables = self.host.env_variables().await?;
                let keys = variables
                    .iter()
                    .map(|variable| variable.key.as_str().into());
                reply::json(&EnvKeysResponse {
                    keys: keys.collect(),
                })
            }
            EnvEndpoint::Set => {
                let fields = body::object(body, self.usual_bounds()).await?;
                let entries = entries(&fields)?;
                let count = entries.len();
                self.host.set_env(context.requester()?, entries).await?;
                reply::json(&EnvSetResponse { ok: true, count })
            }
            EnvEndpoint::Remove => {
                body::discard(body, self.usual_bounds()).await?;
                let name = name(context.matched.parameter("key")?)?;
                self.host.remove_env(context.requester()?, name).await?;
                reply::json(&DoneResponse { ok: true })
            }
        }
    }
}

fn item(variable: &EnvVariable, with_value: bool) -> EnvItem<'_> {
    EnvItem {
        key: variable.key.as_str().into(),
        updated_at: variable.updated_at,
        has_value: !variable.value.is_empty(),
        value: with_value.then(|| variable.value.as_str().into()),
    }
}

/// Reads `{ "entries": [{ "key", "value" }] }`, or one entry by itself. Of two
/// entries of a name the last counts.
fn entries(fields: &Fields) -> Result<Vec<EnvEntry>, Failure> {
    let read = match fields.get("entries") {
        Some(Value::Array(entries)) => entries
            .iter()
            .map(|entry| entry_of(entry.as_object().ok_or(Failure::EnvEntry)?))
            .collect::<Result<Vec<_>, _>>()?,
        _ => vec![entry_of(fields)?],
    };
    if read.is_empty() {
        return Err(Failure::NoEnvEntries);
    }
    Ok(read)
}

fn entry_of(fields: &Fields) -> Result<EnvEntry, Failure> {
    let key = fields.get("key").and_then(Value::as_str);
    let name = name(key.unwrap_or(""))?;
    let value = match fields.get("value") {
        None | Some(Value::Null) => "",
        Some(value) => value.as_str().ok_or(Failure::EnvEntry)?,
    };
    if value.len() > VALUE || value.contains('\0') {
        return Err(Failure::EnvEntry);
    }
    Ok(EnvEntry {
        name,
        value: value.to_owned(),
    })
}

fn name(text: &str) -> Result<EnvName, Failure> {
    EnvName::parse(text).map_err(Failure::EnvName)
}
