//! The form in which devices that want to be told are kept.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{PushDevice, PushState};

/// The form that this version reads and writes.
const VERSION: u32 = 1;

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

impl PushDocument {
    /// Reads what is kept; nothing is nobody.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words that hold none of its values.
    pub(super) fn read(bytes: Option<&[u8]>) -> Result<Self, String> {
        let Some(bytes) = bytes else {
            return Ok(Self {
                schema_version: VERSION,
                key: None,
                devices: Vec::new(),
                rest: Map::new(),
            });
        };
        // Only the place: the message of the parser may quote a secret.
        let document = serde_json::from_slice::<Self>(bytes).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            format!("it is no list of devices at line {line}, column {column}")
        })?;
        match document.schema_version {
            VERSION => Ok(document),
            version => Err(format!(
                "its form {version} is not known here, only {VERSION}"
            )),
        }
    }

    /// What is to be kept.
    ///
    /// # Errors
    ///
    /// What cannot be written, in words.
    pub(super) fn write(&self) -> Result<Vec<u8>, String> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|error| error.to_string())?;
        bytes.push(b'\n');
        Ok(bytes)
    }

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
