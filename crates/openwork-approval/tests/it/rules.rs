//! Timed allowances.

use std::time::Duration;

use openwork_approval::{
    Ask, DecideError, Decision, EndedBy, Event, Gate, GateOptions, Remember, Reply, RequestOutcome,
    Rule, RuleId,
};
use tokio::time::advance;

use crate::stage::{Wall, ask, asker, gate, outcomes, pending, pending_ids, told};

/// A gate at which "a" may write in the workspace for ten minutes.
async fn gate_with_rule() -> (Gate<&'static str>, RuleId) {
    let gate = gate();
    let (id, asking) = pending(&gate, ask("a")).await;
    gate.decide(id, Reply::allow_for(Remember::TEN_MINUTES))
        .unwrap();
    asking.await.unwrap().unwrap().applied();
    (gate, id.into())
}

fn uses(gate: &Gate<&'static str>) -> Vec<u64> {
    gate.rules().iter().map(|rule| rule.uses).collect()
}

/// Whether a person is asked about it. The request is withdrawn.
async fn is_asked(gate: &Gate<&'static str>, ask: Ask<&'static str>) -> bool {
    match tokio::time::timeout(Duration::from_millis(1), gate.ask(ask)).await {
        Err(_) => true,
        Ok(permit) => {
            permit.unwrap().applied();
            false
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_rule_covers_is_allowed_at_once_and_recorded() {
    let (gate, rule) = gate_with_rule().await;
    let (_, mut watch) = gate.watch();
    let permit = gate.ask(ask("a")).await.unwrap();
    assert_eq!(pending_ids(&gate), []);
    let id = permit.request().unwrap().id;
    permit.applied();

    let by = EndedBy::Rule(rule);
    let replied = Event::Replied {
        id,
        allowed: true,
        message: None,
        by,
        amended: None,
    };
    assert_eq!(told(&mut watch).await, [replied, Event::Applied { id }]);
    let history = gate.history(1);
    let [ended] = history.as_slice() else {
        panic!("a request ended")
    };
    assert_eq!(
        (ended.request.id, &ended.outcome, ended.by),
        (id, &RequestOutcome::Applied, by)
    );
    assert_eq!(uses(&gate), [1]);
}

#[tokio::test(start_paused = true)]
async fn a_rule_is_listed_with_what_it_covers() {
    let wall = Wall::at(1_000_000);
    let gate = Gate::builder().clock(wall).build();
    let (id, asking) = pending(&gate, ask("a")).await;
    gate.decide(id, Reply::allow_for(Remember::FIVE_MINUTES))
        .unwrap();
    asking.await.unwrap().unwrap().applied();
    let expected = Rule {
        id: id.into(),
        asker: asker("a"),
        scope: "workspace".to_owned(),
        kind: "write".to_owned(),
        covers: String::new(),
        remember: Remember::FIVE_MINUTES,
        created_at: 1_000_000,
        expires_at: 1_300_000,
        uses: 0,
    };
    assert_eq!(gate.rules(), [expected]);
    assert_eq!(RuleId::from(id).to_string().parse(), Ok(RuleId::from(id)));
}

#[tokio::test(start_paused = true)]
async fn a_rule_reaches_no_other_asker_kind_or_scope() {
    let (gate, _) = gate_with_rule().await;
    assert!(is_asked(&gate, ask("b")).await);
    assert!(
        is_asked(
            &gate,
            Ask {
                kind: "delete".to_owned(),
                ..ask("a")
            }
        )
        .await
    );
    assert!(
        is_asked(
            &gate,
            Ask {
                scope: "elsewhere".to_owned(),
                ..ask("a")
            }
        )
        .await
    );
    assert_eq!(uses(&gate), [0]);
    assert!(!is_asked(&gate, ask("a")).await);
    assert_eq!(uses(&gate), [1]);
}

/// What would cover one host.
fn to_host(host: &str) -> Ask<&'static str> {
    Ask {
        covers: format!("mcp notes {host}"),
        ..ask("a")
    }
}

#[tokio::test(start_paused = true)]
async fn a_rule_covers_only_what_it_was_given_for() {
    let gate = gate();
    let (id, asking) = pending(&gate, to_host("good.test")).await;
    gate.decide(id, Reply::allow_for(Remember::AN_HOUR))
        .unwrap();
    asking.await.unwrap().unwrap().applied();
    assert_eq!(gate.rules()[0].covers, "mcp notes good.test");
    assert!(is_asked(&gate, to_host("evil.test")).await);
    assert!(is_asked(&gate, to_host("good.test.evil.test")).await);
    assert!(is_asked(&gate, ask("a")).await);
    let every_time = Ask {
        rememberable: false,
        ..to_host("good.test")
    };
    assert!(is_asked(&gate, every_time).await);
    assert_eq!(uses(&gate), [0]);
    assert!(!is_asked(&gate, to_host("good.test")).await);
}

#[tokio::test(start_paused = true)]
async fn rules_for_different_things_stand_beside_each_other() {
    let gate = gate();
    let mut ids = Vec::new();
    for host in ["one.test", "two.test"] {
        let (id, asking) = pending(&gate, to_host(host)).await;
        gate.decide(id, Reply::allow_for(Remember::AN_HOUR))
            .unwrap();
        asking.await.unwrap().unwrap().applied();
        ids.push(id);
    }
    let left = || -> Vec<_> { gate.rules().iter().map(|rule| rule.id).collect() };
    assert_eq!(left(), [ids[0].into(), ids[1].into()]);
    // A deny takes back the rule for the same thing, and no other.
    let every_time = Ask {
        rememberable: false,
        ..to_host("one.test")
    };
    let (id, asking) = pending(&gate, every_time).await;
    gate.decide(id, Reply::from(Decision::Deny)).unwrap();
    asking.await.unwrap().unwrap_err();
    assert_eq!(left(), [ids[1].into()]);
}

#[tokio::test(start_paused = true)]
async fn what_must_be_asked_every_time_is_asked_despite_a_rule() {
    let (gate, _) = gate_with_rule().await;
    assert!(
        is_asked(
            &gate,
            Ask {
                rememberable: false,
                ..ask("a")
            }
        )
        .await
    );
    assert_eq!(uses(&gate), [0]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_remembered_leaves_the_request_waiting() {
    let gate = gate();
    let (every_time, _asking) = pending(
        &gate,
        Ask {
            rememberable: false,
            ..ask("a")
        },
    )
    .await;
    let (once, _asking_too) = pending(&gate, ask("a")).await;
    let allow = Reply::allow_for(Remember::TEN_MINUTES);
    let deny = Reply {
        remember: Some(Remember::TEN_MINUTES),
        ..Reply::from(Decision::Deny)
    };
    assert_eq!(
        gate.decide(every_time, allow).unwrap_err(),
        DecideError::NotRememberable
    );
    assert_eq!(
        gate.decide(once, deny).unwrap_err(),
        DecideError::NotRememberable
    );
    assert_eq!(pending_ids(&gate), [every_time, once]);
    assert_eq!(gate.rules(), []);
}

#[tokio::test(start_paused = true)]
async fn a_rule_ends_after_its_minutes_to_the_millisecond() {
    for remember in [
        Remember::FIVE_MINUTES,
        Remember::TEN_MINUTES,
        Remember::AN_HOUR,
    ] {
        let gate = gate();
        let (id, asking) = pending(&gate, ask("a")).await;
        gate.decide(id, Reply::allow_for(remember)).unwrap();
        asking.await.unwrap().unwrap().applied();
        advance(remember.duration().saturating_sub(Duration::from_millis(1))).await;
        assert!(!is_asked(&gate, ask("a")).await);
        let (_, mut watch) = gate.watch();
        advance(Duration::from_millis(1)).await;
        assert_eq!(gate.rules(), []);
        assert_eq!(told(&mut watch).await, [Event::RulesChanged]);
        assert!(is_asked(&gate, ask("a")).await);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_jumps_lengthens_no_rule() {
    let wall = Wall::at(u64::MAX / 2);
    let gate = Gate::builder().clock(wall.clone()).build();
    let (id, asking) = pending(&gate, ask("a")).await;
    gate.decide(id, Reply::allow_for(Remember::FIVE_MINUTES))
        .unwrap();
    asking.await.unwrap().unwrap().applied();
    wall.set(u64::MAX);
    assert!(!is_asked(&gate, ask("a")).await);
    wall.set(0);
    advance(Duration::from_secs(300)).await;
    assert!(is_asked(&gate, ask("a")).await);
}

#[tokio::test(start_paused = true)]
async fn a_rule_can_be_taken_back_once() {
    let (gate, rule) = gate_with_rule().await;
    let (_, mut watch) = gate.watch();
    assert!(gate.revoke(rule));
    assert!(!gate.revoke(rule));
    assert_eq!(told(&mut watch).await, [Event::RulesChanged]);
    assert!(is_asked(&gate, ask("a")).await);
}

#[tokio::test(start_paused = true)]
async fn a_newer_answer_takes_the_place_of_an_older_rule() {
    let gate = gate();
    let (first, asking_first) = pending(&gate, ask("a")).await;
    let (second, asking_second) = pending(&gate, ask("a")).await;
    gate.decide(first, Reply::allow_for(Remember::AN_HOUR))
        .unwrap();
    gate.decide(second, Reply::allow_for(Remember::FIVE_MINUTES))
        .unwrap();
    asking_first.await.unwrap().unwrap().applied();
    asking_second.await.unwrap().unwrap().applied();
    let rules: Vec<_> = gate
        .rules()
        .iter()
        .map(|rule| (rule.id, rule.remember))
        .collect();
    assert_eq!(rules, [(second.into(), Remember::FIVE_MINUTES)]);
}

#[tokio::test(start_paused = true)]
async fn deny_wins_over_a_rule() {
    let gate = gate();
    let (first, asking_first) = pending(&gate, ask("a")).await;
    let (second, asking_second) = pending(
        &gate,
        Ask {
            rememberable: false,
            ..ask("a")
        },
    )
    .await;
    gate.decide(first, Reply::allow_for(Remember::AN_HOUR))
        .unwrap();
    asking_first.await.unwrap().unwrap().applied();
    // What waited before the rule was made still waits for its own answer.
    assert_eq!(pending_ids(&gate), [second]);
    gate.decide(second, Reply::from(Decision::Deny)).unwrap();
    asking_second.await.unwrap().unwrap_err();
    assert_eq!(gate.rules(), []);
    assert!(is_asked(&gate, ask("a")).await);
    assert_eq!(outcomes(&gate), ["applied", "denied", "withdrawn"]);
}

#[tokio::test(start_paused = true)]
async fn a_deny_elsewhere_leaves_a_rule_alone() {
    let (gate, rule) = gate_with_rule().await;
    let (id, asking) = pending(&gate, ask("b")).await;
    gate.decide(id, Reply::from(Decision::Deny)).unwrap();
    asking.await.unwrap().unwrap_err();
    assert_eq!(
        gate.rules().iter().map(|rule| rule.id).collect::<Vec<_>>(),
        [rule]
    );
}

#[tokio::test(start_paused = true)]
async fn a_rule_is_not_stopped_by_the_caps() {
    let options = GateOptions {
        max_pending: 1,
        ..GateOptions::default()
    };
    let gate = Gate::new(options);
    let (id, asking) = pending(&gate, ask("a")).await;
    gate.decide(id, Reply::allow_for(Remember::AN_HOUR))
        .unwrap();
    asking.await.unwrap().unwrap().applied();
    let (_, _waiting) = pending(&gate, ask("b")).await;
    assert!(!is_asked(&gate, ask("a")).await);
}
