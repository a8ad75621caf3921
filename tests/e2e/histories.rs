//! What clients are told at the same time agrees with clients that come one after another.
//!
//! Of each request its start, its end and its answer are noted. A history is explained by an order
//! of all steps that keeps every request within its time and gives every answer (linearizability;
//! the search is that of Wing and Gong, 1993). A write has two steps: it changes the list, then it
//! reads the list that it answers with.

use std::thread;
use std::time::Instant;

use openwork_testkit::http::Request;
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{Server, ServerLaunch};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");
const NAMES: [&str; 2] = ["a", "b"];

#[derive(Debug, Clone, Copy)]
enum Step {
    Add(&'static str),
    Remove(&'static str),
    Read,
}

/// A request that was answered.
#[derive(Debug)]
struct Done {
    step: Step,
    start: Instant,
    end: Instant,
    told: Vec<String>,
}

/// What a client still has to explain.
#[derive(Debug, Clone, Copy)]
struct Rest<'h> {
    requests: &'h [Done],
    /// Whether the first of them has changed the list already.
    changed: bool,
}

impl<'h> Rest<'h> {
    /// Makes the next step, if that agrees with what was told.
    fn step(self, list: &mut Vec<String>) -> Option<Self> {
        let (first, requests) = self.requests.split_first()?;
        if !self.changed {
            apply(first.step, list);
            return Some(Self {
                changed: true,
                ..self
            });
        }
        (first.told == *list).then_some(Self {
            requests,
            changed: false,
        })
    }

    fn first(self) -> Option<&'h Done> {
        self.requests.first()
    }
}

fn apply(step: Step, list: &mut Vec<String>) {
    match step {
        Step::Add(name) if !list.iter().any(|known| known == name) => list.push(name.to_owned()),
        Step::Remove(name) => list.retain(|known| known != name),
        Step::Add(_) | Step::Read => {}
    }
}

fn is_explained(clients: &[Rest<'_>], list: &[String]) -> bool {
    let Some(end) = clients
        .iter()
        .filter_map(|rest| Some(rest.first()?.end))
        .min()
    else {
        return true;
    };
    let may_be_next = |rest: &Rest<'_>| rest.first().is_some_and(|done| done.start <= end);
    (0..clients.len()).any(|n| {
        let (mut list, mut clients) = (list.to_vec(), clients.to_vec());
        let stepped = may_be_next(&clients[n]).then(|| clients[n].step(&mut list));
        stepped.flatten().is_some_and(|rest| {
            clients[n] = rest;
            is_explained(&clients, &list)
        })
    })
}

fn act(server: &Server, step: Step) -> Done {
    let start = Instant::now();
    let plugins = server.at_workspace("plugins");
    let request = match step {
        Step::Add(name) => Request::new("POST", &plugins).json(&json!({ "spec": name })),
        Step::Remove(name) => Request::new("DELETE", &format!("{plugins}/{name}")),
        Step::Read => Request::new("GET", &plugins),
    };
    let answer: Value = server.json(request).unwrap();
    let end = Instant::now();
    let items = answer["items"].as_array().unwrap().iter();
    let told = items.map(|item| item["spec"].as_str().unwrap().to_owned());
    Done {
        step,
        start,
        end,
        told: told.collect(),
    }
}

/// The steps of one client, different in every history.
fn script(seed: usize) -> impl Iterator<Item = Step> {
    (0..4).map(move |n| {
        let draw = (seed * 4 + n).wrapping_mul(0x9e37_79b9) >> 7;
        let name = NAMES[draw / 8 % 2];
        match draw % 8 {
            0..3 => Step::Add(name),
            3..6 => Step::Remove(name),
            _ => Step::Read,
        }
    })
}

#[test]
fn concurrent_clients_see_one_order() {
    let sandbox = Sandbox::new().unwrap();
    let launch = ServerLaunch::new(PROGRAM, &sandbox).args(["--approval", "auto"]);
    let server = launch.start().unwrap();
    let histories = std::env::var("OPENWORK_HISTORIES").ok();
    let histories = histories.and_then(|n| n.parse().ok()).unwrap_or(40);
    let mut list = act(&server, Step::Read).told;
    for history in 0..histories {
        let mut clients: Vec<Vec<Done>> = thread::scope(|scope| {
            let client = |n: usize| {
                let server = &server;
                scope.spawn(move || {
                    let steps = script(history * 3 + n);
                    steps.map(|step| act(server, step)).collect()
                })
            };
            let clients: Vec<_> = (0..3).map(client).collect();
            clients.into_iter().map(|it| it.join().unwrap()).collect()
        });
        clients.push(vec![act(&server, Step::Read)]);
        let rest = |requests| Rest {
            requests,
            changed: false,
        };
        let rests: Vec<_> = clients.iter().map(|requests| rest(&requests[..])).collect();
        assert!(is_explained(&rests, &list), "from {list:?}: {clients:#?}");
        list.clone_from(&clients[3][0].told);
    }
}

#[test]
fn an_impossible_history_is_noticed() {
    let (start, told) = (Instant::now(), |names: &[&str]| {
        names.iter().map(|&name| name.to_owned()).collect()
    });
    let end = Instant::now();
    let done = |step, start, told| Done {
        step,
        start,
        end,
        told,
    };
    let history = [
        vec![done(Step::Add("a"), start, told(&["a"]))],
        // It was asked later and does not see what was acknowledged.
        vec![done(
            Step::Read,
            end + std::time::Duration::from_nanos(1),
            told(&[]),
        )],
    ];
    let rests = history.each_ref().map(|requests| Rest {
        requests,
        changed: false,
    });
    assert!(!is_explained(&rests, &[]));
    assert!(is_explained(&rests[..1], &[]));
}
