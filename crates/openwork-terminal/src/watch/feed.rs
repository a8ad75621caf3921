//! The server's events across lost connections.

use std::pin::Pin;
use std::time::Duration;

use openwork_api::client::{ApiClient, ClientError, EventReader, ServerEvent};
use tokio::time::sleep;

use crate::error::Result;

/// The pauses before each attempt to get a lost connection back.
const PAUSES: &[Duration] = &[
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];

/// What comes of a feed.
#[derive(Debug)]
pub(crate) enum FeedNews {
    /// Something happened.
    Event(ServerEvent),
    /// The connection is lost; the next event is a snapshot.
    Lost,
}

/// A pause and then a call, kept so that one who looks away meanwhile, as somebody
/// does who draws a line each second, does not begin it anew.
type ReopenAttempt<'c> = Pin<Box<dyn Future<Output = Result<EventReader, ClientError>> + 'c>>;

/// A stream of events that is opened again when it breaks.
pub(crate) struct ApprovalFeed<'c> {
    client: &'c ApiClient,
    events: Option<EventReader>,
    pauses: &'static [Duration],
    failed: usize,
    attempt: Option<ReopenAttempt<'c>>,
}

impl<'c> ApprovalFeed<'c> {
    /// Opens the stream.
    pub(crate) async fn open(client: &'c ApiClient) -> Result<Self> {
        Self::with_pauses(client, PAUSES).await
    }

    async fn with_pauses(client: &'c ApiClient, pauses: &'static [Duration]) -> Result<Self> {
        let events = Some(client.events_and_agents().await?);
        Ok(Self {
            client,
            events,
            pauses,
            failed: 0,
            attempt: None,
        })
    }

    /// What comes next; fails when the server stays away. Nothing is lost if
    /// this is not awaited to its end.
    pub(crate) async fn next(&mut self) -> Result<FeedNews> {
        loop {
            let Some(events) = &mut self.events else {
                self.reopen().await?;
                continue;
            };
            if let Ok(Some(event)) = events.next().await {
                // Not as soon as a stream opens: one that breaks each time it was
                // opened has to come to an end.
                self.failed = 0;
                return Ok(FeedNews::Event(event));
            }
            // Why it broke makes no difference here: whether the server is there
            // shows when it is called again.
            self.events = None;
            return Ok(FeedNews::Lost);
        }
    }

    async fn reopen(&mut self) -> Result<()> {
        let pause = self.pauses.get(self.failed).copied();
        let client = self.client;
        let attempt = self.attempt.get_or_insert_with(|| {
            Box::pin(async move {
                // The last attempt follows the one before it at once.
                sleep(pause.unwrap_or(Duration::ZERO)).await;
                client.events_and_agents().await
            })
        });
        let opened = attempt.await;
        self.attempt = None;
        match opened {
            Ok(events) => self.events = Some(events),
            Err(ClientError::Unreachable { .. } | ClientError::ConnectionLost { .. })
                if pause.is_some() =>
            {
                self.failed += 1;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::time::timeout;

    use super::*;
    use crate::exit::ExitStatus;
    use crate::server::ServerSearch;

    const SHORT: &[Duration] = &[Duration::ZERO, Duration::from_millis(1)];

    /// Answers one connection with one event, and hangs up.
    async fn tell_one(listener: &TcpListener) {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _request = socket.read(&mut [0; 1024]).await.unwrap();
        let event = "data: {\"type\":\"snapshot\"}\n\n";
        let answer = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{event}");
        socket.write_all(answer.as_bytes()).await.unwrap();
    }

    #[tokio::test]
    async fn a_lost_connection_is_opened_again_until_the_server_stays_away() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let search = ServerSearch {
            url: Some(format!("http://{}", listener.local_addr().unwrap())),
            host_token: Some("t".to_owned()),
            ..ServerSearch::default()
        };
        let server = tokio::spawn(async move {
            tell_one(&listener).await;
            tell_one(&listener).await;
        });
        let client = search.find().unwrap().client();
        let mut feed = ApprovalFeed::with_pauses(&client, SHORT).await.unwrap();
        for _ in 0..2 {
            assert!(matches!(feed.next().await, Ok(FeedNews::Event(_))));
            assert!(matches!(feed.next().await, Ok(FeedNews::Lost)));
        }
        server.await.unwrap();
        assert_eq!(
            feed.next().await.unwrap_err().exit(),
            ExitStatus::Unreachable
        );
    }

    #[tokio::test]
    async fn one_who_looks_away_puts_no_attempt_off() {
        const LONGER: &[Duration] = &[Duration::from_millis(60)];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let search = ServerSearch {
            url: Some(format!("http://{}", listener.local_addr().unwrap())),
            host_token: Some("t".to_owned()),
            ..ServerSearch::default()
        };
        let server = tokio::spawn(async move { tell_one(&listener).await });
        let client = search.find().unwrap().client();
        let mut feed = ApprovalFeed::with_pauses(&client, LONGER).await.unwrap();
        assert!(matches!(feed.next().await, Ok(FeedNews::Event(_))));
        assert!(matches!(feed.next().await, Ok(FeedNews::Lost)));
        server.await.unwrap();
        let ended = async {
            loop {
                if let Ok(news) = timeout(Duration::from_millis(10), feed.next()).await {
                    return news;
                }
            }
        };
        let ended = timeout(Duration::from_secs(5), ended).await.unwrap();
        assert_eq!(ended.unwrap_err().exit(), ExitStatus::Unreachable);
    }
}
