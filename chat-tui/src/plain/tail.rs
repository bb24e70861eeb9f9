//! `chat-tui tail`: one conversation for ever, without holes and without anything twice. What it
//! does at each event is decided by [`Following`], which is pure; the loop around it performs.

use chat_client::Event;
use chat_core::command::{Command, Direct, Join};
use chat_core::{Code, Conversation, ConversationId, Entry, Link, Millis, Refusal, RequestId, Seq};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::connection::Connection;
use super::error::{PlainError, unless_closed_pipe};
use super::input::Input;
use super::line::{self, Times};
use super::paper::{self, Paper};
use super::{json, line::TOLD};
use crate::cli::{TailFormat, Target};
use crate::shell::data::home::Home;
use crate::shell::door::{Door, Visit};
use crate::shell::signals::{self, Signal, Signals, next_of};

/// Events that are handled before their lines are written.
const BATCH_MAX: usize = 256;

/// The id of the request that opens the conversation: there is no other.
const OPEN: RequestId = RequestId(1);

/// What to follow, and how.
#[derive(Debug)]
pub struct Tail {
    /// Which conversation. A room is joined for it.
    pub target: Target,
    /// How entries are written.
    pub format: TailFormat,
    /// Entries after this one, 0 for all; none: only what is new.
    pub since: Option<Seq>,
}

/// Follows a conversation until a signal or a closed pipe ends it, over lost connections and
/// restarted servers.
///
/// # Errors
/// [`PlainError`].
pub async fn tail(home: &Home, link: Link, wanted: Tail) -> Result<(), PlainError> {
    let mut signals = signals::listen();
    let door = Door::new(home, link, Visit::Passing);
    let mut connection = Connection::open(home, door)?;
    let times = Times::new(TimeZone::system(), &home.settings.look.time, now());
    let mut following = Following::new(wanted, times);
    let result = tokio::select! {
        result = follow(&mut connection, &mut following) => result,
        () = told_to_end(&mut signals) => Ok(()),
        () = paper::closed() => Ok(()),
    };
    connection.leave(None).await;
    unless_closed_pipe(result)
}

/// Waits until the system tells the process to end.
pub(super) async fn told_to_end(signals: &mut Option<Signals>) {
    while next_of(signals).await != Signal::End {}
}

pub(super) fn now() -> Millis {
    Millis(u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0))
}

async fn follow(connection: &mut Connection, following: &mut Following) -> Result<(), PlainError> {
    let (mut input, mut paper) = (Input::new(), Paper::new());
    loop {
        let mut lines = Vec::new();
        let mut next = Some(connection.next().await);
        let mut left = BATCH_MAX;
        while let Some(event) = next {
            let event = match event {
                Ok(event) => connection.settle(event, &mut input, &mut paper).await,
                Err(error) => Err(error),
            };
            let wants = match event {
                Ok(Some(event)) => following.take(event),
                Ok(None) => Ok(Vec::new()),
                Err(error) => Err(error),
            };
            // What came before the end is not lost with it.
            let wants = match wants {
                Ok(wants) => wants,
                Err(error) => {
                    paper.say(&lines).await?;
                    return Err(error);
                }
            };
            for want in wants {
                match want {
                    Want::Send(command) => connection.client.send(command),
                    Want::Follow(id, after) => connection.client.follow(id, Some(after)),
                    Want::Say(said) => lines.extend(said),
                    Want::Remark(what) => paper.remark(&[format!("{TOLD} {what}")]).await,
                }
            }
            left -= 1;
            next = if left > 0 { connection.ready() } else { None };
        }
        paper.say(&lines).await?;
    }
}

/// How entries are written.
#[derive(Debug)]
enum Format {
    Json,
    Text(Times),
}

impl Format {
    fn entry(&mut self, title: &str, entry: &Entry) -> Vec<String> {
        match self {
            Format::Json => vec![json::entry(title, entry)],
            Format::Text(times) => times.entry(title, entry, |_| None),
        }
    }
}

/// What is to be done.
#[derive(Debug, PartialEq)]
enum Want {
    Send(Command),
    Follow(ConversationId, Seq),
    /// Lines of standard output.
    Say(Vec<String>),
    /// A line of standard error.
    Remark(String),
}

/// Where the conversation is.
#[derive(Debug, PartialEq)]
enum Place {
    /// Not asked for on this connection.
    Unknown,
    /// Asked for.
    Asked,
    /// Followed.
    Open { id: ConversationId, title: String },
}

/// One conversation that is followed.
#[derive(Debug)]
struct Following {
    target: Target,
    format: Format,
    since: Option<Seq>,
    place: Place,
    /// Why the connection was lost, until it is back.
    offline: Option<String>,
}

impl Following {
    fn new(wanted: Tail, times: Times) -> Following {
        Following {
            target: wanted.target,
            format: match wanted.format {
                TailFormat::Json => Format::Json,
                TailFormat::Text => Format::Text(times),
            },
            since: wanted.since,
            place: Place::Unknown,
            offline: None,
        }
    }

    fn take(&mut self, event: Event) -> Result<Vec<Want>, PlainError> {
        Ok(match event {
            Event::Online { new_epoch, .. } => self.online(new_epoch),
            Event::Ready if self.place == Place::Unknown => {
                self.place = Place::Asked;
                vec![Want::Send(self.open())]
            }
            Event::Answer {
                request: OPEN,
                answer: Ok(chat_core::Event::Opened(opened)),
            } => vec![self.opened(&opened.conversation)],
            Event::Answer {
                request: OPEN,
                answer,
            } => return self.not_opened(answer),
            Event::Entry(entry) => self.entry(&entry),
            Event::Left { conversation } => return self.left(conversation),
            Event::Offline { why, .. } => self.lost(why),
            _ => Vec::new(),
        })
    }

    fn open(&self) -> Command {
        match &self.target {
            Target::Room(room) => Join {
                request: OPEN,
                room: room.to_string(),
            }
            .into(),
            Target::Person(nick) => Direct {
                request: OPEN,
                nick: nick.to_string(),
            }
            .into(),
        }
    }

    fn online(&mut self, new_epoch: bool) -> Vec<Want> {
        let mut wants = Vec::new();
        if self.offline.take().is_some() {
            wants.push(Want::Remark("connected again".into()));
        }
        if new_epoch {
            // Whatever stands there now has not been told.
            self.place = Place::Unknown;
            self.since = Some(Seq(0));
            let text = "the server has started afresh: numbers begin again at 1";
            wants.push(Want::Remark(text.into()));
        }
        wants
    }

    fn opened(&mut self, conversation: &Conversation) -> Want {
        let after = self.since.unwrap_or(conversation.head);
        self.place = Place::Open {
            id: conversation.id,
            title: line::title(conversation),
        };
        Want::Follow(conversation.id, after)
    }

    fn not_opened(
        &mut self,
        answer: Result<chat_core::Event, Refusal>,
    ) -> Result<Vec<Want>, PlainError> {
        match answer {
            Err(refusal) if refusal.code == Code::Other => {
                // The connection broke first: asked again on the next one.
                self.place = Place::Unknown;
                Ok(Vec::new())
            }
            Err(refusal) => Err(PlainError::Refused(refusal)),
            Ok(_) => Err(PlainError::Refused(Refusal::new(
                Code::Other,
                "the server's answer is not one to this request: update the older of the two",
            ))),
        }
    }

    fn entry(&mut self, entry: &Entry) -> Vec<Want> {
        match &self.place {
            Place::Open { id, title } if *id == entry.conversation => {
                vec![Want::Say(self.format.entry(title, entry))]
            }
            _ => Vec::new(),
        }
    }

    fn left(&self, left: ConversationId) -> Result<Vec<Want>, PlainError> {
        match &self.place {
            Place::Open { id, title } if *id == left => Err(PlainError::Left(title.clone())),
            _ => Ok(Vec::new()),
        }
    }

    fn lost(&mut self, why: String) -> Vec<Want> {
        // Each try that fails for the same reason is not worth a line.
        if self.offline.as_ref() == Some(&why) {
            return Vec::new();
        }
        let remark = format!("not connected: {why}. Trying again until it works");
        self.offline = Some(why);
        vec![Want::Remark(remark)]
    }
}

#[cfg(test)]
mod tests;
