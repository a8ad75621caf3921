//! The method-and-path table.

pub(crate) mod escape;
mod mount;
mod router;

pub(crate) use mount::unmounted;
#[cfg(feature = "console")]
pub(crate) use openwork_api::route::ConsoleAsset;
pub(crate) use openwork_api::route::{
    ApprovalsEndpoint, AuditEndpoint, DropEndpoint, Endpoint, EnvEndpoint, FileEndpoint,
    LaterEndpoint, McpEndpoint, PairingEndpoint, PushEndpoint, ReadEndpoint, TokensEndpoint,
    WorkspaceEndpoint, WriteEndpoint,
};
pub use openwork_api::route::{RouteAccess, RouteRow};
pub(crate) use router::{MatchedRoute, Router};

/// The routes that this build serves.
pub fn table() -> &'static [RouteRow] {
    if cfg!(feature = "console") {
        openwork_api::route::table()
    } else {
        openwork_api::route::table_without_console()
    }
}

#[cfg(test)]
mod tests;
