//! The whole document, made of the table of routes.

use std::collections::{BTreeMap, BTreeSet};

use openwork_api::route::{Endpoint, RouteAccess, RouteRow, table};
use openwork_api::{ErrorBody, ErrorCode};
use serde_json::{Map, Value, json};

use crate::describe::describe;
use crate::errors::{ALWAYS, CHANGE, PATH, SCOPE, TOKEN, WORKSPACE};
use crate::handbook;
use crate::operation::Operation;
use crate::schemas::Schemas;

/// The methods of a row that takes all; the rest is as rare at an engine as elsewhere.
const ANY: [&str; 5] = ["get", "post", "put", "patch", "delete"];

const ABOUT: &str = "What people and programs use to see and change what agents can do. Each change waits \
    for the host's yes and is answered once it is durable or refused; so an answer may take minutes. Failures \
    have a `code` that programs can rely on. docs/api.md of the project says more.";

const ENGINE: &str = "The engine's own routes, which it describes itself at `/doc`; what is called decides which \
    scope it takes. The path after `opencode` may have any number of segments, which OpenAPI cannot say: slashes \
    in `path` stay as they are.";

const MOUNTED: &str = "Below `/w/:id` the server is that workspace alone.";

const TAGS: [(&str, &str); 15] = [
    ("server", "The server itself."),
    ("tokens", "Tokens that are made for others."),
    ("pairing", "Codes that devices get a token by."),
    ("env", "Environment variables that are kept."),
    (
        "workspaces",
        "Which workspaces are served, and what changes in them.",
    ),
    ("config", "The engine's configuration."),
    ("plugins", "Plugins."),
    ("skills", "Skills and their files."),
    ("mcp", "MCP servers."),
    ("commands", "Commands."),
    ("agents", "Agents."),
    ("audit", "Changes that were made."),
    ("files", "Files that come and go, and those of a workspace."),
    ("transfer", "Workspaces as a whole."),
    ("engine", "The engine, and its own API through the server."),
];
const MORE_TAGS: [(&str, &str); 4] = [
    ("push", "Devices that are told while their page is closed."),
    ("later", "Requests whose clients come back for the answer."),
    ("approvals", "What waits for the host, and its answers."),
    ("page", "The approvals page."),
];

/// Failures that come together, under one name.
#[derive(Default)]
struct FailureAnswers(BTreeMap<String, (u16, BTreeSet<&'static str>)>);

/// Makes the document.
pub(crate) fn document() -> Value {
    let mut schemas = Schemas::new();
    let mut failures = FailureAnswers::default();
    let mut paths = Map::new();
    let mut ids = BTreeSet::new();
    let error = schemas.sent::<ErrorBody<'_>>();
    for row in table() {
        let methods = if row.method() == "*" {
            ANY.map(str::to_owned).to_vec()
        } else {
            vec![row.method().to_lowercase()]
        };
        for method in methods {
            let described = describe(row.endpoint(), &mut schemas);
            let id = name(&described, row, &method);
            assert!(ids.insert(id.clone()), "two operations are called {id}");
            let operation = operation(row, (&method, &id), described, &mut failures);
            let path = paths
                .entry(template(row.path()))
                .or_insert_with(|| json!({}));
            path[&method] = operation;
        }
    }
    let tags = TAGS.iter().chain(&MORE_TAGS);
    let tags: Vec<_> = tags
        .map(|(name, about)| json!({ "name": name, "description": about }))
        .collect();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "OpenWork server",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "http://127.0.0.1:8787" }],
        "tags": tags,
        "paths": paths,
    });
    let mut components = json!({
        "responses": failures.responses(&error),
        "headers": { "X-Request-Id": {
            "description": "The word by which the log names the request: the client's own if it sent a plain one of up to 64 letters, digits, `.`, `_` and `-`.",
            "schema": { "type": "string" },
        } },
        "securitySchemes": {
            "bearer": {
                "type": "http", "scheme": "bearer",
                "description": "The clients' token, or one that was made; a role says the least scope.",
            },
            "host": {
                "type": "apiKey", "in": "header", "name": "X-OpenWork-Host-Token",
                "description": "The host's token. Beside a bearer token it makes a change the host's own, which is made without asking unless `approval.hostWrites` is `ask`.",
            },
        },
    });
    let described = schemas.finish(&mut document);
    components["schemas"] = described;
    document["components"] = components;
    document
}

/// The name of an operation; of those that a row has several of, or that are the same
/// somewhere else, each has one more word.
fn name(described: &Operation, row: &RouteRow, method: &str) -> String {
    let mut name = described.id.to_owned();
    if row.endpoint() == Endpoint::Engine {
        let place = row.path().split('/').nth(1).unwrap_or_default();
        let place = match place {
            "workspace" => "OfWorkspace",
            "w" => "OfMounted",
            _ => "OfActive",
        };
        let root = if row.path().ends_with("*path") {
            ""
        } else {
            "Root"
        };
        name = format!("{method}Engine{root}{place}");
    } else if row.path().starts_with("/w/") {
        name.push_str("OfMounted");
    }
    name
}

fn operation(
    row: &RouteRow,
    (method, id): (&str, &str),
    described: Operation,
    failures: &mut FailureAnswers,
) -> Value {
    let access = row.access();
    let mut parameters = path_parameters(row.path());
    let is_open = access == RouteAccess::Open;
    let asks = row.endpoint().is_write() || row.endpoint() == Endpoint::Engine;
    if asks && !is_open {
        parameters.push(json!({
            "name": "X-OpenWork-Client-Id", "in": "header",
            "description": "What the client calls itself; it is shown and recorded, never trusted.",
            "schema": { "type": "string", "maxLength": 128, "pattern": "^[ -~]*$" },
        }));
    }
    let errors = errors(row, &described);
    parameters.extend(described.parameters);
    let mut responses = Map::new();
    for (status, mut response) in described.answers {
        response["headers"]["X-Request-Id"] =
            json!({ "$ref": "#/components/headers/X-Request-Id" });
        if status.starts_with('2') {
            for (name, link) in &described.links {
                response["links"][*name] = link.clone();
            }
        }
        responses.insert(status.to_owned(), response);
    }
    for (status, codes) in errors {
        responses.insert(status.to_string(), failures.named(status, codes));
    }
    responses.sort_keys();
    let mut operation = json!({
        "operationId": id,
        "tags": [described.tag],
        "summary": summary(id),
        "description": what(row),
        "security": security(access),
        "parameters": parameters,
        "responses": responses,
    });
    if let Some(body) = described.body.filter(|_| method != "get") {
        operation["requestBody"] = body;
    }
    operation
}

/// What the handbook says of a row; of a second place that of the first.
fn what(row: &RouteRow) -> String {
    if row.endpoint() == Endpoint::Engine {
        return format!("{ENGINE} {}", whose(row.path()));
    }
    match row.path().strip_prefix("/w/:id") {
        Some(first) => format!("{}. {MOUNTED}", handbook::route(row.method(), first)),
        None => handbook::route(row.method(), row.path()),
    }
}

/// Whose engine a path leads to.
fn whose(path: &str) -> &'static str {
    match path.split('/').nth(1) {
        Some("workspace") => "It is the engine of the workspace.",
        Some("w") => MOUNTED,
        _ => "It is the engine of the active workspace.",
    }
}

/// The name of an operation as people write it.
fn summary(id: &str) -> String {
    let mut text = String::new();
    for letter in id.chars() {
        if letter.is_uppercase() {
            text.push(' ');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text[..1].to_ascii_uppercase() + &text[1..]
}

/// The failures of an operation, by status.
fn errors(row: &RouteRow, described: &Operation) -> BTreeMap<u16, BTreeSet<&'static str>> {
    let mut codes: Vec<ErrorCode> = ALWAYS.to_vec();
    codes.extend(&described.errors);
    let access = row.access();
    if row.path().contains([':', '*']) {
        codes.extend(PATH);
    }
    if access != RouteAccess::Open {
        codes.extend(TOKEN);
    }
    if access.least().is_some() {
        codes.extend(SCOPE);
    }
    if row.endpoint().is_write() || row.endpoint() == Endpoint::Engine {
        codes.extend(CHANGE);
    }
    let places = ["/workspace/:id", "/workspaces/:id", "/w/:id"];
    if places.iter().any(|place| row.path().starts_with(place)) {
        codes.extend(WORKSPACE);
    }
    if row.endpoint() == Endpoint::Engine {
        codes.extend(WORKSPACE);
    }
    // Below `/w/:id` another workspace is none.
    if row.path().starts_with("/w/") {
        codes.push(ErrorCode::NotFound);
    }
    let mut by_status: BTreeMap<u16, BTreeSet<&'static str>> = BTreeMap::new();
    for code in codes {
        by_status
            .entry(code.status())
            .or_default()
            .insert(code.as_str());
    }
    by_status
}

fn security(access: RouteAccess) -> Value {
    let bearer = |least: &str| json!({ "bearer": [least] });
    match access {
        RouteAccess::Open => json!([]),
        RouteAccess::AnyToken => json!([{ "bearer": [] }, { "host": [] }]),
        RouteAccess::Client(least) => json!([bearer(least.as_str()), {
            "bearer": [least.as_str()], "host": [],
        }]),
        RouteAccess::Host(least) => json!([{ "host": [] }, bearer(least.as_str())]),
        RouteAccess::HostToken => json!([{ "host": [] }]),
    }
}

/// A path as OpenAPI writes it.
fn template(path: &str) -> String {
    let segment = |segment: &str| match segment.strip_prefix([':', '*']) {
        Some(name) => format!("{{{name}}}"),
        None => segment.to_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

fn path_parameters(path: &str) -> Vec<Value> {
    let named = path
        .split('/')
        .filter(|segment| segment.starts_with([':', '*']));
    named
        .map(|segment| {
            let is_rest = segment.starts_with('*');
            let mut parameter = json!({
                "name": &segment[1..], "in": "path", "required": true,
                "schema": parameter_schema(path, segment),
            });
            if is_rest {
                parameter["description"] = "The rest of the path, slashes as they are.".into();
            }
            parameter
        })
        .collect()
}

/// What a parameter of the path may be, where it has to have a form.
fn parameter_schema(path: &str, segment: &str) -> Value {
    let place = path.split_once(segment).map_or("", |(place, _)| place);
    match place {
        "/env/" => {
            json!({ "type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$", "maxLength": 128 })
        }
        "/workspace/:id/skills/" => json!({
            "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 64,
        }),
        _ => json!({ "type": "string", "minLength": 1 }),
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/responses/{name}") })
}

impl FailureAnswers {
    /// A reference to the answer of these codes.
    fn named(&mut self, status: u16, codes: BTreeSet<&'static str>) -> Value {
        let answer = (status, codes);
        let known = self.0.iter().find(|(_, known)| **known == answer);
        if let Some((name, _)) = known {
            return reference(name);
        }
        let of_status = self.0.values().filter(|(other, _)| *other == status);
        let name = format!("Failure{status}-{}", of_status.count() + 1);
        let referred = reference(&name);
        self.0.insert(name, answer);
        referred
    }

    fn responses(&self, error: &Value) -> Value {
        let mut responses = Map::new();
        for (name, (status, codes)) in &self.0 {
            let said = codes.iter().map(|code| {
                let when = handbook::error(*status, code);
                if when.is_empty() {
                    format!("`{code}`")
                } else {
                    format!("`{code}`: {when}")
                }
            });
            let mut headers = json!({ "X-Request-Id": {
                "$ref": "#/components/headers/X-Request-Id",
            } });
            if matches!(status, 429 | 503) {
                headers["Retry-After"] = json!({
                    "description": "In how many seconds it may be worth another try.",
                    "schema": { "type": "integer" },
                });
            }
            if *status == 401 {
                headers["WWW-Authenticate"] = json!({ "schema": { "type": "string" } });
            }
            let schema = json!({ "allOf": [error, {
                "type": "object", "properties": { "code": { "enum": codes } },
            }] });
            responses.insert(
                name.clone(),
                json!({
                    "description": said.collect::<Vec<_>>().join("; "),
                    "headers": headers,
                    "content": { "application/json": { "schema": schema } },
                }),
            );
        }
        responses.into()
    }
}
