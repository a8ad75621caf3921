//! Changes as values, and what is planned, weighed and shown of them: what
//! `openwork-change` has, under one name.

pub use openwork_change::change::*;
pub use openwork_change::{bundle, effect, event, overlay, plan, preview, query, store};
