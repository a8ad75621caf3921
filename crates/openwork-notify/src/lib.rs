//! Tells people elsewhere what waits for their answer, and reads what they answer.
//!
//! Whoever has something to tell makes a [`Notice`] and puts it into an
//! [`Outbox`], which never makes anybody wait. What takes it from there (feature
//! `deliver`) may hang and fail without anybody noticing but the log.
//!
//! An answer that goes with a notice is signed by an [`AnswerDesk`] and counts
//! once, for what was shown and nothing else.
//!
//! # Map
//!
//! | module | its single job |
//! | --- | --- |
//! | `notice` | what is told, and its form in JSON |
//! | `ntfy` | the same as a message for ntfy |
//! | `answer` | answers that are signed, and count once |
//! | `budget` | how many notices there may be in a while |
//! | `outbox` | what waits to be delivered |
//! | `courier` | delivering it: several at once, with a deadline (feature `deliver`) |
//! | `command` | a program that is run for each notice (feature `deliver`) |
//! | `post` | a URL that each notice is sent to (feature `deliver`) |
//! | `push` | Web Push: keys, subscriptions, encryption, sending (feature `push`) |
//! | `web` | the client of the last two |
//!
//! # Example
//!
//! ```
//! use openwork_notify::{AnswerDesk, AnswerFault, AnswerVerdict};
//! use uuid::Uuid;
//!
//! let desk = AnswerDesk::new()?;
//! let (request, shown) = (Uuid::from_u128(7), [1; 32]);
//! let answer = desk.sign(AnswerVerdict::Allow, request, shown);
//!
//! let claim = desk.read(answer.expose())?;
//! assert_eq!((claim.request(), claim.digest()), (request, &shown));
//! desk.use_up(&claim)?;
//! assert_eq!(desk.read(answer.expose()), Err(AnswerFault::Used));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod budget;
#[cfg(feature = "deliver")]
mod command;
#[cfg(feature = "deliver")]
mod courier;
mod notice;
#[cfg(any(feature = "deliver", test))]
mod ntfy;
mod outbox;
#[cfg(feature = "deliver")]
mod post;
#[cfg(feature = "push")]
mod push;
#[cfg(feature = "deliver")]
mod web;

pub use answer::{AnswerClaim, AnswerDesk, AnswerFault, AnswerVerdict, NoRandomness, SignedAnswer};
pub use budget::{BudgetVerdict, NoticeBudget};
#[cfg(feature = "deliver")]
pub use command::HookCommand;
#[cfg(feature = "deliver")]
pub use courier::{Delivery, DeliveryError, DeliveryOptions, deliver_all};
pub use notice::{AnswerButtons, Notice, NoticeKind, NoticeLevel};
pub use outbox::Outbox;
#[cfg(feature = "deliver")]
pub use post::{HookUrl, HookUrlError, NoticeFormat};
#[cfg(feature = "push")]
pub use push::{
    BadPushKey, BadSubscription, PushKeys, PushOutcome, PushSender, PushServices, PushSubscription,
};
