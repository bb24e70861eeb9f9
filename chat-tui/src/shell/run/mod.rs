//! The loop: waits until something happens, lets the application take in all that has, performs what
//! it wants, then draws once. Idle it waits, and nothing wakes it.

mod perform;

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use chat_client::{Client, Events};
use chat_core::{Link, Millis};
use futures::FutureExt;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::time::sleep_until;

use crate::app::event::Cached;
use crate::app::{App, Effect, Event, update};
use crate::shell::cache::{Cache, Epoch, Login, Reply, Snapshot};
use crate::shell::door::Door;
use crate::shell::home::Home;
use crate::shell::known::KnownError;
use crate::shell::look::Look;
use crate::shell::signals::{Signal, Signals};
use crate::shell::terminal::Screen;
use crate::shell::terminal::input::Input;

/// Shortest time between two frames: more than 60 in a second nobody sees.
const FRAME: Duration = Duration::from_millis(16);

/// Events taken in before a frame is drawn, so that a flood doesn't stop the screen.
const BATCH_MAX: usize = 512;

/// Why a chat ended other than by being left. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The terminal can't be drawn on.
    #[error("can't draw on this terminal ({0}): run it in a terminal, or add --plain")]
    Terminal(io::Error),
    /// There was never a login.
    #[error("{0}")]
    Closed(chat_client::Error),
    /// What was accepted before can't be read.
    #[error(transparent)]
    Known(#[from] KnownError),
}

/// What a chat is run with.
pub struct Chat<'a> {
    /// Settings, data, identity.
    pub home: &'a mut Home,
    /// To which server.
    pub door: Door,
    /// What others join with, if the server is in this process.
    pub hosted: Option<Link>,
    /// The terminal's keys.
    pub input: &'a mut Input,
    /// The system's signals.
    pub signals: &'a mut Option<Signals>,
}

/// Chats until it is left.
///
/// # Errors
/// [`RunError`]; the terminal is given back before.
pub async fn run(chat: Chat<'_>) -> Result<(), RunError> {
    let (mut shell, snapshot) = Shell::open(chat)?;
    // The first screen appears before the network is asked.
    shell.begin(snapshot.cached);
    shell.draw().map_err(RunError::Terminal)?;
    let result = shell.work().await;
    shell.leave().await;
    result
}

/// How a batch of events leaves the loop.
#[derive(Debug, Clone, PartialEq)]
enum Next {
    GoOn,
    Leave { text: Option<String> },
}

struct Shell<'a> {
    home: &'a mut Home,
    door: Door,
    hosted: Option<Link>,
    input: &'a mut Input,
    signals: &'a mut Option<Signals>,
    app: App,
    screen: Screen,
    look: Look,
    cache: Option<Cache>,
    client: Client,
    /// None after the last one.
    events: Option<Events>,
    /// What happened within this process and is not taken in yet.
    own: VecDeque<Event>,
    /// Whether there was a login in this run.
    visited: Visited,
    /// The store that the numbers are of.
    epoch: Option<Epoch>,
    parting: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visited {
    NotYet,
    Yes,
}

impl<'a> Shell<'a> {
    fn open(chat: Chat<'a>) -> Result<(Shell<'a>, Snapshot), RunError> {
        let Chat {
            home,
            door,
            hosted,
            input,
            signals,
        } = chat;
        let mut own = VecDeque::new();
        let opened = Cache::open(&home.data, &home.settings.cache, &door.address());
        let (cache, snapshot) = match opened {
            Ok((cache, snapshot, notices)) => {
                own.extend(notices.iter().map(|n| Event::Failed(n.to_string())));
                (Some(cache), snapshot)
            }
            Err(error) => {
                tracing::warn!(%error, "no cache");
                own.push_back(Event::Failed(format!(
                    "nothing is kept on disk ({error}): check the data directory"
                )));
                (None, Snapshot::default())
            }
        };
        let config = door.config(home, &snapshot)?;
        let look = Look::new(&home.settings);
        let screen = Screen::take(look.modes).map_err(RunError::Terminal)?;
        let mut app = App::new(
            &door.link().address(),
            TimeZone::system(),
            seed().map_err(RunError::Terminal)?,
        );
        app.wished_nick = config.nick.clone().unwrap_or_default();
        look.apply(&mut app);
        let (client, events) = chat_client::connect(config);
        let shell = Shell {
            home,
            door,
            hosted,
            input,
            signals,
            app,
            screen,
            look,
            cache,
            client,
            events: Some(events),
            own,
            visited: Visited::NotYet,
            epoch: snapshot.resume.as_ref().map(|resume| resume.epoch),
            parting: None,
        };
        Ok((shell, snapshot))
    }

    /// What the application begins with.
    fn begin(&mut self, cached: Cached) {
        let mut first = VecDeque::from([
            Event::Resize(self.screen.size()),
            Event::Cached(Box::new(cached)),
        ]);
        if let Some(link) = &self.hosted {
            first.push_back(Event::Host {
                link: link.to_string(),
            });
        }
        // What `own` has to say comes behind.
        first.append(&mut self.own);
        self.own = first;
        self.tick();
        self.take_in_own();
    }

    async fn work(&mut self) -> Result<(), RunError> {
        let mut drawn_at: Option<Instant> = Some(Instant::now());
        let mut dirty = false;
        loop {
            let due = drawn_at.map(|at| at + FRAME);
            if dirty && due.is_none_or(|due| due <= Instant::now()) {
                if let Err(error) = self.draw() {
                    return self.terminal_gone(&error);
                }
                drawn_at = Some(Instant::now());
                dirty = false;
            }
            let draw_at = due.filter(|_| dirty);
            if let Some(woken) = self.wait(draw_at).await {
                dirty = true;
                if let Some(ended) = self.batch(woken).await {
                    return ended;
                }
            }
        }
    }

    /// Waits for something to happen; nothing, if only the time for a frame has come.
    async fn wait(&mut self, draw_at: Option<Instant>) -> Option<Woken> {
        let tick_at = self.app.wants_tick().map(|due| {
            let wait = due.since(now());
            Instant::now() + Duration::from_millis(wait)
        });
        tokio::select! {
            event = self.input.next() => Some(Woken::App(event)),
            event = next_of(&mut self.events) => Some(Woken::Net(event)),
            reply = reply_of(&mut self.cache) => Some(Woken::Cache(reply)),
            signal = signal_of(self.signals) => Some(Woken::Signal(signal)),
            () = at(tick_at) => Some(Woken::Tick),
            () = at(draw_at) => None,
        }
    }

    /// Takes in what happened and everything else that has happened by now.
    async fn batch(&mut self, first: Woken) -> Option<Result<(), RunError>> {
        self.tick();
        self.reread_settings();
        let mut woken = Some(first);
        let mut taken = 0;
        while let Some(what) = woken {
            match self.take_in(what).await {
                Ok(Next::GoOn) => {}
                Ok(Next::Leave { text }) => {
                    self.parting = text;
                    return Some(Ok(()));
                }
                Err(error) => return Some(Err(error)),
            }
            taken += 1;
            woken = self.ready().filter(|_| taken < BATCH_MAX);
        }
        if let Some(error) = self.door.failure() {
            self.own.push_back(Event::Failed(error.to_string()));
        }
        match self.take_in_own() {
            Next::GoOn => None,
            Next::Leave { text } => {
                self.parting = text;
                Some(Ok(()))
            }
        }
    }

    /// Something that has happened already.
    fn ready(&mut self) -> Option<Woken> {
        if let Some(event) = self.input.try_next() {
            return Some(Woken::App(event));
        }
        if let Some(event) = next_of(&mut self.events).now_or_never() {
            return Some(Woken::Net(event));
        }
        let reply = reply_of(&mut self.cache).now_or_never()?;
        Some(Woken::Cache(reply))
    }

    async fn take_in(&mut self, woken: Woken) -> Result<Next, RunError> {
        Ok(match woken {
            Woken::Tick => Next::GoOn,
            Woken::App(event) => {
                if let Event::Resize(size) = event {
                    self.screen.resize(size);
                }
                let effects = update(&mut self.app, event);
                self.perform(effects).await
            }
            Woken::Net(Some(event)) => self.take_in_net(event).await?,
            Woken::Net(None) => {
                self.events = None;
                Next::GoOn
            }
            Woken::Cache(reply) => self.take_in_reply(reply).await,
            Woken::Signal(Signal::End) => {
                let effects = update(&mut self.app, Event::Hangup);
                self.perform(effects).await
            }
            Woken::Signal(Signal::Continued) => self.take_screen_again(),
        })
    }

    async fn take_in_net(&mut self, event: chat_client::Event) -> Result<Next, RunError> {
        let Some(event) = self.door.pass(event, &self.client) else {
            return Ok(Next::GoOn);
        };
        match &event {
            chat_client::Event::Online { welcome, .. } => {
                self.visited = Visited::Yes;
                self.epoch = Some(welcome.epoch);
                if let Some(cache) = &self.cache {
                    cache.login(Login::from(welcome));
                }
            }
            // Nothing that one could go on with.
            chat_client::Event::Closed(error) if self.visited == Visited::NotYet => {
                return Err(RunError::Closed(error.clone()));
            }
            _ => {}
        }
        let effects = update(&mut self.app, Event::Net(event));
        Ok(self.perform(effects).await)
    }

    async fn take_in_reply(&mut self, reply: Reply) -> Next {
        let event = match reply {
            Reply::Page(page) => Event::CachedPage(page),
            Reply::Found { query, entries } => Event::Found { query, entries },
            Reply::Orphans(orphans) => Event::Failed(orphans_sentence(&orphans)),
            Reply::Failed(why) => Event::Failed(why),
        };
        let effects = update(&mut self.app, event);
        self.perform(effects).await
    }

    /// Lets the application know the time.
    fn tick(&mut self) {
        self.own.push_front(Event::Tick { now: now() });
        self.take_in_own();
    }

    /// Takes in what happened within this process.
    fn take_in_own(&mut self) -> Next {
        while let Some(event) = self.own.pop_front() {
            for effect in update(&mut self.app, event) {
                if let Next::Leave { text } = self.perform_one(effect) {
                    return Next::Leave { text };
                }
            }
        }
        Next::GoOn
    }

    /// Performs in order; stopping the process is the only thing that takes time.
    async fn perform(&mut self, effects: Vec<Effect>) -> Next {
        for effect in effects {
            let next = match effect {
                Effect::Suspend => self.suspend().await,
                effect => self.perform_one(effect),
            };
            if next != Next::GoOn {
                return next;
            }
        }
        self.take_in_own()
    }

    async fn suspend(&mut self) -> Next {
        let Some(signals) = self.signals else {
            return Next::GoOn;
        };
        crate::shell::terminal::restore();
        if let Err(error) = signals.stop().await {
            self.own.push_back(Event::Failed(format!(
                "this program can't be suspended here ({error})"
            )));
        }
        self.take_screen_again()
    }

    fn take_screen_again(&mut self) -> Next {
        match self.screen.take_again() {
            Ok(()) => {
                self.own.push_back(Event::Resize(self.screen.size()));
                self.take_in_own()
            }
            Err(error) => {
                tracing::info!(%error, "terminal is gone");
                self.own.push_back(Event::Hangup);
                self.take_in_own()
            }
        }
    }

    fn reread_settings(&mut self) {
        match self.look.reread(self.home) {
            None => {}
            Some(Ok(())) => {
                self.look.apply(&mut self.app);
                if let Err(error) = self.screen.set_modes(self.look.modes) {
                    tracing::info!(%error, "modes not changed");
                }
            }
            Some(Err(error)) => self.own.push_back(Event::Failed(error.to_string())),
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        let (app, theme) = (&self.app, &self.look.theme);
        self.screen
            .draw(|frame| crate::view::draw(app, theme, frame))?;
        match self.look.title(&self.app) {
            Some(title) => self.screen.write(&title),
            None => Ok(()),
        }
    }

    /// The terminal was closed, and no signal said so.
    fn terminal_gone(&mut self, error: &io::Error) -> Result<(), RunError> {
        tracing::info!(%error, "terminal is gone");
        self.own.push_back(Event::Hangup);
        self.take_in_own();
        Ok(())
    }

    /// Says goodbye and keeps what is unsaved; bounded by the client's own limit.
    async fn leave(self) {
        let Shell {
            mut app,
            screen,
            cache,
            client,
            events,
            parting,
            ..
        } = self;
        // The terminal is given back at once: the rest needs none.
        drop(screen);
        let parting = parting.filter(|text| !text.is_empty());
        let settle = async {
            let mut events = events;
            while let Some(event) = next_of(&mut events).await {
                // What is acknowledged now needs not be sent again.
                for effect in update(&mut app, Event::Net(event)) {
                    if let (Effect::Store(store), Some(cache)) = (effect, &cache) {
                        cache.keep(store);
                    }
                }
            }
        };
        tokio::select! {
            () = client.quit(parting.as_deref()) => {}
            () = async { settle.await; std::future::pending().await } => {}
        }
        if let Some(cache) = cache
            && let Err(error) = tokio::task::spawn_blocking(|| cache.close()).await
        {
            tracing::error!(%error, "cache not closed");
        }
    }
}

/// What ended a wait.
enum Woken {
    App(Event),
    Net(Option<chat_client::Event>),
    Cache(Reply),
    Signal(Signal),
    Tick,
}

async fn next_of(events: &mut Option<Events>) -> Option<chat_client::Event> {
    match events {
        Some(events) => events.next().await,
        None => std::future::pending().await,
    }
}

async fn reply_of(cache: &mut Option<Cache>) -> Reply {
    match cache {
        Some(cache) => cache.next().await,
        None => std::future::pending().await,
    }
}

async fn signal_of(signals: &mut Option<Signals>) -> Signal {
    match signals {
        Some(signals) => signals.next().await,
        None => std::future::pending().await,
    }
}

async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant.into()).await,
        None => std::future::pending().await,
    }
}

/// What time it is.
#[must_use]
pub fn now() -> Millis {
    Millis(u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0))
}

/// A random number for the application, which has no randomness of its own.
fn seed() -> io::Result<u64> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(u64::from_le_bytes(bytes))
}

fn orphans_sentence(orphans: &[crate::shell::cache::Orphan]) -> String {
    let texts: Vec<String> = orphans
        .iter()
        .map(|orphan| format!("{}: {}", orphan.name, orphan.text.replace('\n', " / ")))
        .collect();
    format!(
        "the server began anew; not sent to it, and still in drafts.db: {}",
        texts.join("; ")
    )
}
