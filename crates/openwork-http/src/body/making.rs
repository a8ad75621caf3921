//! From a body's text to what it asks for, one large one at a time.

use std::sync::Arc;

use openwork_change::change::Fields;
use openwork_host::{LostWork, WorkThreads};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::budget::{BodyBudget, BudgetShare};
use super::reading::BodyText;
use super::shape::BodyShape;
use super::{BodyBounds, BodyError};

/// How deeply the lists and objects of a body may be nested. What is stored of
/// it is bounded more tightly by its own rules.
pub(super) const DEPTH: usize = 96;

/// Texts up to this size are read where they are: a hop to another thread
/// would take longer.
const INLINE: usize = 64 << 10;

/// So little memory is not worth counting.
const FREE: usize = 64 << 10;

/// Where values are made of texts.
#[derive(Debug)]
pub(crate) struct BodyMaker {
    memory: BodyBudget,
    turn: Arc<Semaphore>,
    threads: WorkThreads,
}

/// What was made of a body, and the memory that it is held under.
#[derive(Debug)]
pub(crate) struct MadeBody<T> {
    pub(crate) value: T,
    pub(crate) held: Option<BudgetShare>,
}

impl BodyMaker {
    /// All values together may take so many bytes, by estimate.
    pub(crate) fn new(bytes: usize, threads: WorkThreads) -> Self {
        Self {
            memory: BodyBudget::new(bytes),
            turn: Arc::new(Semaphore::new(1)),
            threads,
        }
    }

    /// Makes something of a body that has to be an object.
    pub(super) async fn make<T: Send + 'static>(
        &self,
        text: BodyText,
        bounds: BodyBounds<'_>,
        end: Instant,
        make: impl FnOnce(Fields) -> T + Send + 'static,
    ) -> Result<MadeBody<T>, BodyError> {
        let (text, held) = self.weighed(text, bounds, end).await?;
        let wanted = self.run(text.bytes.len() > INLINE, move || {
            let fields = parse(&text.bytes)?;
            drop(text);
            let value = make(fields);
            Ok(MadeBody { value, held })
        });
        wanted.await
    }

    /// Looks at a body that has to be an object and is passed on as it came.
    pub(super) async fn look<T: Send + 'static>(
        &self,
        text: BodyText,
        bounds: BodyBounds<'_>,
        end: Instant,
        look: impl FnOnce(Fields) -> T + Send + 'static,
    ) -> Result<(T, BodyText), BodyError> {
        let (text, held) = self.weighed(text, bounds, end).await?;
        let seen = self.run(text.bytes.len() > INLINE, move || {
            let value = look(parse(&text.bytes)?);
            drop(held);
            Ok((value, text))
        });
        seen.await
    }

    /// Waits for the memory that the values of a text will take. Before it is parsed: a
    /// short text can hold so many values that making them is the attack.
    async fn weighed(
        &self,
        text: BodyText,
        bounds: BodyBounds<'_>,
        end: Instant,
    ) -> Result<(BodyText, Option<BudgetShare>), BodyError> {
        let looked = self.run(text.bytes.len() > INLINE, move || {
            let shape = BodyShape::of(&text.bytes);
            Ok((text, shape))
        });
        let (text, shape) = looked.await?;
        check(shape, bounds)?;
        let memory = shape.memory();
        let held = if memory > FREE {
            Some(self.memory.share(memory, end).await?)
        } else {
            None
        };
        Ok((text, held))
    }

    /// Runs work here if it is small.
    async fn run<T: Send + 'static>(
        &self,
        is_large: bool,
        work: impl FnOnce() -> Result<T, BodyError> + Send + 'static,
    ) -> Result<T, BodyError> {
        // The server has one async thread, and parsing some megabytes would keep
        // everybody else from it.
        if is_large {
            self.elsewhere(work).await
        } else {
            work()
        }
    }

    /// Runs work on another thread.
    async fn elsewhere<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, BodyError> + Send + 'static,
    ) -> Result<T, BodyError> {
        // One large body at a time: what is made of a text takes many times its
        // size for a moment.
        let turn = Arc::clone(&self.turn).acquire_owned().await;
        let turn = turn.map_err(|_| BodyError::NoRoom)?;
        let done = self.threads.run(move || {
            let _turn = turn;
            work()
        });
        match done.await {
            Ok(done) => done,
            // On to the service, which answers a panic like any other fault.
            Err(LostWork::Panicked(reason)) => std::panic::resume_unwind(reason),
            Err(LostWork::CutShort) => Err(BodyError::CutShort),
        }
    }
}

fn check(shape: BodyShape, bounds: BodyBounds<'_>) -> Result<(), BodyError> {
    if shape.depth > DEPTH {
        return Err(BodyError::TooDeep);
    }
    if shape.values > bounds.values {
        let limit = bounds.values;
        return Err(BodyError::TooManyValues { limit });
    }
    Ok(())
}

fn parse(text: &[u8]) -> Result<Fields, BodyError> {
    match serde_json::from_slice(text) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(BodyError::NotAnObject),
        Err(_) => Err(BodyError::NotJson),
    }
}
