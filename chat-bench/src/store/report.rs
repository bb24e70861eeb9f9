//! What came out, as a table or JSON.

use std::fmt;

use serde::Serialize;

use super::pages::Pages;
use crate::load::Outcome;

/// See the module. What isn't known is absent.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) transport: &'static str,
    /// In the full store.
    pub(super) entries: u64,
    pub(super) rooms: usize,
    /// Size of the full store, with the write-ahead log.
    pub(super) store_bytes: Option<u64>,
    /// From spawning the server, which had been killed, to its join link.
    pub(super) start_ms: Option<f64>,
    pub(super) pages: Pages,
    pub(super) empty: Posts,
    /// The last stretch of filling.
    pub(super) filling: Posts,
    pub(super) full: Posts,
}

/// Posts into a store.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Posts {
    pub(super) per_second: f64,
    pub(super) server_cpu_us: Option<f64>,
}

impl Posts {
    /// Those that were measured.
    pub(super) fn of(outcome: &Outcome) -> Posts {
        let posts = outcome.posts.max(1) as f64;
        Posts {
            per_second: posts / outcome.seconds,
            server_cpu_us: outcome
                .threads
                .as_ref()
                .map(|threads| threads.total().as_secs_f64() * 1e6 / posts),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |what: &str, value: String| writeln!(f, "{what:<34}{value:>14}");
        let known = |value: Option<f64>, digits: usize| {
            value.map_or("-".into(), |v| format!("{v:.digits$}"))
        };
        line("transport", self.transport.into())?;
        line("entries", self.entries.to_string())?;
        let mib = self.store_bytes.map(|bytes| bytes as f64 / 1_048_576.0);
        line("store, MiB", known(mib, 0))?;
        line("start after a kill, ms", known(self.start_ms, 0))?;
        line("a page of history, ms, p50", known(self.pages.p50_ms, 2))?;
        line("a page of history, ms, p99", known(self.pages.p99_ms, 2))?;
        line(
            "a page of history, ms, longest",
            known(self.pages.max_ms, 2),
        )?;
        for (store, posts) in [
            ("empty", &self.empty),
            ("filling", &self.filling),
            ("full", &self.full),
        ] {
            line(
                &format!("posts per second, {store}"),
                format!("{:.0}", posts.per_second),
            )?;
            line(
                &format!("server CPU per post, µs, {store}"),
                known(posts.server_cpu_us, 2),
            )?;
        }
        Ok(())
    }
}
