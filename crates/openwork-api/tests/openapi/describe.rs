//! What each endpoint takes and answers.
//!
//! A new endpoint does not compile until it has an arm here. `UPDATE_OPENAPI=1 cargo
//! test -p openwork-api --test openapi` then writes the document anew.

use openwork_api::ErrorCode::*;
use openwork_api::ItemList;
use openwork_api::env::{EnvItem, EnvKeysResponse, EnvSetResponse, SetEnvRequest};
use openwork_api::later::LaterRequest;
use openwork_api::pairing::{
    MakePairingRequest, PairPreviewResponse, PairRequest, PairingMadeResponse, PairingResponse,
};
use openwork_api::push::{PushResponse, SubscribeRequest};
use openwork_api::receipt::DoneResponse;
use openwork_api::route::{
    ConsoleAsset, Endpoint, EnvEndpoint, LaterEndpoint, PairingEndpoint, PushEndpoint,
    TokensEndpoint, WorkspaceEndpoint,
};
use openwork_api::server::{CapabilitiesResponse, HealthResponse};
use openwork_api::status::StatusResponse;
use openwork_api::token::{
    MadeTokenResponse, MakeTokenRequest, RenameTokenRequest, TokenItem, WhoAmIResponse,
};
use openwork_api::workspace::{
    ActivatedResponse, AddWorkspaceRequest, RenameWorkspaceRequest, ServedResponse,
    WorkspaceDeletedResponse, WorkspacesResponse,
};
use serde_json::json;

use crate::approvals::approvals;
use crate::errors::{ASKED, BODY, ENGINE, KEPT, STREAM};
use crate::files::{audit, drops, file};
use crate::operation::Operation;
use crate::reads::read;
use crate::schemas::Schemas;
use crate::writes::{mcp, reload, write};

/// What is said of an endpoint.
pub(crate) fn describe(endpoint: Endpoint, s: &mut Schemas) -> Operation {
    let made = answered(endpoint, s);
    if !endpoint.can_be_answered_later() {
        return made;
    }
    made.header(
        "Prefer",
        "`respond-async` has a request that waits for the host answered at once, with 202 and the `Location` of its answer.",
    )
    .answers_with("202", &s.sent::<LaterRequest<'_>>())
    .fails(&[KEPT])
}

fn answered(endpoint: Endpoint, s: &mut Schemas) -> Operation {
    match endpoint {
        Endpoint::Health => {
            Operation::new("server", "getHealth").answers(&s.sent::<HealthResponse<'_>>())
        }
        Endpoint::Capabilities => {
            Operation::new("server", "getCapabilities").answers(&s.sent::<CapabilitiesResponse>())
        }
        Endpoint::Status => {
            Operation::new("server", "getStatus").answers(&s.sent::<StatusResponse<'_>>())
        }
        Endpoint::WhoAmI => Operation::new("server", "whoAmI")
            .answers(&s.sent::<WhoAmIResponse>())
            .fails(&[&[InvalidPayload]]),
        Endpoint::Metrics => Operation::new("server", "getMetrics").sends(
            "text/plain; version=0.0.4; charset=utf-8",
            "Numbers in the text format of Prometheus.",
        ),
        Endpoint::Description => {
            Operation::new("server", "getDescription").answers(&json!({ "type": "object" }))
        }
        Endpoint::Tokens(endpoint) => tokens(endpoint, s),
        Endpoint::Pairing(endpoint) => pairing(endpoint, s),
        Endpoint::Env(endpoint) => env(endpoint, s),
        Endpoint::Workspaces => Operation::new("workspaces", "listWorkspaces")
            .answers(&s.sent::<WorkspacesResponse<'_>>()),
        Endpoint::Workspace(endpoint) => workspace(endpoint, s),
        Endpoint::Read(endpoint) => read(endpoint, s),
        Endpoint::Write(endpoint) => write(endpoint, s),
        Endpoint::Audit(endpoint) => audit(endpoint, s),
        Endpoint::Drop(endpoint) => drops(endpoint, s),
        Endpoint::File(endpoint) => file(endpoint, s),
        Endpoint::Mcp(endpoint) => mcp(endpoint, s),
        Endpoint::Reload => reload(s),
        Endpoint::Engine => engine(),
        Endpoint::Push(endpoint) => push(endpoint, s),
        Endpoint::Later(endpoint) => later(endpoint, s),
        Endpoint::Approvals(endpoint) => approvals(endpoint, s),
        Endpoint::Console(ConsoleAsset::Page) => Operation::new("page", "getPage")
            .sends("text/html; charset=utf-8", "The page.")
            .fails(&[&[NotFound]]),
        Endpoint::Console(ConsoleAsset::File) => Operation::new("page", "getPageFile")
            .sends("*/*", "The file.")
            .fails(&[&[NotFound]]),
    }
}

fn tokens(endpoint: TokensEndpoint, s: &mut Schemas) -> Operation {
    let made = match endpoint {
        TokensEndpoint::List => {
            Operation::new("tokens", "listTokens").answers(&s.sent::<ItemList<TokenItem<'_>>>())
        }
        TokensEndpoint::Make => Operation::new("tokens", "createToken")
            .takes(&s.taken::<MakeTokenRequest<'_>>())
            .answers_with("201", &s.sent::<MadeTokenResponse<'_>>())
            .leads_to("renameToken", "id", "/id")
            .leads_to("deleteToken", "id", "/id")
            .fails(&[BODY, &[InvalidScope, TooManyTokens]]),
        TokensEndpoint::Rename => Operation::new("tokens", "renameToken")
            .takes(&s.taken::<RenameTokenRequest<'_>>())
            .answers(&s.sent::<TokenItem<'_>>())
            .fails(&[BODY, &[TokenNotFound]]),
        TokensEndpoint::End => Operation::new("tokens", "deleteToken")
            .answers(&s.sent::<DoneResponse>())
            .fails(&[&[TokenNotFound, PayloadTooLarge, RequestTimeout]]),
    };
    made.fails(&[KEPT])
}

fn pairing(endpoint: PairingEndpoint, s: &mut Schemas) -> Operation {
    let made = match endpoint {
        PairingEndpoint::Show => {
            return Operation::new("pairing", "getPairing")
                .answers(&s.sent::<PairingResponse<'_>>());
        }
        PairingEndpoint::Make => Operation::new("pairing", "createPairing")
            .takes(&s.taken::<MakePairingRequest<'_>>())
            .answers_with("201", &s.sent::<PairingMadeResponse<'_>>())
            .fails(&[BODY, &[InvalidScope]]),
        PairingEndpoint::End => Operation::new("pairing", "deletePairing")
            .answers(&s.sent::<DoneResponse>())
            .fails(&[&[PairingNotFound, PayloadTooLarge, RequestTimeout]]),
        PairingEndpoint::Preview => Operation::new("pairing", "previewPairing")
            .takes(&s.taken::<PairRequest<'_>>())
            .answers(&s.sent::<PairPreviewResponse<'_>>())
            .fails(&[BODY, &[InvalidPairingCode]]),
        PairingEndpoint::Exchange => Operation::new("pairing", "pair")
            .takes(&s.taken::<PairRequest<'_>>())
            .answers_with("201", &s.sent::<MadeTokenResponse<'_>>())
            .fails(&[BODY, &[InvalidPairingCode, TooManyTokens]]),
    };
    made.fails(&[KEPT])
}

fn env(endpoint: EnvEndpoint, s: &mut Schemas) -> Operation {
    let made = match endpoint {
        EnvEndpoint::List => Operation::new("env", "listEnv")
            .text("includeValues", "`false` leaves the values out.")
            .answers(&s.sent::<ItemList<EnvItem<'_>>>()),
        EnvEndpoint::Keys => {
            Operation::new("env", "listEnvKeys").answers(&s.sent::<EnvKeysResponse<'_>>())
        }
        EnvEndpoint::Set => Operation::new("env", "setEnv")
            .takes(&s.taken::<SetEnvRequest<'_>>())
            .answers(&s.sent::<EnvSetResponse>())
            .fails(&[
                BODY,
                ASKED,
                &[
                    InvalidEntry,
                    InvalidEnvKey,
                    NoEntries,
                    ReservedEnvKey,
                    TooManyVariables,
                ],
            ]),
        EnvEndpoint::Remove => Operation::new("env", "deleteEnv")
            .answers(&s.sent::<DoneResponse>())
            .fails(&[
                ASKED,
                &[InvalidEnvKey, ReservedEnvKey, EnvNotFound, RequestTimeout],
            ]),
    };
    made.fails(&[KEPT])
}

fn workspace(endpoint: WorkspaceEndpoint, s: &mut Schemas) -> Operation {
    let made = match endpoint {
        WorkspaceEndpoint::Add => Operation::new("workspaces", "addWorkspace")
            .takes(&s.taken::<AddWorkspaceRequest<'_>>())
            .answers_with("201", &s.sent::<ServedResponse<'_>>())
            .answers(&s.sent::<ServedResponse<'_>>())
            .leads_to("renameWorkspace", "id", "/activeId")
            .fails(&[
                BODY,
                &[WorkspaceMissing, NotARegularFile, WorkspaceUnauthorized],
            ]),
        WorkspaceEndpoint::Rename => Operation::new("workspaces", "renameWorkspace")
            .takes(&s.taken::<RenameWorkspaceRequest<'_>>())
            .answers(&s.sent::<ServedResponse<'_>>())
            .fails(&[BODY]),
        WorkspaceEndpoint::Activate => Operation::new("workspaces", "activateWorkspace")
            .query(
                "persist",
                &json!({ "enum": ["true", "1", "yes", "on"] }),
                "For the next start as well.",
            )
            .body(&json!({ "content": { "application/json": { "schema": {
                "type": "object",
                "properties": { "persist": {
                    "type": ["boolean", "null"], "description": "For the next start as well.",
                } },
            } } } }))
            .answers(&s.sent::<ActivatedResponse<'_>>())
            .fails(&[BODY, &[InvalidQuery]]),
        WorkspaceEndpoint::Remove => Operation::new("workspaces", "removeWorkspace")
            .answers(&s.sent::<WorkspaceDeletedResponse<'_>>())
            .fails(&[&[RequestTimeout]]),
    };
    made.fails(&[ASKED, KEPT])
}

fn push(endpoint: PushEndpoint, s: &mut Schemas) -> Operation {
    let made = match endpoint {
        PushEndpoint::Show => {
            Operation::new("push", "getPush").answers(&s.sent::<PushResponse<'_>>())
        }
        PushEndpoint::Subscribe => Operation::new("push", "subscribe")
            .takes(&s.taken::<SubscribeRequest<'_>>())
            .answers(&s.sent::<DoneResponse>())
            .fails(&[BODY, &[InvalidSubscription, PushUnavailable]]),
        PushEndpoint::End => Operation::new("push", "unsubscribe")
            .answers(&s.sent::<DoneResponse>())
            .fails(&[&[PayloadTooLarge, RequestTimeout]]),
    };
    made.fails(&[KEPT])
}

fn later(endpoint: LaterEndpoint, s: &mut Schemas) -> Operation {
    let made = match endpoint {
        LaterEndpoint::Show => Operation::new("later", "getRequest").header(
            "Prefer",
            "`wait=N` has the answer wait until the request has ended, 60 seconds at most.",
        ),
        LaterEndpoint::Withdraw => {
            Operation::new("later", "withdrawRequest").fails(&[&[AlreadyAnswered]])
        }
    };
    made.answers(&s.sent::<LaterRequest<'_>>())
        .fails(&[&[RequestNotFound], KEPT])
}

/// The routes of the engine, which this document does not have.
fn engine() -> Operation {
    let any = json!({ "*/*": {} });
    let answer = json!({
        "description": "What the engine answers, with its own status; or a failure of the server, whose `code` is one of the statuses below.",
        "content": any,
    });
    Operation::new("engine", "callEngine")
        .body(&json!({ "description": "What the engine takes.", "content": any }))
        .responds("default", &answer)
        .fails(&[
            ENGINE,
            ASKED,
            STREAM,
            BODY,
            &[
                OpencodeRouteRefused,
                SessionNotFound,
                CommandAdmissionConflict,
                FileNotAllowed,
                OpencodeReloadFailed,
                OpencodeReloadTimeout,
                OpencodeEngineUnreachable,
            ],
        ])
}
