//! Where a report comes from: counters, and what does not change while a server runs.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::rates::{Counts, Window};
use super::report::{Connections, Report};
use crate::stats::Stats;

/// Where a report comes from.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) stats: Arc<Stats>,
    pub(crate) started: Instant,
    pub(crate) listen: SocketAddr,
    pub(crate) tls: bool,
    pub(crate) connections_max: usize,
    pub(crate) store: PathBuf,
}

impl Source {
    pub(super) fn counts(&self) -> Counts {
        Counts::of(&self.stats)
    }

    pub(super) fn report(&self, window: &Window) -> Report {
        let (stats, up) = (&self.stats, self.started.elapsed());
        let inside = stats.inside.get();
        // Two numbers that are not read at one moment.
        let logged_in = stats.logged_in.get().min(inside);
        let counts = self.counts();
        Report {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            listen: self.listen,
            tls: self.tls,
            uptime_seconds: up.as_secs(),
            connections: Connections {
                all: inside,
                logged_in,
                waiting: inside - logged_in,
                max: self.connections_max as u64,
                accepted: stats.connections.get(),
                turned_away: stats.full.get(),
                strangers: stats.strangers.get(),
                violations: stats.violations.get(),
            },
            accounts: stats.hub.accounts.get(),
            people: stats.hub.people.get(),
            rooms: stats.hub.rooms.get(),
            directs: stats.hub.directs.get(),
            entries: stats.hub.entries.get(),
            files: stats.hub.files.get(),
            file_bytes: stats.hub.file_bytes.get(),
            uploads: stats.hub.uploads.get(),
            store_bytes: store_bytes(&self.store),
            measured_seconds: (window.length(up).as_secs_f64() * 10.0).round() / 10.0,
            posts: window.rate(up, counts.posts, |c| c.posts),
            deliveries: window.rate(up, counts.deliveries, |c| c.deliveries),
            bytes_in: window.rate(up, counts.bytes_in, |c| c.bytes_in),
            bytes_out: window.rate(up, counts.bytes_out, |c| c.bytes_out),
        }
    }
}

/// The database and its write-ahead log. One that isn't there has no size.
fn store_bytes(store: &Path) -> u64 {
    let files = [store.to_owned(), store.with_extension("db-wal")];
    let sizes = files.iter().map(std::fs::metadata);
    sizes.flatten().map(|file| file.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Source {
        Source {
            stats: Arc::default(),
            started: Instant::now(),
            listen: ([127, 0, 0, 1], 7878).into(),
            tls: true,
            connections_max: 10,
            store: PathBuf::from("nowhere.db"),
        }
    }

    #[test]
    fn what_is_counted_is_told() {
        let source = source();
        for _ in 0..3 {
            source.stats.inside.up();
        }
        source.stats.logged_in.up();
        source.stats.posts.add_many(5);
        source.stats.hub.rooms.set(2);
        let report = source.report(&Window::default());
        let c = &report.connections;
        assert_eq!((c.all, c.logged_in, c.waiting, c.max), (3, 1, 2, 10));
        assert_eq!((report.posts.since_start, report.rooms), (5, 2));
        assert_eq!(report.store_bytes, 0);
        let shown = report.to_string();
        assert!(
            shown.contains("1 logged in, 2 waiting, 10 at most"),
            "{shown}"
        );
        assert!(shown.lines().all(|line| line.len() <= 78), "{shown}");
    }

    /// Programs rely on these names.
    #[test]
    fn the_object_has_the_documented_fields() {
        let report = source().report(&Window::default());
        let object = serde_json::to_value(&report).expect("an object");
        let documented = include_str!("../../../docs/operating.md");
        let mut names = Vec::new();
        for (name, value) in object.as_object().expect("an object") {
            names.push(name.clone());
            if let Some(inner) = value.as_object() {
                names.extend(inner.keys().cloned());
            }
        }
        for name in names {
            assert!(documented.contains(&format!("`{name}`")), "{name}");
        }
        let again: Report = serde_json::from_value(object).expect("a report");
        assert_eq!(again, report);
    }
}
