//! What our server reports of a workspace is what the engine makes of the same files.
//!
//! The workspaces are data, one file each in `workspaces/`. Each is compared when the engine
//! loads it first, after it was told to forget it, and with an engine that was started anew.

mod compare;
mod table;

use std::path::Path;

use openwork_testkit::engine::View;
use openwork_testkit::server::Server;

pub(crate) use self::table::{Fixture, fixtures};
use crate::trial::{Bench, Verdict, assert_refuses};

/// Lays out a workspace and compares what the two programs see in it.
pub(crate) fn check(fixture: &Fixture, bench: &Bench<'_>) -> Verdict {
    fixture.lay_out(&bench.sandbox)?;
    if fixture.has_newer_forms && !bench.reads_newer_forms() {
        return assert_refuses(&bench.engine()?);
    }
    let server = bench.server()?;
    if fixture.has_home() {
        // The engine reads the global configuration once, from its own home.
        let engine = bench.new_engine()?;
        twice(fixture, &server, &engine.at(bench.sandbox.workspace()))?;
        engine.stop()?;
        let engine = bench.new_engine()?;
        let view = engine.at(bench.sandbox.workspace());
        return at("a new start", compare::all(fixture, &server, &view));
    }
    twice(fixture, &server, &bench.engine()?)?;
    at(
        "a new start",
        compare::all(fixture, &server, &bench.engine_started_later()?),
    )
}

/// The folder with the workspaces.
pub(crate) fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/engine/workspaces")
}

fn twice(fixture: &Fixture, server: &Server, engine: &View<'_>) -> Verdict {
    at("the first load", compare::all(fixture, server, engine))?;
    engine.dispose()?;
    at("a reload", compare::all(fixture, server, engine))
}

fn at(moment: &str, verdict: Verdict) -> Verdict {
    verdict.map_err(|difference| format!("at {moment}: {difference}").into())
}
