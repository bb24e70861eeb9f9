//! Our protocol: a connection logs in and enters its conversation, decoding what it is told. Then
//! it scans: readers are many and must cost little, so that the server is what saturates, and of an
//! entry only kind, conversation, number and post are looked at.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use chat_core::command::{Direct, Follow, Hello, Join, Login, Post};
use chat_core::identity::{CHANNEL_BINDING_LABEL, ChannelBinding};
use chat_core::limits::{FRAME_BYTES, LENGTH_BYTES, VERSION};
use chat_core::wire::Received;
use chat_core::{
    AccountId, Body, Command, ConversationId, Event, Identity, Link, PostId, RequestId, Seq, Text,
    frame,
};
use rustls::ClientConfig;

use crate::load::count::{Own, Read, Stamp};
use crate::load::dial::Dialled;

/// Where a connection goes.
#[derive(Debug)]
pub(crate) enum Place {
    /// A room of this name.
    Room(String),
    /// The conversation with the person of this nick.
    Direct(String),
}

/// One connected client.
pub(crate) struct Client {
    pub(crate) connection: Dialled,
    /// Who it is.
    pub(crate) account: AccountId,
}

impl Client {
    /// Connects and logs in as the account of `seed`.
    pub(crate) async fn log_in(
        link: &Link,
        tls: Option<Arc<ClientConfig>>,
        seed: [u8; 32],
        nick: &str,
    ) -> anyhow::Result<Client> {
        let mut connection = Dialled::plain(&link.host, link.port).await?;
        let mut binding = ChannelBinding::default();
        if let Some(config) = tls {
            connection = connection.encrypt(config).await?;
            let tls = connection.tls().context("it is encrypted now")?;
            binding = tls.export_keying_material(binding, CHANNEL_BINDING_LABEL, None)?;
        }
        let mut client = Client {
            connection,
            account: AccountId(0),
        };
        let hello = Hello {
            version_min: VERSION,
            version_max: VERSION,
            agent: "chat-bench".into(),
        };
        client.send(hello).await?;
        let Event::Challenge(challenge) = client.event().await? else {
            bail!("no challenge")
        };
        let identity = Identity::from_seed(&seed);
        let login = Login {
            key: identity.public(),
            signature: identity.sign_login(&challenge.nonce, &binding),
            nick: Some(nick.into()),
            invite: link.invite.clone(),
        };
        client.send(login).await?;
        loop {
            match client.event().await? {
                Event::Welcome(welcome) => client.account = welcome.account,
                Event::Ready(_) => return Ok(client),
                Event::LoginRefused(refused) => bail!("login refused: {}", refused.text),
                Event::Bye(bye) => bail!("the server said goodbye: {}", bye.text),
                _ => {}
            }
        }
    }

    /// Enters a conversation and follows it from now on.
    pub(crate) async fn enter(&mut self, place: Place) -> anyhow::Result<ConversationId> {
        let request = RequestId(1);
        let enter: Command = match place {
            Place::Room(room) => Join { request, room }.into(),
            Place::Direct(nick) => Direct { request, nick }.into(),
        };
        self.send(enter).await?;
        let Event::Opened(opened) = self.answer(request).await? else {
            bail!("the conversation was not opened")
        };
        let conversation = opened.conversation.id;
        let follow = Follow {
            request: RequestId(2),
            conversation,
            after: None,
        };
        self.send(follow).await?;
        self.answer(RequestId(2)).await?;
        Ok(conversation)
    }

    /// What comes in answer to a request; what comes before is skipped.
    ///
    /// # Errors
    /// Also when it is a refusal.
    pub(crate) async fn answer(&mut self, request: RequestId) -> anyhow::Result<Event> {
        loop {
            match self.event().await? {
                Event::Refused(refused) => bail!("refused: {}", refused.text),
                Event::Bye(bye) => bail!("the server said goodbye: {}", bye.text),
                event if event.answers() == Some(request) => return Ok(event),
                _ => {}
            }
        }
    }

    pub(crate) async fn send(&mut self, command: impl Into<Command>) -> std::io::Result<()> {
        self.connection.write(&command.into().to_frame()).await
    }

    /// The next event. Cancel safe.
    pub(crate) async fn event(&mut self) -> anyhow::Result<Event> {
        loop {
            let seen = &mut self.connection.seen;
            if let Some(body) = frame::split(seen, FRAME_BYTES)? {
                let (length, received) = (LENGTH_BYTES + body.len(), Event::decode(body)?);
                seen.drain(..length);
                if let Received::Message(event) = received {
                    return Ok(event);
                }
            } else {
                self.connection.read().await?;
            }
        }
    }
}

/// What one connection reads.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) conversation: ConversationId,
    /// Whose it is.
    pub(crate) account: AccountId,
    /// Whether own posts that come back are deliveries.
    pub(crate) own: Own,
    /// The last entry.
    pub(crate) last: Option<Seq>,
}

impl Reader {
    /// Counts what is whole in `bytes`, and gives the length of that.
    ///
    /// # Errors
    /// Something that is no frame.
    pub(crate) fn scan(&mut self, bytes: &[u8], read: &mut Read<'_>) -> anyhow::Result<usize> {
        let mut taken = 0;
        while let Some(body) = frame::split(&bytes[taken..], FRAME_BYTES)? {
            taken += LENGTH_BYTES + body.len();
            match look(body) {
                Seen::Entry(entry) if entry.conversation == self.conversation => {
                    if self.last.is_some_and(|last| last.next() != entry.seq) {
                        read.counts.disordered += 1;
                    }
                    self.last = Some(entry.seq);
                    if self.own == Own::Count || entry.author != self.account {
                        read.delivery(entry.post);
                    }
                }
                Seen::Posted(stamp) => read.acknowledgement(stamp),
                Seen::Refused => read.counts.refused += 1,
                _ => {}
            }
        }
        Ok(taken)
    }
}

/// What one connection posts.
#[derive(Debug)]
pub(crate) struct Poster {
    pub(crate) conversation: ConversationId,
    pub(crate) text: Text,
}

impl Poster {
    /// Appends a post that carries `stamp`, as its request's id and in its own.
    pub(crate) fn append(&self, stamp: Stamp, out: &mut Vec<u8>) {
        let post = Post {
            request: RequestId(stamp.0),
            conversation: self.conversation,
            post: post_id(stamp),
            body: Body::Post(self.text.clone()),
            again: false,
        };
        Command::from(post).append_to(out);
    }
}

/// An id of the form that the protocol asks for, a UUIDv7, with `stamp` where others have chance: the
/// store keeps ids in order, and new ones belong behind all others.
fn post_id(stamp: Stamp) -> PostId {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let millis = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    let mut tail = [0; 10];
    tail[2..].copy_from_slice(&stamp.0.to_be_bytes());
    PostId(
        uuid::Builder::from_unix_timestamp_millis(millis, &tail)
            .into_uuid()
            .into_bytes(),
    )
}

/// The stamp in the last bytes of such an id, but for two bits of its form, where no stamp has any.
fn stamp_of(id: [u8; 8]) -> Stamp {
    Stamp(u64::from_be_bytes(id) & (u64::MAX >> 2))
}

/// What a reader looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// An entry, live.
    Entry(SeenEntry),
    /// A post is stored.
    Posted(Stamp),
    /// A request was refused, or the server said goodbye.
    Refused,
    /// Anything else.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SeenEntry {
    conversation: ConversationId,
    seq: Seq,
    author: AccountId,
    post: Stamp,
}

/// Looks at a body: `[kind, {0: …, 1: …`, and at a post id at its end.
fn look(body: &[u8]) -> Seen {
    try_look(body).unwrap_or(Seen::Other)
}

fn try_look(body: &[u8]) -> Option<Seen> {
    let at = &mut Scan(body);
    at.one()?;
    let kind = at.number()?;
    at.one()?;
    at.number()?;
    let first = at.number()?;
    Some(match kind {
        34 => {
            let mut field = || {
                at.number()?;
                at.number()
            };
            let (seq, _at, author) = (field()?, field()?, field()?);
            Seen::Entry(SeenEntry {
                conversation: ConversationId(first),
                seq: Seq(seq),
                author: AccountId(author),
                post: stamp_of(*body.last_chunk()?),
            })
        }
        18 => Seen::Posted(Stamp(first)),
        17 | 5 => Seen::Refused,
        _ => Seen::Other,
    })
}

/// Reads CBOR heads.
struct Scan<'a>(&'a [u8]);

impl Scan<'_> {
    fn one(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let bytes = match self.one()? {
            n @ 0..=23 => return Some(n.into()),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return None,
        };
        let (number, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(number.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::count::Counts;
    use chat_core::event::{Done, Posted};
    use chat_core::{Entry, Millis, Nick};

    fn entry(seq: u64, author: u64, stamp: Stamp) -> Event {
        Event::from(Entry {
            conversation: ConversationId(7),
            seq: Seq(seq),
            at: Millis(1),
            author: AccountId(author),
            nick: Nick::received("ann"),
            post: Some(post_id(stamp)),
            body: Body::Post("hi".into()),
        })
    }

    fn posted(stamp: Stamp) -> Event {
        Event::from(Posted {
            request: RequestId(stamp.0),
            conversation: ConversationId(7),
            seq: Seq(1),
        })
    }

    #[test]
    fn scanning_sees_what_decoding_would() {
        let see = |event: Event| look(&event.to_frame()[LENGTH_BYTES..]);
        let stamp = Stamp(99 << 32);
        for seq in [1, 30, 300, 70_000, 5_000_000_000] {
            let seen = SeenEntry {
                conversation: ConversationId(7),
                seq: Seq(seq),
                author: AccountId(2),
                post: stamp,
            };
            assert_eq!(see(entry(seq, 2, stamp)), Seen::Entry(seen));
        }
        assert_eq!(see(posted(stamp)), Seen::Posted(stamp));
        let done = Done {
            request: RequestId(3),
        };
        assert_eq!(see(done.into()), Seen::Other);
        assert_eq!(look(&[]), Seen::Other);
    }

    /// What is counted of `events`, read in pieces of `step` bytes.
    fn counted(events: &[Event], own: Own, step: usize) -> Counts {
        let mut reader = Reader {
            conversation: ConversationId(7),
            account: AccountId(2),
            own,
            last: None,
        };
        let mut counts = Counts::new();
        let mut rest = Vec::new();
        let bytes: Vec<u8> = events.iter().flat_map(Event::to_frame).collect();
        for piece in bytes.chunks(step) {
            rest.extend_from_slice(piece);
            let taken = reader.scan(&rest, &mut counts.read()).expect("frames");
            rest.drain(..taken);
        }
        assert!(rest.is_empty(), "all frames were whole");
        counts
    }

    #[test]
    fn a_reader_counts_the_same_however_reads_are_split() {
        let stamp = Stamp(1 << 40);
        let events = [
            entry(1, 2, stamp),
            posted(stamp),
            entry(2, 3, stamp),
            entry(3, 3, stamp),
        ];
        for step in 1..400 {
            let counts = counted(&events, Own::Count, step);
            let seen = (counts.deliveries, counts.acknowledged, counts.disordered);
            assert_eq!(seen, (3, 1, 0), "{step} bytes at a time");
        }
        assert_eq!(counted(&events, Own::DontCount, 400).deliveries, 2);
    }

    #[test]
    fn order_a_reader_notices_what_is_missing_doubled_or_out_of_order() {
        let disordered = |seqs: &[u64]| {
            let entries: Vec<Event> = seqs.iter().map(|seq| entry(*seq, 3, Stamp(0))).collect();
            counted(&entries, Own::Count, 1_000).disordered
        };
        assert_eq!(disordered(&[5, 6, 7]), 0);
        assert_eq!(disordered(&[5, 7]), 1);
        assert_eq!(disordered(&[5, 5]), 1);
        assert_eq!(disordered(&[5, 7, 6, 8]), 3);
    }
}
