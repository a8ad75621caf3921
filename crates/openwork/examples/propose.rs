//! Shows what adding a plugin would do to the workspace `ws`, and does it.
//!
//! `mkdir ws && cargo run -p openwork --example propose`
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use openwork::Actor;
use openwork::change::Change;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let workspace = openwork::Workspace::open("ws")?;
    for skill in workspace.skills()? {
        println!("{}", skill.name);
    }
    let proposed = workspace.propose(Change::add_plugin("opencode-foo@1.2.0")?)?;
    print!("{proposed}");
    proposed.commit(Actor::local("me"))?;
    Ok(())
}
