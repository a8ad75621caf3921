//! What a person is told of calls that are asked about.

use openwork_change::effect::EffectKind;

/// A call that a person is asked about. Each is grave: what it sets off is at
/// the engine, where nothing of it can be taken back here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedCall {
    /// It in a few words.
    pub title: &'static str,
    /// What it sets off, each in one sentence.
    pub effects: &'static [(EffectKind, &'static str)],
    /// Whether its body is a configuration, whose own effects count as well.
    pub is_config: bool,
    /// Whether its body may be shown but for its secrets; otherwise the names of its
    /// fields are.
    pub shows_body: bool,
}

const fn call(title: &'static str, effects: &'static [(EffectKind, &'static str)]) -> AskedCall {
    AskedCall {
        title,
        effects,
        is_config: false,
        shows_body: true,
    }
}

const fn credential(
    title: &'static str,
    effects: &'static [(EffectKind, &'static str)],
) -> AskedCall {
    AskedCall {
        shows_body: false,
        ..call(title, effects)
    }
}

pub(super) const GLOBAL_CONFIG: AskedCall = AskedCall {
    is_config: true,
    ..call(
        "Change the engine's configuration for all workspaces",
        &[
            (
                EffectKind::Unknown,
                "Holds for every workspace of this user, not only for this one.",
            ),
            (
                EffectKind::Interrupts,
                "Interrupts what the engine is doing in all workspaces.",
            ),
        ],
    )
};

pub(super) const DISPOSE_ALL: AskedCall = call(
    "Reload the engine for all workspaces",
    &[(
        EffectKind::Interrupts,
        "Interrupts what the engine is doing in all workspaces.",
    )],
);

pub(super) const STORE_CREDENTIAL: AskedCall = credential(
    "Store a credential of a provider",
    &[(
        EffectKind::SendsData,
        "What is said to models of this provider goes to the account of the credential, in all workspaces.",
    )],
);

pub(super) const DELETE_CREDENTIAL: AskedCall = credential(
    "Delete a stored credential",
    &[(
        EffectKind::Deletes,
        "The credential is gone for all workspaces and cannot be brought back.",
    )],
);

pub(super) const SIGN_IN: AskedCall = credential(
    "Sign in at a provider",
    &[(
        EffectKind::SendsData,
        "What is said to models of this provider goes to the account that is signed in, in all workspaces.",
    )],
);

pub(super) const MCP_SIGN_IN: AskedCall = credential(
    "Sign in at an MCP server",
    &[(
        EffectKind::SendsData,
        "Agents act at this server in the name of the account that is signed in.",
    )],
);

pub(super) const CONNECT_MCP: AskedCall = call(
    "Connect an MCP server",
    &[
        (
            EffectKind::RunsCommand,
            "Starts the server's program, or calls its address, as it is configured.",
        ),
        (EffectKind::SwitchesOn, "Agents can use its tools."),
    ],
);

pub(super) const DISCONNECT_MCP: AskedCall = call(
    "Disconnect an MCP server",
    &[(
        EffectKind::Interrupts,
        "Ends the server, and what agents are doing with it.",
    )],
);

pub(super) const SHARE: AskedCall = call(
    "Publish a session",
    &[(
        EffectKind::SendsData,
        "Everything that is said in the session, and later on, is sent to the engine's makers and can be read by whoever has the link.",
    )],
);

pub(super) const UNSHARE: AskedCall = call(
    "Take back a published session",
    &[(EffectKind::Deletes, "The published copy is deleted.")],
);

pub(super) const PROJECT: AskedCall = call(
    "Change how the engine treats the project",
    &[(
        EffectKind::RunsCommand,
        "A start command runs in each new worktree of the project.",
    )],
);

pub(super) const GIT_INIT: AskedCall = call(
    "Make the workspace a git repository",
    &[(
        EffectKind::RunsCommand,
        "Runs git in the workspace; the engine then reads the configuration of fewer directories.",
    )],
);
