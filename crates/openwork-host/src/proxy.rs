//! What may be asked of an engine through the server.
//!
//! An engine takes whatever it is sent, and much of that decides what agents
//! can do. So each of its routes has a row in one [table](engine_routes) that
//! says what becomes of a call: passed on, made as a change of the files,
//! asked about, or refused. What has no row is refused. What is said to an agent
//! is passed on, and asked about where it is more than talk.

mod asked;
mod beyond;
mod call;
mod policy;
mod table;

pub use asked::AskedCall;
pub use beyond::BeyondTalk;
pub use call::EngineAsk;
pub use policy::{EngineChange, EngineMatch, EngineRoute, EngineRule, engine_route};
pub use table::engine_routes;
