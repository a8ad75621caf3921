//! Which requests that have ended are meant.

use clap::Args;
use openwork_terminal::HistoryFilter;

#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    /// Only those of this workspace, by its id
    #[arg(long, value_name = "ID")]
    workspace: Option<String>,
    /// Only those of this client, by its name or address
    #[arg(long, value_name = "CLIENT")]
    client: Option<String>,
    /// Only those of this level
    #[arg(long, value_name = "LEVEL", value_parser = ["low", "medium", "high"])]
    level: Option<String>,
    /// Only those that ended so; may repeat
    #[arg(long, value_name = "OUTCOME", value_delimiter = ',', value_parser = [
        "applied", "allowed", "conflicted", "failed", "denied", "expired", "withdrawn", "aborted",
    ])]
    outcome: Vec<String>,
}

impl HistoryArgs {
    pub(super) fn filter(self) -> HistoryFilter {
        HistoryFilter {
            workspace: self.workspace,
            client: self.client,
            level: self.level,
            outcome: (!self.outcome.is_empty()).then(|| self.outcome.join(",")),
        }
    }
}
