//! Whose turn it is: to start, to send, to ask.

use std::time::Instant;

use chat_core::{Command, ConversationId, RequestId, command};

use super::{Asked, Item, Transfers, Unanswered, Work};
use crate::transfer::TransferId;

/// Transfers of one kind that go on at a time: two, so that a small file doesn't wait for a large one;
/// more would only share the same line.
const RUNNING_MAX: usize = 2;

/// The kinds that are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Upload,
    ToDisk,
    ToMemory,
}

impl Work {
    fn kind(&self) -> Kind {
        match self {
            Work::Upload(_) => Kind::Upload,
            Work::Download(download) if download.is_to_disk() => Kind::ToDisk,
            Work::Download(_) => Kind::ToMemory,
        }
    }

    pub(super) fn is_queued(&self) -> bool {
        match self {
            Work::Upload(upload) => upload.is_queued(),
            Work::Download(download) => download.is_queued(),
        }
    }
}

impl Transfers {
    /// The next command to send, if one may be sent now. Called when there is nothing else to send.
    /// `is_open`: whether what is in a conversation can be asked for.
    pub(in super::super) fn next_command(
        &mut self,
        now: Instant,
        is_open: impl Fn(ConversationId) -> bool,
        mut id: impl FnMut() -> RequestId,
    ) -> Option<Command> {
        self.tick(now);
        if let Some(command) = self.withdrawals.next(&mut id) {
            self.asks(&command, Asked::Withdrawal, 0, now);
            return Some(command);
        }
        // In turn, so that neither of two starves.
        let (before, after): (Vec<_>, Vec<_>) =
            self.ids().into_iter().partition(|id| *id <= self.last);
        for transfer in after.into_iter().chain(before) {
            let item = self.items.get(&transfer);
            let place = item.map(|item| (&item.work, item.conversation));
            if matches!(place, Some((Work::Download(_), id)) if !is_open(id)) {
                continue;
            }
            if let Some(command) = self.command_of(transfer, now, &mut id) {
                self.last = transfer;
                return Some(command);
            }
        }
        None
    }

    fn command_of(
        &mut self,
        id: TransferId,
        now: Instant,
        request_id: &mut impl FnMut() -> RequestId,
    ) -> Option<Command> {
        let item = self.items.get_mut(&id)?;
        match &mut item.work {
            Work::Upload(upload) => {
                if let Some(command) = upload.offer(now, &mut *request_id) {
                    self.asks(&command, Asked::Offer(id), 0, now);
                    return Some(command);
                }
                let (number, at, data, round) = upload.chunk(self.up.room()?)?;
                let bytes = data.len() as u64;
                let chunk = command::Chunk {
                    request: request_id(),
                    upload: number,
                    at,
                    data,
                };
                let command = chunk.into();
                self.up.sent(bytes);
                self.asks(&command, Asked::Chunk { id, round }, bytes, now);
                self.work_on(id);
                Some(command)
            }
            Work::Download(download) => {
                let room = self.down.room()?;
                let (at, bytes, command) = download.fetch(room, now, request_id)?;
                self.down.sent(bytes);
                self.asks(&command, Asked::Piece { id, at }, bytes, now);
                Some(command)
            }
        }
    }

    fn asks(&mut self, command: &Command, asked: Asked, bytes: u64, now: Instant) {
        if let Some(request) = command.request() {
            let unanswered = Unanswered {
                asked,
                bytes,
                sent: now,
            };
            self.unanswered.insert(request, unanswered);
        }
    }

    /// Asks for what a transfer needs done with its file.
    pub(super) fn work_on(&mut self, id: TransferId) {
        let job = match self.items.get_mut(&id).map(|item| &mut item.work) {
            Some(Work::Upload(upload)) => upload.read(),
            Some(Work::Download(download)) => download.job(),
            None => None,
        };
        self.jobs.extend(job.map(|job| (id, job)));
    }

    /// Starts those whose turn has come, and lets go those for which nobody waits.
    pub(super) fn start_due(&mut self, now: Instant) {
        for kind in [Kind::Upload, Kind::ToDisk, Kind::ToMemory] {
            let of_kind = |work: &Work| work.kind() == kind;
            let works = self.items.values().map(|item| &item.work);
            let running = works
                .filter(|work| of_kind(work) && !work.is_queued())
                .count();
            let queued = |(_, item): &(_, &Item)| of_kind(&item.work) && item.work.is_queued();
            let due: Vec<_> = self
                .items
                .iter()
                .filter(queued)
                .map(|(id, _)| *id)
                .collect();
            for id in due.into_iter().take(RUNNING_MAX.saturating_sub(running)) {
                self.start(id, now);
            }
        }
        self.release_behind(now);
    }

    fn start(&mut self, id: TransferId, now: Instant) {
        self.check_size(id);
        let bytes_max = self.file_bytes.flatten();
        let Some(item) = self.items.get_mut(&id) else {
            return;
        };
        let job = match &mut item.work {
            Work::Upload(upload) => Some(upload.start(bytes_max)),
            Work::Download(download) => download.start(),
        };
        self.jobs.extend(job.map(|job| (id, job)));
        // An empty one has nothing to wait for.
        self.deliver(id);
        self.tell(id, now);
    }

    /// Of several with the same content one is sent; the others follow when it is there.
    fn release_behind(&mut self, now: Instant) {
        for id in self.ids() {
            let Some(Work::Upload(mine)) = self.items.get(&id).map(|item| &item.work) else {
                continue;
            };
            let Some(hash) = mine
                .content()
                .map(|content| content.hash)
                .filter(|_| mine.is_behind())
            else {
                continue;
            };
            let sends = |work: &Work| match work {
                Work::Upload(other) => {
                    other.is_sending() && other.content().is_some_and(|other| other.hash == hash)
                }
                Work::Download(_) => false,
            };
            if self.items.values().any(|item| sends(&item.work)) {
                continue;
            }
            self.withdrawals.keep(hash);
            if let Some(Work::Upload(mine)) = self.items.get_mut(&id).map(|item| &mut item.work) {
                mine.go();
            }
            self.tell(id, now);
        }
    }

    /// What the time asks for: rates are told anew, and who waits for nothing any more is dropped.
    fn tick(&mut self, now: Instant) {
        let mut dropped = false;
        for id in self.ids() {
            let item = self.items.get(&id);
            if matches!(item.map(|item| &item.work), Some(Work::Download(d)) if d.is_abandoned()) {
                self.items.remove(&id);
                dropped = true;
            } else if item.and_then(Item::tick_at).is_some_and(|at| at <= now) {
                self.tell(id, now);
            }
        }
        if dropped {
            self.start_due(now);
        }
    }

    /// When [`Transfers::next_command`] is worth asking again without anything happening.
    pub(in super::super) fn deadline(&self, now: Instant) -> Option<Instant> {
        let due = self.items.values().flat_map(|item| {
            let again = match &item.work {
                Work::Upload(upload) => upload.deadline(),
                Work::Download(download) => download.deadline(),
            };
            let tick = item.tick_at().filter(|_| self.is_online);
            [again, tick].into_iter().flatten()
        });
        due.filter(|at| *at > now).min()
    }
}
