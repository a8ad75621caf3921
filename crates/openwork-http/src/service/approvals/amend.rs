//! What the host leaves out of a request, or words differently, before allowing it.

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body as HttpBody;
use openwork_api::approval::{AmendablePart, PartsResponse};
use openwork_approval::DecidedRequest;
use openwork_change::change::{Amendment, ChangePart, Fields, JsonObject};
use openwork_host::AmendRefusal;
use openwork_model::invalid::Invalid;
use serde_json::Value;

use super::{RequestContext, ServiceState, answer, id};
use crate::body;
use crate::error::Failure;
use crate::reply::{self, ReplyBody};
use crate::wire::approval::amended_item;

/// How many parts may be named at once.
const MOST: usize = 500;
/// How many bytes of texts are sent with the parts of a request. The others are
/// asked for by their names.
const TEXTS: usize = 1 << 20;

impl ServiceState {
    /// The parts of a request; with a `part` that one alone, with its text.
    pub(super) fn parts(
        &self,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let asked = self.host.asked_change(id(context)?)?;
        let change = asked.change();
        let wanted = context.parameters().get("part");
        let wanted = wanted.as_deref().map(part).transpose()?;
        let parts = change.parts().into_iter();
        let parts = parts.filter(|part| wanted.as_ref().is_none_or(|wanted| wanted == part));
        let mut room = TEXTS;
        let amendable = |part: ChangePart| {
            let text = change.text_of(&part);
            let is_text = text.is_some();
            let text = text.filter(|text| {
                let left = room.checked_sub(text.len());
                room = left.unwrap_or(room);
                left.is_some() || wanted.is_some()
            });
            AmendablePart {
                part: part.to_string().into(),
                is_text,
                text: text.map(Into::into),
            }
        };
        let items: Vec<AmendablePart<'_>> = parts.map(amendable).collect();
        // It may have secrets of the text.
        Ok(reply::uncached(reply::json(&PartsResponse { items })?))
    }

    /// Shows a request as it would be with an amendment.
    pub(super) async fn amend<B>(
        &self,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let fields = body::object(body, self.usual_bounds()).await?;
        let amendment = read(&JsonObject::new(&fields))?;
        let amended = self.host.amended(id(context)?, amendment).await?;
        reply::json(&amended_item(&amended))
    }

    /// Allows a request with the amendment that an answer has.
    pub(super) async fn allow_amended(
        &self,
        context: &RequestContext<'_>,
        fields: &Fields,
        amendment: &JsonObject<'_>,
    ) -> Result<DecidedRequest, Failure> {
        let reply = answer::read(fields, context.peer.ip())?;
        if reply.decision != openwork_approval::Decision::Allow {
            return Err(Failure::Invalid(Invalid::WrongType {
                field: "amend".to_owned(),
                expected: "only there with reply: allow",
            }));
        }
        let amendment = read(amendment)?;
        let body = JsonObject::new(fields);
        // Without it nobody could say what the yes is to.
        let digest = body.text("digest")?.ok_or_else(|| Invalid::WrongType {
            field: "digest".to_owned(),
            expected: "that of what was shown",
        })?;
        let id = id(context)?;
        Ok(self
            .host
            .allow_amended(id, amendment, digest, reply)
            .await?)
    }
}

/// Reads `{ "without"?: [part], "texts"?: [{ "part", "text" }] }`.
fn read(body: &JsonObject<'_>) -> Result<Amendment, Failure> {
    let without = body.list("without")?.unwrap_or(&[]).iter();
    let without = without.map(|name| part(name.as_str().ok_or_else(|| not_parts(body))?));
    let texts = body.list("texts")?.unwrap_or(&[]).iter().enumerate();
    let texts = texts.map(|(index, value)| text(value, &body.place(&format!("texts[{index}]"))));
    let amendment = Amendment {
        without: without.take(MOST + 1).collect::<Result<_, Failure>>()?,
        texts: texts.take(MOST + 1).collect::<Result<_, Failure>>()?,
    };
    let parts = amendment.without.len() + amendment.texts.len();
    if parts == 0 || parts > MOST {
        return Err(not_parts(body));
    }
    Ok(amendment)
}

fn text(value: &Value, place: &str) -> Result<(ChangePart, String), Failure> {
    let item = JsonObject::of(value, place)?;
    let missing = |field: &str| Invalid::WrongType {
        field: item.place(field),
        expected: "a text",
    };
    let name = item.text("part")?.ok_or_else(|| missing("part"))?;
    let text = item.text("text")?.ok_or_else(|| missing("text"))?;
    Ok((part(name)?, text.to_owned()))
}

fn part(name: &str) -> Result<ChangePart, Failure> {
    let unknown = || openwork_change::change::AmendError::UnknownPart {
        part: name.chars().take(200).collect(),
    };
    ChangePart::parse(name).ok_or_else(|| AmendRefusal::from(unknown()).into())
}

fn not_parts(body: &JsonObject<'_>) -> Failure {
    Failure::Invalid(Invalid::WrongType {
        field: body.place("without"),
        expected: "a list of 1 to 500 parts, with those of texts",
    })
}
