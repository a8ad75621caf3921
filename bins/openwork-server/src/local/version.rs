//! `version`, and `--version`.

use openwork_terminal::OutputForm;
use serde_json::json;

use super::{print_json, print_text};
use crate::problem::StartFailure;

/// Prints the version; for programs also what it was built for, and which
/// engine's rules it knows.
pub(super) fn run(form: OutputForm) -> Result<(), StartFailure> {
    match form {
        OutputForm::Text => {
            print_text(concat!("openwork-server ", env!("CARGO_PKG_VERSION"), "\n"))
        }
        OutputForm::Json => print_json(&json!({
            "name": "openwork-server",
            "version": env!("CARGO_PKG_VERSION"),
            "os": std::env::consts::OS,
            "arch": std::env::consts::ARCH,
            "tls": cfg!(feature = "tls"),
            "engineRules": openwork_model::schema::version(),
        })),
    }
}
