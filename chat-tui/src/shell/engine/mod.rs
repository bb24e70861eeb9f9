//! The application with everything that it has beside a terminal: connection, cache, door. The full
//! screen and the plain lines are both drawn around one of these.

mod perform;

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use chat_client::{Client, Events};
use chat_core::{Link, Millis};
use futures::FutureExt;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::layout::Size;
use tokio::time::sleep_until;

use crate::app::event::Cached;
use crate::app::model::Host;
use crate::app::{App, Effect, Event, update};
use crate::shell::cache::{Cache, Epoch, Login, Reply, Snapshot};
use crate::shell::data::home::Home;
use crate::shell::data::known::KnownError;
use crate::shell::door::Door;
use crate::shell::files::Files;
use crate::shell::pictures::darkroom::Darkroom;

/// Why a chat ended other than by being left. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// There was never a login.
    #[error("{0}")]
    Closed(chat_client::Error),
    /// What was accepted before can't be read.
    #[error(transparent)]
    Known(#[from] KnownError),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers ({0}): restart it, or use another")]
    Random(io::Error),
}

/// What only the owner of the terminal can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Put text on the clipboard.
    Copy(String),
    /// Ring and show a notification.
    Notify {
        /// Who and where.
        title: String,
        /// What, on one line.
        body: String,
    },
    /// Draw every cell anew.
    Redraw,
    /// Leave the terminal to others for a while.
    Suspend,
    /// Go to another server.
    Connect(Link),
    /// End.
    Quit {
        /// A parting word.
        text: Option<String>,
    },
}

/// What an application begins with.
#[derive(Debug)]
pub struct Beginning {
    /// The terminal's size.
    pub size: Size,
    /// What others join the server in this process with, and whether this is it.
    pub host: Option<Host>,
    /// Where one was before.
    pub back: Option<Link>,
}

/// What an [`Engine`] waits for.
#[derive(Debug)]
pub enum Happened {
    /// The connection said something; nothing: that was all.
    Net(Option<chat_client::Event>),
    /// The cache answered.
    Cache(Reply),
    /// The disk answered.
    Disk(Event),
    /// The application wanted to know the time.
    Tick,
}

/// The application and what it is connected to.
#[derive(Debug)]
pub struct Engine {
    /// The application.
    pub app: App,
    door: Door,
    cache: Option<Cache>,
    client: Client,
    /// None after the last one.
    events: Option<Events>,
    files: Files,
    darkroom: Darkroom,
    /// What happened within this process and is not taken in yet.
    own: VecDeque<Event>,
    visited: Visited,
    /// The store that the numbers are of.
    epoch: Option<Epoch>,
}

/// Whether there was a login in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visited {
    NotYet,
    Yes,
}

impl Engine {
    /// Reads the cache, begins to connect, and gives what the application is to begin with: tell it
    /// to [`Engine::begin`].
    ///
    /// # Errors
    /// [`EngineError`]; a cache that can't be used is none: it is said, and the chat goes on.
    pub fn open(home: &Home, door: Door) -> Result<(Engine, Cached), EngineError> {
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
        let config = door.config(snapshot.resume.clone(), snapshot.cached.pending.clone())?;
        let seed = seed().map_err(EngineError::Random)?;
        let mut app = App::new(&door.link().address(), TimeZone::system(), seed);
        app.wished_nick = config.nick.clone().unwrap_or_default();
        app.servers.key = home.identity.public().to_string();
        let (client, events) = chat_client::connect(config);
        let files = Files::new(&home.settings.files.download_dir);
        let engine = Engine {
            app,
            door,
            cache,
            client,
            events: Some(events),
            darkroom: Darkroom::new(files.answers()),
            files,
            own,
            visited: Visited::NotYet,
            epoch: snapshot.resume.as_ref().map(|resume| resume.epoch),
        };
        Ok((engine, snapshot.cached))
    }

    /// What the application begins with, before anything else is told.
    #[must_use]
    pub fn begin(&mut self, cached: Cached, beginning: Beginning) -> Vec<Ask> {
        let Beginning { size, host, back } = beginning;
        self.app.servers.back = back;
        self.tell_servers();
        let mut first = VecDeque::from([
            Event::Tick { now: now() },
            Event::Resize(size),
            Event::Cached(Box::new(cached)),
        ]);
        first.extend(host.map(Event::Host));
        // What went wrong while opening comes behind.
        first.append(&mut self.own);
        self.own = first;
        self.settle()
    }

    /// Waits for something to happen. Cancel safe. Idle it wakes for nothing.
    pub async fn wait(&mut self) -> Happened {
        let tick_at = self.app.wants_tick().map(|due| {
            let wait = due.since(now());
            Instant::now() + Duration::from_millis(wait)
        });
        tokio::select! {
            event = next_of(&mut self.events) => Happened::Net(event),
            reply = reply_of(&mut self.cache) => Happened::Cache(reply),
            event = self.files.next() => Happened::Disk(event),
            () = at(tick_at) => Happened::Tick,
        }
    }

    /// Something that has happened already.
    pub fn ready(&mut self) -> Option<Happened> {
        if let Some(event) = next_of(&mut self.events).now_or_never() {
            return Some(Happened::Net(event));
        }
        reply_of(&mut self.cache)
            .now_or_never()
            .map(Happened::Cache)
    }

    /// Takes in what happened.
    ///
    /// # Errors
    /// [`EngineError::Closed`] when the connection ended for good before there was a login.
    pub fn take_in(&mut self, happened: Happened) -> Result<Vec<Ask>, EngineError> {
        match happened {
            Happened::Tick => Ok(self.tick()),
            Happened::Net(None) => {
                self.events = None;
                Ok(Vec::new())
            }
            Happened::Net(Some(event)) => self.take_in_net(event),
            Happened::Disk(event) => Ok(self.tell(event)),
            Happened::Cache(reply) => Ok(self.tell(match reply {
                Reply::Page(page) => Event::CachedPage(page),
                Reply::Found { query, entries } => Event::Found { query, entries },
                Reply::Failed(why) => Event::Failed(why),
            })),
        }
    }

    fn take_in_net(&mut self, event: chat_client::Event) -> Result<Vec<Ask>, EngineError> {
        let Some(event) = self.door.pass(event, &self.client, now()) else {
            return Ok(Vec::new());
        };
        match &event {
            chat_client::Event::Online { welcome, .. } => {
                self.visited = Visited::Yes;
                self.epoch = Some(welcome.epoch);
                if let Some(cache) = &self.cache {
                    cache.login(Login::from(welcome));
                }
                self.tell_servers();
            }
            chat_client::Event::Me(_) => self.tell_servers(),
            chat_client::Event::Secured { .. } => {
                self.own.push_back(Event::Secured(self.door.security()));
            }
            chat_client::Event::Transfer(transfer) if transfer.state.is_final() => {
                self.files.ended(transfer.id);
            }
            // Nothing that one could go on with.
            chat_client::Event::Closed(error) if self.visited == Visited::NotYet => {
                return Err(EngineError::Closed(error.clone()));
            }
            _ => {}
        }
        Ok(self.tell(Event::Net(event)))
    }

    /// Tells the application which servers are known.
    fn tell_servers(&mut self) {
        self.own.push_back(match self.door.servers() {
            Ok(servers) => Event::Servers(servers),
            Err(error) => Event::Failed(error.to_string()),
        });
    }

    /// Connects anew to the same server, with another link.
    #[must_use]
    pub fn anew(&mut self, link: Link) -> Vec<Ask> {
        self.door.relink(link);
        self.reconnect();
        self.settle()
    }

    /// Host and port, in lower case.
    #[must_use]
    pub fn address(&self) -> String {
        self.door.address()
    }

    /// Where it leads.
    #[must_use]
    pub fn link(&self) -> &Link {
        self.door.link()
    }

    /// Whether there was a login.
    #[must_use]
    pub fn was_there(&self) -> bool {
        self.visited == Visited::Yes || !self.app.conversations.is_empty()
    }

    /// Tells the application what time it is: before each batch of events.
    #[must_use]
    pub fn tick(&mut self) -> Vec<Ask> {
        self.tell(Event::Tick { now: now() })
    }

    /// Tells the application something, performs what it wants, and gives what is the terminal's.
    #[must_use]
    pub fn tell(&mut self, event: Event) -> Vec<Ask> {
        self.own.push_back(event);
        self.settle()
    }

    fn settle(&mut self) -> Vec<Ask> {
        let mut asks = Vec::new();
        while let Some(event) = self.own.pop_front() {
            for effect in update(&mut self.app, event) {
                asks.extend(self.perform(effect));
            }
            if let Some(error) = self.door.failure() {
                self.own.push_back(Event::Failed(error.to_string()));
            }
        }
        asks
    }

    /// Says goodbye and waits until everything is kept; bounded by the connection's own limit.
    pub async fn leave(self, text: Option<String>) {
        let Engine {
            mut app,
            cache,
            client,
            mut events,
            ..
        } = self;
        let text = text.filter(|text| !text.is_empty());
        let settled = async {
            while let Some(event) = next_of(&mut events).await {
                // What is acknowledged now needs not be sent again.
                for effect in update(&mut app, Event::Net(event)) {
                    if let (Effect::Store(store), Some(cache)) = (effect, &cache) {
                        cache.keep(store);
                    }
                }
            }
            std::future::pending().await
        };
        tokio::select! {
            () = client.quit(text.as_deref()) => {}
            () = settled => {}
        }
        if let Some(cache) = &cache {
            // What had been typed for these in a former store is theirs now.
            for view in &app.conversations {
                cache.adopted(view.title());
            }
        }
        if let Some(cache) = cache
            && let Err(error) = tokio::task::spawn_blocking(|| cache.close()).await
        {
            tracing::error!(%error, "cache not closed");
        }
    }
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

/// Waits until then; for ever, if that is never.
pub(crate) async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant.into()).await,
        None => std::future::pending().await,
    }
}

/// What time it is.
fn now() -> Millis {
    Millis(u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0))
}

/// A random number for the application, which has no randomness of its own.
fn seed() -> io::Result<u64> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(u64::from_le_bytes(bytes))
}
