//! Ids for posts, without randomness.

use chat_core::{Millis, PostId};

/// Makes post ids (UUIDv7) from the time, a number that the shell drew at random once, and a
/// counter, so that the application needs no randomness.
#[derive(Debug, Clone)]
pub struct PostIds {
    seed: u64,
    made: u64,
}

impl PostIds {
    /// Ids that differ from those of every other seed.
    #[must_use]
    pub fn new(seed: u64) -> PostIds {
        PostIds { seed, made: 0 }
    }

    /// Another id. Ids of one seed sort in the order in which they were made.
    pub fn make(&mut self, now: Millis) -> PostId {
        self.made += 1;
        let mut tail = [0; 10];
        let count = u16::try_from(self.made % 0x1000).unwrap_or(0);
        tail[..2].copy_from_slice(&count.to_be_bytes());
        let random = self.seed.wrapping_add(self.made >> 12);
        tail[2..].copy_from_slice(&random.to_be_bytes());
        PostId(
            *uuid::Builder::from_unix_timestamp_millis(now.0, &tail)
                .as_uuid()
                .as_bytes(),
        )
    }
}
