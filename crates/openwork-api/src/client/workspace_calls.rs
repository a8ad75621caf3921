//! What can be asked of a workspace and changed in it.

use bytes::Bytes;
use hyper::Method;
use serde_json::Value;

use super::{ApiAnswer, ChangeAnswer, ChangeReader, ClientResult, WorkspaceClient, segment};
use crate::ItemList;
use crate::event::EventsResponse;
use crate::receipt::{ConfigWritten, DoneResponse, ReloadResponse, SkillDeleted, UpdatedResponse};
use crate::request::{
    AddMcpRequest, AddPluginRequest, EnableMcpRequest, ImportRequest, PatchConfigRequest,
    SetAuthorizedFoldersRequest, SetDefaultModelRequest, UpsertCommandRequest, UpsertSkillRequest,
    WriteConfigRequest,
};
use crate::view::{
    AgentResponse, AgentsResponse, AuthorizedFoldersResponse, CommandsResponse, ConfigResponse,
    ConfigTextResponse, DefaultModelResponse, ExportResponse, ExportedAgent, McpResponse,
    McpTestResponse, OneCommandResponse, PluginsResponse, SkillBody, SkillFileResponse,
    SkillResponse, SkillsResponse,
};

/// One row for each call: what it is, its path, and its answer. A name in
/// parentheses stands for a segment of the path, one after `;` for the body.
macro_rules! calls {
    ($(
        $(#[$doc:meta])*
        $kind:ident $name:ident($($part:ident),* $(; $body:ty)?) $path:literal -> $answer:ty;
    )*) => {
        impl WorkspaceClient<'_> {
            $(calls!(@ $kind [$(#[$doc])*] $name [$($part),*] [$($body)?] $path $answer);)*
        }
    };
    (@ GET [$(#[$doc:meta])*] $name:ident [$($part:ident),*] [] $path:literal $answer:ty) => {
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// Fails without an answer, with a refusal, or in a form that is not known.
        pub async fn $name(&self, $($part: &str),*) -> ClientResult<ApiAnswer<$answer>> {
            self.get(&format!($path, $($part = segment($part)),*)).await
        }
    };
    (@ DELETE [$(#[$doc:meta])*] $name:ident [$($part:ident),*] [] $path:literal $answer:ty) => {
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// Fails without an answer, if the change is refused, or in a form that is
        /// not known.
        pub async fn $name(&self, $($part: &str),*) -> ClientResult<ChangeAnswer<$answer>> {
            let path = format!($path, $($part = segment($part)),*);
            self.change(Method::DELETE, &path, Bytes::new()).await
        }
    };
    (@ $method:ident [$(#[$doc:meta])*] $name:ident [$($part:ident),*] [$body:ty] $path:literal
        $answer:ty) => {
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// Fails without an answer, if the change is refused, or in a form that is
        /// not known.
        pub async fn $name(
            &self,
            $($part: &str,)*
            request: &$body,
        ) -> ClientResult<ChangeAnswer<$answer>> {
            let path = format!($path, $($part = segment($part)),*);
            self.change(Method::$method, &path, self.json(request)?).await
        }
    };
}

calls! {
    /// The configuration of the workspace's own file.
    GET config() "/config" -> ConfigResponse<'static>;
    /// The same with every layer that the engine reads, and what comes of them.
    GET config_layers() "/config?layers=true" -> ConfigResponse<'static>;
    /// Merges keys into the configuration.
    PATCH patch_config(; PatchConfigRequest<'_>) "/config" -> UpdatedResponse;
    /// The configuration file as a text.
    GET config_text() "/opencode-config" -> ConfigTextResponse<'static>;
    /// Writes a configuration file whole.
    POST write_config(; WriteConfigRequest<'_>) "/opencode-config" -> ConfigWritten<'static>;
    /// The model that conversations begin with.
    GET default_model() "/default-model" -> DefaultModelResponse<'static>;
    /// Says which model conversations begin with.
    PUT set_default_model(; SetDefaultModelRequest<'_>) "/default-model"
        -> DefaultModelResponse<'static>;
    /// The folders outside of the workspace that agents may work in.
    GET authorized_folders() "/authorized-folders" -> AuthorizedFoldersResponse<'static>;
    /// Opens these folders and no others.
    PUT set_authorized_folders(; SetAuthorizedFoldersRequest<'_>) "/authorized-folders"
        -> AuthorizedFoldersResponse<'static>;
    /// The plugins, in the order in which the engine loads them.
    GET plugins() "/plugins" -> PluginsResponse<'static>;
    /// Adds a plugin.
    POST add_plugin(; AddPluginRequest<'_>) "/plugins" -> PluginsResponse<'static>;
    /// Removes a plugin, named with or without its version.
    DELETE remove_plugin(name) "/plugins/{name}" -> PluginsResponse<'static>;
    /// The skills, without their texts.
    GET skills() "/skills" -> SkillsResponse<'static>;
    /// One skill, its text and the files of its folder.
    GET skill(name) "/skills/{name}?files=true" -> SkillResponse<'static>;
    /// Writes a skill, where it stands.
    POST upsert_skill(; UpsertSkillRequest<'_>) "/skills" -> SkillBody<'static>;
    /// Removes a skill of the workspace.
    DELETE delete_skill(name) "/skills/{name}" -> SkillDeleted<'static>;
    /// The MCP servers.
    GET mcp() "/mcp" -> ItemList<McpResponse<'static>>;
    /// Adds an MCP server, or puts it in the place of one.
    POST add_mcp(; AddMcpRequest<'_>) "/mcp" -> ItemList<McpResponse<'static>>;
    /// Removes an MCP server.
    DELETE remove_mcp(name) "/mcp/{name}" -> ItemList<McpResponse<'static>>;
    /// Switches an MCP server on or off.
    POST enable_mcp(name; EnableMcpRequest) "/mcp/{name}/enabled"
        -> ItemList<McpResponse<'static>>;
    /// Has the engine forget what it is signed in with at an MCP server.
    DELETE sign_out_of_mcp(name) "/mcp/{name}/auth" -> DoneResponse;
    /// The commands.
    GET commands() "/commands" -> CommandsResponse<'static>;
    /// One command.
    GET command(name) "/commands/{name}" -> OneCommandResponse<'static>;
    /// Writes a command, where it stands.
    POST upsert_command(; UpsertCommandRequest<'_>) "/commands" -> CommandsResponse<'static>;
    /// Removes a command.
    DELETE delete_command(name) "/commands/{name}" -> DoneResponse;
    /// The agents, without their texts.
    GET agents() "/agents" -> AgentsResponse<'static>;
    /// One agent and its text.
    GET agent(name) "/agents/{name}" -> AgentResponse<'static>;
    /// Writes an agent, where it stands.
    POST upsert_agent(; ExportedAgent<'_>) "/agents" -> AgentsResponse<'static>;
    /// Removes an agent.
    DELETE delete_agent(name) "/agents/{name}" -> DoneResponse;
    /// The newest entries of the audit log, as they are recorded.
    GET audit() "/audit" -> ItemList<Value>;
    /// The changes of lately, by anybody, oldest first.
    GET events() "/events" -> EventsResponse<'static>;
    /// All that an import takes. Secrets are masked, unless the host token goes
    /// along.
    GET export() "/export" -> ExportResponse<'static>;
    /// Brings in an export, all or nothing.
    POST import(; ImportRequest<'_>) "/import" -> DoneResponse;
}

impl WorkspaceClient<'_> {
    /// One file of a skill's folder, by its path below that.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn skill_file(
        &self,
        name: &str,
        path: &str,
    ) -> ClientResult<ApiAnswer<SkillFileResponse<'static>>> {
        let parts: Vec<_> = path
            .split('/')
            .map(|part| segment(part).to_string())
            .collect();
        let path = format!("/skills/{}/files/{}", segment(name), parts.join("/"));
        self.get(&path).await
    }

    /// How the engine says an MCP server is. Nothing is started for it.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn test_mcp(&self, name: &str) -> ClientResult<ApiAnswer<McpTestResponse<'static>>> {
        let path = format!("/mcp/{}/test", segment(name));
        self.ask(&path, &serde_json::json!({})).await
    }

    /// Has the engine read its files again.
    ///
    /// # Errors
    ///
    /// Fails without an answer, if it is refused, or in a form that is not known.
    pub async fn reload_engine(&self) -> ClientResult<ChangeAnswer<ReloadResponse>> {
        self.change(Method::POST, "/engine/reload", Bytes::new())
            .await
    }

    /// Follows the changes, from the one after `since` on, or from now on.
    ///
    /// # Errors
    ///
    /// Fails without an answer, or with a refusal.
    pub async fn follow(&self, since: Option<u64>) -> ClientResult<ChangeReader> {
        let since = since.map_or_else(String::new, |since| format!("?since={since}"));
        self.changes_at(&format!("/events{since}")).await
    }
}
