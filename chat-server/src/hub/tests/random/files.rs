//! Steps about files: uploads, what becomes of them, posts with them, taking those back, sweeps.

use chat_core::command::{Post, Upload};
use chat_core::{Body, ContentHash, File, PostId, RequestId, Text};

use super::World;
use crate::hub::{FileNews, FileWork, Input, Output, SessionId, Ticket};

/// Lengths of the contents that there are.
const BYTES: [u64; 3] = [0, 10, 5_000];

impl World<'_> {
    /// `what` happens to a content, by a session where one does it.
    pub(super) fn file(&mut self, session: u8, place: u8, content: u8, what: u8) {
        let Some(by) = self.session(session) else {
            return;
        };
        let content = usize::from(content) % BYTES.len();
        let tickets = self.tickets();
        let old = tickets.get(usize::from(place) % tickets.len().max(1));
        match (what % 12, old) {
            (0, _) => self.upload(by, content),
            (1, Some(ticket)) => self.tell(FileNews::Complete { ticket: *ticket }),
            (2, Some(ticket)) => self.tell(FileNews::Wrong { ticket: *ticket }),
            (3, _) => self.handle(Input::CancelUpload {
                session: by,
                request: RequestId(0),
                hash: hash(content),
            }),
            (4, _) => self.tell(FileNews::SweepDue),
            (5, _) => self.send(by, content, place),
            (6..=8, _) => {
                self.upload(by, content);
                if let Some(ticket) = self.tickets().last().copied() {
                    self.tell(FileNews::Complete { ticket });
                }
                self.send(by, content, place);
            }
            _ => self.take_back(place),
        }
    }

    fn upload(&mut self, session: SessionId, content: usize) {
        let command = Upload {
            request: RequestId(0),
            hash: hash(content),
            bytes: BYTES[content],
        };
        self.handle(Input::Command {
            session,
            command: command.into(),
            searched: None,
        });
    }

    fn send(&mut self, session: SessionId, content: usize, place: u8) {
        let file = File {
            hash: hash(content),
            name: Text::new("a"),
            media: Text::default(),
            bytes: BYTES[content],
            caption: Text::default(),
        };
        self.made += 1;
        let mut post = [0xfe; 16];
        post[..8].copy_from_slice(&self.made.to_be_bytes());
        let command = Post {
            request: RequestId(0),
            conversation: self.place(place),
            post: PostId(post),
            body: Body::File(file),
            again: false,
        };
        self.handle(Input::Command {
            session,
            command: command.into(),
            searched: None,
        });
    }

    /// One of the files is taken back by whoever posted it, where that one is there.
    fn take_back(&mut self, n: u8) {
        let files = self.entries.iter().rev();
        let mut files = files.filter(|entry| matches!(entry.body, Body::File(_)));
        let Some(entry) = files.nth(usize::from(n) % 4).cloned() else {
            return;
        };
        let theirs = |id: &SessionId| {
            let session = self.hub.sessions.get(id);
            session.is_some_and(|session| session.account == entry.author)
        };
        if let Some(session) = self.sessions.iter().copied().find(theirs) {
            let body = Body::Deletion { of: entry.seq };
            self.about_entry(session, entry.conversation, body, n % 3);
        }
    }

    fn tell(&mut self, news: FileNews) {
        self.handle(Input::Files(news));
    }

    /// Uploads that were opened since the start.
    pub(super) fn tickets(&self) -> Vec<Ticket> {
        let now = self.pending.outputs.iter();
        let now = now.filter_map(|output| match output {
            Output::Files(FileWork::Open(ticket)) => Some(*ticket),
            _ => None,
        });
        self.opened.iter().copied().chain(now).collect()
    }
}

fn hash(content: usize) -> ContentHash {
    ContentHash([content as u8; 32])
}
