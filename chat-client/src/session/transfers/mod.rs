//! Files on their way. Decides what is hashed, offered, sent, asked for, written and told, and when;
//! never touches a file ([`Job`]) or a connection. Pure.
//!
//! | file | owns |
//! |---|---|
//! | `item.rs`, `upload.rs`, `download.rs` | one file and where it stands |
//! | `pace.rs` | how many bytes may be on the way |
//! | `turns.rs` | whose turn it is: to start, to send, to ask |
//! | `answers.rs` | what follows from what the server says |
//! | `progress.rs` | what is told of it, and when |
//! | `job.rs` | what is to be done with files |
//! | `withdrawals.rs` | what the server is to drop |

mod answers;
mod download;
mod item;
mod job;
mod pace;
mod progress;
mod turns;
mod upload;
mod withdrawals;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Instant;

use chat_core::event::Welcome;
use chat_core::limits::FILE_NAME_BYTES;
use chat_core::{Code, ConversationId, File, PostId, Refusal, RequestId, Seq, Text};

use self::download::{Download, Target};
use self::item::{Item, Work, failed};
pub(crate) use self::job::{Job, Leftover, Report};
use self::pace::Pace;
use self::progress::Progress;
use self::upload::{Next, Upload};
use self::withdrawals::Withdrawals;
use crate::config::Pending;
use crate::handle::Waiter;
use crate::transfer::{Delivered, Transfer, TransferId, TransferState};

/// Transfers that go on or wait: as many as a person sends at once from a directory, not a whole disk.
const ALL_MAX: usize = 200;

/// What a new store makes of a transfer: its conversation is another one now, if it is one at all.
const AFRESH: &str = "the server has started afresh, and what was there is gone: start this again";

/// What an answer is to.
#[derive(Debug, Clone, Copy)]
enum Asked {
    Offer(TransferId),
    Chunk { id: TransferId, round: u32 },
    Piece { id: TransferId, at: u64 },
    Withdrawal,
}

/// A request that is unanswered.
#[derive(Debug)]
struct Unanswered {
    asked: Asked,
    bytes: u64,
    sent: Instant,
}

#[derive(Debug)]
pub(super) struct Transfers {
    items: BTreeMap<TransferId, Item>,
    unanswered: HashMap<RequestId, Unanswered>,
    withdrawals: Withdrawals,
    /// To be done with files.
    jobs: VecDeque<(TransferId, Job)>,
    /// To be posted.
    posts: VecDeque<Pending>,
    /// To be told: at most one thing of each transfer.
    news: BTreeMap<TransferId, Transfer>,
    up: Pace,
    down: Pace,
    /// Who sent or asked last.
    last: TransferId,
    is_online: bool,
    /// The longest file that the server takes, `Some(None)` where it takes none; as it said last.
    file_bytes: Option<Option<u64>>,
}

impl Transfers {
    pub(super) fn new() -> Transfers {
        Transfers {
            items: BTreeMap::new(),
            unanswered: HashMap::new(),
            withdrawals: Withdrawals::default(),
            jobs: VecDeque::new(),
            posts: VecDeque::new(),
            news: BTreeMap::new(),
            up: Pace::new(),
            down: Pace::new(),
            last: TransferId(0),
            is_online: false,
            file_bytes: None,
        }
    }

    // What the program asks.

    pub(super) fn send(
        &mut self,
        id: TransferId,
        post: PostId,
        path: std::path::PathBuf,
        (conversation, caption): (ConversationId, Text),
        now: Instant,
    ) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = Text::line(&name, FILE_NAME_BYTES);
        let upload = Upload::new(path, conversation, post, name.clone(), caption);
        self.add(id, conversation, name, Work::Upload(upload), now);
    }

    pub(super) fn save(
        &mut self,
        id: TransferId,
        (conversation, seq): (ConversationId, Seq),
        file: File,
        dir: std::path::PathBuf,
        now: Instant,
    ) {
        let name = file.name.clone();
        let download = Download::new(conversation, seq, file, Target::Disk(dir));
        self.add(id, conversation, name, Work::Download(download), now);
    }

    pub(super) fn fetch(
        &mut self,
        id: TransferId,
        (conversation, seq): (ConversationId, Seq),
        file: File,
        bytes_max: u64,
        waiter: Waiter<Vec<u8>>,
        now: Instant,
    ) {
        if file.bytes > bytes_max {
            let text = format!(
                "the file has {} bytes; at most {bytes_max} are wanted",
                file.bytes
            );
            return drop(waiter.send(Err(Refusal::new(Code::FileTooLarge, text))));
        }
        let target = Target::Memory {
            data: Vec::new(),
            waiter: Some(waiter),
        };
        let name = file.name.clone();
        let download = Download::new(conversation, seq, file, target);
        self.add(id, conversation, name, Work::Download(download), now);
    }

    fn add(
        &mut self,
        id: TransferId,
        conversation: ConversationId,
        name: Text,
        work: Work,
        now: Instant,
    ) {
        let item = Item {
            conversation,
            name,
            work,
            progress: Progress::default(),
        };
        let full = self.items.len() >= ALL_MAX;
        self.items.insert(id, item);
        if full {
            let why = format!("{ALL_MAX} files wait already: wait until some are through");
            let refusal = Refusal::new(Code::TooFast, why);
            return self.end(id, failed(&refusal.text), Leftover::Keep, &refusal);
        }
        self.tell(id, now);
        self.start_due(now);
    }

    /// Gives one up. `withdraw` takes a post that was not sent out of the outbox; `false` when it is
    /// on its way.
    pub(super) fn cancel(
        &mut self,
        id: TransferId,
        withdraw: impl FnOnce(PostId) -> bool,
        now: Instant,
    ) {
        let Some(item) = self.items.get(&id) else {
            return;
        };
        if let Work::Upload(upload) = &item.work
            && upload.is_posting()
            && !self
                .posts
                .iter()
                .any(|pending| pending.post == upload.post())
            && !withdraw(upload.post())
        {
            // Too late: it will be there.
            return;
        }
        let refusal = Refusal::new(Code::Other, "cancelled");
        self.end(id, TransferState::Cancelled, Leftover::Remove, &refusal);
        self.start_due(now);
    }

    // What happens to the connection.

    pub(super) fn online(&mut self, welcome: &Welcome, new_epoch: bool, now: Instant) {
        self.is_online = true;
        self.file_bytes = Some(welcome.file_bytes);
        self.up = Pace::new();
        self.down = Pace::new();
        if new_epoch {
            self.withdrawals = Withdrawals::default();
            self.posts.clear();
            let refusal = Refusal::new(Code::NotAMember, AFRESH);
            for id in self.ids() {
                self.end(id, failed(AFRESH), Leftover::Keep, &refusal);
            }
        }
        for id in self.ids() {
            self.check_size(id);
            self.tell(id, now);
        }
        self.start_due(now);
    }

    /// The limit may be another one than when an upload began.
    fn check_size(&mut self, id: TransferId) {
        let Some(Work::Upload(upload)) = self.items.get(&id).map(|item| &item.work) else {
            return;
        };
        let why = match self.file_bytes {
            // A post stands for itself.
            _ if upload.is_posting() => return,
            Some(None) => "this server takes no files".to_owned(),
            Some(Some(bytes_max)) if upload.size() > bytes_max => format!(
                "the file has {} bytes and the server takes {bytes_max} at most",
                upload.size()
            ),
            _ => return,
        };
        let refusal = Refusal::new(Code::FileTooLarge, why);
        self.end(id, failed(&refusal.text), Leftover::Keep, &refusal);
    }

    pub(super) fn offline(&mut self) {
        self.is_online = false;
        self.unanswered.clear();
        self.withdrawals.offline();
        for item in self.items.values_mut() {
            match &mut item.work {
                Work::Upload(upload) => upload.offline(),
                Work::Download(download) => download.offline(),
            }
        }
        for id in self.ids() {
            self.tell_waiting(id);
        }
    }

    // What became of jobs.

    pub(super) fn reported(&mut self, id: TransferId, report: Report, now: Instant) {
        let Some(item) = self.items.get_mut(&id) else {
            return;
        };
        match (&mut item.work, report) {
            (_, Report::Failed { why }) => {
                let refusal = Refusal::new(Code::Other, why);
                self.end(id, failed(&refusal.text), Leftover::Keep, &refusal);
            }
            (Work::Upload(upload), Report::Hashing { done, bytes }) => upload.hashing(done, bytes),
            (Work::Download(download), Report::Hashing { done, .. }) => download.hashing(done),
            (Work::Upload(upload), Report::Hashed { hash, bytes, media }) => {
                upload.hashed(hash, bytes, media);
                self.check_size(id);
            }
            (Work::Upload(upload), Report::Read(data)) => upload.was_read(data),
            (Work::Download(download), Report::Opened { held }) => download.opened(held),
            (Work::Download(download), Report::Written) => download.was_written(),
            (Work::Download(_), Report::Saved { path }) => {
                let state = TransferState::Finished(Delivered::Saved { path });
                let refusal = Refusal::new(Code::Other, "saved");
                self.end(id, state, Leftover::Keep, &refusal);
            }
            (Work::Download(download), Report::NotTheContent) => {
                let refusal = wrong_content(download.name());
                self.end(id, failed(&refusal.text), Leftover::Remove, &refusal);
            }
            // Of another kind of work than it is: nobody asked for it.
            (Work::Upload(_) | Work::Download(_), _) => {}
        }
        self.work_on(id);
        self.tell(id, now);
        self.start_due(now);
    }

    // What is to be done.

    /// The next thing to be done with a transfer's file.
    pub(super) fn next_job(&mut self) -> Option<(TransferId, Job)> {
        self.jobs.pop_front()
    }

    /// The next post for the outbox.
    pub(super) fn next_post(&mut self) -> Option<Pending> {
        self.posts.pop_front()
    }

    /// The next thing to be told.
    pub(super) fn next_news(&mut self) -> Option<Transfer> {
        self.news.pop_first().map(|(_, news)| news)
    }

    pub(super) fn has_news(&self) -> bool {
        !self.news.is_empty()
    }

    /// Whether somebody waits for the bytes of a file.
    pub(super) fn is_waited_for(&self) -> bool {
        let waits = |item: &Item| matches!(&item.work, Work::Download(d) if !d.is_to_disk());
        self.items.values().any(waits)
    }

    /// Lets those who wait for bytes go, with a reason.
    pub(super) fn release(&mut self, refusal: &Refusal) {
        for id in self.ids() {
            let item = self.items.get(&id);
            if matches!(item, Some(Item { work: Work::Download(d), .. }) if !d.is_to_disk()) {
                self.end(id, failed(&refusal.text), Leftover::Keep, refusal);
            }
        }
    }

    fn ids(&self) -> Vec<TransferId> {
        self.items.keys().copied().collect()
    }

    /// It is over: told, or answered with the refusal, and forgotten.
    fn end(&mut self, id: TransferId, state: TransferState, leftover: Leftover, why: &Refusal) {
        let Some(mut item) = self.items.remove(&id) else {
            return;
        };
        self.jobs.retain(|(other, _)| *other != id);
        match &mut item.work {
            Work::Upload(upload) => {
                self.posts.retain(|pending| pending.post != upload.post());
                self.jobs.push_back((id, Job::Forget(leftover)));
                let shared = |other: &Item| match (&other.work, upload.content()) {
                    (Work::Upload(other), Some(mine)) => other
                        .content()
                        .is_some_and(|content| content.hash == mine.hash),
                    _ => false,
                };
                if upload.leaves_a_part() && !self.items.values().any(shared) {
                    self.withdrawals.add(upload);
                }
            }
            Work::Download(download) if !download.is_to_disk() => {
                return download.answer(Err(why.clone()));
            }
            Work::Download(_) => self.jobs.push_back((id, Job::Forget(leftover))),
        }
        self.news.insert(id, item.report(id, state));
    }
}

fn wrong_content(name: &str) -> Refusal {
    let text =
        format!("what the server sent is not what {name} was when it was posted: it was removed");
    Refusal::new(Code::WrongHash, text)
}
