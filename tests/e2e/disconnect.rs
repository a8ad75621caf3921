//! A client that hangs up takes its request with it: an allow that comes later writes nothing.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use openwork_testkit::process::poll;
use openwork_testkit::sandbox::Sandbox;
use openwork_testkit::server::{Server, ServerLaunch, TOKEN};
use openwork_testkit::tree::Tree;

const PROGRAM: &str = env!("CARGO_BIN_EXE_openwork-server");
const LIMIT: Duration = Duration::from_secs(10);

#[test]
fn a_request_is_withdrawn_when_its_client_hangs_up() {
    let sandbox = Sandbox::new().unwrap();
    let mut server = ServerLaunch::new(PROGRAM, &sandbox)
        .args(["--approval", "manual", "--log-requests"])
        .start()
        .unwrap();
    let before = Tree::read(sandbox.root()).unwrap();
    let mut client = TcpStream::connect(server.address()).unwrap();
    client.write_all(&request(&server)).unwrap();
    let approver = server.approver();
    let waiting = approver.wait_for(1).unwrap();
    drop(client);
    approver.wait_for(0).unwrap();
    let id = waiting[0]["id"].as_str().unwrap();
    assert_eq!(approver.reply(id, "allow").unwrap().status, 404);
    let after = Tree::read(sandbox.root()).unwrap();
    let told = poll(LIMIT, || {
        let told = server.process().stderr();
        let line = told.lines().find(|line| line.contains("client gone"));
        Ok::<_, std::io::Error>(line.map(str::to_owned))
    });
    let told = told.unwrap().expect("nobody was told that the client left");
    assert!(told.contains("status=\"gone\""), "{told}");
    let log = [".opencode/openwork".to_owned()];
    assert_eq!(before.changes(&after, "ws", &log), [""; 0]);
}

fn request(server: &Server) -> Vec<u8> {
    let body = r#"{"spec":"opencode-notion"}"#;
    format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {TOKEN}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        server.at_workspace("plugins"),
        server.address(),
        body.len()
    )
    .into_bytes()
}
