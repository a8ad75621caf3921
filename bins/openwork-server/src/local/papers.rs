//! What is installed beside the program: completions and manual pages.

use clap_complete::{Generator, shells};
use clap_mangen::Man;

use crate::args::{ShellName, whole_command};
use crate::problem::{StartFailure, StartProblem, quote};

/// The completions of a shell, as a script.
pub(super) fn completions(shell: ShellName) -> Result<String, StartFailure> {
    let mut command = whole_command();
    command.set_bin_name("openwork-server");
    command.build();
    let mut script = Vec::new();
    // Each by its name: clap's own enum would link in shells that nobody can ask for.
    let written = match shell {
        ShellName::Bash => shells::Bash.try_generate(&command, &mut script),
        ShellName::Zsh => shells::Zsh.try_generate(&command, &mut script),
        ShellName::Fish => shells::Fish.try_generate(&command, &mut script),
        ShellName::PowerShell => shells::PowerShell.try_generate(&command, &mut script),
    };
    let script = text(written, script)?;
    Ok(match shell {
        // clap_complete (4.6) takes the hyphen of the program's name for the end of
        // a command where it defines the completions, and not where it looks for them.
        ShellName::Bash => script.replace("openwork__subcmd__server", "openwork__server"),
        _ => script,
    })
}

/// The manual page of the program, or of one command.
pub(super) fn man(words: &[String]) -> Result<String, StartFailure> {
    let mut command = whole_command();
    command.build();
    let page = words
        .iter()
        .try_fold(&command, |command, word| command.find_subcommand(word))
        .ok_or_else(|| unknown(words))?;
    let mut written = Vec::new();
    let page = page.clone().version(env!("CARGO_PKG_VERSION"));
    let rendered = Man::new(page).render(&mut written);
    text(rendered, written)
}

fn unknown(words: &[String]) -> StartProblem {
    let words = quote(&words.join(" "));
    StartProblem::new(format!("there is no command {words}"))
        .help("`openwork-server --help` lists the commands")
}

fn text(written: std::io::Result<()>, bytes: Vec<u8>) -> Result<String, StartFailure> {
    written
        .and_then(|()| String::from_utf8(bytes).map_err(std::io::Error::other))
        .map_err(|cause| {
            StartFailure::Start(StartProblem::new(format!("it cannot be written: {cause}")))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_knows_the_commands_and_every_flag() {
        let shells = [
            ShellName::Bash,
            ShellName::Zsh,
            ShellName::Fish,
            ShellName::PowerShell,
        ];
        for shell in shells {
            let script = completions(shell).unwrap();
            // fish writes flags without their dashes.
            for word in ["approvals", "history", "config", "exit-with-parent"] {
                assert!(script.contains(word), "{shell:?}: {word}");
            }
        }
    }

    #[test]
    fn each_command_has_a_page() {
        let page = man(&[]).unwrap();
        assert!(page.contains(".TH openwork-server 1"), "{page}");
        assert!(page.contains("exit\\-with\\-parent"), "{page}");
        let words = ["approvals", "allow"].map(str::to_owned);
        let page = man(&words).unwrap();
        assert!(
            page.contains(".TH openwork-server-approvals-allow 1"),
            "{page}"
        );
        assert!(page.contains("Exit codes: 0 done"), "{page}");
        let refused = man(&["approvals".to_owned(), "al\u{7}".to_owned()]).unwrap_err();
        insta::assert_snapshot!(refused, @r"
        error: there is no command `approvals al\u{7}`
          help: `openwork-server --help` lists the commands
        ");
    }
}
