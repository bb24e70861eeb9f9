//! A client's cache with many entries, written by the client's own code.

use std::path::Path;

use anyhow::{Context, ensure};
use chat_core::{Body, Entry, Link, Millis, Seq, Text};
use chat_tui::app::Store;
use chat_tui::settings::CacheLimits;
use chat_tui::shell::cache::Cache;
use chat_tui::shell::data::dirs::DataDir;

use super::words;

/// Entries of one conversation that are written in a row.
const RUN: u64 = 100;

/// Nothing is pruned.
const LIMITS: CacheLimits = CacheLimits {
    entries_max: u64::MAX >> 1,
    size_mib_max: 1 << 20,
};

/// What a client needs in its settings so that it prunes nothing either.
pub(super) const SETTINGS: &str = "[cache]\nentries_max = 1000000000\nsize_mib_max = 1000000\n";

/// Adds `entries` to the cache in `dir`, which knows the server already, spread over the
/// conversations; gives the newest line of the first of them.
pub(super) fn fill(dir: &Path, link: &Link, entries: usize) -> anyhow::Result<String> {
    let address = link.address().to_lowercase();
    let (cache, snapshot, _) = Cache::open(&DataDir::open(Some(dir))?, &LIMITS, &address)?;
    let mut cached = snapshot.cached.conversations;
    ensure!(!cached.is_empty(), "the client kept nothing of {address}");
    let focused = snapshot.cached.current;
    let each = (entries / cached.len()) as u64;
    let sample = cached.iter().find_map(|c| c.entries.last().cloned());
    let sample = sample.context("the client kept no entry")?;
    let first: Vec<u64> = cached.iter().map(|c| c.conversation.head.0 + 1).collect();
    for run in (0..each).step_by(RUN as usize) {
        for (c, first) in cached.iter().zip(&first) {
            let entry = |n: u64| Entry {
                conversation: c.conversation.id,
                seq: Seq(first + n),
                at: Millis(sample.at.0 + n * 100),
                nick: chat_core::Nick::received(&words::nick(n as usize % 100)),
                body: Body::Post(Text::new(&words::line(n as usize, 45))),
                post: None,
                ..sample.clone()
            };
            let run = run..(run + RUN).min(each);
            cache.keep(Store::Entries(run.map(entry).collect()));
        }
    }
    for (c, first) in cached.iter_mut().zip(&first) {
        c.conversation.head = Seq(first + each - 1);
        c.conversation.read = c.conversation.head;
        cache.keep(Store::Conversation(c.conversation.clone()));
    }
    if let Some(focused) = focused {
        cache.keep(Store::Current(focused));
    }
    cache.close();
    Ok(words::sign(each as usize - 1))
}
