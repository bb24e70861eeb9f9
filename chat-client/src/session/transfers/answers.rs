//! What follows for transfers from what the server says.

use std::time::Instant;

use chat_core::{Code, ContentHash, Event, PostId, Refusal, RequestId, Seq};

use super::download::Verdict;
use super::{Asked, Leftover, Next, Transfers, Unanswered, Work, failed, wrong_content};
use crate::transfer::TransferId;

impl Transfers {
    /// Whether a request is one of a transfer.
    pub(in super::super) fn asked(&self, request: RequestId) -> bool {
        self.unanswered.contains_key(&request)
    }

    /// The server's answer to one.
    pub(in super::super) fn answered(
        &mut self,
        request: RequestId,
        answer: Result<Event, Refusal>,
        now: Instant,
    ) {
        let Some(Unanswered { asked, bytes, sent }) = self.unanswered.remove(&request) else {
            return;
        };
        match asked {
            Asked::Withdrawal => self.withdrawals.answered(request, answer),
            Asked::Offer(id) => {
                let answer = answer.and_then(|said| match said {
                    Event::Uploading(said) => Ok((said.upload, said.from)),
                    _ => Err(nonsense()),
                });
                let next = self.upload(id, |upload| upload.offer_answered(request, answer, now));
                self.follow_up(id, next, now);
            }
            Asked::Chunk { id, round } => {
                self.up.answered(bytes, now - sent, now);
                let answer = answer.and_then(|said| match said {
                    Event::Done(_) => Ok(()),
                    _ => Err(nonsense()),
                });
                let next = self.upload(id, |upload| {
                    upload.chunk_answered(round, bytes, answer, now)
                });
                self.follow_up(id, next, now);
            }
            Asked::Piece { id, at } => {
                self.down.answered(bytes, now - sent, now);
                self.piece(id, (at, bytes), answer, now);
            }
        }
    }

    fn upload(&mut self, id: TransferId, act: impl FnOnce(&mut super::Upload) -> Next) -> Next {
        match self.items.get_mut(&id).map(|item| &mut item.work) {
            Some(Work::Upload(upload)) => act(upload),
            _ => Next::Goes,
        }
    }

    fn follow_up(&mut self, id: TransferId, next: Next, now: Instant) {
        match next {
            Next::Goes => self.work_on(id),
            Next::Post(pending) => self.posts.push_back(pending),
            Next::Over(state) => {
                let refusal = Refusal::new(Code::Other, "over");
                self.end(id, state, Leftover::Keep, &refusal);
            }
        }
        self.tell(id, now);
        self.start_due(now);
    }

    fn piece(
        &mut self,
        id: TransferId,
        part: (u64, u64),
        answer: Result<Event, Refusal>,
        now: Instant,
    ) {
        let Some(Work::Download(download)) = self.items.get_mut(&id).map(|item| &mut item.work)
        else {
            return;
        };
        let (at, bytes) = part;
        let over = match answer {
            Ok(Event::Piece(piece)) => match download.came(at, bytes, piece.at, piece.data) {
                Ok(()) => None,
                Err(why) => Some(Refusal::new(Code::WrongHash, why)),
            },
            Ok(_) => Some(nonsense()),
            Err(refusal) => match download.refused(part, &refusal, now) {
                Verdict::Again => None,
                Verdict::Final => Some(refusal),
            },
        };
        match over {
            Some(refusal) => self.end(id, failed(&refusal.text), Leftover::Remove, &refusal),
            None => {
                self.work_on(id);
                self.deliver(id);
            }
        }
        self.tell(id, now);
        self.start_due(now);
    }

    /// Hands what is whole in memory to whoever waits for it.
    pub(super) fn deliver(&mut self, id: TransferId) {
        let Some(Work::Download(download)) = self.items.get_mut(&id).map(|item| &mut item.work)
        else {
            return;
        };
        let Some(content) = download.content() else {
            return;
        };
        let hash = ContentHash(*blake3::hash(&content).as_bytes());
        let answer = match hash == download.file.hash {
            true => Ok(content),
            false => Err(wrong_content(download.name())),
        };
        download.answer(answer);
        self.items.remove(&id);
    }

    /// Whether a post is one of a transfer, which is told of it instead of the program.
    pub(in super::super) fn owns(&self, post: PostId) -> bool {
        self.owner(post).is_some()
    }

    fn owner(&self, post: PostId) -> Option<TransferId> {
        let owns =
            |work: &Work| matches!(work, Work::Upload(u) if u.is_posting() && u.post() == post);
        let mut items = self.items.iter();
        items.find(|(_, item)| owns(&item.work)).map(|(id, _)| *id)
    }

    /// What became of the post of a transfer.
    pub(in super::super) fn posted(
        &mut self,
        post: PostId,
        answer: Result<Seq, Refusal>,
        now: Instant,
    ) {
        if let Some(id) = self.owner(post) {
            let next = self.upload(id, |upload| upload.posted(answer, now));
            self.follow_up(id, next, now);
        }
    }
}

fn nonsense() -> Refusal {
    Refusal::new(
        Code::Other,
        "the server answered nonsense: update the older of the two",
    )
}
