//! Finding the server that a command is for.

use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use openwork_api::client::{ApiClient, BaseUrl};

use crate::error::{Result, TerminalError};
use crate::pair::PublicUrl;
use crate::run_file::{self, RunRecord};

/// How long a server on this machine may take to take a connection.
const PROBE: Duration = Duration::from_millis(500);

/// Where to look for a server: what was given wins over the environment, the
/// environment over the run files.
#[derive(Clone, Default)]
pub struct ServerSearch {
    /// The URL that was given.
    pub url: Option<String>,
    /// The host token that was given.
    pub host_token: Option<String>,
    /// The URL of the environment.
    pub default_url: Option<String>,
    /// The host token of the environment.
    pub default_host_token: Option<String>,
    /// The clients' token, for what is theirs to do.
    pub client_token: Option<String>,
    /// The directories that run files may be in.
    pub run_directories: Vec<PathBuf>,
}

/// A server and the tokens that are known.
#[derive(Clone)]
pub(crate) struct ServerAddress {
    pub(crate) url: BaseUrl,
    pub(crate) host_token: Option<String>,
    pub(crate) client_token: Option<String>,
    /// What it listens on, if it runs here.
    pub(crate) listen: Option<SocketAddr>,
    /// Whether other devices have to speak HTTPS to it.
    pub(crate) speaks_tls: bool,
    /// Where its settings say that other devices reach it.
    pub(crate) public_url: Option<PublicUrl>,
}

impl ServerAddress {
    /// A client that speaks to the server as its host.
    pub(crate) fn client(&self) -> ApiClient {
        ApiClient::new(self.url.clone(), self.host_token.clone())
    }
}

impl ServerSearch {
    /// Finds the server.
    pub(crate) fn find(&self) -> Result<ServerAddress> {
        let token = self
            .host_token
            .as_ref()
            .or(self.default_host_token.as_ref());
        let mut server = match self.url.as_ref().or(self.default_url.as_ref()) {
            Some(url) => self.named(BaseUrl::parse(url)?),
            None => self.only_one()?,
        };
        if let Some(token) = token {
            server.host_token = Some(token.clone());
        }
        if let Some(token) = &self.client_token {
            server.client_token = Some(token.clone());
        }
        Ok(server)
    }

    /// The server at a URL, with what its run file adds.
    fn named(&self, url: BaseUrl) -> ServerAddress {
        // The token of a run file is sent to the server that wrote it and to no
        // other, whatever the environment or a flag names.
        let record = self
            .running()
            .into_iter()
            .find(|(known, _)| known.leads_to(&url));
        match record {
            Some((_, record)) => ServerAddress::of(url, record),
            None => ServerAddress {
                url,
                host_token: None,
                client_token: None,
                listen: None,
                speaks_tls: false,
                public_url: None,
            },
        }
    }

    /// The one server that runs on this machine.
    fn only_one(&self) -> Result<ServerAddress> {
        let mut found = self.running();
        if found.len() > 1 {
            // Only where there is a choice to make, as each probe may take half a
            // second. A process may have taken over the id of a server that crashed.
            found.retain(|(url, _)| answers(url));
        }
        if found.len() > 1 {
            let urls = found.iter().map(|(url, _)| url.to_string()).collect();
            return Err(TerminalError::SeveralServers { urls });
        }
        let (url, record) = found.pop().ok_or(TerminalError::NoServer)?;
        Ok(ServerAddress::of(url, record))
    }

    fn running(&self) -> Vec<(BaseUrl, RunRecord)> {
        let directories = self.run_directories.iter();
        let records = directories.flat_map(|directory| run_file::running(directory));
        let usable = |record: RunRecord| Some((BaseUrl::parse(&record.url).ok()?, record));
        records.filter_map(usable).collect()
    }
}

impl ServerAddress {
    fn of(url: BaseUrl, record: RunRecord) -> Self {
        Self {
            url,
            host_token: Some(record.host_token),
            client_token: record.client_token,
            listen: Some(record.listen),
            speaks_tls: record.tls,
            // A server of a later version may know of URLs that this one does not.
            public_url: record.public_url.and_then(|url| url.parse().ok()),
        }
    }
}

fn answers(url: &BaseUrl) -> bool {
    let mut addresses = (url.host(), url.port())
        .to_socket_addrs()
        .into_iter()
        .flatten();
    addresses.any(|address| TcpStream::connect_timeout(&address, PROBE).is_ok())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::path::Path;

    use super::*;
    use crate::run_file::RunFile;
    use crate::run_file::tests::running_process;
    use openwork_testkit::private::PrivateDirectory;

    fn run(directory: &Path, pid: u32, url: &str) -> RunFile {
        let record = RunRecord {
            pid,
            url: url.to_owned(),
            listen: ([127, 0, 0, 1], 1).into(),
            host_token: format!("host-{url}"),
            client_token: None,
            tls: false,
            public_url: None,
            version: String::new(),
            started_at: u64::from(pid),
        };
        RunFile::write(directory, &record).unwrap()
    }

    fn found(search: &ServerSearch) -> Result<(String, Option<String>), String> {
        let server = search.find().map_err(|error| error.text())?;
        Ok((server.url.to_string(), server.host_token))
    }

    #[test]
    fn flags_win_over_the_environment() {
        let mut search = ServerSearch {
            url: Some("http://a:1".to_owned()),
            host_token: Some("flag".to_owned()),
            default_url: Some("http://b:2".to_owned()),
            default_host_token: Some("variable".to_owned()),
            client_token: None,
            run_directories: Vec::new(),
        };
        let expected = |url: &str, token: &str| Ok((url.to_owned(), Some(token.to_owned())));
        assert_eq!(found(&search), expected("http://a:1", "flag"));
        (search.url, search.host_token) = (None, None);
        assert_eq!(found(&search), expected("http://b:2", "variable"));
    }

    #[test]
    fn a_run_file_gives_its_token_to_its_own_url_only() {
        let directory = PrivateDirectory::new().unwrap();
        let _file = run(directory.path(), std::process::id(), "http://127.0.0.1:9");
        let mut search = ServerSearch {
            run_directories: vec![directory.path().into()],
            ..ServerSearch::default()
        };
        let token = Some("host-http://127.0.0.1:9".to_owned());
        assert_eq!(
            found(&search),
            Ok(("http://127.0.0.1:9".to_owned(), token.clone()))
        );
        search.url = Some("http://localhost:9".to_owned());
        assert_eq!(found(&search), Ok(("http://localhost:9".to_owned(), token)));
        search.url = Some("http://127.0.0.1:8".to_owned());
        assert_eq!(found(&search), Ok(("http://127.0.0.1:8".to_owned(), None)));
        search.url = None;
        search.default_host_token = Some("variable".to_owned());
        assert_eq!(found(&search).unwrap().1.as_deref(), Some("variable"));
    }

    #[test]
    fn several_are_listed_unless_only_one_answers() {
        let directory = PrivateDirectory::new().unwrap();
        let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let urls = listeners
            .each_ref()
            .map(|one| BaseUrl::from(one.local_addr().unwrap()).to_string());
        let mut child = running_process();
        let _files = [(child.id(), &urls[0]), (std::process::id(), &urls[1])]
            .map(|(pid, url)| run(directory.path(), pid, url));
        let search = ServerSearch {
            run_directories: vec![directory.path().into()],
            ..ServerSearch::default()
        };

        let Err(TerminalError::SeveralServers { urls: mut several }) = search.find() else {
            panic!("one was chosen")
        };
        several.sort();
        let mut expected = urls.clone();
        expected.sort();
        assert_eq!(several, expected);

        let [first, _second] = listeners;
        drop(first);
        assert_eq!(found(&search).unwrap().0, urls[1]);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn nothing_is_found_where_nothing_runs() {
        insta::assert_snapshot!(found(&ServerSearch::default()).unwrap_err(), @r"
        error: no running server was found
          help: start one with `openwork-server`, or name one with `--url` and `--host-token`
        ");
    }
}
