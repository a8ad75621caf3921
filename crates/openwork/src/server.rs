//! Workspaces over HTTP, from start to stop.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use openwork_approval::Reply;
use openwork_host::{Host, HostOptions, ServedWorkspace};
use openwork_http::HttpOptions;
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::approver::Approvers;
use crate::error::Error;
use crate::request::{ChangeRequest, ReloadRequest};
use crate::workspace::Workspace;

/// A server at work. Dropping it has it stop by itself, unobserved.
#[must_use = "a server that is dropped stops"]
pub struct Server {
    host: Arc<Host>,
    local_addr: SocketAddr,
    serving: JoinHandle<io::Result<()>>,
    approver: Option<JoinHandle<()>>,
    /// Stops the server when it is dropped: a message is not needed.
    stop: oneshot::Sender<()>,
}

impl Server {
    /// A server of which nothing was said yet.
    pub fn builder() -> ServerBuilder {
        ServerBuilder::new()
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// What it serves. Its [gate](Host::gate) has what waits for an answer.
    pub fn host(&self) -> &Arc<Host> {
        &self.host
    }

    /// Stops in order: nothing more is accepted, what waits is refused, commits
    /// are finished and answered.
    ///
    /// # Errors
    ///
    /// [`Error::Serve`] if the server broke off before, [`Error::Lost`] if its
    /// approver panicked. It has stopped either way.
    pub async fn shut_down(self) -> Result<(), Error> {
        // First the door, then the people: once nothing more is accepted,
        // shutting the host refuses what waits and ends the approver, and only
        // then can that be waited for.
        drop(self.stop);
        let served = self.serving.await;
        self.host.shut_down().await;
        let approved = match self.approver {
            Some(approver) => approver.await,
            None => Ok(()),
        };
        served.map_err(|_| Error::Lost)?.map_err(Error::Serve)?;
        approved.map_err(|_| Error::Lost)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Server")
            .field("local_addr", &self.local_addr)
            .finish_non_exhaustive()
    }
}

/// What a server is to be. Holds tokens, so it is not shown.
#[must_use = "a server starts when it is bound"]
pub struct ServerBuilder {
    workspaces: Vec<ServedWorkspace>,
    host: HostOptions,
    http: HttpOptions,
    approvers: Approvers,
}

impl ServerBuilder {
    fn new() -> Self {
        Self {
            workspaces: Vec::new(),
            host: HostOptions::default(),
            http: HttpOptions::new("", ""),
            approvers: Approvers::default(),
        }
    }

    /// Serves one more workspace; the first is the active one.
    pub fn workspace(mut self, workspace: Workspace) -> Self {
        self.workspaces.push(workspace.into());
        self
    }

    /// What clients and the host present. Both are needed.
    pub fn tokens(mut self, client: impl Into<String>, host: impl Into<String>) -> Self {
        self.http.client_token = client.into();
        self.http.host_token = host.into();
        self
    }

    /// Has a function answer what clients want changed, beside people who may do
    /// so over HTTP. It must not block; `None` leaves a request to them, as in
    /// [`Gate::approve_with`](crate::approval::Gate::approve_with).
    ///
    /// Without one every change waits for people, and is refused if none of them
    /// answers in time (30 s by default). So does a reload of the engine, which
    /// changes no file: [`Self::reload_approver`] has a function answer that.
    pub fn approver<R>(
        mut self,
        mut decide: impl FnMut(ChangeRequest<'_>) -> R + Send + 'static,
    ) -> Self
    where
        R: Into<Option<Reply>>,
    {
        self.approvers.change = Some(Box::new(move |request| decide(request).into()));
        self
    }

    /// Has a function answer clients who want the engine reloaded, under the
    /// same rules as [`Self::approver`]. Without one a reload waits for people,
    /// whatever answers changes.
    pub fn reload_approver<R>(
        mut self,
        mut decide: impl FnMut(ReloadRequest<'_>) -> R + Send + 'static,
    ) -> Self
    where
        R: Into<Option<Reply>>,
    {
        self.approvers.reload = Some(Box::new(move |request| decide(request).into()));
        self
    }

    /// Changes how the host behaves: read-only, deadlines, an engine.
    pub fn host_options(mut self, change: impl FnOnce(&mut HostOptions)) -> Self {
        change(&mut self.host);
        self
    }

    /// Changes how HTTP is spoken: origins, names, limits, the console.
    pub fn http_options(mut self, change: impl FnOnce(&mut HttpOptions)) -> Self {
        change(&mut self.http);
        self
    }

    /// Starts the server on the runtime that this is called on; port 0 takes a
    /// free one.
    ///
    /// # Errors
    ///
    /// [`Error::TokenMissing`] without tokens, [`Error::Listen`] if the address
    /// cannot be had, [`Error::Setup`] if a workspace was given twice.
    pub async fn bind(self, address: impl ToSocketAddrs) -> Result<Server, Error> {
        // Checked here and not left to the server: an empty token admits
        // nobody, so it would run and answer 401 to everyone.
        self.check_tokens()?;
        let listener = TcpListener::bind(address).await.map_err(Error::Listen)?;
        let local_addr = listener.local_addr().map_err(Error::Listen)?;
        let host = Arc::new(Host::new(self.host, self.workspaces)?);
        // Before the first connection: what is asked at once finds its
        // approver.
        let approver = self.approvers.spawn(&host);
        let server = openwork_http::Server::new(Arc::clone(&host), self.http);
        let (stop, stopped) = oneshot::channel::<()>();
        // A sender that is gone is as good as a message, so that a server that
        // is dropped stops.
        let stopped = async move { drop(stopped.await) };
        Ok(Server {
            serving: tokio::spawn(server.serve(listener, stopped)),
            host,
            local_addr,
            approver,
            stop,
        })
    }

    fn check_tokens(&self) -> Result<(), Error> {
        let HttpOptions {
            client_token,
            host_token,
            ..
        } = &self.http;
        for (whose, token) in [("client", client_token), ("host", host_token)] {
            if token.is_empty() {
                return Err(Error::TokenMissing { whose });
            }
        }
        Ok(())
    }
}
