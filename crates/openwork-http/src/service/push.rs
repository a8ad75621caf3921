//! Being told while the page is closed.

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body as HttpBody;
use openwork_api::push::PushResponse;
use openwork_api::receipt::DoneResponse;
use openwork_change::change::{Fields, JsonObject};
use openwork_host::{PushDevice, PushState};

use super::{RequestContext, ServiceState};
use crate::body;
use crate::error::{BadPush, Failure};
use crate::reply::{self, ReplyBody};
use crate::route::PushEndpoint;

const NO_FEATURE: &str = "this program was built without Web Push (feature `push`)";
const NO_PLACE: &str = "the server has no place to keep its address";
const NO_DEVICE: &str = "only a device with a token of its own can be told; pair it under Devices";

impl ServiceState {
    pub(super) async fn push<B>(
        &self,
        push: PushEndpoint,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        match push {
            PushEndpoint::Show => self.show_push(context).await,
            PushEndpoint::Subscribe => {
                let fields = body::object(body, self.usual_bounds()).await?;
                let token = self.pushed_token(context)?.map_err(unavailable)?;
                let device = self.device(token, &fields)?;
                let id = device.token.clone();
                self.host.add_push_device(device).await?;
                tracing::info!(id, "a device is told while its page is closed");
                reply::json(&DoneResponse { ok: true })
            }
            PushEndpoint::End => {
                body::discard(body, self.usual_bounds()).await?;
                if let Ok(token) = self.pushed_token(context)? {
                    self.host.remove_push_device(&token, None).await?;
                }
                reply::json(&DoneResponse { ok: true })
            }
        }
    }

    async fn show_push(
        &self,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let token = match self.pushed_token(context)? {
            Ok(token) => token,
            Err(reason) => {
                return reply::json(&PushResponse {
                    available: false,
                    reason: Some(reason.into()),
                    public_key: None,
                    subscribed: false,
                });
            }
        };
        let state = self.host.push_state().await?;
        let subscribed = state.devices.iter().any(|device| device.token == token);
        reply::json(&PushResponse {
            available: true,
            reason: None,
            public_key: Some(self.push_key(state).await?.into()),
            subscribed,
        })
    }

    /// The token of the device that asks, or why it cannot be told.
    fn pushed_token(
        &self,
        context: &RequestContext<'_>,
    ) -> Result<Result<String, &'static str>, Failure> {
        if cfg!(not(feature = "push")) {
            return Ok(Err(NO_FEATURE));
        }
        if !self.host.keeps_push() {
            return Ok(Err(NO_PLACE));
        }
        let requester = context.requester()?;
        let token = requester.grant().token().map(|token| token.id.clone());
        Ok(token.ok_or(NO_DEVICE))
    }

    /// What browsers subscribe by. The key behind it is made when it is needed first.
    #[cfg(feature = "push")]
    async fn push_key(&self, state: PushState) -> Result<String, Failure> {
        use openwork_notify::{BadPushKey, PushKeys};

        let unusable = |error: BadPushKey| {
            tracing::error!(%error, "devices cannot be told while their page is closed");
            Failure::Internal
        };
        let kept = if let Some(kept) = state.key {
            kept
        } else {
            let fresh = PushKeys::generate().map_err(unusable)?;
            self.host.keep_push_key(fresh.kept().to_owned()).await?
        };
        Ok(PushKeys::read(&kept).map_err(unusable)?.public_key())
    }

    #[cfg(not(feature = "push"))]
    #[expect(clippy::unused_async, reason = "it is called as the other one is")]
    async fn push_key(&self, _: PushState) -> Result<String, Failure> {
        Err(unavailable(NO_FEATURE))
    }

    /// Reads `{ "endpoint", "keys": { "p256dh", "auth" } }`, as a browser writes it.
    fn device(&self, token: String, fields: &Fields) -> Result<PushDevice, Failure> {
        let body = JsonObject::new(fields);
        let keys = body.object("keys")?;
        let key = |name| {
            let text = keys.as_ref().map(|keys| keys.text(name)).transpose();
            text.map(|text| text.flatten().unwrap_or("").to_owned())
        };
        let device = PushDevice {
            token,
            endpoint: body.text("endpoint")?.unwrap_or("").to_owned(),
            p256dh: key("p256dh")?,
            auth: key("auth")?,
        };
        self.check_device(&device)?;
        Ok(device)
    }

    #[cfg(feature = "push")]
    fn check_device(&self, device: &PushDevice) -> Result<(), Failure> {
        use openwork_notify::{PushServices, PushSubscription};

        let services = PushServices {
            more: self.options.push_services.clone(),
        };
        let PushDevice {
            endpoint,
            p256dh,
            auth,
            ..
        } = device;
        match PushSubscription::parse(endpoint, p256dh, auth, &services) {
            Ok(_) => Ok(()),
            Err(why) => Err(Failure::Push(BadPush::Subscription(why.to_string()))),
        }
    }

    #[cfg(not(feature = "push"))]
    #[expect(clippy::unused_self, reason = "it is called as the other one is")]
    fn check_device(&self, _: &PushDevice) -> Result<(), Failure> {
        Err(unavailable(NO_FEATURE))
    }
}

fn unavailable(why: &'static str) -> Failure {
    Failure::Push(BadPush::Unavailable(why))
}
