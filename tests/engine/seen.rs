//! What our server reports of a workspace is what the engine makes of the same files.
//!
//! The workspaces are data, one file each in `workspaces/`. Each is compared when the engine
//! loads it first, after it was told to forget it, with an engine that was started anew, and after
//! edits of every kind; and what its export brings into an empty workspace is compared as well.

mod compare;
mod edit;
mod export;
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
        at("a new start", compare::all(fixture, &server, &view))?;
        return edited(fixture, &server, &view);
    }
    twice(fixture, &server, &bench.engine()?)?;
    at(
        "a new start",
        compare::all(fixture, &server, &bench.engine_started_later()?),
    )?;
    let engine = bench.engine()?;
    at(
        "an import",
        export::arrives(fixture, bench, &server, &engine),
    )?;
    edited(fixture, &server, &engine)
}

fn edited(fixture: &Fixture, server: &Server, engine: &View<'_>) -> Verdict {
    at("an edit", edit::all(server))?;
    engine.dispose()?;
    at("an edit", compare::all(fixture, server, engine))
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
