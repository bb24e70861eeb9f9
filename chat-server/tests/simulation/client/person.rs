//! What a client's person does. Without a connection only posts wait for one.

use chat_core::command::{Direct, Join, Part, Quit, Read, Rooms, SetNick, SetPresence, Topic, Who};
use chat_core::{Body, ConversationId, PostId, Seq, Text};

use super::{Asked, Client, Connection, Log, Outgoing};
use crate::step::Act;

impl Client {
    /// Does it.
    pub(crate) fn act(&mut self, act: &Act) {
        match *act {
            Act::Post { place, bytes } => self.post(place.into(), bytes.into()),
            Act::Burst { place } => (0..6).for_each(|_| self.post(place.into(), 7_000)),
            Act::About { place, of, what } => self.about(place.into(), of.into(), what),
            Act::Join { room } => self.join(room),
            Act::Part { place } => self.part(place.into()),
            Act::Direct { person } => self.direct(person),
            Act::Topic { place } => self.topic(place.into()),
            Act::MarkRead { place } => self.read(place.into()),
            Act::Rename { n } => self.rename(n),
            Act::Away { away } => self.be_away(away),
            Act::Look { n } => self.look(n),
            Act::Scroll { place, from } => self.scroll(place.into(), from.into()),
            Act::Resend => self.resend(),
            Act::Rewind { place, back } => self.rewind(place.into(), back.into()),
            Act::Retry => self.retry(),
            Act::Quit => self.quit(),
        }
    }

    /// Posts in one of its places.
    fn post(&mut self, place: usize, bytes: usize) {
        let Some(conversation) = self.place(place) else {
            return;
        };
        let mut text = format!("{} of {}", self.posts, self.number);
        text += &"x".repeat(bytes.saturating_sub(text.len()));
        self.say_there(conversation, Body::Post(Text::new(&text)));
    }

    /// Edits, deletes or reacts to one of the last entries of a place.
    fn about(&mut self, place: usize, back: u64, what: u8) {
        let Some(conversation) = self.place(place) else {
            return;
        };
        let Some(last) = self.logs.get(&conversation).map(Log::last) else {
            return;
        };
        let of = Seq(last.0.saturating_sub(back));
        let emoji = Text::new(["👍", "🎉", "nothing"][usize::from(what / 6) % 3]);
        let text = Text::new(&format!("edit {} of {}", self.posts, self.number));
        let body = match what % 6 {
            0 => Body::Edit { of, text },
            1 => Body::Deletion { of },
            2 | 3 => Body::Reaction { of, emoji },
            _ => Body::Unreaction { of, emoji },
        };
        self.say_there(conversation, body);
        // Impatient, as with a key that is held down.
        if what % 6 == 2 {
            let emoji = Text::new("👍");
            self.say_there(conversation, Body::Reaction { of, emoji });
        }
    }

    fn say_there(&mut self, conversation: ConversationId, body: Body) {
        self.posts += 1;
        let mut id = [self.number as u8; 16];
        id[8..].copy_from_slice(&self.posts.to_be_bytes());
        let id = PostId(id);
        self.unacknowledged.push_back(Outgoing {
            id,
            conversation,
            body,
            again: false,
        });
        if self.is_ready() {
            self.ask(Asked::Post(id));
        }
    }

    /// Joins a room.
    fn join(&mut self, room: u8) {
        self.once(|request| {
            Join {
                request,
                room: format!("room{}", room % 5),
            }
            .into()
        });
    }

    /// Leaves one of its rooms.
    fn part(&mut self, place: usize) {
        if let Some(conversation) = self.place(place) {
            self.once(|request| {
                Part {
                    request,
                    conversation,
                    text: None,
                }
                .into()
            });
        }
    }

    /// Opens a direct conversation.
    fn direct(&mut self, person: u8) {
        self.once(|request| {
            Direct {
                request,
                nick: format!("person{}", person % 4),
            }
            .into()
        });
    }

    /// Sets the topic of one of its places.
    fn topic(&mut self, place: usize) {
        if let Some(conversation) = self.place(place) {
            let text = Text::new("about this");
            self.once(|request| {
                Topic {
                    request,
                    conversation,
                    text,
                }
                .into()
            });
        }
    }

    /// Has read all that it holds of one of its places.
    fn read(&mut self, place: usize) {
        if let Some(conversation) = self.place(place) {
            let seq = self.logs.get(&conversation).map_or(Seq(0), Log::last);
            self.once(|request| {
                Read {
                    request,
                    conversation,
                    seq,
                }
                .into()
            });
        }
    }

    /// Wants another nick.
    fn rename(&mut self, n: u8) {
        let nick = format!("nick{}", n % 3);
        self.once(|request| SetNick { request, nick }.into());
    }

    /// Goes away, or comes back.
    fn be_away(&mut self, away: bool) {
        let text = Some(Text::new("lunch"));
        self.once(|request| {
            SetPresence {
                request,
                away,
                text,
            }
            .into()
        });
    }

    /// Looks at a list.
    fn look(&mut self, n: u8) {
        let nick = format!("person{}", n % 4);
        match n % 2 {
            0 => self.once(|request| Who { request, nick }.into()),
            _ => self.once(|request| {
                Rooms {
                    request,
                    after: None,
                }
                .into()
            }),
        }
    }

    /// Scrolls up in one of its places.
    fn scroll(&mut self, place: usize, from: u64) {
        if let Some(conversation) = self.place(place)
            && self.is_ready()
        {
            self.ask(Asked::Page(conversation, Seq(from)));
        }
    }

    /// Is impatient: sends what is not acknowledged again, though it may be under way.
    fn resend(&mut self) {
        if self.is_ready() {
            let posts: Vec<PostId> = self.unacknowledged.iter().map(|post| post.id).collect();
            posts.into_iter().for_each(|id| self.ask(Asked::Post(id)));
        }
    }

    /// Wants the last entries of a place again.
    fn rewind(&mut self, place: usize, back: u64) {
        let Some(id) = self.place(place) else { return };
        let follows = |c: &Connection| c.following.contains_key(&id);
        if let Some(log) = self.logs.get(&id)
            && self.is_ready()
            && self.connection.as_ref().is_some_and(follows)
        {
            let after = Seq(log.last().0.saturating_sub(back).max(log.base.0));
            self.ask(Asked::Again(id, after));
        }
    }

    /// Leaves.
    fn quit(&mut self) {
        self.once(|request| {
            Quit {
                request,
                text: None,
            }
            .into()
        });
    }

    /// Asks again for what was refused for a passing reason.
    pub(crate) fn retry(&mut self) {
        let refused = self
            .connection
            .as_mut()
            .map(|c| std::mem::take(&mut c.refused));
        for asked in refused.into_iter().flatten() {
            self.ask(asked);
        }
    }

    fn place(&self, n: usize) -> Option<ConversationId> {
        let places = self.places.len();
        self.places.keys().nth(n % places.max(1)).copied()
    }
}
