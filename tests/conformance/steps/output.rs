//! Looking at what the server printed.

use std::time::Duration;

use openwork_testkit::process::poll;
use regex_lite::{Regex, RegexBuilder};

use crate::fault::Fault;
use crate::run::Run;
use crate::step::Output;

/// Output may come a moment after the server is ready.
const LIMIT: Duration = Duration::from_secs(3);

/// Judges the standard output.
pub(super) fn check(run: &mut Run<'_>, step: &Output) -> Result<(), Fault> {
    poll(LIMIT, || {
        Ok::<_, Fault>(missing(run, step)?.is_empty().then_some(()))
    })?;
    let mut differences = missing(run, step)?;
    let output = run.process.stdout();
    for pattern in step.not_stdout.iter() {
        if line(run, pattern)?.is_match(&output) {
            differences.push(format!("a line is like /{pattern}/ and should not be"));
        }
    }
    if !differences.is_empty() {
        differences.push(format!("the output: {output:?}"));
    }
    Fault::unless_empty(differences)?;
    save(run, step, &output)
}

fn missing(run: &Run<'_>, step: &Output) -> Result<Vec<String>, Fault> {
    let output = run.process.stdout();
    let mut missing = Vec::new();
    for pattern in step
        .stdout
        .iter()
        .chain(step.save.iter().map(|(_, pattern)| pattern))
    {
        if !line(run, pattern)?.is_match(&output) {
            missing.push(format!("no line is like /{pattern}/"));
        }
    }
    for expected in step.lines.iter() {
        let expected = run.scope.text(expected)?;
        if !output.lines().any(|line| line == expected) {
            missing.push(format!("no line is {expected:?}"));
        }
    }
    Ok(missing)
}

fn save(run: &mut Run<'_>, step: &Output, output: &str) -> Result<(), Fault> {
    for (name, pattern) in &step.save {
        let found = line(run, pattern)?;
        let found = found.captures(output).and_then(|groups| groups.get(1));
        if let Some(found) = found {
            run.scope.set(name, found.as_str().into());
        }
    }
    Ok(())
}

fn line(run: &Run<'_>, pattern: &str) -> Result<Regex, Fault> {
    Ok(RegexBuilder::new(&run.scope.text(pattern)?)
        .multi_line(true)
        .build()?)
}
