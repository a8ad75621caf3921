//! Where the run files of this user's servers are, and the one of this server.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use openwork_terminal::BaseUrl;
use openwork_terminal::run_file::{RunFile, RunRecord};

use crate::environment::Environment;
use crate::settings::Settings;

/// The directories that run files may be in; a server takes the first. Both
/// are looked at, as a server and a command may be started by sessions of
/// which only one has a runtime directory (XDG Base Directory Specification).
pub(crate) fn directories(environment: &Environment) -> Vec<PathBuf> {
    let absolute = |name: &str| {
        let path = environment.variable(name).map(PathBuf::from);
        path.filter(|path| path.is_absolute())
    };
    let runtime = absolute("XDG_RUNTIME_DIR").map(|runtime| runtime.join("openwork"));
    let state = environment.state_directory();
    let state = state.map(|state| state.join("run"));
    runtime.into_iter().chain(state).collect()
}

/// Tells the commands of this user where this server is, for as long as the
/// result lives. A server that cannot be found so still serves.
pub(crate) fn write(
    settings: &Settings,
    listen: SocketAddr,
    environment: &Environment,
) -> Option<RunFile> {
    let directories = directories(environment);
    let directory = directories.first().filter(|_| settings.run_file)?;
    let written = RunFile::write(directory, &record(settings, listen));
    written
        .inspect_err(|error| {
            let directory = directory.display();
            tracing::warn!(%error, %directory, "no run file: commands need `--url` and `--host-token`");
        })
        .ok()
}

/// The process of this user's server that listens on a port.
pub(crate) fn holder(port: u16, environment: &Environment) -> Option<u32> {
    let directories = directories(environment);
    let mut records = directories
        .iter()
        .flat_map(|directory| openwork_terminal::run_file::running(directory));
    records
        .find(|record| record.listen.port() == port)
        .map(|record| record.pid)
}

/// The URL by which programs on this machine reach a server.
pub(crate) fn local_url(listen: SocketAddr) -> BaseUrl {
    let loopback: std::net::IpAddr = match listen {
        SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
    };
    let ip = if listen.ip().is_unspecified() {
        loopback
    } else {
        listen.ip()
    };
    SocketAddr::new(ip, listen.port()).into()
}

fn record(settings: &Settings, listen: SocketAddr) -> RunRecord {
    let started = SystemTime::now().duration_since(UNIX_EPOCH);
    RunRecord {
        pid: std::process::id(),
        url: local_url(listen).to_string(),
        listen,
        host_token: settings.host_token.value.expose().to_owned(),
        client_token: Some(settings.token.value.expose().to_owned()),
        tls: settings.tls.cert.is_some(),
        public_url: settings.reach.public_url.as_ref().map(ToString::to_string),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        // For people who look for the newest; a clock that is not set harms nobody.
        started_at: started.map_or(0, |started| {
            u64::try_from(started.as_millis()).unwrap_or(u64::MAX)
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_runtime_directory_comes_first() {
        // Absolute on every system: on Windows that takes a drive.
        let root = std::env::temp_dir();
        let (home, runtime, state) = (root.join("home"), root.join("run"), root.join("state"));
        let of = |vars: &[(&str, &Path)], home: Option<&PathBuf>| {
            let vars = vars.iter();
            directories(&Environment {
                vars: vars
                    .map(|(name, value)| (name.into(), (*value).into()))
                    .collect(),
                home: home.cloned(),
                ..Environment::default()
            })
        };
        let own = home
            .join(".local")
            .join("state")
            .join("openwork")
            .join("run");
        let given = of(&[("XDG_RUNTIME_DIR", &runtime)], Some(&home));
        assert_eq!(given, [runtime.join("openwork"), own]);
        let relative: [(&str, &Path); 2] = [
            ("XDG_RUNTIME_DIR", "run".as_ref()),
            ("XDG_STATE_HOME", &state),
        ];
        let given = of(&relative, Some(&home));
        assert_eq!(given, [state.join("openwork").join("run")]);
        assert!(of(&[], None).is_empty());
    }

    #[test]
    fn a_wildcard_is_reached_over_loopback() {
        for (listen, expected) in [
            ("0.0.0.0:1", "http://127.0.0.1:1"),
            ("[::]:1", "http://[::1]:1"),
            ("192.0.2.7:1", "http://192.0.2.7:1"),
        ] {
            assert_eq!(local_url(listen.parse().unwrap()).to_string(), expected);
        }
    }
}
