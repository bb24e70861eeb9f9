//! From one server to another without ending: another application takes the place of the one there
//! is, which leaves cleanly beside it. What a server in this process serves goes on.

use std::time::Duration;

use chat_core::{Link, Nick};
use ratatui::layout::Size;
use tokio::task::JoinHandle;

use crate::app::model::{App, Host, Place};
use crate::shell::data::home::Home;
use crate::shell::door::{Door, Visit};
use crate::shell::engine::{Ask, Beginning, Engine};

/// How long the end of the program waits for connections that are being left: what each of them
/// takes at most, and a moment for the disk.
const LEAVING: Duration = Duration::from_secs(5);

/// A server in this process, as far as going elsewhere is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosting {
    /// How this process reaches it.
    pub local: Link,
    /// What others join with.
    pub link: Link,
}

/// What goes on beside the application there is.
#[derive(Debug)]
pub struct Switch {
    hosting: Option<Hosting>,
    /// Connections that are being left, by address.
    leaving: Vec<(String, JoinHandle<()>)>,
}

impl Switch {
    /// Nothing is left yet.
    #[must_use]
    pub fn new(hosting: Option<Hosting>) -> Switch {
        Switch {
            hosting,
            leaving: Vec::new(),
        }
    }

    /// What the application at this address begins with.
    #[must_use]
    pub fn beginning(&self, size: Size, address: &str, back: Option<Link>) -> Beginning {
        let host = self.hosting.as_ref().map(|hosting| {
            let is_here = hosting.local.address().eq_ignore_ascii_case(address);
            Host {
                link: hosting.link.to_string(),
                at: hosting.local.address().to_lowercase(),
                place: match is_here {
                    true => Place::Here,
                    false => Place::Elsewhere,
                },
                told: None,
            }
        });
        Beginning { size, host, back }
    }

    /// Goes to the server of `link`: puts another application in the place of `engine`, which is
    /// left cleanly. Gives what the new one asks for.
    ///
    /// # Errors
    /// A sentence; the application stays as it was.
    pub async fn go(
        &mut self,
        home: &Home,
        engine: &mut Engine,
        link: Link,
    ) -> Result<Vec<Ask>, String> {
        let link = home.plaintext.apply(link).map_err(|e| e.to_string())?;
        let address = link.address().to_lowercase();
        let hosted = self.hosting.as_ref();
        let hosted = hosted.filter(|h| h.local.address().eq_ignore_ascii_case(&address));
        let (link, visit) = match hosted {
            Some(hosting) => (hosting.local.clone(), Visit::Hosted),
            None => (link, Visit::Remembered),
        };
        if engine.address() == address {
            // It is where one is, and the connection has ended for good: another link may help.
            return Ok(engine.anew(link));
        }
        let offer = Nick::parse(engine.app.nick()).ok();
        let door = Door::elsewhere(home, link, visit, offer);
        // What it keeps on the disk is read only when the one before has written it.
        self.settle(&address).await;
        let back = engine.was_there().then(|| engine.link().clone());
        let back = back.or_else(|| engine.app.servers.back.clone());
        // What leads nowhere must not lead to itself.
        let back = back.filter(|link| !link.address().eq_ignore_ascii_case(&address));
        let opened = Engine::open(home, door).map_err(|e| e.to_string())?;
        Ok(self.replace(engine, opened, back))
    }

    fn replace(
        &mut self,
        engine: &mut Engine,
        (next, cached): (Engine, crate::app::event::Cached),
        back: Option<Link>,
    ) -> Vec<Ask> {
        let mut next = next;
        like(&mut next.app, &engine.app);
        let beginning = self.beginning(engine.app.size, &next.address(), back);
        let old = std::mem::replace(engine, next);
        self.leaving.retain(|(_, leaving)| !leaving.is_finished());
        let address = old.address();
        let left = tokio::spawn(old.leave(None));
        self.leaving.push((address, left));
        engine.begin(cached, beginning)
    }

    /// Waits until a server has been left, if it is being left.
    async fn settle(&mut self, address: &str) {
        while let Some(at) = self.leaving.iter().position(|(of, _)| of == address) {
            let (_, leaving) = self.leaving.swap_remove(at);
            if let Err(error) = leaving.await {
                tracing::error!(%error, "a server was not left cleanly");
            }
        }
    }

    /// Waits until every server has been left; a few seconds at most.
    pub async fn end(self) {
        let all = async {
            for (_, leaving) in self.leaving {
                if let Err(error) = leaving.await {
                    tracing::error!(%error, "a server was not left cleanly");
                }
            }
        };
        if tokio::time::timeout(LEAVING, all).await.is_err() {
            tracing::warn!("a server was not left in time");
        }
    }
}

/// What belongs to the person and not to a server is as it was.
fn like(next: &mut App, now: &App) {
    next.options = now.options.clone();
    next.panes = now.panes;
    next.mouse = now.mouse;
    next.terminal = now.terminal;
    next.easel.shows = now.easel.shows;
    next.easel.kit = now.easel.kit;
}
