//! Tokens that are made for somebody.

use std::time::Duration;

use bytes::Bytes;
use hyper::body::Body as HttpBody;
use hyper::{Response, StatusCode};
use openwork_api::ItemList;
use openwork_api::receipt::DoneResponse;
use openwork_api::token::{MadeTokenResponse, TokenItem};
use openwork_change::change::{Fields, JsonObject};
use openwork_host::{MadeToken, NewToken, TokenRecord};
use openwork_model::invalid::Invalid;
use openwork_model::scope::Scope;

use super::{RequestContext, ServiceState};
use crate::body;
use crate::error::Failure;
use crate::reply::{self, ReplyBody};
use crate::route::TokensEndpoint;

/// The most characters that a token may be called by.
const LABEL: usize = 200;

impl ServiceState {
    pub(super) async fn tokens<B>(
        &self,
        tokens: TokensEndpoint,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        match tokens {
            TokensEndpoint::List => {
                let records = self.host.tokens().await?;
                reply::json(&ItemList::from(
                    records.iter().map(item).collect::<Vec<_>>(),
                ))
            }
            TokensEndpoint::Make => {
                let fields = body::object(body, self.usual_bounds()).await?;
                let by = context.requester()?;
                let made = self.host.make_token(&by, wanted(&fields)?).await?;
                tracing::info!(id = made.record.id, scope = %made.record.scope, "a token was made");
                made_token(made)
            }
            TokensEndpoint::Rename => {
                let fields = body::object(body, self.usual_bounds()).await?;
                let body = JsonObject::new(&fields);
                let label = label(&body)?.ok_or(Failure::TokenLabel)?.to_owned();
                let (by, id) = (context.requester()?, context.matched.parameter("id")?);
                let renamed = self.host.rename_token(&by, id, label).await?;
                tracing::info!(id, "a token was renamed");
                reply::json(&item(&renamed))
            }
            TokensEndpoint::End => {
                body::discard(body, self.usual_bounds()).await?;
                let id = context.matched.parameter("id")?;
                self.host.end_token(&context.requester()?, id).await?;
                tracing::info!(id, "a token was ended");
                reply::json(&DoneResponse { ok: true })
            }
        }
    }
}

/// The one answer that has a token.
pub(super) fn made_token(made: MadeToken) -> Result<Response<ReplyBody>, Failure> {
    let MadeToken { record, token } = made;
    let mut response = reply::uncached(reply::json(&MadeTokenResponse {
        token: token.into(),
        item: item(&record),
    })?);
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// What a token, or the device that gets it, is to be called.
pub(super) fn label<'b>(body: &JsonObject<'b>) -> Result<Option<&'b str>, Failure> {
    let label = body.filled_text("label")?;
    if label.is_some_and(|label| label.chars().count() > LABEL) {
        return Err(Failure::TokenLabel);
    }
    Ok(label)
}

/// Reads `{ "scope", "label"?, "expiresInMs"? }`.
fn wanted(fields: &Fields) -> Result<NewToken, Failure> {
    let body = JsonObject::new(fields);
    let scope = body.text("scope").ok().flatten();
    Ok(NewToken {
        label: label(&body)?.map(str::to_owned),
        scope: scope.and_then(Scope::from_word).ok_or(Failure::Scope)?,
        lifetime: lifetime(&body)?,
    })
}

fn lifetime(body: &JsonObject<'_>) -> Result<Option<Duration>, Failure> {
    const FIELD: &str = "expiresInMs";

    // Zero would be a token that lets nobody in: a mistake, like a text.
    match body.whole_number(FIELD) {
        Ok(None) => Ok(None),
        Ok(Some(milliseconds)) if milliseconds > 0 => Ok(Some(Duration::from_millis(milliseconds))),
        Ok(Some(_)) | Err(_) => Err(Failure::from(Invalid::WrongType {
            field: FIELD.to_owned(),
            expected: "a whole number above 0",
        })),
    }
}

fn item(record: &TokenRecord) -> TokenItem<'_> {
    TokenItem {
        id: record.id.as_str().into(),
        scope: record.scope,
        created_at: record.created_at,
        label: record.label.as_deref().map(Into::into),
        last_used_at: record.last_used_at,
        expires_at: record.expires_at,
    }
}
