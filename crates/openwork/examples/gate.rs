//! Asks before something happens that has nothing to do with files.
//!
//! `cargo run -p openwork --example gate`
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use openwork::approval::{Ask, Asker, Gate, GateOptions, Request};
use openwork::{Reply, approve_with};

/// What this program wants to do.
struct SendMail {
    to: &'static str,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let gate = Gate::new(GateOptions::default());
    let approver = tokio::spawn(approve_with(gate.clone(), |request: &Request<SendMail>| {
        if request.subject.to.ends_with("@example.org") {
            Reply::allow()
        } else {
            Reply::deny().saying("only to our own people")
        }
    }));

    for to in ["anna@example.org", "mallory@example.com"] {
        match gate.ask(ask(SendMail { to })).await {
            Ok(permit) => {
                println!("a mail goes to {to}");
                permit.applied();
            }
            Err(refusal) => println!("no mail to {to}: {refusal}"),
        }
    }

    gate.shut_down();
    approver.await?;
    Ok(())
}

fn ask(subject: SendMail) -> Ask<SendMail> {
    Ask {
        asker: Asker {
            address: None,
            client_id: Some("newsletter".to_owned()),
        },
        scope: "office".to_owned(),
        kind: "mail.send".to_owned(),
        covers: String::new(),
        bytes: 0,
        rememberable: false,
        subject,
    }
}
