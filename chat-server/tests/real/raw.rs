//! A client that sends what it is told and nothing else, to see what the server answers: plain TCP,
//! one request at a time or several.

use std::collections::VecDeque;

use chat_core::command::{Command, Follow, Hello, Login};
use chat_core::wire::Received;
use chat_core::{Body, Code, ConversationId, Event, PostId, RequestId, Seq};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::common::{identity, soon};

/// See the module.
pub(crate) struct Raw {
    stream: TcpStream,
    requests: u64,
    /// What came and nobody has asked for yet.
    came: VecDeque<Event>,
    /// The last entry of the lobby that came.
    head: Seq,
    pub(crate) lobby: ConversationId,
    pub(crate) welcome: chat_core::event::Welcome,
}

impl Raw {
    /// Logs in as the account of `seed`, and follows the lobby from its beginning.
    pub(crate) async fn join(address: &str, seed: u8, nick: &str) -> Raw {
        let mut stream = TcpStream::connect(address).await.expect("connects");
        let hello = Hello {
            version_min: 1,
            version_max: 1,
            agent: "raw".into(),
        };
        send(&mut stream, hello.into()).await;
        let Event::Challenge(challenge) = event(&mut stream).await else {
            panic!("a challenge comes first");
        };
        let identity = identity(seed);
        let login = Login {
            key: identity.public(),
            signature: identity.sign_login(&challenge.nonce, &[0; 32]),
            nick: Some(nick.into()),
            invite: None,
        };
        send(&mut stream, login.into()).await;
        let welcome = match event(&mut stream).await {
            Event::Welcome(welcome) => welcome,
            other => panic!("{other:?}"),
        };
        let mut lobby = None;
        loop {
            match event(&mut stream).await {
                Event::Announced(a) if a.conversation.name.as_str() == "#lobby" => {
                    lobby = Some(a.conversation.id);
                }
                Event::Ready(_) => break,
                _ => {}
            }
        }
        let mut raw = Raw {
            stream,
            requests: 0,
            came: VecDeque::new(),
            head: Seq(0),
            lobby: lobby.expect("everybody is in the lobby"),
            welcome,
        };
        let request = raw.request();
        let follow = Follow {
            request,
            conversation: raw.lobby,
            after: Some(Seq(0)),
        };
        raw.ask(follow).await.expect("followed");
        raw
    }

    /// A number for a request.
    pub(crate) fn request(&mut self) -> RequestId {
        self.requests += 1;
        RequestId(self.requests)
    }

    /// Sends something and waits for nothing.
    pub(crate) async fn say(&mut self, command: impl Into<Command>) {
        send(&mut self.stream, command.into()).await;
    }

    /// Sends a request and gives its answer, or the code with which it is refused.
    pub(crate) async fn ask(&mut self, command: impl Into<Command>) -> Result<Event, Code> {
        let command = command.into();
        let request = command.request().expect("it is a request");
        self.say(command).await;
        self.answer(request).await
    }

    /// The answer to a request.
    pub(crate) async fn answer(&mut self, request: RequestId) -> Result<Event, Code> {
        let answers = |event: &Event| event.answers() == Some(request);
        match self.until(answers).await {
            Event::Refused(refused) => {
                assert!(!refused.text.is_empty(), "people are told why");
                Err(refused.code)
            }
            event => Ok(event),
        }
    }

    /// The first event that is `wanted`; the others stay.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&Event) -> bool) -> Event {
        if let Some(place) = self.came.iter().position(&wanted) {
            return self.came.remove(place).expect("it is there");
        }
        loop {
            let event = self.next().await;
            if wanted(&event) {
                return event;
            }
            self.came.push_back(event);
        }
    }

    /// Waits until an entry of the lobby has come: what it was not told of is not there yet.
    pub(crate) async fn is_told_of(&mut self, seq: Seq) {
        while self.head < seq {
            let event = self.next().await;
            self.came.push_back(event);
        }
    }

    async fn next(&mut self) -> Event {
        let event = event(&mut self.stream).await;
        if let Event::Entry(entry) = &event
            && entry.conversation == self.lobby
        {
            self.head = entry.seq;
        }
        event
    }

    /// Posts a body to the lobby under a fresh id.
    pub(crate) async fn post(&mut self, body: Body) -> Result<Seq, Code> {
        self.post_to(self.lobby, body).await
    }

    /// Posts a body to a conversation under a fresh id.
    pub(crate) async fn post_to(
        &mut self,
        conversation: ConversationId,
        body: Body,
    ) -> Result<Seq, Code> {
        self.post_as(conversation, fresh(), body, false).await
    }

    /// Posts a body to a conversation under this id.
    pub(crate) async fn post_as(
        &mut self,
        conversation: ConversationId,
        post: PostId,
        body: Body,
        again: bool,
    ) -> Result<Seq, Code> {
        let request = self.request();
        let post = chat_core::command::Post {
            request,
            conversation,
            post,
            body,
            again,
        };
        match self.ask(post).await? {
            Event::Posted(posted) => Ok(posted.seq),
            other => panic!("{other:?}"),
        }
    }
}

impl Raw {
    /// Sends bytes as they stand; a server that has closed takes none.
    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        let _ = soon("sending", self.stream.write_all(bytes)).await;
    }

    /// Posts fields that no client of ours would write.
    pub(crate) async fn post_bytes(
        &mut self,
        conversation: ConversationId,
        kind: u16,
        stroke: Option<Vec<u8>>,
        of: Option<u64>,
    ) -> Result<Seq, Code> {
        let request = self.request();
        let body = post_fields(request, conversation, (kind, stroke, of));
        let length = u32::try_from(body.len()).expect("short");
        self.send_bytes(&[&length.to_be_bytes()[..], &body].concat())
            .await;
        match self.answer(request).await? {
            Event::Posted(posted) => Ok(posted.seq),
            other => panic!("{other:?}"),
        }
    }
}

/// A post as its fields say (section 6 of the protocol).
fn post_fields(
    request: RequestId,
    conversation: ConversationId,
    (kind, stroke, of): (u16, Option<Vec<u8>>, Option<u64>),
) -> Vec<u8> {
    let mut body = Vec::new();
    let mut e = minicbor::Encoder::new(&mut body);
    let fields = 4 + u64::from(stroke.is_some()) + u64::from(of.is_some());
    let written = (|| {
        e.array(2)?.u16(16)?.map(fields)?;
        e.u8(0)?.u64(request.0)?.u8(1)?.u64(conversation.0)?;
        e.u8(2)?.bytes(&fresh().0)?.u8(4)?.u16(kind)?;
        if let Some(of) = of {
            e.u8(6)?.u64(of)?;
        }
        if let Some(stroke) = stroke {
            e.u8(8)?.bytes(&stroke)?;
        }
        Ok::<_, minicbor::encode::Error<std::convert::Infallible>>(())
    })();
    written.expect("writing to a Vec can't fail");
    body
}

/// An id that no post has.
pub(crate) fn fresh() -> PostId {
    let mut id = [0; 16];
    getrandom::fill(&mut id).expect("random numbers");
    PostId(id)
}

async fn send(stream: &mut TcpStream, command: Command) {
    let frame = command.to_frame();
    soon("sending", stream.write_all(&frame))
        .await
        .expect("sent");
}

async fn event(stream: &mut TcpStream) -> Event {
    soon("an event", async {
        let length = stream.read_u32().await.expect("a length");
        let mut body = vec![0; length as usize];
        stream.read_exact(&mut body).await.expect("a body");
        match Event::decode(&body).expect("an event") {
            Received::Message(event) => event,
            other @ Received::Unknown { .. } => panic!("{other:?}"),
        }
    })
    .await
}
