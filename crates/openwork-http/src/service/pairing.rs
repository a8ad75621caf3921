//! Codes that another device exchanges for a token of its own.

use bytes::Bytes;
use hyper::body::Body as HttpBody;
use hyper::{Response, StatusCode};
use openwork_api::DeviceScope;
use openwork_api::pairing::{
    PairPreviewResponse, PairingItem, PairingMadeResponse, PairingResponse,
};
use openwork_api::receipt::DoneResponse;
use openwork_change::change::{Fields, JsonObject};
use openwork_host::{NewPairing, OpenPairing, PairingCode, UnpairedDevice};

use super::tokens::{label, made_token};
use super::{RequestContext, ServiceState};
use crate::body::{self, BodyBounds};
use crate::error::Failure;
use crate::options::ConsoleAccess;
use crate::reply::{self, ReplyBody};
use crate::route::PairingEndpoint;

/// The most bytes of a body of somebody who has shown no token.
const BODY: usize = 4 << 10;

impl ServiceState {
    pub(super) async fn pairing<B>(
        &self,
        pairing: PairingEndpoint,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        match pairing {
            PairingEndpoint::Show => self.show_pairing().await,
            PairingEndpoint::Make => {
                let fields = body::object(body, self.usual_bounds()).await?;
                self.make_pairing(context, &fields).await
            }
            PairingEndpoint::End => {
                body::discard(body, self.usual_bounds()).await?;
                self.host.end_pairing(&context.requester()?).await?;
                tracing::info!("the pairing code was ended");
                reply::json(&DoneResponse { ok: true })
            }
            PairingEndpoint::Preview => {
                let fields = body::object(body, self.open_bounds()).await?;
                self.preview_pairing(context, &fields).await
            }
            PairingEndpoint::Exchange => {
                let fields = body::object(body, self.open_bounds()).await?;
                self.pair(context, &fields).await
            }
        }
    }

    async fn show_pairing(&self) -> Result<Response<ReplyBody>, Failure> {
        let open = self.host.open_pairing().await;
        let console = if cfg!(feature = "console") {
            self.options.console
        } else {
            ConsoleAccess::Off
        };
        Ok(reply::uncached(reply::json(&PairingResponse {
            pairing: open.as_ref().map(item),
            console,
        })?))
    }

    async fn make_pairing(
        &self,
        context: &RequestContext<'_>,
        fields: &Fields,
    ) -> Result<Response<ReplyBody>, Failure> {
        let body = JsonObject::new(fields);
        let scope = body.text("scope").ok().flatten();
        let wanted = NewPairing {
            label: label(&body)?.map(str::to_owned),
            scope: scope
                .and_then(DeviceScope::from_word)
                .ok_or(Failure::DeviceScope)?,
        };
        let made = self
            .host
            .make_pairing(&context.requester()?, wanted)
            .await?;
        let open = &made.pairing;
        tracing::info!(scope = %open.scope, "a pairing code was made");
        let mut response = reply::uncached(reply::json(&PairingMadeResponse {
            code: made.code.to_string().into(),
            scope: open.scope,
            label: open.label.as_deref().map(Into::into),
            created_at: open.created_at,
            expires_at: open.expires_at,
        })?);
        *response.status_mut() = StatusCode::CREATED;
        Ok(response)
    }

    async fn preview_pairing(
        &self,
        context: &RequestContext<'_>,
        fields: &Fields,
    ) -> Result<Response<ReplyBody>, Failure> {
        let code = code(&JsonObject::new(fields))?;
        let open = self.host.preview_pairing(&device(context), &code).await?;
        Ok(reply::uncached(reply::json(&PairPreviewResponse {
            scope: open.scope,
            grants: open.scope.grants().into(),
            label: open.label.as_deref().map(Into::into),
            expires_at: open.expires_at,
            expires_in_ms: u64::try_from(open.left.as_millis()).unwrap_or(u64::MAX),
        })?))
    }

    async fn pair(
        &self,
        context: &RequestContext<'_>,
        fields: &Fields,
    ) -> Result<Response<ReplyBody>, Failure> {
        let body = JsonObject::new(fields);
        // The label first: a code that cannot be used so far is not used up.
        let label = label(&body)?.map(str::to_owned);
        let code = code(&body)?;
        let made = self.host.pair(&device(context), &code, label).await?;
        let (id, scope) = (&made.record.id, made.record.scope);
        tracing::info!(id, %scope, address = %context.peer.ip(), "a device was paired");
        made_token(made)
    }

    fn open_bounds(&self) -> BodyBounds<'_> {
        BodyBounds {
            bytes: BODY,
            ..self.usual_bounds()
        }
    }
}

fn code(body: &JsonObject<'_>) -> Result<PairingCode, Failure> {
    let code = body.text("code").ok().flatten();
    let code = code.and_then(|code| PairingCode::parse(code).ok());
    code.ok_or(Failure::PairingCode)
}

fn device(context: &RequestContext<'_>) -> UnpairedDevice {
    UnpairedDevice {
        address: context.peer.ip(),
        client_id: context.caller.client_id().map(str::to_owned),
    }
}

fn item(open: &OpenPairing) -> PairingItem<'_> {
    PairingItem {
        scope: open.scope,
        label: open.label.as_deref().map(Into::into),
        created_at: open.created_at,
        expires_at: open.expires_at,
        tries_left: open.tries_left,
    }
}
