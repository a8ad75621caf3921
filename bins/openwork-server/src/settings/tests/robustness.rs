//! No input makes the settings panic, and no message shows a secret.

use std::path::Path;

use proptest::prelude::*;

use crate::settings::document::SettingsDocument;
use crate::settings::table::KEYS;

use super::Start;

/// JSON text in the shape of a configuration, seldom a good one.
fn configuration() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        "-?[0-9]{1,20}(\\.[0-9])?".prop_map(String::from),
        any::<String>().prop_map(|text| serde_json::Value::from(text).to_string()),
    ];
    let name = prop_oneof![
        (0..KEYS.len()).prop_map(|index| KEYS[index].path.to_owned()),
        Just("approval".to_owned()),
        Just("path".to_owned()),
        any::<String>(),
    ];
    scalar.prop_recursive(4, 24, 4, move |inner| {
        let entry = (name.clone(), inner.clone())
            .prop_map(|(name, value)| format!("{}: {value}", serde_json::Value::from(name)));
        prop_oneof![
            proptest::collection::vec(inner, 0..4)
                .prop_map(|items| format!("[{}]", items.join(","))),
            proptest::collection::vec(entry, 0..4)
                .prop_map(|items| format!("{{{}}}", items.join(","))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let start = Start::new().file(&bytes);
        if let Err(failure) = start.load() {
            prop_assert_eq!(failure.exit_code(), 2);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let document = SettingsDocument::read(Path::new("server.json"), &text);
        let may_be_an_object = text.contains('{');
        prop_assert!(may_be_an_object || !document.problems.is_empty());
    }

    #[test]
    fn any_configuration_is_read_or_refused(text in configuration()) {
        let start = Start::new().file(&text);
        match start.load() {
            Ok(settings) => {
                let absolute = settings.workspaces.iter().all(|workspace| workspace.path.is_absolute());
                prop_assert!(absolute);
            },
            Err(failure) => prop_assert!(failure.to_string().contains("server.json")),
        }
    }

    #[test]
    fn no_message_shows_a_token(token in "[ \\t\\n]{0,1}hush[0-9]{1,9}[ \\u{0}]{0,1}") {
        let json = serde_json::Value::from(token.as_str());
        let file = format!("{{ \"token\": {json}, \"hostToken\": [{json}], \"port\": 1, }}");
        let start = Start::new().file(file).args(&["--opencode-password", &token]);
        let told = match start.load() {
            Ok(settings) => format!("{settings:?}"),
            Err(failure) => failure.to_string(),
        };
        prop_assert!(!told.contains("hush"), "{}", told);
    }
}
