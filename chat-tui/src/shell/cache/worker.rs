//! The thread that owns both databases once the first screen has been read. It takes what has piled
//! up, commits it at once, then answers what was asked.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::{Connection, Result, TransactionBehavior};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::batch::Batch;
use super::{
    CacheError, Login, Notice, PageWanted, Reply, SearchWanted, Snapshot, database, drafts,
    entries, snapshot,
};
use crate::app::Store;
use crate::app::event::CachedPage;
use crate::settings::CacheLimits;
use crate::shell::data::dirs::DataDir;

/// Jobs that may wait: a second of a very busy server. When the disk is slower than that, the
/// client waits for it, and the server keeps what is to come.
const JOBS_MAX: usize = 4096;

/// Jobs in one commit, so that answers don't wait long behind them.
const BATCH_MAX: usize = 512;

/// Entries written between two prunings.
const PRUNE_EVERY: usize = 2000;

/// What the thread is given.
pub(super) enum Job {
    Login(Login),
    Keep(Store),
    Adopted(String),
    Forget(String),
    Page(PageWanted),
    Search(SearchWanted),
}

/// The cache of one server, as the shell holds it.
#[derive(Debug)]
pub struct Cache {
    // Room for all that may wait is made at the start: for pointers, not for jobs.
    jobs: SyncSender<Box<Job>>,
    replies: UnboundedReceiver<Reply>,
    thread: JoinHandle<()>,
}

impl Cache {
    /// Opens the cache, reads what is known of the server at `address`, and starts the thread.
    ///
    /// # Errors
    /// [`CacheError`] when the disk doesn't let it; a damaged cache is put aside, which a notice
    /// says.
    pub fn open(
        data: &DataDir,
        limits: &CacheLimits,
        address: &str,
    ) -> std::result::Result<(Cache, Snapshot, Vec<Notice>), CacheError> {
        let file = data.cache();
        let mut cache = entries::open(&file)?;
        let drafts = drafts::open(&data.drafts())?;
        let mut notices = Vec::new();
        notices.extend(cache.aside.take().map(Notice::CacheAside));
        notices.extend(drafts.aside.map(Notice::DraftsAside));

        let first = match snapshot::read(&mut cache.db, &drafts.db, address) {
            Err(error) if database::is_damage(&error) => {
                cache = reopen(cache.db, data)?;
                notices.extend(cache.aside.take().map(Notice::CacheAside));
                Snapshot::default()
            }
            other => other.map_err(|source| CacheError { file, source })?,
        };

        let (jobs, receiver) = sync_channel(JOBS_MAX);
        let (sender, replies) = unbounded_channel();
        let worker = Worker {
            cache: cache.db,
            drafts: drafts.db,
            data: data.clone(),
            limits: limits.clone(),
            address: address.to_owned(),
            login: login_of(&first),
            unpruned: PRUNE_EVERY,
            failed: None,
            replies: sender,
        };
        let thread = std::thread::spawn(move || worker.run(&receiver));
        let cache = Cache {
            jobs,
            replies,
            thread,
        };
        Ok((cache, first, notices))
    }

    /// The login succeeded. With another epoch than before, what was cached of the server goes; what
    /// was typed for it stays, see [`Cached::orphans`](crate::app::event::Cached::orphans).
    pub fn login(&self, login: Login) {
        self.pass(Job::Login(login));
    }

    /// Keeps something. What belongs to conversations needs a login before.
    pub fn keep(&self, store: Store) {
        self.pass(Job::Keep(store));
    }

    /// The orphans with this title have found a home.
    pub fn adopted(&self, title: String) {
        self.pass(Job::Adopted(title));
    }

    /// Forgets what was read on another server; what was written there and not sent stays.
    pub fn forget(&self, address: String) {
        self.pass(Job::Forget(address));
    }

    /// Looks entries up: [`Reply::Page`].
    pub fn page(&self, wanted: PageWanted) {
        self.pass(Job::Page(wanted));
    }

    /// Looks for posts: [`Reply::Found`].
    pub fn search(&self, wanted: SearchWanted) {
        self.pass(Job::Search(wanted));
    }

    /// The next answer. Cancel safe. Never, if the thread has ended.
    pub async fn next(&mut self) -> Reply {
        match self.replies.recv().await {
            Some(reply) => reply,
            None => std::future::pending().await,
        }
    }

    /// Waits until everything is written.
    pub fn close(self) {
        drop(self.jobs);
        if self.thread.join().is_err() {
            tracing::error!("cache thread panicked");
        }
    }

    fn pass(&self, job: Job) {
        if self.jobs.send(Box::new(job)).is_err() {
            tracing::error!("cache thread has ended");
        }
    }
}

fn login_of(first: &Snapshot) -> Option<Login> {
    let (account, nick) = first.cached.me.clone()?;
    Some(Login {
        epoch: first.resume.as_ref()?.epoch,
        server: first.cached.server.clone(),
        account,
        nick,
    })
}

/// Puts a damaged cache aside and begins anew.
fn reopen(
    damaged: Connection,
    data: &DataDir,
) -> std::result::Result<database::Opened, CacheError> {
    drop(damaged);
    let aside = database::put_aside(&data.cache());
    let mut opened = entries::open(&data.cache())?;
    opened.aside = aside.ok();
    Ok(opened)
}

struct Worker {
    cache: Connection,
    drafts: Connection,
    data: DataDir,
    limits: CacheLimits,
    address: String,
    login: Option<Login>,
    /// Entries written since the last pruning.
    unpruned: usize,
    /// What was last said to be wrong.
    failed: Option<String>,
    replies: UnboundedSender<Reply>,
}

impl Worker {
    fn run(mut self, jobs: &Receiver<Box<Job>>) {
        while let Ok(first) = jobs.recv() {
            let mut batch = vec![*first];
            batch.extend(jobs.try_iter().take(BATCH_MAX - 1).map(|job| *job));
            self.work(batch);
        }
    }

    fn work(&mut self, batch: Vec<Job>) {
        let mut kept = Vec::new();
        let mut pages = Vec::new();
        let mut search = None;
        for job in batch {
            match job {
                Job::Page(wanted) => pages.push(wanted),
                Job::Search(wanted) => search = Some(wanted),
                Job::Login(_) | Job::Keep(_) | Job::Adopted(_) | Job::Forget(_) => kept.push(job),
            }
        }
        if !kept.is_empty() {
            let result = self.keep(kept);
            self.report(result);
        }
        for wanted in pages {
            self.answer_page(wanted);
        }
        if let Some(wanted) = search {
            let entries = entries::search(&self.cache, &self.address, &wanted);
            let entries = self.or_report(entries);
            self.reply(Reply::Found {
                query: wanted.query,
                entries,
            });
        }
        if self.unpruned >= PRUNE_EVERY {
            self.unpruned = 0;
            let result = entries::prune(&self.cache, &self.limits);
            self.report(result);
        }
    }

    fn keep(&mut self, jobs: Vec<Job>) -> Result<()> {
        let immediate = TransactionBehavior::Immediate;
        let mut batch = Batch {
            cache: self.cache.transaction_with_behavior(immediate)?,
            drafts: self.drafts.transaction_with_behavior(immediate)?,
            address: &self.address,
            login: &mut self.login,
            written: 0,
        };
        for job in jobs {
            batch.keep(job)?;
        }
        self.unpruned += batch.written;
        // Drafts first: what is in neither may be lost, what is in both does no harm.
        batch.drafts.commit()?;
        batch.cache.commit()
    }

    fn answer_page(&mut self, wanted: PageWanted) {
        let entries = entries::page(&self.cache, &self.address, &wanted);
        let entries = self.or_report(entries);
        self.reply(Reply::Page(CachedPage {
            conversation: wanted.conversation,
            from: wanted.from,
            entries,
        }));
    }

    fn or_report<T: Default>(&mut self, result: Result<T>) -> T {
        result.unwrap_or_else(|error| {
            self.report(Err(error));
            T::default()
        })
    }

    /// Says that something was not kept, and mends what can be mended.
    fn report(&mut self, result: Result<()>) {
        let Err(error) = result else {
            self.failed = None;
            return;
        };
        tracing::warn!(%error, "cache failed");
        if database::is_damage(&error)
            && let Err(error) = self.mend()
        {
            tracing::error!(%error, "cache not mended");
        }
        let what =
            format!("the cache on disk failed ({error}): check the disk of the data directory");
        if self.failed.as_ref() != Some(&what) {
            self.failed = Some(what.clone());
            self.reply(Reply::Failed(what));
        }
    }

    /// Begins the cache anew; conversations come back with the next login.
    fn mend(&mut self) -> std::result::Result<(), CacheError> {
        let closed = Connection::open_in_memory().map_err(|source| CacheError {
            file: self.data.cache(),
            source,
        })?;
        let damaged = std::mem::replace(&mut self.cache, closed);
        self.cache = reopen(damaged, &self.data)?.db;
        match &self.login {
            None => Ok(()),
            Some(login) => {
                entries::keep_login(&self.cache, &self.address, login).map_err(|source| {
                    CacheError {
                        file: self.data.cache(),
                        source,
                    }
                })
            }
        }
    }

    fn reply(&self, reply: Reply) {
        // Nobody listens while the client leaves.
        drop(self.replies.send(reply));
    }
}
