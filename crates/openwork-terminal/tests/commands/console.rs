use std::cell::RefCell;
use std::fs;
use std::io;
use std::time::Duration;

use insta::assert_snapshot;
use openwork_terminal::{ExitStatus, OutputForm, Screen, ServerSearch, Terminal, TerminalCommand};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::fake::Fake;
use crate::session::{both, run};

const LINK: TerminalCommand = TerminalCommand::Console { open: false };
const OPEN: TerminalCommand = TerminalCommand::Console { open: true };

#[tokio::test]
async fn the_link_has_the_token_in_its_fragment() {
    let fake = Fake::start().await;
    fake.answer_text("GET /console", 200, "<!DOCTYPE html>");
    assert_snapshot!(both(&LINK, &fake.search()).await, @r#"
    exit 0
    http://SERVER/console#token=host-token

    exit 0
    {"url":"http://SERVER/console#token=host-token","opened":false}
    "#);
}

#[tokio::test]
async fn a_server_without_a_page_has_no_link() {
    let fake = Fake::start().await;
    let ran = run(LINK, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 1
    error: http://SERVER serves no approvals page
      help: start the server with `--console local`, or `--console lan` to open it from another machine
    ");
}

#[tokio::test]
async fn a_browser_that_cannot_be_started_is_told() {
    let fake = Fake::start().await;
    fake.answer_text("GET /console", 200, "<!DOCTYPE html>");
    let ran = run(OPEN, &fake.search(), OutputForm::Text).await;
    assert_snapshot!(ran.transcript(&fake.search()), @r"
    exit 1
    error: no browser could be opened: entity not found
      help: run `openwork-server console` without `--open`, and open the link it prints
    ");
}

/// Where a browser ends that opens a URL: Windows does not say whose a
/// connection is, so there it is a page in a file that leads on.
fn led_to(url: String) -> String {
    let Some(path) = url.strip_prefix("file:///") else {
        return url;
    };
    let page = io::read_to_string(fs::File::open(path.replace("%20", " ")).unwrap()).unwrap();
    assert!(!page.contains("host-token"), "{page}");
    let (_, rest) = page.split_once("content=\"0;url=").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// The authority and the path of a URL.
fn parts(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap();
    rest.split_at(rest.find('/').unwrap())
}

/// What a browser reads.
async fn fetch(address: &str, path: &str) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket
        .write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn the_browser_is_led_to_the_link_once() {
    let fake = Fake::start().await;
    fake.answer_text("GET /console", 200, "<!DOCTYPE html>");
    let opened = RefCell::new(None);
    let open = |url: &str| -> io::Result<()> {
        *opened.borrow_mut() = Some(url.to_owned());
        Ok(())
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let screen = Screen {
        out: &mut out,
        err: &mut err,
        form: OutputForm::Text,
        colour: false,
        columns: None,
        clock: || 0,
    };
    let mut terminal = Terminal {
        screen,
        input: &mut tokio::io::empty(),
        interactive: true,
        keyboard: None,
        open: &open,
    };
    let directory = tempfile::tempdir().unwrap();
    let search = ServerSearch {
        run_directories: vec![directory.path().join("run")],
        ..fake.search()
    };
    let browser = async {
        let url = loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            if let Some(url) = opened.borrow().clone() {
                break led_to(url);
            }
        };
        assert!(!url.contains("host-token"), "{url}");
        let (address, path) = parts(&url);
        let idle = TcpStream::connect(address).await;
        let guessed = fetch(address, "/").await;
        assert!(
            guessed.starts_with("HTTP/1.1 404 ") && !guessed.contains("host-token"),
            "{guessed}"
        );
        let answer = fetch(address, path).await;
        drop(idle);
        (url.clone(), answer)
    };
    let (exit, (url, answer)) = tokio::join!(
        openwork_terminal::run(&OPEN, &search, &mut terminal),
        browser
    );
    assert_eq!(exit, ExitStatus::Done);
    assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
    let link = format!(
        "\r\nlocation: {}/console#token=host-token\r\n",
        search.url.unwrap()
    );
    assert!(answer.contains(&link), "{answer}");
    assert!(
        answer.contains("\r\nreferrer-policy: no-referrer\r\n"),
        "{answer}"
    );
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "The page is open in the browser.\n"
    );
    assert!(TcpStream::connect(parts(&url).0).await.is_err());
}
