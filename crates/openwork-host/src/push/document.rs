//! The form in which devices that want to be told are kept.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{PushDevice, PushState};
use crate::state::StateDocument;

/// All of it. Fields of later versions stay where they are.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PushDocument {
    schema_version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    #[serde(default)]
    devices: Vec<PushRecord>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Serialize, Deserialize)]
struct PushRecord {
    token: String,
    endpoint: String,
    p256dh: String,
    auth: String,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl StateDocument for PushDocument {
    const WHAT: &'static str = "list of devices";
    const VERSION: u32 = 1;

    fn empty() -> Self {
        Self {
            schema_version: Self::VERSION,
            key: None,
            devices: Vec::new(),
            rest: Map::new(),
        }
    }

    fn version(&self) -> u32 {
        self.schema_version
    }
}

impl PushDocument {
    pub(super) fn into_state(self) -> PushState {
        let device = |record: PushRecord| PushDevice {
            token: record.token,
            endpoint: record.endpoint,
            p256dh: record.p256dh,
            auth: record.auth,
        };
        PushState {
            key: self.key,
            devices: self.devices.into_iter().map(device).collect(),
        }
    }

    /// How many devices there are.
    pub(super) fn len(&self) -> usize {
        self.devices.len()
    }

    /// Keeps those of which this holds, by token and address.
    pub(super) fn retain(&mut self, keep: impl Fn(&str, &str) -> bool) {
        self.devices
            .retain(|record| keep(&record.token, &record.endpoint));
    }

    /// Puts a device in the place of what its token had before.
    pub(super) fn set(&mut self, device: PushDevice) {
        self.retain(|token, _| token != device.token);
        self.devices.push(PushRecord {
            token: device.token,
            endpoint: device.endpoint,
            p256dh: device.p256dh,
            auth: device.auth,
            rest: Map::new(),
        });
    }
}
