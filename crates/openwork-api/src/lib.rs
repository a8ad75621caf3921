//! The wire of OpenWork: what a server and its clients agree on.
//!
//! Each document has one type, which a server writes and a client reads. Text
//! is a [`Cow`](std::borrow::Cow): a server borrows it from what it answers
//! with, and what a client has read is its own, such as `ApprovalItem<'static>`.
//! A client that meets a newer or an older server still reads what both know:
//! fields that it does not know are passed over, and most that are absent are
//! no mistake.
//!
//! The structs have public fields and may get more of them before version 1.0.
//!
//! # Map
//!
//! | module | its single job |
//! | --- | --- |
//! | [`route`] | the method-and-path table |
//! | [`ErrorCode`], [`ErrorBody`] | why a request failed: all statuses and codes |
//! | [`server`], [`status`], [`workspace`] | what a server says of itself, and what it serves |
//! | [`token`], [`pairing`] | tokens that are made for somebody, and codes that devices get one by |
//! | [`push`] | devices that are told while their page is closed |
//! | [`audit`] | a change that was made, and undoing it |
//! | [`drops`], [`files`] | files that clients bring and fetch, and those of a workspace |
//! | [`mod@env`] | environment variables that are kept |
//! | [`view`], [`event`] | what is read of a workspace, and what is told of it |
//! | [`request`], [`receipt`] | what is sent to change one, and what is answered |
//! | [`later`] | requests whose clients come back for the answer |
//! | [`approval`] | what waits for the host, and the host's answer |
//! | `openapi` | all of it in the words of OpenAPI 3.1, with the feature of that name |
//! | `client` | a client over HTTP, with the feature of that name |
//! | [`hidden`] | texts of other people, made harmless |
//!
//! # Example
//!
//! What a client may do about a refusal:
//!
//! ```
//! use openwork_api::{ErrorBody, ErrorCode};
//!
//! let (status, answer) = (409, r#"{ "code": "busy", "message": "opencode.json is being changed" }"#);
//!
//! let error: ErrorBody<'_> = serde_json::from_str(answer)?;
//! match ErrorCode::from_wire(status, &error.code) {
//!     Some(ErrorCode::Busy | ErrorCode::Overloaded) => println!("{}; trying again", error.message),
//!     _ => println!("{}", error.message),
//! }
//! # Ok::<(), serde_json::Error>(())
//! ```

pub mod approval;
pub mod audit;
#[cfg(feature = "client")]
pub mod client;
pub mod drops;
pub mod env;
pub mod event;
pub mod files;
pub mod later;
pub mod pairing;
pub mod push;
pub mod receipt;
pub mod request;
pub mod route;
pub mod server;
pub mod status;
pub mod token;
pub mod view;
pub mod workspace;

#[cfg(feature = "openapi")]
mod description;
mod error_body;
mod error_code;
mod list;
mod omit;

#[cfg(feature = "openapi")]
pub use description::openapi;
pub use error_body::ErrorBody;
pub use error_code::ErrorCode;
pub use list::ItemList;
// What is in the log is sent as it stands there, so its type is that of the log.
pub use openwork_model::audit::AuditEntry;
/// What a device may do that was paired.
pub use openwork_model::device_scope::DeviceScope;
/// Characters that cannot be seen: whoever shows a text of other people writes
/// these in escapes.
pub use openwork_model::hidden;
/// What a token allows.
pub use openwork_model::scope::Scope;
pub use openwork_model::time_span::{NoTimeSpan, TimeSpan};
