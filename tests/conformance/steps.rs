//! Taking the steps of a case.

mod approval;
mod file;
mod output;
mod request;

use std::thread;
use std::time::Duration;

use openwork_testkit::expect::{Expected, Strictness};
use openwork_testkit::tree::{Entry, Tree};
use serde_json::Value;

use crate::fault::Fault;
use crate::fixture;
use crate::run::Run;
use crate::step::{Step, Stop, TreeStep, WriteStep};

/// No case may sleep longer.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);

/// Takes one step.
pub(crate) fn take(run: &mut Run<'_>, step: &Step) -> Result<(), Fault> {
    match step {
        Step::Request(step) => request::send(run, step),
        Step::Await(step) => request::await_answer(run, step),
        Step::Parallel(step) => request::send_all(run, step),
        Step::WaitApproval(step) => approval::wait(run, step),
        Step::Reply(step) => approval::reply(run, step),
        Step::File(step) => file::check(run, step),
        Step::Tree(step) => tree(run, step),
        Step::Write(step) => write(run, step),
        Step::Output(step) => output::check(run, step),
        Step::Same(values) => same(run, values),
        Step::Sleep(seconds) => {
            thread::sleep(Duration::from_secs_f64(*seconds).min(LONGEST_SLEEP));
            Ok(())
        }
        Step::Stop(step) => stop(run, step),
        Step::Restart => run.restart(),
    }
}

fn tree(run: &Run<'_>, step: &TreeStep) -> Result<(), Fault> {
    let now = Tree::read(run.sandbox.root())?;
    Fault::unless_empty(
        run.before
            .changes(&now, &run.scope.text(&step.tree)?, &step.except),
    )
}

fn write(run: &mut Run<'_>, step: &WriteStep) -> Result<(), Fault> {
    for (path, content) in &step.write {
        fixture::put(&run.sandbox, &run.scope, path, content)?;
        let path = run.scope.text(path)?;
        run.before
            .set(&path, Entry::read(&run.sandbox.path(&path))?);
    }
    Ok(())
}

fn same(run: &Run<'_>, values: &[Value]) -> Result<(), Fault> {
    let values = values
        .iter()
        .map(|value| run.scope.fill(value))
        .collect::<Result<Vec<_>, _>>()?;
    let Some((first, others)) = values.split_first() else {
        return Ok(());
    };
    let first = Expected::parse(first)?;
    Fault::unless_empty(
        others
            .iter()
            .flat_map(|other| first.differences(Some(other), Strictness::Exact))
            .collect(),
    )
}

fn stop(run: &mut Run<'_>, step: &Stop) -> Result<(), Fault> {
    let limit = Duration::from_secs_f64(step.within.unwrap_or(5.0));
    run.process.signal(step.signal.signal())?;
    match run.process.wait(limit)? {
        Some(_) => Ok(()),
        None => Err(Fault::check(format!(
            "the server did not end within {limit:?}"
        ))),
    }
}
