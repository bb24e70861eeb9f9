//! People on the server: they fill its rooms and lists, and say what they are told to.

use std::time::Duration;

use anyhow::{Context, bail};
use chat_client::{Client, Config, Event, Events, Pending};
use chat_core::{Body, ConversationId, Identity, Link, Text};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::words;
use crate::runtime;

/// Longest wait for what follows at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// Who can be told to say something in the room that is looked at.
pub(super) trait Talk {
    /// Has the `n`th person say this.
    fn say(&mut self, n: usize, text: &str) -> anyhow::Result<()>;
}

/// See the module. They leave when it is dropped.
pub(super) struct Crowd(UnboundedSender<(usize, String)>);

impl Crowd {
    /// Has so many people join the server's lobby, and the first of them make so many rooms.
    pub(super) fn gather(link: &Link, people: usize, rooms: usize) -> anyhow::Result<Crowd> {
        let (said, to_say) = unbounded_channel();
        let (gathered, wait) = std::sync::mpsc::channel();
        let link = link.clone();
        std::thread::spawn(move || {
            let ended = runtime().map_err(anyhow::Error::from).and_then(|runtime| {
                runtime.block_on(async {
                    let people = join(&link, people, rooms).await?;
                    // Whoever waited has the rest of the run to do.
                    let _ = gathered.send(Ok(()));
                    speak(&people, to_say).await;
                    Ok(())
                })
            });
            if let Err(error) = ended {
                let _ = gathered.send(Err(error));
            }
        });
        wait.recv().context("the people have gone")??;
        Ok(Crowd(said))
    }
}

impl Talk for Crowd {
    fn say(&mut self, n: usize, text: &str) -> anyhow::Result<()> {
        Ok(self.0.send((n, text.to_owned()))?)
    }
}

async fn join(
    link: &Link,
    people: usize,
    rooms: usize,
) -> anyhow::Result<Vec<(Client, ConversationId)>> {
    let mut joined = Vec::new();
    for n in 0..people {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).context("no random numbers")?;
        let mut config = Config::new(link.clone(), Identity::from_seed(&seed));
        config.nick = Some(words::nick(n));
        let (client, mut events) = chat_client::connect(config);
        let lobby = tokio::time::timeout(PATIENCE, ready(&mut events)).await??;
        tokio::spawn(async move { while events.next().await.is_some() {} });
        joined.push((client, lobby));
    }
    for n in 0..rooms {
        let (first, _) = &joined[0];
        first.join(&words::room(n)).await?;
    }
    Ok(joined)
}

async fn ready(events: &mut Events) -> anyhow::Result<ConversationId> {
    let mut lobby = None;
    loop {
        match events.next().await.context("the client has ended")? {
            Event::Announced(conversation) => lobby = lobby.or(Some(conversation.id)),
            Event::Ready => return lobby.context("there is no lobby"),
            Event::LoginRefused(refusal) => bail!("login refused: {refusal}"),
            Event::Closed(error) => bail!("{error}"),
            _ => {}
        }
    }
}

async fn speak(
    people: &[(Client, ConversationId)],
    mut to_say: UnboundedReceiver<(usize, String)>,
) {
    while let Some((n, text)) = to_say.recv().await {
        let (client, conversation) = &people[n % people.len()];
        client.post(Pending {
            post: Client::new_post_id(),
            conversation: *conversation,
            body: Body::Post(Text::new(&text)),
        });
    }
}
