//! The wire of OpenWork: what a server and its clients agree on.
//!
//! # Map
//!
//! | module | its single job |
//! | --- | --- |
//! | [`route`] | the method-and-path table |
//! | [`ErrorCode`], [`ErrorBody`] | why a request failed: all statuses and codes |
//! | [`server`], [`workspace`] | what a server says of itself, and what it serves |
//! | [`view`], [`event`] | what is read of a workspace, and what is told of it |
//! | [`request`], [`receipt`] | what is sent to change one, and what is answered |
//! | [`approval`] | what waits for the host, and the host's answer |

pub mod approval;
pub mod event;
pub mod receipt;
pub mod request;
pub mod route;
pub mod server;
pub mod view;
pub mod workspace;

mod error_body;
mod error_code;
mod list;
mod omit;

pub use error_body::ErrorBody;
pub use error_code::ErrorCode;
pub use list::ItemList;
