//! `approvals show ID`: a request in full.

use serde_json::Value;

use crate::client::Client;
use crate::details;
use crate::error::{Error, Result};
use crate::screen::{Form, Screen};
use crate::wire::Item;

use super::list;

/// Shows a request with its diff.
pub(super) async fn show(
    client: &Client,
    given: &str,
    reveal: bool,
    screen: &mut Screen<'_>,
) -> Result<()> {
    let items = list::waiting(client).await?;
    let id = &list::find(client, &items, given).await?.id;
    let document = fetch(client, id, reveal).await?;
    if screen.form == Form::Json {
        return screen.json(&document);
    }
    let item: Item = client.read(&document)?;
    screen.lines(details::render(&item, screen.now(), screen.style()))?;
    screen.line("")?;
    screen.line(details::how_to_answer(&item))
}

async fn fetch(client: &Client, id: &str, reveal: bool) -> Result<Value> {
    let query = if reveal { "?reveal=true" } else { "" };
    match client
        .get(&format!("/approvals/{}{query}", super::answer::segment(id)))
        .await
    {
        Err(Error::Refused { status: 404, .. }) => Err(list::missing(client, id).await),
        other => other,
    }
}
