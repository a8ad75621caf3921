//! Accept, serve, drain.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use openwork_host::Host;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::options::{HttpLimits, HttpOptions};
use crate::service::Service;
#[cfg(feature = "tls")]
use crate::tls::TlsIdentity;

mod connection;
mod seating;
mod seats;
#[cfg(feature = "tls")]
mod secure;
mod socket;
mod stall;

use seating::Seating;
pub(crate) use seating::{InFlight, SeatHold};
use seats::SeatShares;
pub(crate) use seats::{NoSeat, PeerStanding};

/// How long accepting pauses when the system has no more handles.
const BACK_OFF: Duration = Duration::from_millis(100);

/// How many connections the system holds until they are accepted. With fewer a
/// crowd that comes at once has others wait for a second, until they try again.
const BACKLOG: i32 = 1024;

/// An HTTP server for one host.
pub struct Server {
    host: Arc<Host>,
    service: Service,
    transport: http1::Builder,
    limits: HttpLimits,
    #[cfg(feature = "tls")]
    tls: Option<TlsIdentity>,
    stopping: CancellationToken,
}

impl Server {
    /// A server that answers from this host.
    pub fn new(host: Arc<Host>, options: HttpOptions) -> Self {
        let stopping = CancellationToken::new();
        let limits = options.limits.clone();
        #[cfg(feature = "tls")]
        let tls = options.tls.clone();
        let service = Service::new(Arc::clone(&host), options, stopping.clone());
        Self {
            host,
            service,
            transport: connection::transport(&limits),
            limits,
            #[cfg(feature = "tls")]
            tls,
            stopping,
        }
    }

    /// What answers the requests, to be called without a socket.
    pub fn service(&self) -> Service {
        self.service.clone()
    }

    /// Serves until `shutdown` is ready and what was under way is done, or
    /// [`HttpLimits::drain_deadline`] is over.
    ///
    /// Nothing more is accepted then, requests that wait for a person are
    /// refused, commits are finished and answered. At the deadline connections
    /// are cut off; a commit goes on all the same, and [`Host::shut_down`]
    /// waits for it.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> io::Result<()> {
        // Once more: whoever made the listener may have asked for a shorter queue.
        if let Err(error) = SockRef::from(&listener).listen(BACKLOG) {
            tracing::debug!(%error, "the queue of new connections stays as it was");
        }
        let open = OpenConnections::new(&self.limits);
        let _cut = open.cut.clone().drop_guard();
        tokio::select! {
            () = shutdown => {}
            () = self.resume_and_accept(&listener, &open) => {}
            () = open.seating.watch_newcomers(self.limits.idle_without_token) => {}
        }
        // At once: clients that come now are refused by the system and do not
        // wait in the queue of a server that will not accept them.
        drop(listener);
        self.stopping.cancel();
        open.tasks.close();
        let settled = async {
            tokio::join!(
                self.host.shut_down(),
                open.tasks.wait(),
                self.service.settled()
            )
        };
        if tokio::time::timeout(self.limits.drain_deadline, settled)
            .await
            .is_err()
        {
            tracing::warn!(
                open = open.tasks.len(),
                "connections are cut off at the end"
            );
        }
        Ok(())
    }

    /// Goes on with what an earlier run has left, and with what comes.
    async fn resume_and_accept(&self, listener: &TcpListener, open: &OpenConnections) {
        tokio::join!(self.service.resume(), self.accept(listener, open));
    }

    async fn accept(&self, listener: &TcpListener, open: &OpenConnections) {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => self.connect(stream, peer, open),
                Err(error) if is_of_one_connection(&error) => {}
                // Too few handles, as a rule. Without the pause this would spin
                // until some are closed.
                Err(error) => {
                    tracing::warn!(%error, "no connection can be accepted for now");
                    tokio::time::sleep(BACK_OFF).await;
                }
            }
        }
    }

    fn connect(&self, stream: TcpStream, peer: SocketAddr, open: &OpenConnections) {
        let Ok(seat) = open.seating.admit(peer.ip()) else {
            return connection::turn_away(&stream);
        };
        let mut served = self.serve_peer(stream, (peer, Arc::clone(&seat)));
        let (cut, sitting) = (open.cut.clone(), Arc::clone(&seat));
        let task = open.tasks.spawn(async move {
            // Held by the task and not only by the requests: an idle connection
            // has its seat, too.
            let _sitting = sitting;
            cut.run_until_cancelled(served.as_mut()).await;
        });
        seat.hold(task.abort_handle());
    }
}

impl Server {
    #[cfg(feature = "tls")]
    fn serve_peer(&self, stream: TcpStream, peer: (SocketAddr, Arc<SeatHold>)) -> ServedPeer {
        let (service, stopping) = (self.service.clone(), self.stopping.clone());
        match self.tls.clone() {
            Some(identity) => {
                let secure = (stopping, identity);
                connection::serve_secure(&self.transport, stream, peer, service, secure)
            }
            None => connection::serve(&self.transport, stream, peer, service, stopping),
        }
    }

    #[cfg(not(feature = "tls"))]
    fn serve_peer(&self, stream: TcpStream, peer: (SocketAddr, Arc<SeatHold>)) -> ServedPeer {
        let (service, stopping) = (self.service.clone(), self.stopping.clone());
        connection::serve(&self.transport, stream, peer, service, stopping)
    }
}

/// A connection from its first byte to its last.
type ServedPeer = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The connections that are open.
struct OpenConnections {
    tasks: TaskTracker,
    seating: Arc<Seating>,
    /// Cancelled when they have to end at once.
    cut: CancellationToken,
}

impl OpenConnections {
    fn new(limits: &HttpLimits) -> Self {
        Self {
            tasks: TaskTracker::new(),
            seating: Seating::new(SeatShares::new(limits)),
            cut: CancellationToken::new(),
        }
    }
}

/// Whether accepting failed for one connection alone, which is gone already.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}
