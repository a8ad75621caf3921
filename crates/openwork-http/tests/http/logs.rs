use std::fmt::Write;
use std::sync::{Arc, Mutex};

use openwork_http::route::table;
use openwork_testkit::memory_store::Step;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::world::{CLIENT, HOST_TOKEN, Setting};

/// Takes down everything that is logged, whatever its level.
#[derive(Clone, Default)]
struct Scribe(Arc<Mutex<String>>);

impl Subscriber for Scribe {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        attributes.record(&mut Line(&mut self.0.lock().unwrap()));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, record: &Record<'_>) {
        record.record(&mut Line(&mut self.0.lock().unwrap()));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Line(&mut self.0.lock().unwrap()));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line<'t>(&'t mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        writeln!(self.0, "{}={value:?}", field.name()).unwrap();
    }
}

#[tokio::test]
async fn tokens_are_never_logged() {
    let scribe = Scribe::default();
    let _guard = tracing::subscriber::set_default(scribe.clone());
    let mut setting = Setting::default();
    setting.http.log_requests = true;
    let world = setting.build();
    for failing in [None, Some(Step::View), Some(Step::Plan)] {
        if let Some(step) = failing {
            world.store.trouble().fail(step);
        }
        for row in table()
            .iter()
            .filter(|row| row.path() != "/approvals/events")
        {
            let path = format!("{}?token={CLIENT}", row.path().replace(":id", &world.id));
            let right = world
                .client(row.method(), &path)
                .header("x-openwork-host-token", HOST_TOKEN);
            let wrong = world
                .bare(row.method(), &path)
                .header("authorization", format!("Bearer {CLIENT}x"));
            world.send(right, r#"{"spec":"a"}"#).await;
            world.send(wrong, "").await;
        }
    }
    let log = scribe.0.lock().unwrap().clone();
    assert!(
        log.contains("message=request\n"),
        "requests ought to be logged: {log}"
    );
    assert!(
        log.contains("status=500\n"),
        "failures ought to be logged: {log}"
    );
    for token in [CLIENT, HOST_TOKEN] {
        assert!(!log.contains(token), "{token} is in the log");
    }
}
