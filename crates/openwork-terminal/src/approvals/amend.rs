//! `approvals allow ID --without PART`: allows a request with some of it left out.

use openwork_api::approval::AmendRequest;
use openwork_api::client::ApiClient;

use crate::details;
use crate::error::{Result, TerminalError};
use crate::exit::ExitStatus;
use crate::screen::{OutputForm, Terminal};

use super::allow::{AllowTerms, check};
use super::answer::{self, OperatorAnswer};
use super::target;

/// Shows what would be written without some parts, and allows exactly that.
pub(super) async fn allow(
    client: &ApiClient,
    ids: &[String],
    without: &[String],
    terms: AllowTerms,
    terminal: &mut Terminal<'_>,
) -> Result<ExitStatus> {
    // Each would have other parts, and something else to look at.
    let [given] = ids else {
        return Err(TerminalError::SeveralAmended);
    };
    let target = target::find(client, given).await?;
    let amend = AmendRequest {
        without: without.iter().map(|part| part.clone().into()).collect(),
        texts: Vec::new(),
    };
    let item = client.amended(&target.id, &amend).await?.body;
    if terminal.screen.form == OutputForm::Text {
        let screen = &mut terminal.screen;
        screen.lines(details::render(&item, screen.now(), screen.style()))?;
        screen.line("")?;
    }
    check(&item, terms, terminal).await?;
    // The answer is to what was shown: if that has changed, nothing is written.
    let reply = OperatorAnswer::AllowAmended {
        amend,
        digest: item.digest.clone().map(Into::into),
    };
    let target = Ok((&item).into());
    answer::all(client, vec![target], &reply, &mut terminal.screen).await
}
