//! What is wrong with a server's settings and workspaces, and how to mend it.
//!
//! A program gathers [`DoctorFacts`]; [`examine`] asks every check of one table
//! about them and gives a [`Diagnosis`]. Nothing here reads a disk, a clock or
//! a network: the files of a workspace are seen through the model's port, so a
//! check says what the model says of what the engine reads.
//!
//! | module | what it is |
//! | --- | --- |
//! | `facts` | what is known before the checks begin |
//! | `check` | the table of checks, and a file for each |
//! | `finding` | one thing that is wrong: what, where, why, how to mend it |
//! | `diagnosis` | all of it, for people and for programs |
//! | `line` | on which line of a file something stands |
//! | `text` | the texts of files that a finding may be about |
//!
//! ```
//! use openwork_doctor::{DoctorFacts, FindingLevel, examine};
//!
//! let diagnosis = examine(&DoctorFacts::default());
//! // Nothing is served, which is worth a word and no mistake.
//! assert_eq!(diagnosis.count(FindingLevel::Error), 0);
//! assert_eq!(diagnosis.count(FindingLevel::Warning), 1);
//! ```

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod check;
mod diagnosis;
mod facts;
mod finding;
mod line;
mod text;

pub use check::{examine, examine_quickly};
pub use diagnosis::{CheckedMatter, Diagnosis};
pub use facts::{
    DiskRoom, DoctorFacts, EngineAnswer, EngineFacts, ExposureFacts, OddSetting, OverriddenSetting,
    PortFacts, PortState, SecretFile, SettingsFacts, SettingsProblem, WorkspaceFacts,
    WorkspaceState,
};
pub use finding::{DoctorFinding, FindingLevel, FindingPlace};
