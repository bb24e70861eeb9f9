//! What each command line leads to.

use std::io::{self, IsTerminal, Write};
use std::net::Ipv4Addr;

use chat_core::Link;
use chat_server::StartError;
use tokio::net::TcpStream;

use crate::cli::{Common, Hosting, Invocation, Job, Screen, UsageError};
use crate::plain::{self, PlainError, Tail};
use crate::shell::data::home::{Home, HomeError};
use crate::shell::data::known::Last;
use crate::shell::door::{Door, Visit};
use crate::shell::engine::EngineError;
use crate::shell::first::{self, Choice, Form, Offered, Row};
use crate::shell::host::{self, Hosted};
use crate::shell::look::Look;
use crate::shell::run::{self, Chat, RunError};
use crate::shell::signals::{self, Signals};
use crate::shell::switch;
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
        Job::Send { link, target, what } => {
            let link = known_link(&home, &common, link)?;
            Ok(plain::send(&home, link, &target, what).await?)
        }
        Job::Save {
            link,
            target,
            seq,
            dir,
        } => {
            let link = known_link(&home, &common, link)?;
            let dir = dir.unwrap_or_else(|| ".".into());
            Ok(plain::save(&home, link, &target, seq, dir).await?)
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
        Job::Host(hosting) if screen == Screen::Lines => {
            host_in_lines(&home, &common, hosting).await
        }
        Job::Start if screen == Screen::Lines => start_in_lines(&mut home, &common).await,
        Job::Join(link) => {
            let mut desk = Desk::open()?;
            desk.join(&mut home, link).await
        }
        Job::Host(hosting) => {
            let hosted = host::start(&home.data, hosting, common.plaintext).await?;
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

async fn host_in_lines(home: &Home, common: &Common, hosting: Hosting) -> Result<(), JobError> {
    let hosted = host::start(&home.data, hosting, common.plaintext).await?;
    announce(&hosted)?;
    let door = Door::new(home, hosted.local.clone(), Visit::Hosted);
    let result = plain::chat(home, door, Some(hosting_of(&hosted))).await;
    hosted.stop().await;
    Ok(result?)
}

/// The last server, or the questions where to, one a line.
async fn start_in_lines(home: &mut Home, common: &Common) -> Result<(), JobError> {
    let last = last_that_answers(home).await;
    let link = match last {
        Some(link) => common.plaintext.apply(link)?,
        None => match plain::ask_where(form(home, common)).await? {
            Choice::Leave => return Ok(()),
            Choice::Host { hosting, nick } => {
                home.nick = Some(nick);
                return host_in_lines(home, common, hosting).await;
            }
            Choice::Join { link, nick } => {
                home.nick = Some(nick);
                link
            }
        },
    };
    let door = Door::new(home, link, Visit::Remembered);
    Ok(plain::chat(home, door, None).await?)
}

/// The last server; not one that ran in this program's own process and does no longer.
async fn last_that_answers(home: &Home) -> Option<Link> {
    let last = Last::read(&home.data);
    let link = last.link()?;
    (!last.is_hosted() || answers(&link).await).then_some(link)
}

/// The form of the first start, with everything filled in.
fn form(home: &Home, common: &Common) -> Form {
    // A damaged file concerns those who host, who are told of it then.
    let config = chat_server::Config::standard().unwrap_or_else(|error| {
        tracing::warn!(%error, "server.toml not read");
        chat_server::Config::default()
    });
    let (local, port) = (Ipv4Addr::LOCALHOST, chat_core::limits::PORT);
    let offered = Offered {
        nick: home.offered_nick(),
        server: format!("{local}:{port}"),
        listen: config.server.listen,
        connections_max: config.limits.connections,
    };
    Form::new(&offered, common.plaintext)
}

/// The link that was given, or the last server.
fn known_link(home: &Home, common: &Common, link: Option<Link>) -> Result<Link, JobError> {
    match link.or_else(|| Last::read(&home.data).link()) {
        Some(link) => Ok(common.plaintext.apply(link)?),
        None => Err(PlainError::NoServer.into()),
    }
}

/// What of the server in this process matters where one goes elsewhere.
fn hosting_of(hosted: &Hosted) -> switch::Hosting {
    switch::Hosting {
        local: hosted.local.clone(),
        link: hosted.link.clone(),
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
        let result = self.chat(home, door, Some(hosting_of(&hosted))).await;
        hosted.stop().await;
        Ok(result?)
    }

    async fn chat(
        &mut self,
        home: &mut Home,
        door: Door,
        hosting: Option<switch::Hosting>,
    ) -> Result<(), RunError> {
        run::run(Chat {
            home,
            door,
            hosting,
            input: &mut self.input,
            signals: &mut self.signals,
        })
        .await
    }

    /// The last server, or the question where to.
    async fn start(&mut self, home: &mut Home, common: &Common) -> Result<(), JobError> {
        if let Some(link) = last_that_answers(home).await {
            let link = common.plaintext.apply(link)?;
            return self.join(home, link).await;
        }
        let mut form = form(home, common);
        loop {
            let look = Look::new(&home.settings);
            let choice = first::ask(&mut form, &look, &mut self.input, &mut self.signals).await?;
            let result = match choice {
                Choice::Leave => return Ok(()),
                Choice::Host { hosting, nick } => {
                    home.nick = Some(nick);
                    match host::start(&home.data, hosting, common.plaintext).await {
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
                Err(JobError::Host(error)) => {
                    let row = match error {
                        StartError::Listen { .. } => Row::Port,
                        _ => Row::Way,
                    };
                    form.say(error.to_string(), row);
                }
                Err(JobError::Run(RunError::Engine(error @ EngineError::Closed(_)))) => {
                    form.say(error.to_string(), Row::Server);
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
