//! What the server speaks HTTPS with, from the files that the settings name.

use openwork_http::HttpOptions;
#[cfg(feature = "tls")]
use openwork_http::{TlsError, TlsIdentity};

use crate::problem::StartProblem;
use crate::settings::Settings;

/// What the server shows to whoever calls it by HTTPS; nothing if it speaks HTTP.
pub(crate) struct ServerIdentity {
    #[cfg(feature = "tls")]
    tls: Option<TlsIdentity>,
}

impl ServerIdentity {
    /// Reads the two files. What is wrong with them is wrong with the settings, and
    /// said by whoever looks at those, too.
    ///
    /// # Errors
    ///
    /// A [`StartProblem`] if one of the two files is missing or cannot be used, or if
    /// this program was built without TLS.
    pub(crate) fn read(settings: &Settings) -> Result<Self, StartProblem> {
        let files = &settings.tls;
        match (&files.cert, &files.key) {
            (None, None) => Ok(Self::none()),
            (Some(cert), Some(key)) => Self::of_files(cert, key),
            // Not taken for plain HTTP: whoever named one of them counts on both.
            (Some(_), None) => Err(lacking("--tls-key", "the key of the certificate")
                .at_known(settings.place_of("tls.cert"))),
            (None, Some(_)) => Err(lacking("--tls-cert", "the certificate of the key")
                .at_known(settings.place_of("tls.key"))),
        }
    }

    fn none() -> Self {
        Self {
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// The options of a server that shows it.
    #[cfg(feature = "tls")]
    pub(crate) fn shown_by(self, options: HttpOptions) -> HttpOptions {
        let tls = self.tls;
        HttpOptions { tls, ..options }
    }

    #[cfg(not(feature = "tls"))]
    #[expect(clippy::unused_self, reason = "without TLS there is nothing to show")]
    pub(crate) fn shown_by(self, options: HttpOptions) -> HttpOptions {
        options
    }

    #[cfg(feature = "tls")]
    fn of_files(cert: &std::path::Path, key: &std::path::Path) -> Result<Self, StartProblem> {
        let (certificates, secret) = (contents(cert, "--tls-cert")?, contents(key, "--tls-key")?);
        let identity = TlsIdentity::from_pem(&certificates, &secret).map_err(|cause| {
            // Of the two files the one that has to be changed: a certificate that does
            // not fit its key is told of the certificate.
            let file = match cause {
                TlsError::Key(_) => key,
                _ => cert,
            };
            StartProblem::new(cause.to_string())
                .at(file)
                .help("name a certificate and its own key with `--tls-cert` and `--tls-key`")
        })?;
        let tls = Some(identity);
        Ok(Self { tls })
    }

    #[cfg(not(feature = "tls"))]
    fn of_files(_: &std::path::Path, _: &std::path::Path) -> Result<Self, StartProblem> {
        let problem = StartProblem::new("this program was built without TLS");
        Err(problem.help(
            "put a proxy that speaks TLS in front, such as `tailscale serve`, or build it without `--no-default-features`",
        ))
    }
}

fn lacking(flag: &str, what: &str) -> StartProblem {
    StartProblem::new(format!("{flag} is missing: {what}"))
        .help("give both `--tls-cert` and `--tls-key`, or neither")
}

#[cfg(feature = "tls")]
#[expect(
    clippy::disallowed_methods,
    reason = "the files belong to no workspace, so that the store has no part in it"
)]
fn contents(file: &std::path::Path, flag: &str) -> Result<Vec<u8>, StartProblem> {
    std::fs::read(file).map_err(|cause| {
        StartProblem::new(format!("a file for HTTPS cannot be read: {cause}"))
            .at(file)
            .help(format!(
                "name a PEM file that the server can read with `{flag}`"
            ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Invocation, parse};
    use crate::environment::Environment;

    fn problem(args: &[&str]) -> String {
        let args = ["openwork-server"].iter().chain(args).map(Into::into);
        let Ok(Invocation::Serve(flags)) = parse(args) else {
            panic!("not served")
        };
        let settings = Settings::load(&flags, &Environment::default()).unwrap();
        let read = ServerIdentity::read(&settings);
        read.err()
            .map_or_else(String::new, |problem| problem.to_string())
    }

    #[test]
    fn a_certificate_needs_its_key() {
        assert_eq!(problem(&[]), "");
        insta::assert_snapshot!(problem(&["--tls-cert", "/c"]), @r"
        error: --tls-key is missing: the key of the certificate
          --> `--tls-cert`
          help: give both `--tls-cert` and `--tls-key`, or neither
        ");
        insta::assert_snapshot!(problem(&["--tls-key", "/k"]), @r"
        error: --tls-cert is missing: the certificate of the key
          --> `--tls-key`
          help: give both `--tls-cert` and `--tls-key`, or neither
        ");
    }

    #[test]
    fn files_that_do_not_serve_stop_the_start() {
        let args = ["--tls-cert", "/nowhere/cert.pem", "--tls-key", "/nowhere/k"];
        let message = problem(&args);
        let expected = if cfg!(feature = "tls") {
            "error: a file for HTTPS cannot be read: "
        } else {
            "error: this program was built without TLS\n  help: put a proxy"
        };
        assert!(message.starts_with(expected), "{message}");
    }
}
