//! The wire of OpenWork: what a server and its clients agree on.
//!
//! # Map
//!
//! | module | its single job |
//! | --- | --- |
//! | [`ErrorCode`] | why a request failed: all statuses and codes |
//! | [`route`] | the method-and-path table |

pub mod route;

mod error_code;

pub use error_code::ErrorCode;
