//! The manual pages, which are installed beside the program.

use clap_mangen::Man;

use crate::args::whole_command;
use crate::problem::{StartFailure, StartProblem, quote};
use crate::run::written_text;

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
    written_text(rendered, written)
}

fn unknown(words: &[String]) -> StartProblem {
    let words = quote(&words.join(" "));
    StartProblem::new(format!("there is no command {words}"))
        .help("`openwork-server --help` lists the commands")
}

#[cfg(test)]
mod tests {
    use super::*;

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
