//! One person: posts, edits and reacts at random moments, reads everything, and keeps a history of it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use anyhow::{Context, bail};
use chat_client::{Client, Config, Event, Events, Pending, Resume, TransferState};
use chat_core::event::ConversationKind;
use chat_core::{Body, Code, Conversation, ConversationId, Entry, Identity, Link, Seq, Text};
use tokio::time::{Instant, sleep_until, timeout};

use super::dice::Dice;
use super::history::{Acknowledged, History, Reads, Typed, number};

/// Longest wait for what follows at once where nothing is broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A longer countdown to the next attempt is cut short, as somebody does who looks at it.
const COUNTDOWN: Duration = Duration::from_secs(2);

/// After which somebody whose post could not be stored sends it again.
const AGAIN: Duration = Duration::from_secs(1);

/// What somebody does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    /// Posts a second.
    pub(crate) rate: f64,
    /// Most letters of a post.
    pub(crate) letters_max: u64,
}

/// See the module.
pub(crate) struct Person {
    pub(crate) client: Client,
    pub(crate) history: History,
    pub(crate) dice: Dice,
    /// Where this person is, with what there is to edit and to react to.
    pub(crate) places: BTreeMap<u64, Place>,
    /// The canvases that are open.
    pub(crate) canvases: Vec<ConversationId>,
    /// The last file that somebody else has posted.
    pub(crate) file: Option<Entry>,
    habits: Habits,
    events: Events,
    /// Typed and not acknowledged.
    pub(crate) waiting: HashMap<u128, Pending>,
    /// Given back by the server, to be sent again.
    given_back: VecDeque<(Instant, Pending)>,
    next_post: Instant,
    reconnect_at: Option<Instant>,
    online: Option<Instant>,
    lost: Option<Instant>,
    /// When something was acknowledged last, and since when the connection was there that brought it.
    pub(crate) heard: Option<(Instant, Instant)>,
}

/// What somebody remembers of a conversation.
#[derive(Debug, Default)]
pub(crate) struct Place {
    /// The last own post.
    own: Option<Seq>,
    /// The last post of somebody else, until it has a reaction.
    other: Option<Seq>,
}

/// Whether somebody posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Talks,
    Listens,
}

impl Person {
    /// Connects number `n` of the run with `seed`, who goes on with `history` where it ended.
    pub(crate) fn connect(
        link: &Link,
        (seed, n): (u64, u64),
        habits: Habits,
        history: History,
    ) -> Person {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_be_bytes());
        key[8..16].copy_from_slice(&n.to_be_bytes());
        let mut config = Config::new(link.clone(), Identity::from_seed(&key));
        config.nick = Some(history.nick.clone());
        if history.reads == Reads::Everything {
            config.catch_up_max = u64::MAX;
        }
        config.resume = history.epoch.map(|epoch| Resume {
            epoch,
            cursors: history
                .stays
                .iter()
                .map(|id| (ConversationId(*id), Seq(history.last(*id))))
                .collect(),
        });
        let (client, events) = chat_client::connect(config);
        let now = Instant::now();
        Person {
            client,
            dice: Dice::new(seed, n + history.typed.len() as u64 * 1_000),
            history,
            places: BTreeMap::new(),
            canvases: Vec::new(),
            file: None,
            habits,
            events,
            waiting: HashMap::new(),
            given_back: VecDeque::new(),
            next_post: now,
            reconnect_at: None,
            online: None,
            lost: None,
            heard: None,
        }
    }

    /// Waits for the login.
    pub(crate) async fn arrive(&mut self) -> anyhow::Result<()> {
        let arrival = async {
            loop {
                let event = self.events.next().await.context("the client has ended")?;
                match &event {
                    Event::LoginRefused(refusal) => bail!("login refused: {refusal}"),
                    Event::Ready => return Ok(()),
                    _ => {}
                }
                self.hear(event)?;
            }
        };
        timeout(PATIENCE, arrival).await.context("no login")?
    }

    /// Joins a room.
    pub(crate) async fn join(&mut self, room: &str) -> anyhow::Result<ConversationId> {
        let joined = timeout(PATIENCE, self.client.join(room)).await;
        let joined = joined.context("no answer to a join")?;
        let room = joined.map_err(|refusal| anyhow::anyhow!("cannot join {room}: {refusal}"))?;
        self.place(&room);
        Ok(room.id)
    }

    /// Opens the direct conversation with somebody.
    pub(crate) async fn meet(&mut self, nick: &str) -> anyhow::Result<()> {
        let opened = timeout(PATIENCE, self.client.direct(nick)).await;
        let opened = opened.context("no answer to a direct conversation")?;
        let direct = opened.map_err(|refusal| anyhow::anyhow!("cannot meet {nick}: {refusal}"))?;
        self.place(&direct);
        Ok(())
    }

    /// Goes, and stays in the conversations.
    pub(crate) async fn leave(mut self) -> History {
        self.history.stays = self.places.into_keys().collect();
        // Nobody reads what comes meanwhile.
        drop(self.events);
        self.client.quit(None).await;
        self.history
    }

    fn place(&mut self, conversation: &Conversation) {
        if conversation.kind != ConversationKind::Canvas {
            self.places.entry(conversation.id.0).or_default();
        }
    }

    /// Does the next thing, or hears it. Cancel safe.
    pub(crate) async fn step(&mut self, mood: Mood) -> anyhow::Result<()> {
        let reconnect_at = self.reconnect_at;
        let again_at = self.given_back.front().map(|(at, _)| *at);
        // A wait without an end where there is nothing to wait for.
        let at = |at: Option<Instant>| sleep_until(at.unwrap_or_else(Instant::now));
        tokio::select! {
            event = self.events.next() => {
                let event = event.context("the client has ended")?;
                self.hear(event)?;
            }
            () = sleep_until(self.next_post), if mood == Mood::Talks => self.say(),
            () = at(reconnect_at), if reconnect_at.is_some() => {
                self.reconnect_at = None;
                self.client.reconnect();
            }
            () = at(again_at), if again_at.is_some() => {
                if let Some((_, pending)) = self.given_back.pop_front() {
                    self.client.post(pending);
                }
            }
        }
        Ok(())
    }

    /// The network is well again: what waits for its next attempt needn't.
    pub(crate) fn hurry(&mut self) {
        if self.lost.is_some() && self.online.is_none() {
            self.reconnect_at = Some(Instant::now());
        }
    }

    /// Whether everything that was typed is acknowledged.
    pub(crate) fn is_settled(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether every conversation that this person is in was read up to its end.
    pub(crate) fn has_read(&self, heads: &BTreeMap<u64, u64>) -> bool {
        let head = |id: &u64| heads.get(id).copied().unwrap_or_default();
        self.places
            .keys()
            .all(|id| self.history.last(*id) >= head(id))
    }

    /// Says the next thing somewhere.
    fn say(&mut self) {
        self.next_post = Instant::now() + self.dice.wait(self.habits.rate);
        let nth = self.dice.below(self.places.len());
        let Some(conversation) = self.places.keys().nth(nth).copied() else {
            return;
        };
        let what = self.dice.below(10);
        let text = self.text();
        let place = self.places.entry(conversation).or_default();
        let body = match (what, place.own, place.other.take()) {
            (0, Some(of), _) => Body::Edit { of, text },
            (1, _, Some(of)) => {
                self.history.reacted.insert(conversation, of.0);
                let emoji = Text::new("👍");
                Body::Reaction { of, emoji }
            }
            (_, _, other) => {
                place.other = other;
                Body::Post(text)
            }
        };
        self.post(ConversationId(conversation), body);
    }

    fn text(&mut self) -> Text {
        let letters = self.dice.between(1, self.habits.letters_max) as usize;
        let mut text = format!("{} ", self.history.typed.len() + 1);
        text.extend(std::iter::repeat_n('x', letters));
        Text::new(&text)
    }

    /// Posts something.
    pub(crate) fn post(&mut self, conversation: ConversationId, body: Body) {
        let pending = Pending {
            post: Client::new_post_id(),
            conversation,
            body,
        };
        let post = number(pending.post);
        self.history.typed.push(Typed {
            post,
            conversation: conversation.0,
        });
        self.waiting.insert(post, pending.clone());
        self.client.post(pending);
    }

    fn hear(&mut self, event: Event) -> anyhow::Result<()> {
        let now = Instant::now();
        match event {
            Event::Online { welcome, new_epoch } => {
                anyhow::ensure!(!new_epoch, "the server has another store than before");
                self.history.epoch = Some(welcome.epoch);
                self.online = Some(now);
                self.reconnect_at = None;
            }
            Event::Offline { why, retry_in } => {
                self.online = None;
                self.lost.get_or_insert(now);
                if retry_in > COUNTDOWN {
                    self.reconnect_at = Some(now + COUNTDOWN);
                }
                if why.contains("sent something else") {
                    self.history.wrong(why);
                }
            }
            Event::Announced(conversation) => self.place(&conversation),
            Event::Left { conversation } => {
                self.places.remove(&conversation.0);
            }
            Event::Entry(entry) => self.read(entry),
            Event::Skipped {
                conversation,
                before,
                ..
            } => self
                .history
                .begin(conversation, Seq(before.0.saturating_sub(1))),
            Event::Canvas { canvas, seq, .. } => {
                self.history.begin(canvas.id, seq);
                self.canvases.push(canvas.id);
            }
            Event::Posted {
                post,
                conversation,
                seq,
            } => self.acknowledged(number(post), conversation, seq, now),
            Event::PostRefused { pending, refusal } if refusal.code == Code::Storage => {
                self.history.postponed += 1;
                self.given_back.push_back((now + AGAIN, pending));
            }
            Event::PostRefused { pending, refusal } => {
                self.waiting.remove(&number(pending.post));
                let what = format!("{:?} was refused: {refusal}", pending.body.kind());
                self.history.wrong(what);
            }
            Event::CanvasClosed { refusal, .. } => {
                self.history
                    .wrong(format!("a canvas was closed: {refusal}"));
            }
            Event::Transfer(transfer) => match transfer.state {
                TransferState::Finished(_) => self.history.files += 1,
                TransferState::Failed { why } => self.history.wrong(why),
                _ => {}
            },
            Event::Closed(error) => bail!("the client gave up: {error}"),
            _ => {}
        }
        Ok(())
    }

    fn read(&mut self, entry: Entry) {
        self.history.sees(&entry);
        let is_own = entry.nick.as_str() == self.history.nick;
        if is_own {
            return;
        }
        match entry.body {
            Body::Post(_) => {
                let reacted = self.history.reacted.get(&entry.conversation.0);
                if reacted.is_some_and(|last| *last >= entry.seq.0) {
                    return;
                }
                if let Some(place) = self.places.get_mut(&entry.conversation.0) {
                    place.other = Some(entry.seq);
                }
            }
            Body::File(_) => self.file = Some(entry),
            _ => {}
        }
    }

    fn acknowledged(&mut self, post: u128, conversation: ConversationId, seq: Seq, now: Instant) {
        self.history.acknowledged.push(Acknowledged {
            post,
            conversation: conversation.0,
            seq: seq.0,
        });
        self.heard = self.online.map(|online| (now, online));
        if let Some(lost) = self.lost.take() {
            let outage = now.duration_since(lost);
            self.history.outages_ms.push(outage.as_millis() as u64);
        }
        let done = self.waiting.remove(&post);
        if matches!(done.map(|pending| pending.body), Some(Body::Post(_)))
            && let Some(place) = self.places.get_mut(&conversation.0)
        {
            place.own = Some(seq);
        }
    }
}
