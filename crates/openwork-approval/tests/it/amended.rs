//! A yes to something that is not quite what was asked.

use openwork_approval::{Answerer, DecideError, Decision, EndedBy, Event, Remember, Reply};

use crate::stage::{ask, gate, outcomes, pending, told};

#[tokio::test(start_paused = true)]
async fn whoever_asked_may_do_what_was_allowed_and_no_other() {
    let gate = gate();
    let (id, asking) = pending(&gate, ask("a")).await;
    let (_, mut watch) = gate.watch();
    let decided = gate.decide_on(id, Reply::allow(), "half of it").unwrap();
    assert!(decided.allowed);
    let permit = asking.await.unwrap().unwrap();
    let request = permit.request().unwrap();
    assert_eq!((request.id, request.subject), (id, "half of it"));
    permit.applied();
    let events = told(&mut watch).await;
    let [
        Event::Replied {
            allowed: true,
            by: EndedBy::Host(by),
            amended: Some(amended),
            ..
        },
        Event::Applied { .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!((*by, amended.subject), (Answerer::default(), "half of it"));
    let history = gate.history(1);
    assert_eq!(history[0].request.subject, "half of it");
    assert_eq!(outcomes(&gate), ["applied"]);
}

#[tokio::test(start_paused = true)]
async fn it_is_not_remembered() {
    let gate = gate();
    let (id, _asking) = pending(&gate, ask("a")).await;
    let remembered = Reply::allow_for(Remember::FIVE_MINUTES);
    let refused = gate.decide_on(id, remembered, "half of it").unwrap_err();
    assert_eq!(refused, DecideError::NotRememberable);
    assert_eq!(gate.get(id).unwrap().subject, "a subject");
}

#[tokio::test(start_paused = true)]
async fn a_no_is_to_what_was_asked() {
    let gate = gate();
    let (id, asking) = pending(&gate, ask("a")).await;
    let denied = gate.decide_on(id, Decision::Deny.into(), "half of it");
    assert!(!denied.unwrap().allowed);
    assert!(asking.await.unwrap().is_err());
    assert_eq!(gate.history(1)[0].request.subject, "a subject");
}
