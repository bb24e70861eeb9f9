//! Files on their way, as far as they are shown. Where a file is read from and saved to is the
//! shell's; a name is only ever shown.

use std::collections::VecDeque;

use chat_client::{Delivered, Transfer, TransferId, TransferState};
use chat_core::{ConversationId, Seq};

/// Most saved files that are remembered as saved: older ones can be saved again.
const SAVED_MAX: usize = 500;

/// Cells of a progress bar.
const BAR_CELLS: u64 = 10;

/// How far a file has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Names it to the connection.
    pub id: TransferId,
    /// What it is called, in one clean line.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// How much of it has come that far.
    pub done: u64,
    /// What is happening.
    pub state: TransferState,
}

/// Files that are being saved or are saved: where their entries are, and how far they have come.
#[derive(Debug, Clone, Default)]
pub struct Downloads(VecDeque<(ConversationId, Seq, Progress)>);

impl Progress {
    /// As the connection tells it.
    #[must_use]
    pub fn new(transfer: &Transfer) -> Progress {
        Progress {
            id: transfer.id,
            name: transfer.name.to_string(),
            bytes: transfer.bytes,
            done: transfer.done,
            state: transfer.state.clone(),
        }
    }

    /// In a few words: a bar, how much, how fast, how long still.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.state {
            TransferState::Hashing => format!("{} reading", self.bar()),
            TransferState::Running { bytes_per_second } => {
                let mut words =
                    format!("{} {} of {}", self.bar(), size(self.done), size(self.bytes));
                if *bytes_per_second > 0 {
                    let left = self.bytes.saturating_sub(self.done) / bytes_per_second;
                    words += &format!(" · {}/s · {} left", size(*bytes_per_second), time(left));
                }
                words
            }
            TransferState::Waiting { why } => format!("{} waiting: {why}", self.bar()),
            TransferState::Finished(Delivered::Saved { path }) => {
                // A path of this machine, but its name may have come from anybody.
                let path = chat_core::text::line(&path.to_string_lossy(), usize::MAX);
                format!("saved as {path}")
            }
            TransferState::Finished(Delivered::Posted { .. }) => "sent".into(),
            TransferState::Failed { why } => why.clone(),
            TransferState::Cancelled => "cancelled".into(),
        }
    }

    fn bar(&self) -> String {
        let (done, bytes) = (u128::from(self.done), u128::from(self.bytes.max(1)));
        let share = |of: u64| (u128::from(of) * done / bytes).min(u128::from(of)) as u64;
        let full = share(BAR_CELLS) as usize;
        let empty = BAR_CELLS as usize - full;
        format!("{}{} {} %", "█".repeat(full), "░".repeat(empty), share(100))
    }
}

impl Downloads {
    /// How far the file of an entry has come.
    #[must_use]
    pub fn get(&self, conversation: ConversationId, seq: Seq) -> Option<&Progress> {
        let mut all = self.0.iter();
        let found = all.find(|(c, s, _)| (*c, *s) == (conversation, seq))?;
        Some(&found.2)
    }

    /// The file of an entry is being saved.
    pub fn begin(&mut self, conversation: ConversationId, seq: Seq, progress: Progress) {
        self.0.retain(|(c, s, _)| (*c, *s) != (conversation, seq));
        let ended = |(_, _, progress): &(_, _, Progress)| progress.state.is_final();
        if self.0.len() >= SAVED_MAX
            && let Some(oldest) = self.0.iter().position(ended)
        {
            self.0.remove(oldest);
        }
        self.0.push_back((conversation, seq, progress));
    }

    /// The file with this number, if it is one of these.
    pub fn by_id(&mut self, id: TransferId) -> Option<&mut Progress> {
        let mut all = self.0.iter_mut();
        all.find(|(_, _, progress)| progress.id == id)
            .map(|(_, _, progress)| progress)
    }

    /// Those that are under way.
    pub fn running(&self) -> impl Iterator<Item = (ConversationId, &Progress)> {
        let all = self.0.iter().map(|(c, _, progress)| (*c, progress));
        all.filter(|(_, progress)| !progress.state.is_final())
    }

    /// The numbers of entries are void.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}

/// A length in bytes for people: `512 B`, `68.4 KiB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut units = UNITS.into_iter();
    let mut unit = units.next().unwrap_or_default();
    // What would be written as 1024.0 is one of the next.
    while value >= 1023.95
        && let Some(next) = units.next()
    {
        value /= 1024.0;
        unit = next;
    }
    format!("{value:.1} {unit}")
}

/// A time in seconds for people: `42 s`, `3 min`, `2 h`.
fn time(seconds: u64) -> String {
    match seconds {
        0..100 => format!("{seconds} s"),
        100..6_000 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3_600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_for_people() {
        let cases = [
            (0, "0 B"),
            (1_023, "1023 B"),
            (1_024, "1.0 KiB"),
            (70_000, "68.4 KiB"),
            (1_048_575, "1.0 MiB"),
            (100 << 20, "100.0 MiB"),
            (u64::MAX, "16.0 EiB"),
        ];
        for (bytes, want) in cases {
            assert_eq!(size(bytes), want);
        }
    }

    #[test]
    fn progress_says_how_much_how_fast_and_how_long() {
        let mut progress = Progress {
            id: TransferId(1),
            name: "a".into(),
            bytes: 10 << 20,
            done: 0,
            state: TransferState::Running {
                bytes_per_second: 0,
            },
        };
        assert_eq!(progress.words(), "░░░░░░░░░░ 0 % 0 B of 10.0 MiB");
        progress.done = 5 << 20;
        progress.state = TransferState::Running {
            bytes_per_second: 1 << 20,
        };
        assert_eq!(
            progress.words(),
            "█████░░░░░ 50 % 5.0 MiB of 10.0 MiB · 1.0 MiB/s · 5 s left"
        );
        (progress.done, progress.bytes) = (u64::MAX, 0);
        assert!(progress.words().contains("100 %"), "{}", progress.words());
    }

    #[test]
    fn bounded_what_is_remembered_of_saved_files() {
        let mut downloads = Downloads::default();
        for n in 0..2 * SAVED_MAX as u64 {
            let progress = Progress {
                id: TransferId(n),
                name: String::new(),
                bytes: 0,
                done: 0,
                state: TransferState::Cancelled,
            };
            downloads.begin(ConversationId(1), Seq(n), progress);
        }
        assert_eq!(downloads.0.len(), SAVED_MAX);
        assert!(downloads.get(ConversationId(1), Seq(999)).is_some());
    }
}
