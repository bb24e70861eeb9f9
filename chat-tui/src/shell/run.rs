//! The loop of the full screen: waits until something happens, takes in all that has, then draws
//! once. Idle it waits, and nothing wakes it.

use std::io;
use std::time::{Duration, Instant};

use chat_core::Link;

use crate::app::Event;
use crate::shell::data::home::Home;
use crate::shell::door::Door;
use crate::shell::engine::{Ask, Engine, EngineError, Happened, at};
use crate::shell::look::Look;
use crate::shell::pictures::gallery::Gallery;
use crate::shell::signals::{Signal, Signals, next_of};
use crate::shell::switch::{Hosting, Switch};
use crate::shell::terminal::input::Input;
use crate::shell::terminal::{Screen, sequences};

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
    /// Connection, cache, door.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// What a chat is run with.
#[derive(Debug)]
pub struct Chat<'a> {
    /// Settings, data, identity.
    pub home: &'a mut Home,
    /// To which server.
    pub door: Door,
    /// The server in this process.
    pub hosting: Option<Hosting>,
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
    let look = Look::new(&chat.home.settings);
    let (mut engine, cached) = Engine::open(chat.home, chat.door)?;
    look.apply(&mut engine.app);
    let screen = Screen::take(look.modes).map_err(RunError::Terminal)?;
    let switch = Switch::new(chat.hosting);
    let beginning = switch.beginning(screen.size(), &engine.address(), None);
    // Nothing that one begins with asks for the terminal.
    drop(engine.begin(cached, beginning));
    let mut desk = Desk {
        engine,
        switch,
        gallery: Gallery::new(look.way, look.cell, std::process::id()),
        screen,
        look,
        home: chat.home,
        input: chat.input,
        signals: chat.signals,
    };
    let ended = desk.work().await;
    desk.take_down();
    let Desk {
        engine,
        switch,
        mut screen,
        ..
    } = desk;
    // The terminal is given back at once: the rest needs none.
    screen.give_back().await;
    let (result, parting) = match ended {
        Ended::Left(text) => (Ok(()), text),
        Ended::Failed(error) => (Err(error), None),
    };
    tokio::join!(engine.leave(parting), switch.end());
    result
}

/// How it ended.
enum Ended {
    Left(Option<String>),
    Failed(RunError),
}

/// What ended a wait.
enum Woken {
    Terminal(Event),
    Engine(Happened),
    Signal(Signal),
    /// A picture can be drawn finer.
    Encoded,
    /// The terminal took something, or is gone.
    Written(io::Result<()>),
    Frame,
}

struct Desk<'a> {
    engine: Engine,
    switch: Switch,
    screen: Screen,
    gallery: Gallery,
    look: Look,
    home: &'a mut Home,
    input: &'a mut Input,
    signals: &'a mut Option<Signals>,
}

impl Desk<'_> {
    async fn work(&mut self) -> Ended {
        let mut drawn_at: Option<Instant> = None;
        let mut dirty = true;
        loop {
            let frame_at = drawn_at.map(|at| at + FRAME);
            let ready = dirty && !self.screen.is_busy();
            if ready && frame_at.is_none_or(|due| due <= Instant::now()) {
                if let Err(error) = self.draw() {
                    return self.lost(&error);
                }
                drawn_at = Some(Instant::now());
                dirty = false;
                continue;
            }
            let woken = tokio::select! {
                event = self.input.next() => Woken::Terminal(event),
                happened = self.engine.wait() => Woken::Engine(happened),
                signal = next_of(self.signals) => Woken::Signal(signal),
                () = self.gallery.encoded() => Woken::Encoded,
                result = self.screen.written() => Woken::Written(result),
                () = at(frame_at.filter(|_| ready)) => Woken::Frame,
            };
            match woken {
                Woken::Frame | Woken::Written(Ok(())) => continue,
                Woken::Written(Err(error)) => return self.lost(&error),
                _ => dirty = true,
            }
            if let Err(ended) = self.batch(woken).await {
                return ended;
            }
        }
    }

    /// Takes in what happened and everything else that has happened by now.
    async fn batch(&mut self, first: Woken) -> Result<(), Ended> {
        let asks = self.engine.tick();
        self.answer(asks).await?;
        self.reread_settings().await?;
        let mut next = Some(first);
        for _ in 0..BATCH_MAX {
            let Some(woken) = next.take() else { break };
            self.take_in(woken).await?;
            next = match self.input.try_next() {
                Some(event) => Some(Woken::Terminal(event)),
                None => self.engine.ready().map(Woken::Engine),
            };
        }
        // What is over the limit was taken out and has to be taken in.
        match next {
            Some(woken) => self.take_in(woken).await,
            None => Ok(()),
        }
    }

    async fn take_in(&mut self, woken: Woken) -> Result<(), Ended> {
        let asks = match woken {
            Woken::Terminal(Event::Margins) => {
                self.screen.has_margins();
                Vec::new()
            }
            Woken::Terminal(event) => {
                if let Event::Resize(size) = event {
                    self.screen.resize(size);
                    self.look.resized(&mut self.engine.app);
                    self.gallery.set(self.look.way, self.look.cell);
                }
                self.engine.tell(event)
            }
            Woken::Engine(happened) => match self.engine.take_in(happened) {
                Ok(asks) => asks,
                Err(error) => self.go_back(error).await?,
            },
            Woken::Signal(Signal::End) => self.engine.tell(Event::Hangup),
            Woken::Signal(Signal::Continued) => self.take_screen_again(),
            Woken::Frame | Woken::Encoded | Woken::Written(_) => Vec::new(),
        };
        self.answer(asks).await
    }

    async fn answer(&mut self, asks: Vec<Ask>) -> Result<(), Ended> {
        let mut asks = asks;
        while !asks.is_empty() {
            let mut further = Vec::new();
            for ask in asks {
                match ask {
                    Ask::Copy(text) => further.extend(self.copy(&text)),
                    Ask::Notify { title, body } => self.alert(&title, &body),
                    Ask::Redraw => {
                        self.screen.forget();
                        self.gallery.lost();
                    }
                    Ask::Connect(link) => further.extend(self.go(link).await),
                    Ask::Suspend => further.extend(self.suspend().await),
                    Ask::Quit { text } => return Err(Ended::Left(text)),
                }
            }
            asks = further;
        }
        Ok(())
    }

    /// Goes to another server; stays where it is, if that can't be begun.
    async fn go(&mut self, link: Link) -> Vec<Ask> {
        match self.switch.go(self.home, &mut self.engine, link).await {
            Ok(asks) => {
                // Another application, with other pictures.
                self.take_down();
                self.gallery = Gallery::new(self.look.way, self.look.cell, std::process::id());
                self.look.apply(&mut self.engine.app);
                asks
            }
            Err(why) => self.engine.tell(Event::Failed(why)),
        }
    }

    /// A server that was never reached: back to the one before, if there is one.
    async fn go_back(&mut self, error: EngineError) -> Result<Vec<Ask>, Ended> {
        let Some(back) = self.engine.app.servers.back.clone() else {
            return Err(Ended::Failed(error.into()));
        };
        let mut asks = self.go(back).await;
        asks.extend(self.engine.tell(Event::Failed(error.to_string())));
        Ok(asks)
    }

    fn copy(&mut self, text: &str) -> Vec<Ask> {
        match sequences::copy(text, self.look.between) {
            Ok(sequence) => {
                self.screen.write(sequence);
                Vec::new()
            }
            Err(why) => self.engine.tell(Event::Failed(why)),
        }
    }

    fn alert(&mut self, title: &str, body: &str) {
        let alerts = &self.home.settings.alerts;
        let sequence = sequences::alert(title, body, alerts, self.look.between);
        self.screen.write(sequence);
    }

    async fn suspend(&mut self) -> Vec<Ask> {
        if self.signals.is_some() {
            self.take_down();
        }
        let Some(signals) = self.signals else {
            return Vec::new();
        };
        self.screen.give_back().await;
        let stopped = signals.stop().await;
        let mut asks = self.take_screen_again();
        if let Err(error) = stopped {
            let why = format!("this program can't be suspended here ({error})");
            asks.extend(self.engine.tell(Event::Failed(why)));
        }
        asks
    }

    fn take_screen_again(&mut self) -> Vec<Ask> {
        match self.screen.take_again() {
            Ok(()) => self.engine.tell(Event::Resize(self.screen.size())),
            Err(error) => {
                tracing::info!(%error, "terminal is gone");
                self.engine.tell(Event::Hangup)
            }
        }
    }

    async fn reread_settings(&mut self) -> Result<(), Ended> {
        match self.look.reread(self.home) {
            None => Ok(()),
            Some(Ok(())) => {
                self.look.apply(&mut self.engine.app);
                self.gallery.set(self.look.way, self.look.cell);
                // Other modes take the terminal anew.
                self.gallery.lost();
                let set = self.screen.set_modes(self.look.modes).await;
                set.map_err(|error| self.lost(&error))
            }
            Some(Err(error)) => {
                let asks = self.engine.tell(Event::Failed(error.to_string()));
                self.answer(asks).await
            }
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        let (app, theme) = (&self.engine.app, &self.look.theme);
        let gallery = &mut self.gallery;
        self.screen.draw_hung(
            |frame| crate::view::draw(app, theme, frame),
            |cells, spans| gallery.hang(&app.pictures, cells, spans),
        )?;
        if let Some(title) = self.look.title(app) {
            self.screen.write(title);
        }
        Ok(())
    }

    /// Nothing of the pictures stays in a terminal that is given back.
    fn take_down(&mut self) {
        let sequence = self.gallery.take_down();
        self.screen.write(sequence);
    }

    /// The terminal was closed, and no signal said so.
    fn lost(&mut self, error: &io::Error) -> Ended {
        tracing::info!(%error, "terminal is gone");
        // Drafts are kept; that it wants to leave is known.
        drop(self.engine.tell(Event::Hangup));
        Ended::Left(None)
    }
}
