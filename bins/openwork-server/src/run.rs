//! Puts the parts together: settings, log, listener, boot lines.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::thread;

use crate::args::{self, GivenFlags, Invocation};
use crate::environment::Environment;
use crate::problem::{StartFailure, StartProblem};
use crate::serve::PreparedServer;
use crate::settings::Settings;
use crate::tls::ServerIdentity;
use crate::{boot, commands, completing, doctor, handles, listen, local, log, ready, run_file};

/// Does what the arguments ask for and tells on standard error why it cannot.
pub(crate) fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    match run(args) {
        Ok(exit) => exit,
        Err(failure) => {
            log::release();
            // Nobody is left to tell if standard error is closed.
            let _ = writeln!(io::stderr(), "{failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(args: impl IntoIterator<Item = OsString>) -> Result<ExitCode, StartFailure> {
    let args: Vec<OsString> = args.into_iter().collect();
    if let Some(completed) = completing::asked_for(&args) {
        return completed.map(|()| ExitCode::SUCCESS);
    }
    let is_json = args::ask_for_json(&args);
    let invocation = match args::parse(args) {
        Err(problem) if is_json => return local::tell_in_json(&problem.into()),
        parsed => parsed?,
    };
    match invocation {
        Invocation::Print(text) => print(&text).map_err(StartFailure::Start)?,
        Invocation::Serve(flags) => serve(&flags)?,
        Invocation::Command(line) => return commands::run(line),
        Invocation::Local(command) => return local::run(&command),
    }
    Ok(ExitCode::SUCCESS)
}

fn serve(flags: &GivenFlags) -> Result<(), StartFailure> {
    let environment = Environment::of_this_process()?;
    let settings = Settings::load(flags, &environment)?;
    let identity = ServerIdentity::read(&settings)?;
    log::install(settings.log, &environment);
    // Before anything is opened: handles that are open already count as well.
    let handles = handles::ask_for_all();
    for warning in &settings.warnings {
        tracing::warn!("{warning}");
    }
    // The port comes before the workspaces: two servers on one port would else both
    // settle what an earlier run left behind, and one of them for nothing.
    let holder = |port| run_file::holder(port, &environment);
    let listener =
        listen::bind(&settings.host, settings.port, holder).map_err(StartFailure::Start)?;
    let address = listener.local_addr().map_err(|cause| {
        StartFailure::Start(StartProblem::new(format!(
            "the listener has no address: {cause}"
        )))
    })?;
    let server = PreparedServer::new(&settings, &environment, address.port(), handles, identity)
        .map_err(StartFailure::Start)?;
    // Only now that the address is known, and gone again however this ends.
    let _run_file = run_file::write(&settings, address, &environment);
    let mut lines = boot::lines(&settings, address.port());
    // Programs read the boot lines word by word, so what is new is for people alone.
    if io::stdout().is_terminal() {
        lines.push_str(&boot::terminal_lines(&settings, address));
    }
    let announce = || {
        print(&lines)?;
        log::release();
        if !io::stdout().is_terminal()
            && let Some(exposure) = boot::exposure(&settings, address)
        {
            tracing::warn!("others can reach this server {exposure}");
        }
        ready::tell(environment.variable("NOTIFY_SOCKET"));
        tell_of_errors(settings.clone(), environment.clone());
        Ok(())
    };
    server
        .run(listener, &settings, announce)
        .map_err(StartFailure::Start)
}

/// Tells of what the doctor would call errors, once the server serves.
fn tell_of_errors(settings: Settings, environment: Environment) {
    let look = move || {
        let errors = doctor::count_errors(&settings, &environment);
        if errors > 0 {
            tracing::warn!(
                errors,
                "something is wrong; `openwork-server doctor` says what"
            );
        }
    };
    // A thread of its own: a workspace may be on a disk that hangs. Without one
    // nothing is told, which is no reason to stop.
    let _ = thread::Builder::new().name("doctor".into()).spawn(look);
}

/// What a library has written into memory, as text.
///
/// # Errors
///
/// A [`StartFailure`] if it could not write it, or if it is no text.
pub(crate) fn written_text(
    written: io::Result<()>,
    bytes: Vec<u8>,
) -> Result<String, StartFailure> {
    written
        .and_then(|()| String::from_utf8(bytes).map_err(io::Error::other))
        .map_err(|cause| {
            StartFailure::Start(StartProblem::new(format!("it cannot be written: {cause}")))
        })
}

/// Writes the whole text at once, so that no reader sees half of it.
pub(crate) fn print(text: &str) -> Result<(), StartProblem> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|cause| StartProblem::new(format!("standard output cannot be written: {cause}")))
}
