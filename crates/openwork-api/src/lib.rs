//! The wire of OpenWork: what a server and its clients agree on.
//!
//! # Map
//!
//! | module | its single job |
//! | --- | --- |
//! | [`route`] | the method-and-path table |

pub mod route;
