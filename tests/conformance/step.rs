//! The steps of a case.

use openwork_testkit::process::Signal;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::content::{Content, Many, Text, given, in_order};

/// One step; its kind is the one key that says so.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub(crate) enum Step {
    Request(Box<RequestStep>),
    Await(Box<AwaitStep>),
    WaitApproval(WaitApproval),
    Reply(ReplyStep),
    Parallel(Parallel),
    File(Box<FileStep>),
    Tree(TreeStep),
    Write(WriteStep),
    Output(Output),
    Same(Vec<Value>),
    Sleep(f64),
    Stop(Stop),
    Restart,
}

const KINDS: [&str; 13] = [
    "request",
    "await",
    "wait_approval",
    "reply",
    "parallel",
    "file",
    "tree",
    "write",
    "output",
    "same",
    "sleep",
    "stop",
    "restart",
];

impl TryFrom<Map<String, Value>> for Step {
    type Error = String;

    fn try_from(fields: Map<String, Value>) -> Result<Self, String> {
        let mut kinds = KINDS.into_iter().filter(|kind| fields.contains_key(*kind));
        let (Some(kind), None) = (kinds.next(), kinds.next()) else {
            return Err(format!("a step needs exactly one of {KINDS:?}"));
        };
        match kind {
            "request" => whole(fields).map(Self::Request),
            "await" => whole(fields).map(Self::Await),
            "wait_approval" => part(fields, kind).map(Self::WaitApproval),
            "reply" => whole(fields).map(Self::Reply),
            "parallel" => part(fields, kind).map(Self::Parallel),
            "file" => whole(fields).map(Self::File),
            "tree" => whole(fields).map(Self::Tree),
            "write" => whole(fields).map(Self::Write),
            "output" => part(fields, kind).map(Self::Output),
            "same" => part(fields, kind).map(Self::Same),
            "sleep" => part(fields, kind).map(Self::Sleep),
            "stop" => part(fields, kind).map(Self::Stop),
            _ => Ok(Self::Restart),
        }
    }
}

/// Reads a step whose kind is one field among others.
fn whole<T: DeserializeOwned>(mut fields: Map<String, Value>) -> Result<T, String> {
    fields.remove("about");
    serde_json::from_value(Value::Object(fields)).map_err(|error| error.to_string())
}

/// Reads a step that is all in the field of its kind.
fn part<T: DeserializeOwned>(mut fields: Map<String, Value>, kind: &str) -> Result<T, String> {
    fields.remove("about");
    let value = fields.remove(kind).unwrap_or_default();
    match fields.keys().next() {
        Some(key) => Err(format!("unknown field {key} beside {kind}")),
        None => serde_json::from_value(value).map_err(|error| error.to_string()),
    }
}

/// Sends a request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestStep {
    /// Method and target.
    pub(crate) request: String,
    #[serde(default)]
    pub(crate) auth: Auth,
    #[serde(default)]
    pub(crate) headers: Map<String, Value>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) json: Option<Value>,
    pub(crate) body: Option<String>,
    pub(crate) body_b64: Option<String>,
    pub(crate) stream: Option<Stream>,
    /// Seconds.
    pub(crate) timeout: Option<f64>,
    #[serde(default)]
    pub(crate) expect: Expect,
    #[serde(default)]
    pub(crate) save: Map<String, Value>,
    /// A name under which the answer is awaited later.
    pub(crate) background: Option<String>,
}

/// Which tokens a request carries.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Auth {
    #[default]
    Client,
    Host,
    Both,
    None,
}

/// A body that is made while it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stream {
    pub(crate) size: usize,
    #[serde(default)]
    pub(crate) chunked: bool,
}

/// Awaits the answer of a background request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AwaitStep {
    #[serde(rename = "await")]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) expect: Expect,
}

/// Waits until a number of requests wait for the host.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitApproval {
    /// A name for the id of the newest.
    pub(crate) save: Option<String>,
    pub(crate) count: Option<usize>,
    /// What the newest has to be like.
    pub(crate) expect: Option<Value>,
}

/// Answers a request as the host.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplyStep {
    pub(crate) reply: String,
    pub(crate) to: String,
}

/// Sends requests at the same moment; `${i}` counts the repetitions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parallel {
    pub(crate) count: usize,
    pub(crate) requests: Vec<RequestStep>,
    /// Seconds.
    pub(crate) timeout: Option<f64>,
}

/// Looks at a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileStep {
    pub(crate) file: String,
    #[serde(default)]
    pub(crate) exists: bool,
    #[serde(default)]
    pub(crate) absent: bool,
    #[serde(default)]
    pub(crate) unchanged: bool,
    pub(crate) is_symlink: Option<bool>,
    /// The permissions in octal digits; on Windows what they say of others.
    pub(crate) mode: Option<String>,
    pub(crate) text: Option<Text>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) json: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) jsonc: Option<Value>,
    /// The lines, each of them JSON.
    pub(crate) jsonl: Option<Value>,
    #[serde(default)]
    pub(crate) contains: Many<String>,
    #[serde(default)]
    pub(crate) regex: Many<String>,
    #[serde(default)]
    pub(crate) not_regex: Many<String>,
    pub(crate) eol: Option<LineEnd>,
    /// The fields of the frontmatter.
    pub(crate) front: Option<Value>,
    /// What follows the frontmatter.
    pub(crate) body_text: Option<Value>,
}

/// How lines end, all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LineEnd {
    Lf,
    Crlf,
}

/// Asserts that nothing below a directory was added, removed or changed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TreeStep {
    pub(crate) tree: String,
    #[serde(default)]
    pub(crate) except: Vec<String>,
}

/// Changes files from outside.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WriteStep {
    #[serde(deserialize_with = "in_order")]
    pub(crate) write: Vec<(String, Content)>,
}

/// Looks at what the server printed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Output {
    /// Expressions that some line matches.
    #[serde(default)]
    pub(crate) stdout: Many<String>,
    /// Expressions that no line matches.
    #[serde(default)]
    pub(crate) not_stdout: Many<String>,
    /// Whole lines.
    #[serde(default)]
    pub(crate) lines: Many<String>,
    /// Names for what the first group of an expression matches.
    #[serde(default, deserialize_with = "in_order")]
    pub(crate) save: Vec<(String, String)>,
}

/// Asks the server to end.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stop {
    /// Seconds.
    pub(crate) within: Option<f64>,
    #[serde(default)]
    pub(crate) signal: StopSignal,
}

/// The signal that ends the server.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum StopSignal {
    #[default]
    Term,
    Int,
    Kill,
}

impl StopSignal {
    pub(crate) fn signal(self) -> Signal {
        match self {
            Self::Term => Signal::Term,
            Self::Int => Signal::Int,
            Self::Kill => Signal::Kill,
        }
    }
}

/// What an answer has to be like.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Expect {
    pub(crate) status: Many<u16>,
    /// The whole body; the API may add fields.
    #[serde(deserialize_with = "given")]
    pub(crate) json: Option<Value>,
    /// A part of the body.
    #[serde(deserialize_with = "given")]
    pub(crate) subset: Option<Value>,
    /// Places in the body.
    pub(crate) checks: Map<String, Value>,
    /// Header fields; null for one that must be absent.
    pub(crate) headers: Map<String, Value>,
    /// The body as text.
    pub(crate) text: Option<Value>,
    pub(crate) not_text: Many<String>,
    /// Alternatives, one of which has to hold as well.
    pub(crate) any_of: Vec<Expect>,
}
