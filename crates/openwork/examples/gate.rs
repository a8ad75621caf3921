//! Asks before something happens that has nothing to do with files.
//!
//! `cargo run -p openwork --example gate`
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::io::{self, Write as _};
use std::time::Duration;

use openwork::approval::{Ask, Gate, Reply, Request};

/// What this program wants to do.
struct SendMail {
    to: &'static str,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let gate = Gate::builder().timeout(Duration::from_secs(300)).build();
    let approver = tokio::spawn(gate.clone().approve_with(|request: &Request<SendMail>| {
        if request.subject.to.ends_with("@example.org") {
            Reply::allow()
        } else {
            Reply::deny().saying("only to our own people")
        }
    }));

    for to in ["anna@example.org", "mallory@example.com"] {
        let ask = Ask::new("office", "mail.send", SendMail { to }).by("newsletter");
        match gate.ask(ask).await {
            Ok(permit) => permit.settle(send(to))?,
            Err(refusal) => println!("no mail to {to}: {refusal}"),
        }
    }

    gate.shut_down();
    approver.await?;
    Ok(())
}

fn send(to: &str) -> io::Result<()> {
    writeln!(io::stdout(), "a mail goes to {to}")
}
