//! A function that answers what a gate asks.

use openwork_approval::{DecideError, Event, Gate, Reply, Request};

/// Answers every request at a gate, until the gate is shut.
///
/// The function must not block. `None` leaves a request to others who watch
/// the gate, and it may then be seen again. A yes for a while counts only this
/// once where it may not be remembered. If the function panics, nothing more is
/// answered, and silence means no.
///
/// ```
/// use openwork::approval::{Ask, Asker, Gate, GateOptions, Reply};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let gate = Gate::new(GateOptions::default());
/// let small = |request: &openwork::approval::Request<u32>| match request.subject {
///     0..100 => Reply::allow(),
///     _ => Reply::deny(),
/// };
/// let approver = tokio::spawn(openwork::approve_with(gate.clone(), small));
///
/// let ask = Ask {
///     asker: Asker { address: None, client_id: None },
///     scope: "till".to_owned(),
///     kind: "money.spend".to_owned(),
///     covers: String::new(),
///     bytes: 0,
///     rememberable: false,
///     subject: 7_u32,
/// };
/// gate.ask(ask).await?.applied();
///
/// gate.shut_down();
/// approver.await?;
/// # Ok(())
/// # }
/// ```
pub async fn approve_with<T, R>(gate: Gate<T>, mut decide: impl FnMut(&Request<T>) -> R)
where
    R: Into<Option<Reply>>,
{
    while watch_once(&gate, &mut decide).await {}
}

/// Answers until this watch ends: with the gate, or as it fell behind. False
/// if it was the gate.
async fn watch_once<T, R>(gate: &Gate<T>, decide: &mut impl FnMut(&Request<T>) -> R) -> bool
where
    R: Into<Option<Reply>>,
{
    let (pending, mut watch) = gate.watch();
    for request in pending {
        answer(gate, &request, decide(&request).into());
    }
    // A watch is dropped only once it is full, so one that falls behind has
    // something to read; that of a gate that was shut has nothing.
    let mut has_read = false;
    while let Some(event) = watch.next().await {
        has_read = true;
        if let Event::Asked(request) = event {
            answer(gate, &request, decide(&request).into());
        }
    }
    has_read
}

fn answer<T>(gate: &Gate<T>, request: &Request<T>, reply: Option<Reply>) {
    let Some(reply) = reply else { return };
    let once = Reply {
        remember: None,
        ..reply.clone()
    };
    // A request that has ended meanwhile needs no answer.
    if let Err(DecideError::NotRememberable) = gate.decide(request.id, reply) {
        let _ = gate.decide(request.id, once);
    }
}
