use std::fmt::Write as _;

use openwork_change::query::{Query, View, answer};
use openwork_model::files::{FileRoot, MemoryFiles};
use openwork_model::plugin::{PluginItem, PluginsView};
use serde_json::{Value, json};

fn view(files: &MemoryFiles, include_global: bool) -> PluginsView {
    match answer(&Query::Plugins { include_global }, files).unwrap() {
        View::Plugins(view) => view,
        other => panic!("{other:?}"),
    }
}

fn listed(files: &MemoryFiles, include_global: bool) -> String {
    let line = |item: &PluginItem| {
        let mut line = format!(
            "{} {} {}",
            item.source.as_str(),
            item.scope.as_str(),
            item.spec
        );
        if let Some(path) = &item.path {
            write!(line, " in {path}").unwrap();
        }
        if let Some(resolved) = &item.resolved {
            write!(line, " is {resolved}").unwrap();
        }
        if let Some(by) = &item.shadowed_by {
            write!(line, " shadowed by {}", by.display()).unwrap();
        }
        line + "\n"
    };
    view(files, include_global).items.iter().map(line).collect()
}

fn resolved(files: &MemoryFiles, spec: &str) -> Option<String> {
    let config = json!({ "plugin": [spec] }).to_string();
    let files = files.clone().with("opencode.json", &config);
    view(&files, false).items.remove(0).resolved
}

#[test]
fn plugins_of_all_layers_and_directories_are_listed() {
    let files = MemoryFiles::new()
        .with_ancestors(1)
        .with(
            "opencode.jsonc",
            r#"{ "plugin": ["a@2", ["b", { "x": 1 }], "./p.ts"] }"#,
        )
        .with("opencode.json", r#"{ "plugin": ["c"] }"#)
        .with(
            ".opencode/opencode.json",
            r#"{ "plugin": ["./d.ts", "a@3"] }"#,
        )
        .with(".opencode/plugins/two.js", "")
        .with(".opencode/plugins/one.ts", "")
        .with(".opencode/plugins/sub/no.ts", "")
        .with(".opencode/plugins/no.mjs", "")
        .with(".opencode/plugin/.three.ts", "")
        .with_at(
            FileRoot::Ancestor(1),
            "opencode.json",
            r#"{ "plugin": "e" }"#,
        )
        .with_at(FileRoot::Ancestor(1), ".opencode/plugin/four.ts", "")
        .with_at(
            FileRoot::Global,
            "opencode.json",
            r#"{ "plugin": ["a@1", "/w/s/ws/.opencode/plugins/one.ts"] }"#,
        )
        .with_at(FileRoot::Global, "plugin/five.js", "")
        .with_at(
            FileRoot::Home,
            ".opencode/opencode.json",
            r#"{ "plugin": ["./h.ts"] }"#,
        )
        .with_at(FileRoot::Home, ".opencode/plugins/six.js", "")
        .with_at(FileRoot::Custom, "plugin/seven.js", "");
    insta::assert_snapshot!(listed(&files, false), @r#"
config project a@2
config project b
config project ./p.ts is file:///w/s/ws/p.ts
dir.project project file:///w/s/ws/.opencode/plugins/one.ts in .opencode/plugins/one.ts
dir.project project file:///w/s/ws/.opencode/plugins/two.js in .opencode/plugins/two.js
dir.project project file:///w/s/ws/.opencode/plugin/.three.ts in .opencode/plugin/.three.ts
dir.project project file:///w/s/.opencode/plugin/four.ts in /w/s/.opencode/plugin/four.ts
"#);
    insta::assert_snapshot!(listed(&files, true), @r#"
config project a@2 shadowed by /w/s/ws/.opencode/opencode.json
config project b
config project ./p.ts is file:///w/s/ws/p.ts
dir.project project file:///w/s/ws/.opencode/plugins/one.ts in .opencode/plugins/one.ts
dir.project project file:///w/s/ws/.opencode/plugins/two.js in .opencode/plugins/two.js
dir.project project file:///w/s/ws/.opencode/plugin/.three.ts in .opencode/plugin/.three.ts
dir.project project file:///w/s/.opencode/plugin/four.ts in /w/s/.opencode/plugin/four.ts
config.global global a@1 in /home/.config/opencode/opencode.json shadowed by /w/s/ws/.opencode/opencode.json
config.global global /w/s/ws/.opencode/plugins/one.ts in /home/.config/opencode/opencode.json is file:///w/s/ws/.opencode/plugins/one.ts shadowed by /w/s/ws/.opencode/plugins/one.ts
config.global project e in /w/s/opencode.json
config.global project c in /w/s/ws/opencode.json
config.global project ./d.ts in /w/s/ws/.opencode/opencode.json is file:///w/s/ws/.opencode/d.ts
config.global project a@3 in /w/s/ws/.opencode/opencode.json
config.global global ./h.ts in /home/.opencode/opencode.json is file:///home/.opencode/h.ts
dir.global global file:///home/.config/opencode/plugin/five.js in /home/.config/opencode/plugin/five.js
dir.global global file:///home/.opencode/plugins/six.js in /home/.opencode/plugins/six.js
dir.global global file:///custom/plugin/seven.js in /custom/plugin/seven.js
"#);
}

#[test]
fn paths_are_resolved_as_the_engine_does() {
    let files = MemoryFiles::new()
        .with_ancestors(1)
        .with("ts/index.js", "")
        .with("ts/index.ts", "")
        .with("mjs/index.mjs", "")
        .with("package/package.json", "{}")
        .with("package/index.ts", "")
        .with("other/plugin.ts", "")
        .with_at(FileRoot::Ancestor(1), "up/index.tsx", "")
        .with_at(FileRoot::Home, "out/index.ts", "");
    for (spec, url) in [
        ("name", None),
        ("@scope/name@1", None),
        ("file:./x", None),
        ("file:///any/where", None),
        ("./missing.ts", Some("file:///w/s/ws/missing.ts")),
        ("./with space.ts", Some("file:///w/s/ws/with%20space.ts")),
        ("./ts", Some("file:///w/s/ws/ts/index.ts")),
        ("./ts/", Some("file:///w/s/ws/ts/index.ts")),
        ("./mjs", Some("file:///w/s/ws/mjs/index.mjs")),
        ("./package", Some("file:///w/s/ws/package")),
        ("./other", Some("file:///w/s/ws/other")),
        ("../up", Some("file:///w/s/up/index.tsx")),
        ("/w/s/ws/mjs", Some("file:///w/s/ws/mjs/index.mjs")),
        ("/home/out", Some("file:///home/out")),
    ] {
        assert_eq!(resolved(&files, spec).as_deref(), url, "{spec}");
    }
}

#[test]
fn the_packages_of_local_plugins_are_reported() {
    let package = |text: &str| {
        let files = MemoryFiles::new().with(".opencode/package.json", text);
        let package = view(&files, false).package.unwrap();
        (package.path, package.dependencies.map(Value::Object))
    };
    let path = || ".opencode/package.json".to_owned();
    let wanted = json!({ "zod": "^3" });
    assert_eq!(
        package(r#"{ "dependencies": { "zod": "^3" } }"#),
        (path(), Some(wanted))
    );
    for text in ["{}", "{ \"dependencies\": [] }", "broken", ""] {
        assert_eq!(package(text), (path(), None), "{text}");
    }
    assert_eq!(
        view(&MemoryFiles::new().with("package.json", "{}"), true).package,
        None
    );
}
