//! A server that says what a test tells it to, over plain TCP on loopback.

use chat_client::Config;
use chat_core::event::{Announced, Challenge, ConversationKind, Done, Ready, RosterPage, Welcome};
use chat_core::limits::LENGTH_BYTES;
use chat_core::wire::Received;
use chat_core::{
    AccountId, Body, Command, Conversation, ConversationId, Entry, Event, Identity, Link, Millis,
    Nick, Seq, Text, command, frame,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const ROOM: ConversationId = ConversationId(7);

pub(crate) struct Fake(TcpListener);

impl Fake {
    pub(crate) async fn start() -> Fake {
        Fake(TcpListener::bind("127.0.0.1:0").await.expect("a port"))
    }

    pub(crate) fn config(&self) -> Config {
        let port = self.0.local_addr().expect("bound").port();
        let mut link = Link::to("127.0.0.1", port);
        link.plaintext = true;
        let mut config = Config::new(link, Identity::from_seed(&[1; 32]));
        config.nick = Some("ann".into());
        config
    }

    pub(crate) async fn accept(&self) -> Peer {
        let (stream, _) = self.0.accept().await.expect("a client");
        Peer(stream, Vec::new())
    }

    /// Accepts a client and sends a challenge.
    pub(crate) async fn challenge(&self) -> Peer {
        let mut peer = self.accept().await;
        assert!(matches!(peer.hears().await, Command::Hello(_)));
        peer.says(Challenge {
            version: 1,
            nonce: [1; 32],
            agent: Text::new("fake"),
        })
        .await;
        peer
    }

    /// Accepts a client and lets it in.
    pub(crate) async fn log_in(&self, head: u64) -> Peer {
        let mut peer = self.challenge().await;
        peer.login().await;
        peer.welcome(head).await;
        peer
    }
}

/// A client, seen from the server.
pub(crate) struct Peer(TcpStream, Vec<u8>);

impl Peer {
    pub(crate) async fn says(&mut self, event: impl Into<Event>) {
        self.says_bytes(&event.into().to_frame()).await;
    }

    pub(crate) async fn says_bytes(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("the client listens");
    }

    /// The next command but pings, which are not answered.
    pub(crate) async fn hears(&mut self) -> Command {
        loop {
            match self.next().await.expect("the client is there") {
                Command::Ping(_) => {}
                command => return command,
            }
        }
    }

    /// Whether the client closes before it says anything but pings.
    pub(crate) async fn is_left(&mut self) -> bool {
        loop {
            match self.next().await {
                Some(Command::Ping(_)) => {}
                next => return next.is_none(),
            }
        }
    }

    async fn next(&mut self) -> Option<Command> {
        loop {
            if let Some(body) = frame::split(&self.1, 65_536).expect("a frame") {
                let taken = LENGTH_BYTES + body.len();
                let command = Command::decode(body).expect("a message");
                self.1.drain(..taken);
                let Received::Message(command) = command else {
                    panic!("a command of this version");
                };
                return Some(command);
            }
            if self.0.read_buf(&mut self.1).await.ok()? == 0 {
                return None;
            }
        }
    }

    pub(crate) async fn login(&mut self) -> command::Login {
        match self.hears().await {
            Command::Login(login) => login,
            other => panic!("a login, not {other:?}"),
        }
    }

    /// Welcomes, with one room.
    pub(crate) async fn welcome(&mut self, head: u64) {
        self.welcome_to([1; 16], head).await;
    }

    /// The same to the store of this epoch.
    pub(crate) async fn welcome_to(&mut self, epoch: [u8; 16], head: u64) {
        self.says(Welcome {
            account: AccountId(1),
            nick: Nick::received("ann"),
            epoch,
            server: Text::new("fake"),
            now: Millis(0),
            text_bytes: 8192,
            roster_period_ms: 5000,
            file_bytes: Some(1 << 20),
        })
        .await;
        self.says(Announced {
            conversation: Conversation {
                id: ROOM,
                kind: ConversationKind::Room,
                name: Text::new("#room"),
                peer: None,
                topic: Text::default(),
                head: Seq(head),
                read: Seq(0),
                base: None,
            },
        })
        .await;
        self.says(Ready {}).await;
    }

    /// Answers the follow and the roster request of the room. From where it is followed.
    pub(crate) async fn followed(&mut self) -> u64 {
        let Command::Follow(follow) = self.hears().await else {
            panic!("a follow");
        };
        self.says(Done {
            request: follow.request,
        })
        .await;
        let Command::Roster(roster) = self.hears().await else {
            panic!("a roster");
        };
        self.says(RosterPage {
            request: roster.request,
            conversation: ROOM,
            version: 1,
            people: Vec::new(),
            more: false,
        })
        .await;
        follow.after.expect("from somewhere").0
    }

    pub(crate) async fn says_entry(&mut self, seq: u64) {
        self.says(Entry {
            conversation: ROOM,
            seq: Seq(seq),
            at: Millis(0),
            author: AccountId(2),
            nick: Nick::received("bob"),
            post: None,
            body: Body::Post(Text::new(&seq.to_string())),
        })
        .await;
    }
}
