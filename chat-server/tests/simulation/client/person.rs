//! What a client's person does. Without a connection only posts wait for one.

use chat_core::command::{Direct, Join, Part, Quit, Read, Rooms, SetNick, SetPresence, Topic, Who};
use chat_core::{Body, ConversationId, PostId, Seq, Text};

use super::answers::reaction;
use super::files::Sending;
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
            Act::GiveUp => self.give_up(),
            Act::Quit => self.quit(),
            Act::Canvas { place } => self.open_canvas(place.into()),
            Act::Draw { canvas, what } => self.draw(canvas.into(), what),
            Act::Scribble { canvas } => self.scribble(canvas.into()),
            Act::File { place, content } => self.send_file(place.into(), content),
            Act::Claim { content } => self.claim(content),
            Act::Cancel { n } => self.cancel(n),
            Act::Fetch { place, of } => self.fetch_file(place.into(), of.into()),
        }
    }

    /// Posts in one of its places.
    fn post(&mut self, place: usize, bytes: usize) {
        let Some(conversation) = self.place(place) else {
            return;
        };
        let text = self.text();
        let more = "x".repeat(bytes.saturating_sub(text.len()));
        let text = Text::new(&format!("{text}{more}"));
        let body = match bytes % 7 {
            0 => Body::Action(text),
            _ => Body::Post(text),
        };
        self.say_there(conversation, body);
    }

    /// What nobody else says, nor it itself again.
    pub(super) fn text(&self) -> Text {
        Text::new(&format!("<{} of {}>", self.posts, self.number))
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
        let text = self.text();
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

    pub(super) fn say_there(&mut self, conversation: ConversationId, body: Body) {
        self.send_there(conversation, body, None);
    }

    pub(super) fn send_there(
        &mut self,
        conversation: ConversationId,
        body: Body,
        file: Option<Sending>,
    ) {
        self.posts += 1;
        let mut id = [self.number as u8; 16];
        id[8..].copy_from_slice(&self.posts.to_be_bytes());
        let id = PostId(id);
        if let Some((of, emoji, reacts)) = reaction(&body) {
            let about = (conversation, of, emoji.clone());
            let wish = self.wishes.entry(about).or_insert(Some(reacts));
            *wish = wish.map(|_| reacts);
            self.reactions.insert(id);
        }
        self.unacknowledged.push_back(Outgoing {
            id,
            conversation,
            body,
            again: false,
            file,
        });
        if self.is_ready() {
            self.ask(self.next_of(id));
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
            let held = self.logs.get(&conversation).map_or(Seq(0), Log::last);
            self.note_taken_back(conversation);
            self.ask(Asked::Page(conversation, Seq(from), held));
        }
    }

    /// Is impatient: sends what is not acknowledged again, though it may be under way.
    fn resend(&mut self) {
        if self.is_ready() {
            let posts: Vec<PostId> = self.unacknowledged.iter().map(|post| post.id).collect();
            posts.into_iter().for_each(|id| self.ask(self.next_of(id)));
        }
    }

    /// What it knows to be taken back now is so in whatever it asks for from now on.
    fn note_taken_back(&mut self, id: ConversationId) {
        let entries = self.logs.get(&id).map_or(&[][..], |log| &log.entries);
        let of = entries.iter().filter_map(|entry| match entry.body {
            Body::Deletion { of } => Some((id, of)),
            _ => None,
        });
        if let Some(connection) = &mut self.connection {
            connection.taken_back.extend(of);
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
            self.note_taken_back(id);
            self.ask(Asked::Again(id, after));
        }
    }

    /// Does not send its oldest post again.
    fn give_up(&mut self) {
        if let Some(post) = self.unacknowledged.front().map(|post| post.id) {
            self.given_up(post);
            self.unacknowledged.pop_front();
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

    pub(super) fn place(&self, n: usize) -> Option<ConversationId> {
        let places = self.places.len();
        self.places.keys().nth(n % places.max(1)).copied()
    }
}
