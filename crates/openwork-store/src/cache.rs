//! Answers that are still true: one cache, one rule.
//!
//! An answer is kept with its validators: the state of every file and directory
//! that was read for it. It is given again only after each of them was checked
//! and found unchanged.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use openwork_change::query::Query;
use openwork_change::store::VersionedView;

use self::validators::Validators;
use crate::fs::disk::Disk;

pub(crate) mod recorder;
pub(crate) mod validators;

/// How many answers are kept. There are fewer different queries today.
const ANSWERS: usize = 32;

/// The answers of one workspace.
#[derive(Debug, Default)]
pub(crate) struct AnswerCache(Mutex<HashMap<Query, KnownAnswers>>);

#[derive(Debug, Clone)]
struct KnownAnswers {
    answer: Arc<VersionedView>,
    validators: Arc<Validators>,
}

impl AnswerCache {
    /// An answer that is still true. Where more than `most` places would have
    /// to be looked at to know that, there is none.
    pub(crate) fn get(
        &self,
        query: &Query,
        disk: &dyn Disk,
        most: usize,
    ) -> Option<Arc<VersionedView>> {
        // Looking at files must not keep others from the cache.
        let known = self.known().get(query).cloned()?;
        (known.validators.len() <= most && known.validators.holds(disk)).then_some(known.answer)
    }

    /// Keeps an answer, if it can be checked later; forgets the one before.
    pub(crate) fn put(
        &self,
        query: &Query,
        answer: &Arc<VersionedView>,
        validators: Option<Validators>,
    ) {
        // Such as an odd number of audit entries: each client could bring its
        // own and push out what everybody asks for.
        if query.is_one_of_many() {
            return;
        }
        // An answer that equals the one before gets a new version all the same:
        // JSON objects are equal in any order of their keys, and the order shows.
        let mut known = self.known();
        match validators {
            Some(validators) if known.len() < ANSWERS || known.contains_key(query) => {
                let kept = KnownAnswers {
                    answer: Arc::clone(answer),
                    validators: Arc::new(validators),
                };
                known.insert(query.clone(), kept);
            }
            Some(_) | None => drop(known.remove(query)),
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<Query, KnownAnswers>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
