//! Shows what adding a plugin would do to a workspace, and does it.
//!
//! `cargo run -p openwork --example propose -- DIRECTORY`
#![expect(clippy::print_stdout, reason = "a program for the terminal")]
#![expect(clippy::disallowed_methods, reason = "a program reads its arguments")]

use openwork::{Actor, Workspace, change};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let workspace = Workspace::open(directory)?;
    for skill in workspace.skills()? {
        println!("{}", skill.name);
    }
    let proposed = workspace.propose(change::add_plugin("opencode-foo@1.2.0")?)?;
    print!("{proposed}");
    proposed.commit(Actor::local("me"))?;
    Ok(())
}
