//! Asks a person once, in time, before anything happens.
//!
//! A program that wants to do something on somebody's behalf describes it and
//! calls [`Gate::ask`]. A person sees it in [`Gate::pending`] or through
//! [`Gate::watch`] and answers with [`Gate::decide`]. What comes back is a
//! [`Permit`] for one thing, once, or a [`Refusal`] that says why not. The
//! subject is the program's own type; nothing here looks at it.
//!
//! Silence means no: a request that nobody answers expires, one whose asker
//! goes away is withdrawn, and when the gate is shut all that wait are aborted.
//!
//! # Promises
//!
//! - A request ends in exactly one way, and never changes again; [`ledger`]
//!   shows all of them. Of two answers one counts, the other learns that it
//!   came too late.
//! - Deadlines run on a clock that never jumps. The wall clock dates records.
//! - An answer at or after the deadline is late, whoever noticed it first.
//! - A permit settles: it is applied, conflicted or failed, and dropping it
//!   counts as failed.
//! - No asker can keep another from asking: each has caps of its own, and no
//!   more than half of the bytes that all may hold.
//! - What has ended is kept as a [summary](GateBuilder::summary), where there is one.
//! - Who does not wait for an answer is [asked for longer](AnswerLater), and leaves room.
//! - What is allowed is what the person saw last, also where that is [not quite what
//!   was asked](Gate::decide_on).
//! - Nobody is waited for: a watcher that cannot keep up, by events or by bytes,
//!   is dropped and starts again from what is pending.
//!
//! # Map
//!
//! | module | its single job |
//! | --- | --- |
//! | `ask` | what somebody wants, and who it is |
//! | `request` | what was asked, named and dated |
//! | `reply` | what a person answers |
//! | `refusal` | why something may not happen, or an answer does not count |
//! | `outcome` | how requests end |
//! | [`ledger`] | all states and arrows: pure, without clock or runtime |
//! | `gate` | the ledger at which one can wait: lock, deadline, withdraw-on-drop |
//! | `permit` | permission to do one thing once, and what came of it |
//! | `rules` | answers given beforehand, for 5, 10 or 60 minutes |
//! | `history` | the requests that ended last |
//! | `events` | what watchers see |
//! | `clock` | the clock that decides and the clock that people read |
//! | `options` | timeouts, mode and the most that may wait |
//! | `caps` | how much may wait |
//! | `pending` | the requests that wait |
//! | `patience` | how long each waits |
//!
//! # Lean
//!
//! Of tokio only `sync` and `time` are needed. The features `clock` and `random`,
//! on by default, bring the wall clock and random ids; without them a
//! [`GateBuilder`] is given its own, and the crate builds for
//! `wasm32-unknown-unknown`.
//!
//! # Example
//!
//! ```
//! use std::time::Duration;
//! use openwork_approval::{Ask, Event, Gate, GateOptions, Reply, Settlement};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let gate = Gate::new(GateOptions::default());
//!
//! // Somebody watches and says yes to whatever is asked.
//! let (_, mut watch) = gate.watch();
//! let host = gate.clone();
//! let answer = tokio::spawn(async move {
//!     let Ok(Event::Asked(request)) = watch.next().await else { return None };
//!     assert_eq!(request.subject, "delete 3 files");
//!     let decided = host.decide(request.id, Reply::allow()).ok()?;
//!     decided.settled(Duration::from_secs(2)).await
//! });
//!
//! // Somebody else asks first and acts only then.
//! let ask = Ask::new("photos", "files.delete", "delete 3 files").by("phone");
//! let permit = gate.ask(ask).await?;
//! // Here the files are deleted.
//! permit.applied();
//!
//! assert_eq!(answer.await?, Some(Settlement::Applied));
//! # Ok(())
//! # }
//! ```

mod ask;
mod clock;
mod events;
mod gate;
mod history;
pub mod ledger;
mod options;
mod outcome;
mod permit;
mod refusal;
mod reply;
mod request;
mod rules;

mod caps;
mod patience;
mod pending;

pub use ask::{AnswerLater, Ask, Asker};
#[cfg(feature = "clock")]
pub use clock::SystemWallClock;
pub use clock::{Moment, WallClock};
pub use events::{Event, Watch, WatchEnd};
pub use gate::{Attendance, Gate, GateBuilder};
pub use history::{EndedCounts, HISTORY};
pub use options::{ApprovalMode, GateOptions};
pub use outcome::{EndedBy, EndedRequest, RequestOutcome, Settlement};
pub use permit::{DecidedRequest, GrantedBy, Permit};
pub use refusal::{DecideError, Refusal};
pub use reply::{AnswerMeans, Answerer, Decision, Remember, Reply};
#[cfg(feature = "random")]
pub use request::RandomRequestIds;
pub use request::{Request, RequestId, RequestIds};
pub use rules::{Rule, RuleId};
