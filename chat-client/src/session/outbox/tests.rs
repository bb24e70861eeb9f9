//! The outbox through one door: what is sent, and what becomes of it.

use super::*;
use chat_core::{Body, ConversationId, Text};

/// An outbox, its clock, and the last request id.
struct Bench(Outbox, Instant, u64);

impl Bench {
    fn new() -> Bench {
        Bench(Outbox::new(Vec::new()), Instant::now(), 0)
    }

    fn post(&mut self, n: u8) {
        assert!(self.0.push(pending(n), None, self.1).is_none());
    }

    /// What is sent now: `1 2+` is post 1, and 2 again.
    fn sends(&mut self) -> String {
        let mut sent = Vec::new();
        while let Some(Command::Post(post)) = self.0.next(self.1, || {
            self.2 += 1;
            RequestId(self.2)
        }) {
            let again = if post.again { "+" } else { "" };
            sent.push(format!("{}{again}", post.post.0[0]));
        }
        sent.join(" ")
    }

    /// What becomes of the post that went with request `id`.
    fn answer(&mut self, id: u64, answer: Result<u64, Refusal>) -> String {
        match self.0.answered(RequestId(id), answer.map(Seq), self.1) {
            None => "waits".into(),
            Some(outcome) => match outcome.answer {
                Ok(seq) => format!("{} is {seq}", outcome.pending.post.0[0]),
                Err(refusal) => format!("{}: {}", outcome.pending.post.0[0], refusal.code),
            },
        }
    }
}

fn pending(n: u8) -> Pending {
    Pending {
        post: PostId([n; 16]),
        conversation: ConversationId(1),
        body: Body::Post(Text::new("hi")),
    }
}

fn refused(code: Code) -> Result<u64, Refusal> {
    Err(Refusal::new(code, "no").retry_after(300))
}

#[test]
fn posts_go_in_order_and_end_with_their_answer() {
    let mut bench = Bench::new();
    for n in 1..=3 {
        bench.post(n);
    }
    assert_eq!(bench.sends(), "1 2 3");
    assert_eq!(bench.answer(1, Ok(10)), "1 is 10");
    assert_eq!(bench.answer(1, Ok(10)), "waits", "known no more");
    assert_eq!(
        bench.answer(2, refused(Code::NotAMember)),
        "2: not-a-member"
    );
    assert_eq!(bench.answer(3, Ok(11)), "3 is 11");
    assert!(bench.0.is_empty());
}

#[test]
fn exactly_once_what_a_connection_took_along_goes_again() {
    let mut bench = Bench::new();
    bench.post(1);
    bench.post(2);
    bench.post(2);
    assert_eq!(bench.sends(), "1 2");
    bench.answer(1, Ok(10));
    bench.post(3);
    bench.0.offline();
    assert_eq!(bench.sends(), "2+ 3");
    let mut next_run = Bench(Outbox::new(vec![pending(9)]), bench.1, 0);
    assert_eq!(next_run.sends(), "9+");
}

#[test]
fn bounded_few_are_on_the_way_and_many_wait() {
    let mut bench = Bench::new();
    for n in 0..u8::MAX {
        bench.post(n);
    }
    assert_eq!(bench.sends().split(' ').count(), WINDOW);
    for _ in 0..WAITING_MAX {
        let mut one = pending(0);
        one.post = crate::Client::new_post_id();
        if let Some(outcome) = bench.0.push(one, None, bench.1) {
            assert_eq!(outcome.answer.expect_err("refused").code, Code::TooFast);
            return;
        }
    }
    panic!("there is no bound");
}

#[test]
fn too_fast_waits_and_keeps_the_order() {
    let mut bench = Bench::new();
    for n in 1..=4 {
        bench.post(n);
    }
    bench.sends();
    bench.answer(1, Ok(10));
    for id in 2..=4 {
        assert_eq!(bench.answer(id, refused(Code::TooFast)), "waits");
    }
    assert_eq!(bench.sends(), "");
    assert_eq!(
        bench.0.deadline(bench.1),
        Some(bench.1 + Duration::from_millis(300))
    );
    bench.1 += Duration::from_millis(300);
    assert_eq!(bench.sends(), "2+", "one at a time");
    bench.answer(5, Ok(11));
    assert_eq!(bench.sends(), "3+ 4+", "and then more");
}

#[test]
fn a_store_in_trouble_is_tried_a_few_times() {
    let mut bench = Bench::new();
    bench.post(1);
    for id in 1..u64::from(STORAGE_TRIES) {
        bench.sends();
        assert_eq!(bench.answer(id, refused(Code::Storage)), "waits");
        bench.1 += STORAGE;
    }
    bench.sends();
    assert_eq!(bench.answer(5, refused(Code::Storage)), "1: storage");
}
