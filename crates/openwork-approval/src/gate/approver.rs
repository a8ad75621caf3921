//! A function that answers what a gate asks.

use super::Gate;
use crate::events::{Event, WatchEnd};
use crate::refusal::DecideError;
use crate::reply::Reply;
use crate::request::Request;

impl<T> Gate<T> {
    /// Answers every request with a function, until the gate is shut.
    ///
    /// The function must not block. `None` leaves a request to others who watch
    /// the gate, and it may then be seen again. A yes for a while counts only
    /// this once where it may not be remembered. If the function panics, nothing
    /// more is answered, and silence means no.
    ///
    /// ```
    /// use openwork_approval::{Ask, Gate, Reply, Request};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let gate = Gate::builder().build();
    /// let small = |request: &Request<u32>| match request.subject {
    ///     0..100 => Reply::allow(),
    ///     _ => Reply::deny("that is too much"),
    /// };
    /// let approver = tokio::spawn(gate.clone().approve_with(small));
    ///
    /// gate.ask(Ask::new("till", "money.spend", 7_u32)).await?.applied();
    ///
    /// gate.shut_down();
    /// approver.await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn approve_with<R>(self, mut decide: impl FnMut(&Request<T>) -> R)
    where
        R: Into<Option<Reply>>,
    {
        // A watch that fell behind is begun again from what is pending, so a
        // slow function misses no request.
        while self.answer_until_lagged(&mut decide).await {}
    }

    /// Answers until this watch ends: true if it fell behind, false if the gate
    /// was shut.
    async fn answer_until_lagged<R>(&self, decide: &mut impl FnMut(&Request<T>) -> R) -> bool
    where
        R: Into<Option<Reply>>,
    {
        let (pending, mut watch) = self.watch();
        for request in pending {
            self.answer(&request, decide(&request).into());
        }
        loop {
            match watch.next().await {
                Ok(Event::Asked(request)) => self.answer(&request, decide(&request).into()),
                Ok(_) => {}
                Err(end) => return matches!(end, WatchEnd::Lagged { .. }),
            }
        }
    }

    fn answer(&self, request: &Request<T>, reply: Option<Reply>) {
        let Some(reply) = reply else { return };
        let once = Reply {
            remember: None,
            ..reply.clone()
        };
        // A request that has ended meanwhile needs no answer.
        if let Err(DecideError::NotRememberable) = self.decide(request.id, reply) {
            let _ = self.decide(request.id, once);
        }
    }
}
