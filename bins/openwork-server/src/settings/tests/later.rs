//! Files that later versions of OpenWork write.

use openwork_model::workspace::WorkspaceId;

use crate::settings::secret::SecretText;
use crate::settings::{EngineCredentials, LogFormat, Settings, SettingsWarning};

use super::{Start, absolute, told_of};

fn settings(file: &str) -> Settings {
    Start::new().file(file).settings()
}

fn login(settings: &Settings, index: usize) -> (Option<&str>, Option<&str>) {
    let EngineCredentials { username, password } = &settings.workspaces[index].login;
    let password = password.as_ref().map(SecretText::expose);
    (username.as_deref(), password)
}

#[test]
fn entries_that_are_not_for_us_are_left_out_by_name() {
    let settings = settings(
        r#"{ "logFormat": "human", "workspaces": [
            { "id": "rem_1", "path": "", "workspaceType": "remote", "displayName": "Office", "openworkToken": "hush" },
            { "path": "", "baseUrl": "https://there" },
            { "path": null },
            { "workspaceType": "remote", "name": "cloud" },
            { "path": "/later", "workspaceType": "sandbox", "name": "later" },
            { "id": "ws_mine", "path": "/mine", "preset": "automation", "displayName": "Mine" }
        ] }"#,
    );
    assert_eq!(settings.log.format, LogFormat::Pretty);
    let [mine] = settings.workspaces.as_slice() else {
        panic!("{:?}", settings.workspaces)
    };
    assert_eq!(mine.path, absolute("/mine"));
    assert_eq!(mine.id.as_ref().map(WorkspaceId::as_str), Some("ws_mine"));
    assert_eq!(mine.preset.as_deref(), Some("automation"));
    assert_eq!(mine.display_name.as_deref(), Some("Mine"));
    let told: Vec<_> = settings
        .warnings
        .iter()
        .map(SettingsWarning::message)
        .collect();
    assert_eq!(
        told,
        [
            "workspace `Office` is left out: it is on another server",
            "workspace `https://there` is left out: it is on another server",
            "workspace `workspaces[2]` is left out: it is on another server",
            "workspace `cloud` is left out: it is on another server",
            "workspace `later` is left out: its type is not known here",
        ]
    );
}

#[test]
fn an_id_that_is_none_or_taken_is_that_of_the_path() {
    let settings = settings(
        r#"{ "workspaces": [
            { "path": "/a", "id": "mine" },
            { "path": "/b", "id": "mine" },
            { "path": "/c", "id": "not one" }
        ] }"#,
    );
    let ids = settings.workspaces.iter().map(|workspace| &workspace.id);
    let ids: Vec<_> = ids.map(|id| id.as_ref().map(WorkspaceId::as_str)).collect();
    assert_eq!(ids, [Some("mine"), None, None]);
    let told = |index: usize, id: &str| {
        let path = settings.workspaces[index].path.display();
        format!(
            "workspace `{path}` cannot have the id `{id}`, which is taken or none; it has that of its path"
        )
    };
    assert_eq!(told_of(&settings), [told(1, "mine"), told(2, "not one")]);
}

#[test]
fn what_is_said_of_the_engine_holds_for_those_that_say_nothing() {
    let file = r#"{
        "opencodeBaseUrl": "http://all", "opencodeDirectory": "/d",
        "opencodeUsername": "u", "opencodePassword": "p",
        "workspaces": [
            { "path": "/a", "baseUrl": "http://a", "opencodeUsername": "own", "opencodePassword": "hush" },
            { "path": "/b" }
        ]
    }"#;
    let both = settings(file);
    let of = |settings: &Settings, index: usize| {
        let workspace = &settings.workspaces[index];
        (workspace.base_url.clone(), workspace.directory.clone())
    };
    assert_eq!(of(&both, 0), (Some("http://a".into()), None));
    assert_eq!(of(&both, 1), (Some("http://all".into()), None));
    assert_eq!(login(&both, 0), (Some("own"), Some("hush")));
    assert_eq!(login(&both, 1), (Some("u"), Some("p")));
    let one =
        r#"{ "opencodeDirectory": "/d", "opencodeBaseUrl": "", "workspaces": [{ "path": "/b" }] }"#;
    assert_eq!(of(&settings(one), 0), (None, Some("/d".into())));
    // A flag or a variable is stronger than the file, for the first one.
    let given = Start::new()
        .file(file)
        .args(&["--opencode-username", "flag"])
        .var("OPENWORK_OPENCODE_PASSWORD", "env")
        .settings();
    assert_eq!(login(&given, 0), (Some("flag"), Some("env")));
    assert_eq!(login(&given, 1), (Some("flag"), Some("env")));
}

#[cfg(unix)]
#[test]
fn a_password_of_an_entry_makes_the_file_a_secret() {
    let file = r#"{ "workspaces": [{ "path": "/a", "opencodePassword": "hush" }] }"#;
    let settings = Start::new().file(file).mode(0o644).settings();
    assert!(told_of(&settings)[0].starts_with("others can read or write"));
    assert!(!format!("{settings:?}").contains("hush"));
}
