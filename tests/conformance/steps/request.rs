//! Sending requests: one, one for later, many at once.

use std::net::SocketAddr;
use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::Duration;

use openwork_testkit::http::{self, Body, Request};
use serde_json::Value;

use crate::answer;
use crate::fault::Fault;
use crate::run::Run;
use crate::scope::Scope;
use crate::step::{Auth, AwaitStep, Parallel, RequestStep};

/// How long a background request may take altogether.
const BACKGROUND_LIMIT: Duration = Duration::from_secs(30);
const PARALLEL_SECONDS: f64 = 30.0;

/// Sends a request and judges its answer, or leaves that to a later step.
pub(super) fn send(run: &mut Run<'_>, step: &RequestStep) -> Result<(), Fault> {
    let request = build(&run.scope, step)?;
    let address = run.address;
    if let Some(name) = &step.background {
        let (sender, receiver) = mpsc::channel();
        let request = request.within(BACKGROUND_LIMIT);
        thread::spawn(move || sender.send(http::send(address, &request)));
        run.background.insert(name.clone(), receiver);
        return Ok(());
    }
    let answer = http::send(address, &request).map_err(|error| no_answer(step, &error))?;
    answer::check(&run.scope, &answer, &step.expect).map_err(|fault| about(step, &fault))?;
    answer::save(&mut run.scope, &answer, &step.save)
}

/// Judges the answer of a background request.
pub(super) fn await_answer(run: &mut Run<'_>, step: &AwaitStep) -> Result<(), Fault> {
    let receiver = run
        .background
        .remove(&step.name)
        .ok_or_else(|| Fault::Case(format!("no background request {}", step.name)))?;
    let answer = receiver
        .recv_timeout(BACKGROUND_LIMIT)
        .map_err(|_| Fault::check(format!("{} is not answered", step.name)))?
        .map_err(|error| Fault::check(error.to_string()))?;
    answer::check(&run.scope, &answer, &step.expect)
}

/// Sends requests at the same moment and judges each answer.
pub(super) fn send_all(run: &Run<'_>, step: &Parallel) -> Result<(), Fault> {
    let limit = Duration::from_secs_f64(step.timeout.unwrap_or(PARALLEL_SECONDS));
    let mut jobs = Vec::new();
    for i in 0..step.count {
        let mut scope = run.scope.clone();
        scope.set("i", i.to_string().into());
        for request in &step.requests {
            jobs.push((
                scope.clone(),
                request,
                build(&scope, request)?.within(limit),
            ));
        }
    }
    let (address, gate) = (run.address, &Barrier::new(jobs.len()));
    let faults: Vec<String> = thread::scope(|threads| {
        let jobs: Vec<_> = jobs
            .into_iter()
            .map(|(scope, step, request)| {
                threads.spawn(move || {
                    gate.wait();
                    exchange(&scope, step, address, &request)
                })
            })
            .collect();
        jobs.into_iter()
            .filter_map(|job| match job.join() {
                Ok(outcome) => outcome.err().map(|fault| fault.to_string()),
                Err(_) => Some("a request panicked".to_owned()),
            })
            .collect()
    });
    Fault::unless_empty(faults.into_iter().take(5).collect())
}

/// Sends a request that nothing later depends on.
fn exchange(
    scope: &Scope,
    step: &RequestStep,
    address: SocketAddr,
    request: &Request,
) -> Result<(), Fault> {
    let answer = http::send(address, request).map_err(|error| no_answer(step, &error))?;
    answer::check(scope, &answer, &step.expect).map_err(|fault| about(step, &fault))
}

fn no_answer(step: &RequestStep, error: &http::ExchangeError) -> Fault {
    Fault::check(format!("{}: {error}", step.request))
}

fn about(step: &RequestStep, fault: &Fault) -> Fault {
    Fault::check(format!("{}: {fault}", step.request))
}

/// Builds the request that a step describes.
fn build(scope: &Scope, step: &RequestStep) -> Result<Request, Fault> {
    let line = scope.text(&step.request)?;
    let (method, target) = line
        .split_once(' ')
        .ok_or_else(|| Fault::Case(format!("no method and target: {line}")))?;
    let limit = Duration::from_secs_f64(step.timeout.unwrap_or(10.0));
    let mut request = Request::new(method, target).within(limit);
    for (name, value) in headers(scope, step)? {
        request = request.header(&name, &value);
    }
    Ok(request.body(body(scope, step)?))
}

fn headers(scope: &Scope, step: &RequestStep) -> Result<Vec<(String, String)>, Fault> {
    let mut usual = Vec::new();
    if matches!(step.auth, Auth::Client | Auth::Both) {
        usual.push(("Authorization", scope.text("Bearer ${TOKEN}")?));
    }
    if matches!(step.auth, Auth::Host | Auth::Both) {
        usual.push(("X-OpenWork-Host-Token", scope.text("${HOST_TOKEN}")?));
    }
    if step.json.is_some()
        || step.body.is_some()
        || step.body_b64.is_some()
        || step.stream.is_some()
    {
        usual.push(("Content-Type", "application/json".to_owned()));
    }
    let is_given = |name: &str| {
        step.headers
            .keys()
            .any(|key| key.eq_ignore_ascii_case(name))
    };
    let usual = usual.into_iter().filter(|(name, _)| !is_given(name));
    let mut headers: Vec<_> = usual
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    for (name, value) in &step.headers {
        if let Value::String(value) = scope.fill(value)? {
            headers.push((name.clone(), value));
        }
    }
    Ok(headers)
}

fn body(scope: &Scope, step: &RequestStep) -> Result<Body, Fault> {
    Ok(if let Some(json) = &step.json {
        Body::Bytes(scope.fill(json)?.to_string().into_bytes())
    } else if let Some(text) = &step.body {
        Body::Bytes(scope.text(text)?.into_bytes())
    } else if let Some(encoded) = &step.body_b64 {
        Body::Bytes(base64(encoded)?)
    } else if let Some(stream) = &step.stream {
        Body::Generated {
            size: stream.size,
            chunked: stream.chunked,
        }
    } else {
        Body::Empty
    })
}

/// Decodes Base64 (RFC 4648, section 4).
fn base64(encoded: &str) -> Result<Vec<u8>, Fault> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0_u32);
    for character in encoded.trim_end_matches('=').bytes() {
        let digit = ALPHABET
            .iter()
            .zip(0..)
            .find_map(|(letter, value)| (*letter == character).then_some(value))
            .ok_or_else(|| Fault::Case(format!("not Base64: {encoded}")))?;
        bits = (bits << 6) | digit;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.extend((bits >> count).to_le_bytes().first());
            bits &= (1 << count) - 1;
        }
    }
    Ok(bytes)
}
