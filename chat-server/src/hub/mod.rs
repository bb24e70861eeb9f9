//! The hub: one owner of accounts, nicks, sessions, membership, rosters and sequence numbers.
//!
//! It is pure: [`Hub::handle`] takes the time and an input and says what follows: records for the
//! journal, and outputs that may be seen once those records are committed. It never does IO, never
//! reads a clock, and does no work that grows with the number of conversations.
//!
//! | file | owns |
//! |---|---|
//! | `input.rs`, `output.rs` | what it is told, and what workers are told |
//! | `state.rs`, `record.rs` | what a restart brings back, and the only way to change it |
//! | `recent.rs` | the last posts: their ids (exactly once), what they say about other entries |
//! | `login.rs` | logins, presence, sessions that end |
//! | `nicks.rs` | who may be called what, and who is told |
//! | `rooms.rs` | joining, leaving, listing, direct conversations |
//! | `posts.rs` | posts, topics, read markers, following |
//! | `about.rs` | edits, deletions, reactions |
//! | `canvas.rs` | canvases: what may be drawn, when it is merged |
//! | `roster.rs` | who is there: versions, deltas, pages |
//! | `files.rs`, `holdings.rs` | uploads, who holds which content, quotas |
//! | `file_work.rs` | what goes to and fro between that and the contents |
//! | `rate.rs` | posts per second and account |

mod about;
mod canvas;
mod file_work;
mod files;
mod holdings;
mod input;
mod login;
mod nicks;
mod output;
mod posts;
mod rate;
mod recent;
mod record;
mod rooms;
mod roster;
mod state;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};

use chat_core::command::Command;
use chat_core::event::{Bye, Done};
use chat_core::{AccountId, Code, ConversationId, Event, Millis, PostId, Refusal, RequestId};

pub use about::{About, EDITS, REACTIONS, Searched, Subject};
pub use canvas::{Board, ENTRIES_MAX, Paint, Painted};
pub use file_work::{Asked, FileNews, FileWork, Found, OnDisk, Ticket};
pub use holdings::{FileRecord, Held, HeldContent, Holdings, Upload, Usage};
pub use input::{Input, Rules};
pub use output::{LoginDone, Output, SessionId};
pub use recent::{Does, Note, RecentPosts, WINDOW};
pub use record::Record;
pub use state::{Account, Conversation, Kind, State};

use files::Files;
use rate::{Meter, Rate};
use roster::Rosters;

/// What follows from the inputs of one batch. The outputs are in order and may be seen only once
/// the records are committed.
#[derive(Debug, Default)]
pub struct Effects {
    /// For the journal.
    pub records: Vec<Record>,
    /// For the workers.
    pub outputs: Vec<Output>,
}

/// A session that is logged in.
#[derive(Debug)]
struct Session {
    account: AccountId,
    /// By [`Lane`], a post that was refused as too fast: what its client sent behind it waits with it.
    held_back: [Option<HeldBack>; 2],
}

/// What is metered, and waits, apart from the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane {
    Posts,
    Strokes,
}

/// A post that was refused as too fast, and how long others of its session wait for it.
#[derive(Debug, Clone, Copy)]
struct HeldBack {
    post: PostId,
    since: Millis,
    until: Millis,
}

impl HeldBack {
    /// Whether it is waited for. Not when the clock was set back: nobody knows for how long then.
    fn is_awaited(&self, now: Millis) -> bool {
        (self.since..self.until).contains(&now)
    }
}

/// How long after the time that it was told a post that was refused as too fast is waited for, in
/// milliseconds: a client that gave it up may go on then.
const HELD_BACK_MS: u64 = 2_000;

/// What is known of an account only while it is here.
#[derive(Debug, Default)]
struct Here {
    sessions: Vec<SessionId>,
}

/// See the module.
#[derive(Debug)]
pub struct Hub {
    rules: Rules,
    rate: Option<Rate>,
    state: State,
    sessions: HashMap<SessionId, Session>,
    here: HashMap<AccountId, Here>,
    /// Meters outlive sessions, so that connecting anew fills no burst; pruned when full again.
    meters: HashMap<AccountId, Meter>,
    /// The same for what is drawn.
    stroke_rate: Option<Rate>,
    stroke_meters: HashMap<AccountId, Meter>,
    /// Canvases of which a picture is being drawn.
    painting: HashSet<ConversationId>,
    rosters: Rosters,
    files: Files,
    /// While set, nothing that needs the journal is tried: it failed a moment ago.
    store_fails_until: Option<Millis>,
}

/// How long nothing is written after the journal failed, in milliseconds: a full disk must not
/// make every post reload the state.
const STORE_PAUSE_MS: u64 = 1_000;

impl Hub {
    /// A hub that goes on from `state`, with nobody there.
    #[must_use]
    pub fn new(rules: Rules, state: State) -> Hub {
        Hub {
            rate: Rate::new(rules.limits.post_burst, rules.limits.posts_per_second),
            stroke_rate: Rate::new(rules.limits.stroke_burst, rules.limits.strokes_per_second),
            stroke_meters: HashMap::new(),
            painting: HashSet::new(),
            rosters: Rosters::new(rules.roster.small_room),
            files: Files::default(),
            rules,
            state,
            sessions: HashMap::new(),
            here: HashMap::new(),
            meters: HashMap::new(),
            store_fails_until: None,
        }
    }

    /// The durable state, as decided so far.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Sessions that are logged in.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.sessions.len()
    }

    /// Accounts with a session.
    #[must_use]
    pub fn people(&self) -> usize {
        self.here.len()
    }

    /// Whether [`Input::RosterDue`] is wanted at the end of the roster's period.
    #[must_use]
    pub fn wants_roster_due(&self) -> bool {
        self.rosters.has_pending()
    }

    /// Decides what follows from `input` at `now`.
    pub fn handle(&mut self, now: Millis, input: Input, effects: &mut Effects) {
        match input {
            Input::Login {
                session,
                key,
                nick,
                invited,
            } => {
                self.login(
                    now,
                    login::Wish {
                        session,
                        key,
                        nick,
                        invited,
                    },
                    effects,
                );
            }
            Input::Command {
                session,
                command,
                searched,
            } => {
                self.command(now, session, command, searched, effects);
            }
            Input::CancelUpload {
                session,
                request,
                hash,
            } => {
                if let Some(by) = self.by(now, session, request) {
                    let answer = self.cancel_upload(by, hash, effects);
                    effects.answer_with(by, answer);
                }
            }
            Input::Painted(painted) => self.painted(now, painted, effects),
            Input::Files(news) => self.file_news(now, news, effects),
            Input::Closed { session } => self.end_session(now, session, None, effects),
            Input::RosterDue => self.rosters.push_pending(effects),
            Input::Reset { state } => self.reset(now, *state, effects),
        }
    }

    fn command(
        &mut self,
        now: Millis,
        session: SessionId,
        command: Command,
        searched: Option<Searched>,
        effects: &mut Effects,
    ) {
        let Some(request) = command.request() else {
            return;
        };
        let Some(by) = self.by(now, session, request) else {
            return;
        };
        let answer = match command {
            Command::Post(c) => self.post(by, c, searched, effects),
            Command::Topic(c) => self.set_topic(by, c, effects),
            Command::Read(c) => self.read(by, &c, effects),
            Command::Follow(c) => self.follow(by, &c, effects),
            Command::Join(c) => self.join(by, &c.room, effects),
            Command::Part(c) => self.part(by, &c, effects),
            Command::Rooms(c) => Ok(Some(self.list_rooms(by, c.after.as_deref()))),
            Command::Direct(c) => self.direct(by, &c.nick, effects),
            Command::SetNick(c) => self.set_nick(by, &c.nick, effects),
            Command::Roster(c) => self.roster_page(by, &c),
            Command::SetPresence(c) => self.set_presence(by, &c, effects),
            Command::Who(c) => self.who(by, &c.nick),
            Command::Canvas(c) => self.canvas(by, &c, effects),
            Command::Upload(c) => self.upload(by, &c, effects),
            Command::Quit(c) => {
                self.quit(by, c.text, effects);
                Ok(None)
            }
            _ => Err(Refusal::new(
                Code::UnknownCommand,
                "the server can't do that: it may be older than your client",
            )),
        };
        effects.answer_with(by, answer);
    }

    /// Who asks; `None` where the session was ended a moment ago and had still sent something.
    fn by(&self, now: Millis, session: SessionId, request: RequestId) -> Option<By> {
        let account = self.sessions.get(&session)?.account;
        Some(By {
            now,
            session,
            account,
            request,
        })
    }

    /// Makes one change of the durable state.
    fn record(&mut self, record: Record, effects: &mut Effects) {
        let content = self.state.files.goes_with(&record);
        self.state.apply(&record);
        effects.records.push(record);
        if let Some(content) = content {
            effects.work(FileWork::Remove(OnDisk::Content(content)));
        }
    }

    /// Whether something may be written now.
    fn writable(&mut self, now: Millis) -> Result<(), Refusal> {
        match self.store_fails_until {
            // A clock that jumped back must not stop everything.
            Some(until) if now < until && until.since(now) <= STORE_PAUSE_MS => {
                Err(storage_refusal().retry_after(until.since(now)))
            }
            _ => {
                self.store_fails_until = None;
                Ok(())
            }
        }
    }

    /// Counts one thing that an account does to others.
    fn meter(&mut self, by: By) -> Result<(), Refusal> {
        let Some(rate) = &self.rate else {
            return Ok(());
        };
        let meter = self.meters.entry(by.account).or_default();
        rate.take(meter, by.now).map_err(too_fast)
    }

    /// The journal failed: what was decided since the last commit has not happened. Sessions stay;
    /// rosters are told anew.
    fn reset(&mut self, now: Millis, state: State, effects: &mut Effects) {
        self.state = state;
        self.files.reset(&self.state.files);
        // What is being drawn is of no use where its entries are lost; it is drawn anew.
        self.painting.clear();
        self.store_fails_until = Some(now.plus(STORE_PAUSE_MS));
        let state = &self.state;
        // An account that was made and not committed is gone; its sessions must connect again.
        let gone: BTreeSet<SessionId> = self
            .sessions
            .iter()
            .filter(|(_, s)| !state.accounts.contains_key(&s.account))
            .map(|(id, _)| *id)
            .collect();
        for session in gone {
            if let Some(session) = self.sessions.remove(&session) {
                self.here.remove(&session.account);
            }
            let text = "the server could not store your account: try again in a while";
            effects.close(
                session,
                Bye {
                    code: Code::Storage,
                    text: text.into(),
                    retry_after_ms: Some(5_000),
                },
            );
        }
        self.rosters.rebuild(state, &self.here, effects);
    }
}

/// Who asks for something, and when.
#[derive(Debug, Clone, Copy)]
struct By {
    now: Millis,
    session: SessionId,
    account: AccountId,
    request: RequestId,
}

impl By {
    fn done(self) -> Answer {
        Ok(Some(Event::Done(Done {
            request: self.request,
        })))
    }
}

/// The answer to a request; `None` where an output gives it.
type Answer = Result<Option<Event>, Refusal>;

/// What a request gets that may be repeated after some milliseconds.
fn too_fast(ms: u64) -> Refusal {
    let text = format!(
        "that was too fast: try again in {:.1} s",
        ms as f64 / 1000.0
    );
    Refusal::new(Code::TooFast, text).retry_after(ms)
}

/// What a request gets that could not be stored.
pub fn storage_refusal() -> Refusal {
    let text = "the server could not store that (its disk may be full): nothing was done, try again in a while";
    Refusal::new(Code::Storage, text).retry_after(STORE_PAUSE_MS)
}
