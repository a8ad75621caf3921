//! Devices that are told while their page is closed.

use std::sync::Arc;

use openwork_host::{Host, PushDevice};
use openwork_notify::{
    Delivery, DeliveryError, Notice, NoticeKind, PushKeys, PushOutcome, PushSender, PushServices,
    PushSubscription,
};
use openwork_terminal::PublicUrl;
use tokio::sync::OnceCell;
use tokio::task::JoinSet;

/// Whom push services can write to where the server has no address of its own.
const CONTACT: &str = env!("CARGO_PKG_REPOSITORY");

/// All devices that want to be told.
pub(super) struct PushPlace {
    host: Arc<Host>,
    services: PushServices,
    contact: String,
    /// Made when it is needed first: it reads whom the system trusts.
    sender: OnceCell<PushSender>,
}

impl PushPlace {
    /// Those of this host, by the usual push services and these.
    pub(super) fn new(host: Arc<Host>, public: Option<&PublicUrl>, services: PushServices) -> Self {
        let public = public.filter(|url| url.is_secure());
        Self {
            host,
            services,
            contact: public.map_or_else(|| CONTACT.to_owned(), ToString::to_string),
            sender: OnceCell::new(),
        }
    }

    async fn sender(&self) -> Result<PushSender, DeliveryError> {
        let made = || async { PushSender::new(self.contact.clone()) };
        let sender = self.sender.get_or_try_init(made).await;
        sender.cloned().map_err(|error| unready(&error))
    }

    /// `None` if its service was admitted once, and is no more.
    fn subscription(&self, device: &PushDevice) -> Option<PushSubscription> {
        let PushDevice {
            endpoint,
            p256dh,
            auth,
            ..
        } = device;
        PushSubscription::parse(endpoint, p256dh, auth, &self.services).ok()
    }
}

/// One device, and what it is told with.
struct ToldDevice {
    host: Arc<Host>,
    sender: PushSender,
    keys: Arc<PushKeys>,
    subscription: PushSubscription,
    device: PushDevice,
}

impl ToldDevice {
    /// Tells it; one that has gone is forgotten.
    async fn tell(self, notice: Notice) -> Result<(), DeliveryError> {
        let sent = self.sender.send(&self.keys, &self.subscription, &notice);
        if sent.await? == PushOutcome::Gone {
            let PushDevice {
                token, endpoint, ..
            } = &self.device;
            let gone = self.host.remove_push_device(token, Some(endpoint));
            gone.await.map_err(|error| unready(&error))?;
            tracing::info!(id = token, "a device is told no more: its browser has gone");
        }
        Ok(())
    }
}

impl Delivery for PushPlace {
    fn name(&self) -> &'static str {
        "web push"
    }

    async fn deliver(&self, notice: &Notice) -> Result<(), DeliveryError> {
        // A browser must show whatever it is sent, and ends are no news.
        if notice.kind == NoticeKind::Ended {
            return Ok(());
        }
        let state = self.host.push_state().await;
        let state = state.map_err(|error| unready(&error))?;
        // Without a key nobody has subscribed.
        let Some(key) = state.key.filter(|_| !state.devices.is_empty()) else {
            return Ok(());
        };
        let keys = Arc::new(PushKeys::read(&key).map_err(|error| unready(&error))?);
        let sender = self.sender().await?;
        // At once: a service that hangs keeps no other device from being told.
        let mut told = JoinSet::new();
        for device in state.devices {
            let Some(subscription) = self.subscription(&device) else {
                continue;
            };
            let device = ToldDevice {
                host: Arc::clone(&self.host),
                sender: sender.clone(),
                keys: Arc::clone(&keys),
                subscription,
                device,
            };
            told.spawn(device.tell(notice.clone()));
        }
        told.join_all().await.into_iter().collect()
    }
}

fn unready(error: &dyn std::error::Error) -> DeliveryError {
    DeliveryError::Unready {
        reason: error.to_string(),
    }
}
