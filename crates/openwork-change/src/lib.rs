//! A change as a value.

pub mod bundle;
pub mod change;
pub mod effect;
pub mod event;
pub mod overlay;
pub mod plan;
pub mod preview;
pub mod query;
pub mod store;
