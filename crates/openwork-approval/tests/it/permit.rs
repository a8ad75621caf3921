//! What is asked, what is answered, and what comes of it.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use openwork_approval::{
    Answerer, ApprovalMode, Ask, Asker, DecideError, Decision, EndedBy, Gate, GateOptions, Permit,
    Refusal, Reply, RequestId, RequestOutcome, Settlement,
};

use crate::stage::{ask, gate, outcomes, pending, pending_ids, start};

/// Neither cloned nor compared nor printed.
struct Opaque;

const fn sendable<S: Send + Sync + 'static>() {}
const _: () = {
    sendable::<Gate<Opaque>>();
    sendable::<Permit<Opaque>>();
};

#[tokio::test(start_paused = true)]
async fn the_subject_needs_to_be_nothing_but_there() {
    let gate = Gate::new(GateOptions::default());
    let asker = Asker {
        address: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        client_id: None,
    };
    let ask = Ask {
        asker: asker.clone(),
        scope: "s".to_owned(),
        kind: "k".to_owned(),
        covers: String::new(),
        bytes: 0,
        rememberable: false,
        later: None,
        subject: Opaque,
    };
    let asking = tokio::spawn({
        let gate = gate.clone();
        async move { gate.ask(ask).await }
    });
    tokio::task::yield_now().await;
    let requests = gate.pending();
    let [request] = requests.as_slice() else {
        panic!("one request is pending")
    };
    assert_eq!((&request.asker, request.scope.as_str()), (&asker, "s"));
    assert_eq!((request.kind.as_str(), request.rememberable), ("k", false));
    gate.decide(request.id, Reply::allow()).unwrap();
    let permit = asking.await.unwrap().unwrap();
    assert_eq!(permit.request().map(|request| request.id), Some(request.id));
    permit.applied();
}

#[tokio::test(start_paused = true)]
async fn every_settlement_reaches_the_one_who_answered_and_the_history() {
    let settlements = [
        Settlement::Applied,
        Settlement::Conflicted,
        Settlement::Failed("disk full".to_owned()),
    ];
    for expected in settlements {
        let gate = gate();
        let (id, asking) = pending(&gate, ask("a")).await;
        let decided = gate.decide(id, Reply::allow().saying("fine")).unwrap();
        assert_eq!((decided.id, decided.allowed), (id, true));
        assert_eq!(outcomes(&gate), ["allowed"]);
        let permit = asking.await.unwrap().unwrap();
        match expected.clone() {
            Settlement::Applied => permit.applied(),
            Settlement::Conflicted => permit.conflicted(),
            Settlement::Failed(error) => permit.failed(error),
        }
        assert_eq!(
            decided.settled(Duration::ZERO).await,
            Some(expected.clone())
        );
        let history = gate.history(10);
        let [ended] = history.as_slice() else {
            panic!("one request ended")
        };
        assert_eq!(ended.outcome, RequestOutcome::from(expected));
        assert_eq!(ended.by, EndedBy::Host(Answerer::default()));
        assert_eq!(ended.message.as_deref(), Some("fine"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_result_settles_what_was_allowed() {
    let failed = || Err::<u8, String>("disk full".to_owned());
    for (result, expected) in [(Ok(7), "applied"), (failed(), "failed")] {
        let gate = gate();
        let mut permits = Vec::new();
        for _ in 0..2 {
            let (id, asking) = pending(&gate, ask("a")).await;
            assert!(gate.decide(id, Reply::allow()).unwrap().allowed);
            permits.push(asking.await.unwrap().unwrap());
        }
        permits.remove(0).settle(&result);
        permits.remove(0).settle(result);
        assert_eq!(outcomes(&gate), [expected, expected]);
    }
    assert_eq!(
        Settlement::from(failed()),
        Settlement::Failed("disk full".to_owned())
    );
}

#[tokio::test(start_paused = true)]
async fn a_permit_dropped_without_a_word_has_failed() {
    let gate = gate();
    let (id, asking) = pending(&gate, ask("a")).await;
    let decided = gate.decide(id, Reply::allow()).unwrap();
    drop(asking.await.unwrap().unwrap());
    let failed = Settlement::Failed("it was given up before it was finished".to_owned());
    assert_eq!(decided.settled(Duration::ZERO).await, Some(failed));
    assert_eq!(outcomes(&gate), ["failed"]);
}

#[tokio::test(start_paused = true)]
async fn a_settlement_is_waited_for_no_longer_than_asked() {
    let gate = gate();
    let (id, asking) = pending(&gate, ask("a")).await;
    let decided = gate.decide(id, Reply::allow()).unwrap();
    let permit = asking.await.unwrap().unwrap();
    let start = tokio::time::Instant::now();
    assert_eq!(decided.settled(Duration::from_secs(2)).await, None);
    assert_eq!(start.elapsed(), Duration::from_secs(2));
    permit.applied();
    assert_eq!(outcomes(&gate), ["applied"]);
}

#[tokio::test(start_paused = true)]
async fn a_no_tells_why_and_settles_nothing() {
    let gate = gate();
    let (id, asking) = pending(&gate, ask("a")).await;
    let decided = gate.decide(id, Reply::deny("not today")).unwrap();
    assert!(!decided.allowed);
    assert_eq!(decided.settled(Duration::from_secs(2)).await, None);
    let message = Some("not today".to_owned());
    assert_eq!(
        asking.await.unwrap().unwrap_err(),
        Refusal::Denied {
            request: id,
            message
        }
    );
    assert_eq!(outcomes(&gate), ["denied"]);
}

#[tokio::test(start_paused = true)]
async fn only_the_first_answer_counts() {
    let gate = gate();
    let (id, asking) = pending(&gate, ask("a")).await;
    gate.decide(id, Reply::from(Decision::Deny)).unwrap();
    assert_eq!(
        gate.decide(id, Reply::allow()).unwrap_err(),
        DecideError::Unknown
    );
    assert_eq!(
        gate.decide(RequestId::random(), Reply::allow())
            .unwrap_err(),
        DecideError::Unknown
    );
    asking.await.unwrap().unwrap_err();
    assert_eq!(outcomes(&gate), ["denied"]);
}

#[tokio::test(start_paused = true)]
async fn requests_are_listed_oldest_first_and_answered_in_any_order() {
    let gate = gate();
    let (first, asking_first) = pending(&gate, ask("a")).await;
    let (second, asking_second) = pending(&gate, ask("b")).await;
    let (third, asking_third) = pending(&gate, ask("a")).await;
    assert_eq!(pending_ids(&gate), [first, second, third]);
    gate.decide(second, Reply::allow()).unwrap();
    assert_eq!(pending_ids(&gate), [first, third]);
    assert_eq!(gate.get(second), None);
    assert_eq!(gate.get(third).map(|request| request.id), Some(third));
    gate.decide(third, Reply::from(Decision::Deny)).unwrap();
    gate.decide(first, Reply::allow()).unwrap();
    asking_first.await.unwrap().unwrap().applied();
    asking_second.await.unwrap().unwrap().applied();
    asking_third.await.unwrap().unwrap_err();
    assert_eq!(outcomes(&gate), ["applied", "denied", "applied"]);
}

#[tokio::test(start_paused = true)]
async fn whoever_goes_away_withdraws() {
    let gate = gate();
    let (id, asking) = pending(&gate, ask("a")).await;
    asking.abort();
    asking.await.unwrap_err();
    assert_eq!(pending_ids(&gate), []);
    assert_eq!(
        gate.decide(id, Reply::allow()).unwrap_err(),
        DecideError::Unknown
    );
    let history = gate.history(10);
    let [ended] = history.as_slice() else {
        panic!("one request ended")
    };
    assert_eq!(
        (&ended.outcome, ended.by),
        (&RequestOutcome::Withdrawn, EndedBy::Client)
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_before_the_future_runs() {
    let gate = gate();
    drop(gate.ask(ask("a")));
    assert_eq!(pending_ids(&gate), []);
    assert_eq!(outcomes(&gate), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn in_automatic_mode_nobody_is_asked_and_nothing_listed() {
    let gate = Gate::new(GateOptions {
        mode: ApprovalMode::Auto,
        max_pending: 0,
        ..GateOptions::default()
    });
    let (_, mut watch) = gate.watch();
    let permit = start(&gate, ask("a")).await.unwrap().unwrap();
    assert!(permit.request().is_none());
    permit.applied();
    assert_eq!(gate.pending(), []);
    assert_eq!(gate.history(10), []);
    assert_eq!(crate::stage::told(&mut watch).await, []);
    assert_eq!(gate.options().mode, ApprovalMode::Auto);
}

#[test]
fn a_request_id_reads_back_and_is_a_plain_text_elsewhere() {
    let id = RequestId::random();
    assert_eq!(id.to_string().parse(), Ok(id));
    assert_eq!(id.to_string().len(), 36);
    assert!("nonsense".parse::<RequestId>().is_err());
    assert_eq!(RequestId::from(uuid::Uuid::from(id)), id);
}
