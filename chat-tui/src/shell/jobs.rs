//! What each command line leads to.

use std::io::{self, IsTerminal, Write};

use chat_core::Link;
use tokio::net::TcpStream;

use crate::cli::{Common, Invocation, Job, Screen, UsageError, listen_default};
use crate::plain::{self, PlainError, Tail};
use crate::shell::data::home::{Home, HomeError};
use crate::shell::data::known::Last;
use crate::shell::door::{Door, Visit};
use crate::shell::engine::EngineError;
use crate::shell::first::{self, Choice, Form, Way};
use crate::shell::host::{self, Hosted};
use crate::shell::look::Look;
use crate::shell::run::{self, Chat, RunError};
use crate::shell::signals::{self, Signals};
use crate::shell::terminal::input::Input;

/// Why a job failed. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The command line, seen together with what was remembered.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// Settings, data directory, key, log.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The server in this process.
    #[error(transparent)]
    Host(#[from] chat_server::StartError),
    /// The chat.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Lines.
    #[error(transparent)]
    Plain(#[from] PlainError),
    /// There is no screen to draw on.
    #[error("this is not a terminal: run it in one, or add --plain to chat in lines")]
    NoTerminal,
    /// The link can't be shown to anybody.
    #[error("can't write to standard output ({0}): the join link would be lost")]
    Output(io::Error),
}

impl JobError {
    /// The exit status of the program.
    #[must_use]
    pub fn status(&self) -> u8 {
        match self {
            JobError::Usage(_) => 2,
            _ => 1,
        }
    }
}

/// Does what the command line says.
///
/// # Errors
/// [`JobError`].
pub async fn run(invocation: Invocation) -> Result<(), JobError> {
    let Invocation { job, common } = invocation;
    let mut home = Home::open(&common)?;
    let screen = screen(&common);
    match job {
        Job::Send { link, target, text } => {
            let link = known_link(&home, &common, link)?;
            Ok(plain::send(&home, link, &target, text).await?)
        }
        Job::Tail {
            link,
            target,
            format,
            since,
        } => {
            let link = known_link(&home, &common, link)?;
            let wanted = Tail {
                target,
                format,
                since,
            };
            Ok(plain::tail(&home, link, wanted).await?)
        }
        Job::Join(link) if screen == Screen::Lines => {
            let door = Door::new(&home, link, Visit::Remembered);
            Ok(plain::chat(&home, door, None).await?)
        }
        Job::Host { listen } if screen == Screen::Lines => {
            let hosted = host::start(&home.data, listen, common.plaintext).await?;
            announce(&hosted)?;
            let door = Door::new(&home, hosted.local.clone(), Visit::Hosted);
            let result = plain::chat(&home, door, Some(&hosted.link)).await;
            hosted.stop().await;
            Ok(result?)
        }
        Job::Start if screen == Screen::Lines => {
            let link = known_link(&home, &common, None)?;
            let door = Door::new(&home, link, Visit::Remembered);
            Ok(plain::chat(&home, door, None).await?)
        }
        Job::Join(link) => {
            let mut desk = Desk::open()?;
            desk.join(&mut home, link).await
        }
        Job::Host { listen } => {
            let hosted = host::start(&home.data, listen, common.plaintext).await?;
            announce(&hosted)?;
            let mut desk = Desk::open()?;
            desk.host(&mut home, hosted).await
        }
        Job::Start => {
            let mut desk = Desk::open()?;
            desk.start(&mut home, &common).await
        }
    }
}

/// What was asked for, or what the terminal can do.
fn screen(common: &Common) -> Screen {
    match std::env::var("TERM").as_deref() {
        Ok("dumb") => Screen::Lines,
        _ => common.screen,
    }
}

/// The link that was given, or the last server.
fn known_link(home: &Home, common: &Common, link: Option<Link>) -> Result<Link, JobError> {
    match link.or_else(|| Last::read(&home.data).link()) {
        Some(link) => Ok(common.plaintext.apply(link)?),
        None => Err(PlainError::NoServer.into()),
    }
}

/// Says where the server is, before anything else is on the screen.
fn announce(hosted: &Hosted) -> Result<(), JobError> {
    let mut out = io::stdout().lock();
    writeln!(out, "listening on {}", hosted.address)
        .and_then(|()| writeln!(out, "join link: {}", hosted.link))
        .and_then(|()| out.flush())
        .map_err(JobError::Output)
}

/// The terminal and the system, as every full screen needs them.
struct Desk {
    input: Input,
    signals: Option<Signals>,
}

impl Desk {
    fn open() -> Result<Desk, JobError> {
        if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
            return Err(JobError::NoTerminal);
        }
        Ok(Desk {
            signals: signals::listen(),
            input: Input::start(),
        })
    }

    async fn join(&mut self, home: &mut Home, link: Link) -> Result<(), JobError> {
        let door = Door::new(home, link, Visit::Remembered);
        Ok(self.chat(home, door, None).await?)
    }

    async fn host(&mut self, home: &mut Home, hosted: Hosted) -> Result<(), JobError> {
        let door = Door::new(home, hosted.local.clone(), Visit::Hosted);
        let result = self.chat(home, door, Some(hosted.link.clone())).await;
        hosted.stop().await;
        Ok(result?)
    }

    async fn chat(
        &mut self,
        home: &mut Home,
        door: Door,
        hosted: Option<Link>,
    ) -> Result<(), RunError> {
        run::run(Chat {
            home,
            door,
            hosted,
            input: &mut self.input,
            signals: &mut self.signals,
        })
        .await
    }

    /// The last server, or the question where to.
    async fn start(&mut self, home: &mut Home, common: &Common) -> Result<(), JobError> {
        let last = Last::read(&home.data);
        if let Some(link) = last.link()
            && (!last.is_hosted() || answers(&link).await)
        {
            let link = common.plaintext.apply(link)?;
            return self.join(home, link).await;
        }
        let mut wrong = None;
        loop {
            let mut form = Form::new(Way::Host, &home.offered_nick(), common.plaintext);
            if let Some(wrong) = wrong.take() {
                form = form.saying(wrong);
            }
            let look = Look::new(&home.settings);
            let choice = first::ask(form, &look, &mut self.input, &mut self.signals).await?;
            let result = match choice {
                Choice::Leave => return Ok(()),
                Choice::Host { nick } => {
                    home.nick = Some(nick);
                    let listen = listen_default();
                    match host::start(&home.data, listen, common.plaintext).await {
                        Ok(hosted) => {
                            announce(&hosted)?;
                            self.host(home, hosted).await
                        }
                        Err(error) => Err(error.into()),
                    }
                }
                Choice::Join { link, nick } => {
                    home.nick = Some(nick);
                    self.join(home, link).await
                }
            };
            // What led nowhere is asked again, with the reason.
            match result {
                Err(
                    error @ (JobError::Host(_)
                    | JobError::Run(RunError::Engine(EngineError::Closed(_)))),
                ) => {
                    wrong = Some(error.to_string());
                }
                other => return other,
            }
        }
    }
}

/// Whether something listens there. Only asked of this machine, where that is known at once.
async fn answers(link: &Link) -> bool {
    TcpStream::connect((link.host.as_str(), link.port))
        .await
        .is_ok()
}
