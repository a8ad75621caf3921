//! The client of `openwork-api` against the server: what one sends, the other
//! reads.

use std::time::Duration;

use openwork_api::ErrorCode;
use openwork_api::client::{ApiClient, BaseUrl, ClientError};
use openwork_api::request::{
    AddMcpRequest, AddPluginRequest, EnableMcpRequest, ImportRequest, PatchConfigRequest,
    SkillFileChange, SkillFileRequest, UpsertSkillRequest,
};
use openwork_api::view::{ExportedAgent, SkillFileText};
use serde_json::{Map, Value, json};

use crate::sockets::{Running, run};
use crate::world::{CLIENT, HOST_TOKEN, Setting};

fn client(running: &Running, token: &str) -> ApiClient {
    let url = BaseUrl::from(running.address);
    ApiClient::new(url, None).with_client_token(Some(token.to_owned()))
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn code(error: &ClientError) -> Option<ErrorCode> {
    match error {
        ClientError::Refused { status, code, .. } => ErrorCode::from_wire(*status, code),
        _ => None,
    }
}

#[tokio::test]
async fn a_client_changes_a_workspace_and_reads_it_again() {
    let (running, world) = run(Setting::default()).await;
    let client = client(&running, CLIENT);
    let workspace = client.workspace(&world.id);

    let notion = AddPluginRequest {
        spec: "opencode-notion@1.0.0".into(),
        replace: false,
    };
    let added = workspace.add_plugin(&notion).await.unwrap();
    assert_eq!(added.body.unwrap().items[0].spec, notion.spec);
    let newer = AddPluginRequest {
        spec: "opencode-notion@2.0.0".into(),
        replace: false,
    };
    let kept = workspace.add_plugin(&newer).await.unwrap();
    assert_eq!(kept.warnings[0].code, "already_present");
    let removed = workspace.remove_plugin("opencode-notion").await.unwrap();
    assert_eq!(removed.body.unwrap().items, []);

    let skill = UpsertSkillRequest {
        name: "audit".into(),
        content: "Audit.\n".into(),
        description: Some("When there is something to audit".into()),
        files: vec![SkillFileRequest {
            path: "docs/more of it.md".into(),
            change: SkillFileChange::Write(SkillFileText::Text {
                content: "More.\n".into(),
            }),
            executable: None,
        }],
        omitted: Vec::new(),
    };
    let written = workspace.upsert_skill(&skill).await.unwrap();
    assert_eq!(written.body.unwrap().name, "audit");
    let read = workspace.skill("audit").await.unwrap().body;
    assert!(read.content.ends_with("Audit.\n"), "{read:?}");
    let path = &read.files.unwrap()[0].path;
    let file = workspace.skill_file("audit", path).await.unwrap();
    assert_eq!(file.document["content"], "More.\n");

    let mail = json!({ "type": "local", "command": ["mail"] });
    let mail = AddMcpRequest {
        name: "mail".into(),
        config: std::borrow::Cow::Owned(object(&mail)),
    };
    workspace.add_mcp(&mail).await.unwrap();
    let off = EnableMcpRequest { enabled: false };
    let switched = workspace.enable_mcp("mail", &off).await.unwrap();
    assert_eq!(switched.body.unwrap().items[0].config["enabled"], false);

    let agent = ExportedAgent {
        name: "team/planner".into(),
        content: "---\ndescription: Plans\n---\nPlan.\n".into(),
        folder: None,
    };
    workspace.upsert_agent(&agent).await.unwrap();
    let read = workspace.agent("team/planner").await.unwrap().body;
    assert_eq!(read.content, agent.content);

    let model = PatchConfigRequest {
        opencode: Some(std::borrow::Cow::Owned(object(&json!({ "model": "a/b" })))),
        openwork: None,
    };
    assert!(workspace.patch_config(&model).await.unwrap().body.is_some());
    let config = workspace.config().await.unwrap().body;
    assert_eq!(config.opencode["model"], "a/b");

    let export = workspace.export().await.unwrap();
    let again: ImportRequest<'_> = serde_json::from_value(export.document).unwrap();
    assert!(workspace.import(&again).await.unwrap().body.is_some());
    let audit = workspace.audit().await.unwrap().body;
    let actions: Vec<_> = audit.items.iter().map(|entry| &entry["action"]).collect();
    assert!(actions.contains(&&json!("plugins.add")), "{actions:?}");
}

#[tokio::test]
async fn files_go_both_ways() {
    let (running, world) = run(Setting::default()).await;
    let client = client(&running, CLIENT);
    let workspace = client.workspace(&world.id);
    let content = b"hello\r\n--\r\nthere\0";
    let brought = workspace
        .upload("notes/a \u{fc}.txt", content)
        .await
        .unwrap();
    assert_eq!(brought.body.unwrap().path, "notes/a \u{fc}.txt");
    let inbox = workspace.inbox().await.unwrap().body.items;
    let bytes = workspace.inbox_file(&inbox[0].id).await.unwrap();
    assert_eq!(&bytes[..], content);
    let gone = workspace.artifact("none").await.unwrap_err();
    assert!(matches!(gone, ClientError::Refused { .. }), "{gone}");
}

#[tokio::test]
async fn changes_are_followed() {
    let (running, world) = run(Setting::default()).await;
    let client = client(&running, CLIENT);
    let workspace = client.workspace(&world.id);
    let before = workspace.events().await.unwrap().body.cursor;
    let mut changes = workspace.follow(None).await.unwrap();
    let notion = AddPluginRequest {
        spec: "opencode-notion".into(),
        replace: false,
    };
    workspace.add_plugin(&notion).await.unwrap();
    let next = tokio::time::timeout(Duration::from_secs(5), changes.next());
    let change = next.await.unwrap().unwrap().unwrap();
    assert_eq!(
        (&*change.reason, change.workspace_id),
        ("plugins", world.id.as_str().into())
    );
    let mut again = workspace.follow(Some(before)).await.unwrap();
    assert_eq!(again.next().await.unwrap().unwrap().id, change.id);
}

#[tokio::test]
async fn refusals_are_the_apis_codes() {
    let (running, world) = run(Setting::default()).await;
    let known = client(&running, CLIENT);
    let elsewhere = known.workspace("ws_none").plugins().await.unwrap_err();
    assert_eq!(code(&elsewhere), Some(ErrorCode::WorkspaceNotFound));
    let missing = known.workspace(&world.id).skill("none").await.unwrap_err();
    assert_eq!(code(&missing), Some(ErrorCode::SkillNotFound));
    let invalid = AddPluginRequest {
        spec: "".into(),
        replace: false,
    };
    let invalid = known
        .workspace(&world.id)
        .add_plugin(&invalid)
        .await
        .unwrap_err();
    assert_eq!(code(&invalid), Some(ErrorCode::InvalidPluginSpec));
    let stranger = client(&running, "wrong");
    let refused = stranger.workspace(&world.id).plugins().await.unwrap_err();
    assert!(
        matches!(refused, ClientError::ClientTokenRefused { .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn a_change_waits_for_the_host() {
    let (running, world) = run(Setting::manual()).await;
    let url = BaseUrl::from(running.address);
    let host = ApiClient::new(url, Some(HOST_TOKEN.to_owned()));
    let id = world.id.clone();
    let client = client(&running, CLIENT);
    let added = tokio::spawn(async move {
        let notion = AddPluginRequest {
            spec: "opencode-notion".into(),
            replace: false,
        };
        client.workspace(&id).add_plugin(&notion).await
    });
    let mut events = host.events().await.unwrap();
    let asked = loop {
        let waiting = host.approvals().await.unwrap().body.items;
        if let Some(item) = waiting.first() {
            break item.id.clone();
        }
        events.next().await.unwrap();
    };
    let deny = openwork_api::approval::ReplyRequest {
        reply: openwork_api::approval::ReplyVerdict::Deny,
        via: None,
        remember: None,
        message: Some("not today".into()),
        amend: None,
        digest: None,
    };
    host.reply(&asked, &deny).await.unwrap();
    let denied = added.await.unwrap().unwrap_err();
    assert_eq!(code(&denied), Some(ErrorCode::WriteDenied));
}
