//! The engine through the server: how calls are put, and what comes back.
//!
//! Which calls there are and what becomes of each is not decided here but by
//! the table of [`openwork_host::engine_routes`].

mod answer;
mod client;
mod commands;
mod events;
mod head;
mod kept;
mod masking;
mod pieces;
mod sessions;
mod tally;
mod target;
mod versions;

pub(crate) use answer::{forwarded, is_event_stream, passed_on, read_json};
pub(crate) use client::{EngineClient, EngineFault, SentBody, sent};
pub(crate) use commands::{
    CommandAdmission, CommandState, CommandTicket, SentCommand, SentCommands,
};
pub(crate) use events::OwnEvents;
pub(crate) use head::{engine_headers, engine_query, own_call};
pub(crate) use kept::kept_contents;
pub(crate) use masking::masked;
pub(crate) use pieces::{EventPieces, event_data};
pub(crate) use sessions::KnownSessions;
pub(crate) use tally::EngineCounts;
pub(crate) use target::EngineTarget;
pub(crate) use versions::EngineVersions;
