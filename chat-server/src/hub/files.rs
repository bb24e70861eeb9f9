//! Files: who may upload and post what, and what goes when nobody wants it any more.
//!
//! The bytes never come here. What the hub decides is done by the one who keeps the contents
//! ([`crate::contents`]) in the order in which it was decided and committed.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use chat_core::command::Upload;
use chat_core::{AccountId, Code, ContentHash, File, Millis, Refusal};

use super::file_work::{Asked, FileNews, FileWork, Found, OnDisk, Ticket};
use super::holdings::{FileRecord, Holdings, space};
use super::output::Output;
use super::rate::{Meter, Rate};
use super::{Answer, By, Effects, Hub, Record};

/// Uploads that an account may begin at once after a pause: a folder of pictures.
const UPLOAD_BURST: u32 = 60;

/// Uploads per second that an account may begin for long. Each is two commits and a file.
const UPLOADS_PER_SECOND: f64 = 2.0;

/// Uploads that an account may have under way: each may keep a file open.
const UPLOADS_PER_ACCOUNT: usize = 16;

/// Entries of an account that may be files: each is remembered here, at 100 bytes.
const FILE_ENTRIES_PER_ACCOUNT: usize = 10_000;

/// How much later than noted something of an upload has to come to be noted again, in milliseconds.
const NOTED_MS: u64 = 60 * 60 * 1000;

/// Uploads and contents that are dropped at a time, so that nobody waits for it.
const DROPPED_MAX: usize = 256;

/// When a client is to try again that met another of its own, in milliseconds.
const OVERTAKEN_RETRY_MS: u64 = 1_000;

/// What is known of files only while the server runs.
#[derive(Debug)]
pub(super) struct Files {
    rate: Option<Rate>,
    meters: HashMap<AccountId, Meter>,
    /// The number of the last upload.
    uploads: u64,
    /// The numbers that an upload had since it was begun, from the first to the last.
    current: HashMap<(AccountId, ContentHash), RangeInclusive<u64>>,
    /// What is held and was not found on the disk.
    missing: HashSet<ContentHash>,
}

impl Default for Files {
    fn default() -> Files {
        Files {
            rate: Rate::new(UPLOAD_BURST, UPLOADS_PER_SECOND),
            meters: HashMap::new(),
            uploads: 0,
            current: HashMap::new(),
            missing: HashSet::new(),
        }
    }
}

impl Files {
    /// What was decided since the last commit has not happened.
    pub(super) fn reset(&mut self, durable: &Holdings) {
        self.current
            .retain(|(account, hash), _| durable.upload(*account, *hash).is_some());
    }

    /// An account has gone: forgets what a new meter would know, too.
    pub(super) fn gone(&mut self, account: AccountId, now: Millis) {
        if let (Some(rate), Some(meter)) = (&self.rate, self.meters.get(&account))
            && rate.is_full(meter, now)
        {
            self.meters.remove(&account);
        }
    }
}

impl Hub {
    /// The longest file in bytes, where files are taken.
    pub(super) fn file_bytes_max(&self) -> Option<u64> {
        let mib = self.rules.files.file_mib_max;
        (mib > 0).then_some(mib << 20)
    }

    pub(super) fn upload(&mut self, by: By, c: &Upload, effects: &mut Effects) -> Answer {
        let max = self.file_bytes_max().ok_or_else(switched_off)?;
        if c.bytes > max {
            let text = format!(
                "that file has {}, and {} is the limit here",
                size(c.bytes),
                size(max)
            );
            return Err(Refusal::new(Code::FileTooLarge, text));
        }
        let (account, hash, bytes) = (by.account, c.hash, c.bytes);
        let held = self.holds(account, hash);
        if held.is_some_and(|held| held != bytes) {
            return Err(Refusal::new(
                Code::NotPossible,
                "that content has another length: look at the file again",
            ));
        }
        self.writable(by.now)?;
        self.meter_upload(by)?;
        let ticket = self.ticket(by, hash, bytes);
        let at = by.now;
        if held.is_some() {
            // Whoever offers it is about to post it: it counts as new.
            let record = FileRecord::Stored {
                account,
                hash,
                bytes,
                at,
            };
            self.record(Record::File(record), effects);
            effects.work(FileWork::SayHeld(ticket));
            return Ok(None);
        }
        let goes_on = self.state.files.upload(account, hash);
        if goes_on.is_none_or(|upload| upload.bytes != bytes) {
            self.has_space(account, hash, bytes)?;
        }
        let record = FileRecord::Upload {
            account,
            hash,
            bytes,
            at,
        };
        self.record(Record::File(record), effects);
        let last = ticket.upload;
        let numbers = self.files.current.entry((account, hash));
        numbers
            .and_modify(|numbers| *numbers = *numbers.start()..=last)
            .or_insert(last..=last);
        effects.work(FileWork::Open(ticket));
        Ok(None)
    }

    /// The length of a content that an account holds and that is there.
    fn holds(&self, account: AccountId, hash: ContentHash) -> Option<u64> {
        let held = self.state.files.held(account, hash)?;
        (!self.files.missing.contains(&hash)).then_some(held.bytes)
    }

    fn ticket(&mut self, by: By, hash: ContentHash, bytes: u64) -> Ticket {
        self.files.uploads += 1;
        Ticket {
            session: by.session,
            request: by.request,
            asked: Asked::Upload,
            upload: self.files.uploads,
            account: by.account,
            hash,
            bytes,
        }
    }

    fn meter_upload(&mut self, by: By) -> Result<(), Refusal> {
        let Some(rate) = &self.files.rate else {
            return Ok(());
        };
        let meter = self.files.meters.entry(by.account).or_default();
        rate.take(meter, by.now).map_err(|ms| {
            let text = "that were many files in a short time: the next one has to wait";
            Refusal::new(Code::TooFast, text).retry_after(ms)
        })
    }

    /// Refuses an upload for which there is no space. What is under way counts as if it were there.
    fn has_space(&self, account: AccountId, hash: ContentHash, bytes: u64) -> Result<(), Refusal> {
        let files = &self.state.files;
        let usage = files.usage(account);
        if usage.uploads >= UPLOADS_PER_ACCOUNT && files.upload(account, hash).is_none() {
            let text = format!(
                "{UPLOADS_PER_ACCOUNT} uploads of yours are under way or were broken off: finish or cancel one first"
            );
            return Err(Refusal::new(Code::QuotaFull, text));
        }
        // One that is held already and has to be uploaded again takes no more than it has.
        if files.held(account, hash).is_some() {
            return Ok(());
        }
        let replaced = files.upload(account, hash).map_or(0, |u| space(u.bytes));
        let full = |used: u64, mib: u64| used - replaced + space(bytes) > mib << 20;
        if full(usage.bytes, self.rules.files.account_mib_max) {
            let text = format!(
                "your files would take more than the {} MiB that you may have here: take some back first",
                self.rules.files.account_mib_max
            );
            return Err(Refusal::new(Code::QuotaFull, text));
        }
        if full(files.bytes(), self.rules.files.total_mib_max) {
            let text = "the server has no space for that file: ask whoever runs it";
            return Err(Refusal::new(Code::QuotaFull, text));
        }
        Ok(())
    }

    /// Whether an account may post a file. Its content has to be its own.
    pub(super) fn may_post_file(&self, account: AccountId, file: &File) -> Result<(), Refusal> {
        self.file_bytes_max().ok_or_else(switched_off)?;
        self.fits(&file.caption)?;
        let held = self.holds(account, file.hash).ok_or_else(|| {
            let text = "the server does not have that file of yours (any more): send it again";
            Refusal::new(Code::NotUploaded, text)
        })?;
        if held != file.bytes {
            return Err(Refusal::new(
                Code::NotPossible,
                format!("that file has {held} bytes, and not {}", file.bytes),
            ));
        }
        if self.state.files.usage(account).entries >= FILE_ENTRIES_PER_ACCOUNT {
            let text = format!(
                "{FILE_ENTRIES_PER_ACCOUNT} of your messages are files: take some back first"
            );
            return Err(Refusal::new(Code::QuotaFull, text));
        }
        Ok(())
    }

    /// Gives an upload up, for a session of its account.
    pub(super) fn cancel_upload(
        &mut self,
        by: By,
        hash: ContentHash,
        effects: &mut Effects,
    ) -> Answer {
        self.writable(by.now)?;
        self.drop_upload(by.account, hash, effects);
        by.done()
    }

    fn drop_upload(&mut self, account: AccountId, hash: ContentHash, effects: &mut Effects) {
        if self.state.files.upload(account, hash).is_none() {
            return;
        }
        self.files.current.remove(&(account, hash));
        let record = FileRecord::UploadDropped { account, hash };
        self.record(Record::File(record), effects);
        effects.work(FileWork::Remove(OnDisk::Partial(account, hash)));
    }

    pub(super) fn file_news(&mut self, now: Millis, news: FileNews, effects: &mut Effects) {
        match news {
            FileNews::Complete { ticket } => match self.complete(now, &ticket, effects) {
                Ok(()) => effects.work(FileWork::Settle(ticket)),
                Err(refusal) => effects.work(FileWork::Refuse(ticket, refusal)),
            },
            FileNews::Wrong { ticket } => {
                let numbers = self.numbers(&ticket);
                // One that was begun again since is another.
                if numbers.is_some_and(|numbers| *numbers.end() == ticket.upload)
                    && self.writable(now).is_ok()
                {
                    self.drop_upload(ticket.account, ticket.hash, effects);
                }
            }
            FileNews::OnDisk(found) => found.iter().for_each(|f| self.on_disk(now, *f, effects)),
            FileNews::Missing(contents) => self.files.missing.extend(contents),
            FileNews::There(hash) => {
                self.files.missing.remove(&hash);
            }
            FileNews::SweepDue => self.sweep(now, effects),
        }
    }

    /// The numbers that the upload of a ticket has, unless it was given up.
    fn numbers(&self, ticket: &Ticket) -> Option<&RangeInclusive<u64>> {
        self.files.current.get(&(ticket.account, ticket.hash))
    }

    fn complete(
        &mut self,
        now: Millis,
        ticket: &Ticket,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        // Also one that was asked for again while it was being completed: of two sessions that do so
        // again and again none would ever be done.
        let current = |numbers: &RangeInclusive<u64>| numbers.contains(&ticket.upload);
        if !self.numbers(ticket).is_some_and(current) {
            let text = "that upload was given up meanwhile: ask for it again";
            return Err(Refusal::new(Code::TooFast, text).retry_after(OVERTAKEN_RETRY_MS));
        }
        self.writable(now)?;
        let (account, hash) = (ticket.account, ticket.hash);
        self.files.current.remove(&(account, hash));
        let record = FileRecord::Stored {
            account,
            hash,
            bytes: ticket.bytes,
            at: now,
        };
        self.record(Record::File(record), effects);
        Ok(())
    }

    /// Has removed what nobody knows and named what could not be named, and notes when something of
    /// an upload came last.
    fn on_disk(&mut self, now: Millis, found: Found, effects: &mut Effects) {
        let files = &self.state.files;
        match found.what {
            OnDisk::Content(hash) if files.is_held(hash) => {}
            OnDisk::Partial(account, hash) if files.upload(account, hash).is_some() => {
                let at = Millis(now.0.saturating_sub(found.idle_ms));
                let upload = files
                    .upload(account, hash)
                    .filter(|u| at.since(u.at) > NOTED_MS);
                let bytes = upload.map(|u| u.bytes);
                if let Some(bytes) = bytes
                    && self.writable(now).is_ok()
                {
                    let record = FileRecord::Upload {
                        account,
                        hash,
                        bytes,
                        at,
                    };
                    self.record(Record::File(record), effects);
                }
            }
            OnDisk::Partial(account, hash)
                if let Some(held) = files.held_content((account, hash)) =>
            {
                effects.work(FileWork::Name(held));
            }
            unknown => effects.work(FileWork::Remove(unknown)),
        }
    }

    /// Drops uploads that get nothing and contents that are in no entry.
    fn sweep(&mut self, now: Millis, effects: &mut Effects) {
        if self.writable(now).is_err() {
            return;
        }
        let hours = self.rules.files.upload_hours_max;
        let limit = Millis(now.0.saturating_sub(hours * 60 * 60 * 1000));
        for _ in 0..DROPPED_MAX {
            if let Some((account, hash)) = self.state.files.waiting_before(limit) {
                self.drop_upload(account, hash, effects);
            } else if let Some((account, hash)) = self.state.files.idle_before(limit) {
                let record = FileRecord::Dropped { account, hash };
                self.record(Record::File(record), effects);
            } else {
                return;
            }
        }
        effects.work(FileWork::SweepAgain);
    }
}

impl Effects {
    pub(super) fn work(&mut self, work: FileWork) {
        self.outputs.push(Output::Files(work));
    }
}

fn switched_off() -> Refusal {
    Refusal::new(Code::NotPossible, "this server takes no files")
}

/// A length for people.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} bytes"),
        1_024..0x10_0000 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}
