//! How many requests came by which route, how they were answered, and how long
//! that took.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use hyper::{Method, StatusCode};

use crate::route::RouteRow;

/// The upper bounds of the buckets, in seconds: from what is answered at once to
/// what waits for a person.
const BOUNDS: [f64; 15] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0, 30.0, 60.0,
    300.0,
];

/// The classes of statuses, from 1xx on.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// The methods that are told apart where a route takes all of them.
const METHODS: [&str; 8] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other",
];

/// What is told in place of a class where the client left before there was an answer.
const GONE: &str = "gone";

/// What is counted of requests that no route was found for.
const NO_ROUTE: &str = "none";

/// The tallies of all routes, made once and for ever.
pub(crate) struct RequestTallies {
    /// Where those of each row begin; the last are of requests without a route.
    begins: Vec<usize>,
    tallies: Vec<RouteTally>,
}

/// Which row a request was found to be for, told while it is answered.
pub(crate) struct RouteSeen(AtomicUsize);

/// What is counted of one method of one route.
struct RouteTally {
    method: &'static str,
    route: &'static str,
    classes: [AtomicU64; CLASSES.len()],
    gone: AtomicU64,
    /// One more than there are bounds: for what took longer still.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    microseconds: AtomicU64,
}

/// What was counted of one method of one route.
#[derive(Debug)]
pub(crate) struct RequestCount {
    pub(super) method: &'static str,
    pub(super) route: &'static str,
    /// By class of the status, and those whose client left.
    pub(super) classes: Vec<(&'static str, u64)>,
    /// How many took so long, by upper bound in seconds.
    pub(super) buckets: Vec<(f64, u64)>,
    /// How long they took together.
    pub(super) seconds: f64,
}

impl RouteSeen {
    /// That a row was found.
    pub(crate) fn see(&self, row: usize) {
        self.0.store(row, Ordering::Relaxed);
    }
}

impl Default for RouteSeen {
    /// No row yet.
    fn default() -> Self {
        Self(AtomicUsize::new(usize::MAX))
    }
}

impl RequestTallies {
    pub(crate) fn new(rows: &'static [RouteRow]) -> Self {
        let rows = rows.iter().map(|row| (row.method(), row.path()));
        let mut made = Self {
            begins: Vec::new(),
            tallies: Vec::new(),
        };
        for (method, route) in rows.chain([("*", NO_ROUTE)]) {
            made.begins.push(made.tallies.len());
            let methods = if method == "*" {
                &METHODS[..]
            } else {
                &[method]
            };
            let tallies = methods.iter().map(|&method| RouteTally::new(method, route));
            made.tallies.extend(tallies);
        }
        made
    }

    /// Counts an answer.
    pub(crate) fn count(
        &self,
        seen: &RouteSeen,
        method: &Method,
        status: StatusCode,
        took: Duration,
    ) {
        if let Some(tally) = self.tally(seen, method) {
            tally.count(status, took);
        }
    }

    fn tally(&self, seen: &RouteSeen, method: &Method) -> Option<&RouteTally> {
        let row = seen.0.load(Ordering::Relaxed).min(self.begins.len() - 1);
        let begin = self.begins[row];
        let end = self.begins.get(row + 1).copied();
        let own = &self.tallies[begin..end.unwrap_or(self.tallies.len())];
        let named = own.iter().find(|tally| tally.method == method.as_str());
        named.or(own.last())
    }

    /// Counts a request whose client left before there was an answer.
    pub(crate) fn count_gone(&self, seen: &RouteSeen, method: &Method) {
        if let Some(tally) = self.tally(seen, method) {
            tally.gone.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// What was counted, without what never came.
    pub(crate) fn counts(&self) -> Vec<RequestCount> {
        self.tallies.iter().filter_map(RouteTally::read).collect()
    }
}

impl RouteTally {
    fn new(method: &'static str, route: &'static str) -> Self {
        Self {
            method,
            route,
            classes: Default::default(),
            gone: AtomicU64::new(0),
            buckets: Default::default(),
            microseconds: AtomicU64::new(0),
        }
    }

    fn count(&self, status: StatusCode, took: Duration) {
        let class = usize::from(status.as_u16() / 100).clamp(1, CLASSES.len()) - 1;
        self.classes[class].fetch_add(1, Ordering::Relaxed);
        let seconds = took.as_secs_f64();
        let bucket = BOUNDS.partition_point(|bound| *bound < seconds);
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.microseconds.fetch_add(microseconds, Ordering::Relaxed);
    }

    fn read(&self) -> Option<RequestCount> {
        let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let answered = CLASSES.iter().copied().zip(self.classes.iter().map(load));
        let classes = answered.chain([(GONE, load(&self.gone))]);
        let classes: Vec<_> = classes.filter(|(_, count)| *count > 0).collect();
        if classes.is_empty() {
            return None;
        }
        let bounds = BOUNDS.iter().copied().chain([f64::INFINITY]);
        Some(RequestCount {
            method: self.method,
            route: self.route,
            classes,
            buckets: bounds.zip(self.buckets.iter().map(load)).collect(),
            seconds: Duration::from_micros(load(&self.microseconds)).as_secs_f64(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::table;

    fn counted(requests: &[(usize, &str, u16, Duration)]) -> Vec<String> {
        let tallies = RequestTallies::new(table());
        for &(row, method, status, took) in requests {
            let seen = RouteSeen::default();
            seen.see(row);
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            tallies.count(&seen, &method, StatusCode::from_u16(status).unwrap(), took);
        }
        let counts = tallies.counts();
        let line = |count: &RequestCount| {
            let taken = count.buckets.iter().filter(|(_, count)| *count > 0);
            let taken: Vec<_> = taken
                .map(|(bound, count)| format!("{bound}:{count}"))
                .collect();
            let RequestCount {
                method,
                route,
                classes,
                seconds,
                ..
            } = count;
            format!("{method} {route} {classes:?} {} {seconds}", taken.join(" "))
        };
        counts.iter().map(line).collect()
    }

    fn row(path: &str) -> usize {
        table().iter().position(|row| row.path() == path).unwrap()
    }

    #[test]
    fn answers_are_counted_by_route_method_and_class() {
        let micros = Duration::from_micros;
        let (health, engine) = (row("/health"), row("/opencode/*path"));
        assert_eq!(
            counted(&[
                (health, "GET", 200, micros(60)),
                (health, "GET", 200, micros(100)),
                (health, "GET", 421, micros(101)),
                (engine, "POST", 502, micros(7_000_000)),
                (engine, "PROPFIND", 204, Duration::from_secs(3600)),
                (usize::MAX, "GET", 404, micros(1)),
                (usize::MAX, "OPTIONS", 204, micros(1)),
            ]),
            [
                r#"GET /health [("2xx", 2), ("4xx", 1)] 0.0001:2 0.00025:1 0.000261"#,
                r#"POST /opencode/*path [("5xx", 1)] 30:1 7"#,
                r#"other /opencode/*path [("2xx", 1)] inf:1 3600"#,
                r#"GET none [("4xx", 1)] 0.0001:1 0.000001"#,
                r#"OPTIONS none [("2xx", 1)] 0.0001:1 0.000001"#,
            ]
        );
    }

    #[test]
    fn who_left_is_counted_apart_and_takes_no_time() {
        let tallies = RequestTallies::new(table());
        let seen = RouteSeen::default();
        seen.see(row("/health"));
        tallies.count_gone(&seen, &Method::GET);
        let counts = tallies.counts();
        let [count] = counts.as_slice() else {
            panic!("{counts:?}")
        };
        assert_eq!(
            (count.route, &*count.classes),
            ("/health", &[("gone", 1)][..])
        );
        assert!(count.buckets.iter().all(|(_, count)| *count == 0));
    }

    #[test]
    fn what_never_came_is_not_told() {
        assert!(counted(&[]).is_empty());
    }
}
