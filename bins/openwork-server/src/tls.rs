//! What the server speaks HTTPS with, from the files that the settings name.

use openwork_http::HttpOptions;

use crate::problem::StartProblem;
use crate::settings::TlsFiles;

/// The same options, for a server that speaks HTTPS if it has what that takes.
///
/// # Errors
///
/// A [`StartProblem`] if one of the two files is missing or cannot be used, or if
/// this program was built without TLS.
pub(crate) fn with_identity(
    options: HttpOptions,
    files: &TlsFiles,
) -> Result<HttpOptions, StartProblem> {
    match (&files.cert, &files.key) {
        (None, None) => Ok(options),
        (Some(cert), Some(key)) => with_files(options, cert, key),
        (Some(_), None) => Err(lacking("--tls-key", "the key of the certificate")),
        (None, Some(_)) => Err(lacking("--tls-cert", "the certificate of the key")),
    }
}

fn lacking(flag: &str, what: &str) -> StartProblem {
    StartProblem::new(format!("{flag} is missing: {what}"))
        .help("give both `--tls-cert` and `--tls-key`, or neither")
}

#[cfg(feature = "tls")]
fn with_files(
    options: HttpOptions,
    cert: &std::path::Path,
    key: &std::path::Path,
) -> Result<HttpOptions, StartProblem> {
    use openwork_http::{TlsError, TlsIdentity};

    let identity = TlsIdentity::from_pem(&contents(cert)?, &contents(key)?).map_err(|cause| {
        let file = match cause {
            TlsError::Key(_) => key,
            _ => cert,
        };
        StartProblem::new(cause.to_string()).at(file)
    })?;
    let tls = Some(identity);
    Ok(HttpOptions { tls, ..options })
}

#[cfg(feature = "tls")]
#[expect(
    clippy::disallowed_methods,
    reason = "the files belong to no workspace, so that the store has no part in it"
)]
fn contents(file: &std::path::Path) -> Result<Vec<u8>, StartProblem> {
    std::fs::read(file).map_err(|cause| {
        StartProblem::new(format!("a file for HTTPS cannot be read: {cause}"))
            .at(file)
    })
}

#[cfg(not(feature = "tls"))]
fn with_files(
    _: HttpOptions,
    _: &std::path::Path,
    _: &std::path::Path,
) -> Result<HttpOptions, StartProblem> {
    let problem = StartProblem::new("this program was built without TLS");
    Err(problem.help(
        "put a proxy that speaks TLS in front, such as `tailscale serve`, or build it without `--no-default-features`",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(cert: Option<&str>, key: Option<&str>) -> String {
        let files = TlsFiles {
            cert: cert.map(Into::into),
            key: key.map(Into::into),
        };
        let options = with_identity(HttpOptions::new("client", "host"), &files);
        options
            .err()
            .map_or_else(String::new, |problem| problem.to_string())
    }

    #[test]
    fn a_certificate_needs_its_key() {
        assert_eq!(problem(None, None), "");
        assert_eq!(
            problem(Some("/c"), None),
            "error: --tls-key is missing: the key of the certificate\n  help: give both `--tls-cert` and `--tls-key`, or neither"
        );
        assert_eq!(
            problem(None, Some("/k")),
            "error: --tls-cert is missing: the certificate of the key\n  help: give both `--tls-cert` and `--tls-key`, or neither"
        );
    }

    #[test]
    fn files_that_do_not_serve_stop_the_start() {
        let message = problem(Some("/nowhere/cert.pem"), Some("/nowhere/key.pem"));
        let expected = if cfg!(feature = "tls") {
            "error: a file for HTTPS cannot be read: "
        } else {
            "error: this program was built without TLS\n  help: put a proxy"
        };
        assert!(message.starts_with(expected), "{message}");
    }
}
