//! The names of all numbers, and what each of them means.

use std::fmt::Error;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeGaugeValue};
use prometheus_client::metrics::MetricType;

use super::{MetricsSnapshot, SyncCounts};

/// Labels and their values.
type Labels<'l> = &'l [(&'l str, &'l str)];

/// For numbers that come alone.
const ALONE: Labels<'static> = &[];

/// No sample of a number is told with it.
type NoExemplar = [(&'static str, &'static str); 0];

impl Collector for MetricsSnapshot {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), Error> {
        let to = &mut encoder;
        self.about_the_server(to)?;
        self.about_requests(to)?;
        self.about_approvals(to)?;
        self.about_workspaces(to)?;
        self.about_engines(to)
    }
}

impl MetricsSnapshot {
    fn about_the_server(&self, to: &mut DescriptorEncoder<'_>) -> Result<(), Error> {
        let help = "The version of the server and what it was built for";
        let labels: Labels<'_> = &[
            ("version", self.version.as_str()),
            ("os", std::env::consts::OS),
            ("arch", std::env::consts::ARCH),
        ];
        to.encode_descriptor("openwork_build", help, None, MetricType::Info)?
            .encode_info(&labels)?;
        let help = "For how long the server has run";
        gauges(
            to,
            "openwork_uptime_seconds",
            help,
            &[(ALONE, self.uptime_seconds)],
        )?;
        let help = "Event streams that are open, by whose they are";
        let streams = [
            (&[("owner", "client")][..], whole(self.streams.clients)),
            (&[("owner", "host")], whole(self.streams.hosts)),
        ];
        gauges(to, "openwork_event_streams", help, &streams)
    }

    fn about_requests(&self, to: &mut DescriptorEncoder<'_>) -> Result<(), Error> {
        let help = "Requests by route, method and class of the status, or gone where the client left before";
        let name = "openwork_http_requests";
        let mut family = to.encode_descriptor(name, help, None, MetricType::Counter)?;
        for request in &self.requests {
            for (class, count) in &request.classes {
                let labels: Labels<'_> = &[
                    ("route", request.route),
                    ("method", request.method),
                    ("status", class),
                ];
                family
                    .encode_family(&labels)?
                    .encode_counter::<NoExemplar, _, u64>(count, None)?;
            }
        }
        let help =
            "How long requests took until the head of their answer, waiting for a person included";
        let name = "openwork_http_request_duration_seconds";
        let mut family = to.encode_descriptor(name, help, None, MetricType::Histogram)?;
        for request in &self.requests {
            let labels: Labels<'_> = &[("route", request.route), ("method", request.method)];
            let count = request.buckets.iter().map(|(_, count)| count).sum();
            family
                .encode_family(&labels)?
                .encode_histogram::<NoExemplar>(request.seconds, count, &request.buckets, None)?;
        }
        Ok(())
    }

    fn about_approvals(&self, to: &mut DescriptorEncoder<'_>) -> Result<(), Error> {
        let help = "Requests that wait for a person";
        let waiting = [(ALONE, whole(self.waiting))];
        gauges(to, "openwork_approvals_waiting", help, &waiting)?;
        let help = "Requests that were asked about and have ended, by outcome";
        let ended = &self.ended;
        let by_outcome = [
            ("applied", ended.applied),
            ("conflicted", ended.conflicted),
            ("failed", ended.failed),
            ("denied", ended.denied),
            ("expired", ended.expired),
            ("withdrawn", ended.withdrawn),
            ("aborted", ended.aborted),
        ];
        counters(
            to,
            ("openwork_approvals_ended", help),
            "outcome",
            &by_outcome,
        )
    }

    fn about_workspaces(&self, to: &mut DescriptorEncoder<'_>) -> Result<(), Error> {
        let help = "Changes that were to be written, by what came of it";
        let commits = [("done", self.commits.done), ("failed", self.commits.failed)];
        counters(to, ("openwork_commits", help), "result", &commits)?;
        let help = "Groups of changes that were written together, with the syncs of one";
        counters(
            to,
            ("openwork_commit_groups", help),
            "",
            &[("", self.commits.groups)],
        )?;
        if let Some(syncs) = self.syncs {
            told_syncs(to, syncs)?;
        }
        let help = "Workspaces, by whether changes of other programs are watched for";
        let watches = [
            (&[("watch", "idle")][..], whole(self.watches.idle)),
            (&[("watch", "watching")], whole(self.watches.watching)),
            (&[("watch", "broken")], whole(self.watches.broken)),
        ];
        gauges(to, "openwork_workspaces", help, &watches)
    }

    fn about_engines(&self, to: &mut DescriptorEncoder<'_>) -> Result<(), Error> {
        let help = "Calls of engines that wait for the head of an answer";
        let in_flight = [(ALONE, whole(self.engine.in_flight))];
        gauges(to, "openwork_engine_calls_in_flight", help, &in_flight)?;
        let help = "Calls of engines that have ended, by what came of it";
        let ended = [
            ("answered", self.engine.answered),
            ("unreachable", self.engine.unreachable),
            ("no_answer", self.engine.unanswered),
            ("dropped", self.engine.dropped),
        ];
        counters(to, ("openwork_engine_calls", help), "result", &ended)
    }
}

fn told_syncs(to: &mut DescriptorEncoder<'_>, syncs: SyncCounts) -> Result<(), Error> {
    let help = "Syncs of files and directories: how often the disk was waited for";
    counters(to, ("openwork_syncs", help), "", &[("", syncs.count)])?;
    let help = "For how long syncs were waited for, all together";
    let name = "openwork_sync_seconds";
    to.encode_descriptor(name, help, None, MetricType::Counter)?
        .encode_counter::<NoExemplar, _, u64>(&syncs.waited.as_secs_f64(), None)
}

fn gauges<V: EncodeGaugeValue>(
    to: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    values: &[(Labels<'_>, V)],
) -> Result<(), Error> {
    let mut family = to.encode_descriptor(name, help, None, MetricType::Gauge)?;
    for (labels, value) in values {
        family.encode_family(labels)?.encode_gauge(value)?;
    }
    Ok(())
}

/// Counters that one label tells apart; the empty one is no label.
fn counters(
    to: &mut DescriptorEncoder<'_>,
    (name, help): (&str, &str),
    label: &str,
    values: &[(&str, u64)],
) -> Result<(), Error> {
    let mut family = to.encode_descriptor(name, help, None, MetricType::Counter)?;
    for (word, value) in values {
        let labels = [(label, *word)];
        let labels: Labels<'_> = if label.is_empty() { ALONE } else { &labels };
        family
            .encode_family(&labels)?
            .encode_counter::<NoExemplar, _, u64>(value, None)?;
    }
    Ok(())
}

/// A count as a gauge has it.
fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
