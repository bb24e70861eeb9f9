//! Transfers through one door: what goes in and what follows, as text.

use std::time::Duration;

use chat_core::event::{Done, Piece, Refused, Uploading};
use chat_core::{AccountId, Command, Event as Said, Nick};
use tokio::sync::oneshot;

use super::*;

const ROOM: ConversationId = ConversationId(7);
const MS: Duration = Duration::from_millis(1);

fn welcome(file_bytes: Option<u64>) -> Welcome {
    Welcome {
        account: AccountId(1),
        nick: Nick::received("ann"),
        epoch: [1; 16],
        server: Text::default(),
        now: chat_core::Millis(0),
        text_bytes: 8192,
        roster_period_ms: 5000,
        file_bytes,
    }
}

fn hash(content: &[u8]) -> chat_core::ContentHash {
    chat_core::ContentHash(*blake3::hash(content).as_bytes())
}

fn file(content: &[u8]) -> File {
    File {
        hash: hash(content),
        name: Text::new("a.bin"),
        media: Text::default(),
        bytes: content.len() as u64,
        caption: Text::default(),
    }
}

struct Bench {
    transfers: Transfers,
    now: Instant,
    requests: u64,
    /// Unanswered requests, oldest first.
    sent: VecDeque<Command>,
}

impl Bench {
    fn new() -> Bench {
        let mut bench = Bench {
            transfers: Transfers::new(),
            now: Instant::now(),
            requests: 0,
            sent: VecDeque::new(),
        };
        bench.online();
        bench
    }

    fn online(&mut self) {
        self.transfers
            .online(&welcome(Some(1 << 30)), false, self.now);
    }

    fn offline(&mut self) {
        self.sent.clear();
        self.transfers.offline();
    }

    fn send(&mut self, id: u64) {
        let (id, post) = (TransferId(id), PostId([id as u8; 16]));
        let what = (ROOM, Text::default());
        self.transfers
            .send(id, post, "/home/ann/a.bin".into(), what, self.now);
    }

    fn save(&mut self, id: u64, content: &[u8]) {
        let place = (ROOM, Seq(3));
        self.transfers.save(
            TransferId(id),
            place,
            file(content),
            "/dir".into(),
            self.now,
        );
    }

    fn reported(&mut self, id: u64, report: Report) {
        self.transfers.reported(TransferId(id), report, self.now);
    }

    fn hashed(&mut self, id: u64, content: &[u8]) {
        self.reported(
            id,
            Report::Hashed {
                hash: hash(content),
                bytes: content.len() as u64,
                media: Text::default(),
            },
        );
    }

    /// The oldest request is answered, a while later.
    fn answer(&mut self, said: impl FnOnce(RequestId) -> Said) {
        self.now += MS;
        let request = self.sent.pop_front().and_then(|command| command.request());
        let request = request.expect("something was asked");
        let answer = match said(request) {
            Said::Refused(refused) => Err(Refusal::from(refused)),
            said => Ok(said),
        };
        self.transfers.answered(request, answer, self.now);
    }

    fn uploading(&mut self, from: u64) {
        self.answer(|request| {
            Said::from(Uploading {
                request,
                upload: 9,
                from,
            })
        });
    }

    fn done(&mut self) {
        self.answer(|request| Done { request }.into());
    }

    fn refused(&mut self, code: Code) {
        self.answer(|request| Refused::new(request, Refusal::new(code, "no")).into());
    }

    /// Has the server give what it is asked for of a content, or less of it.
    fn piece(&mut self, content: &[u8], bytes_max: usize) {
        let Some(Command::Fetch(fetch)) = self.sent.front().cloned() else {
            panic!("a piece was asked for");
        };
        let bytes = (fetch.bytes_max.expect("how much") as usize).min(bytes_max);
        let at = fetch.at as usize;
        let data = content[at..at + bytes].to_vec();
        self.answer(|request| {
            Said::from(Piece {
                request,
                at: fetch.at,
                data,
            })
        });
    }

    /// What is asked for, sent, posted and told now, in short.
    fn does(&mut self) -> String {
        let mut done = Vec::new();
        loop {
            while let Some((id, job)) = self.transfers.next_job() {
                done.push(match job {
                    Job::Hash { .. } => format!("{}: hash", id.0),
                    Job::Read { at, bytes } => format!("{}: read {at}+{bytes}", id.0),
                    Job::Open { .. } => format!("{}: open", id.0),
                    Job::Write { data } => format!("{}: write {}", id.0, data.concat().len()),
                    Job::Settle { name } => format!("{}: settle {name}", id.0),
                    Job::Forget(leftover) => format!("{}: {leftover:?}", id.0),
                });
            }
            if !self.transfers.is_online {
                break;
            }
            let requests = &mut self.requests;
            let id = || {
                *requests += 1;
                RequestId(*requests)
            };
            let command = self.transfers.next_command(self.now, |_| true, id);
            let Some(command) = command else { break };
            done.push(match &command {
                Command::Upload(_) => "offer".into(),
                Command::Chunk(c) => format!("chunk {}+{}", c.at, c.data.len()),
                Command::CancelUpload(c) => format!("withdraw {}", c.upload),
                Command::Fetch(c) => format!("fetch {}+{}", c.at, c.bytes_max.expect("some")),
                other => format!("kind {}", other.kind()),
            });
            self.sent.push_back(command);
        }
        while let Some(pending) = self.transfers.next_post() {
            done.push(format!("post {}", pending.post.0[0]));
        }
        while let Some(news) = self.transfers.next_news() {
            let state = match news.state {
                TransferState::Running { .. } => format!("{} of {}", news.done, news.bytes),
                TransferState::Waiting { why } => format!("waits: {why}"),
                TransferState::Failed { why } => format!("failed: {why}"),
                TransferState::Finished(Delivered::Posted { seq }) => format!("is {seq}"),
                TransferState::Finished(Delivered::Saved { path }) => path.display().to_string(),
                other => format!("{other:?}").to_lowercase(),
            };
            done.push(format!("[{} {state}]", news.id.0));
        }
        done.join("; ")
    }

    fn pass(&mut self, ms: u32) {
        self.now += MS * ms;
    }

    #[track_caller]
    fn check(&mut self, want: &str) {
        assert_eq!(self.does(), want);
    }
}

const SMALL: &[u8] = &[7; 5_000];

#[test]
fn a_file_is_hashed_offered_sent_and_posted() {
    let mut bench = Bench::new();
    bench.send(1);
    bench.check("1: hash; [1 hashing]");
    bench.hashed(1, SMALL);
    bench.check("offer; [1 0 of 5000]");
    bench.uploading(0);
    bench.check("1: read 0+5000");
    bench.reported(1, Report::Read(SMALL.to_vec()));
    bench.check("chunk 0+4096");
    bench.pass(300);
    bench.done();
    bench.check("chunk 4096+904; [1 4096 of 5000]");
    bench.done();
    bench.check("post 1");
    assert!(bench.transfers.owns(PostId([1; 16])));
    bench
        .transfers
        .posted(PostId([1; 16]), Ok(Seq(12)), bench.now);
    bench.check("1: Keep; [1 is 12]");
    assert_eq!(bench.transfers.deadline(bench.now), None);
}

#[test]
fn a_broken_connection_is_gone_on_with_where_the_server_is() {
    let mut bench = Bench::new();
    bench.send(1);
    bench.hashed(1, SMALL);
    bench.does();
    bench.uploading(0);
    bench.does();
    bench.reported(1, Report::Read(SMALL.to_vec()));
    bench.check("chunk 0+4096");
    bench.offline();
    bench.check("[1 waits: there is no connection: it goes on when there is]");
    bench.online();
    bench.check("offer; [1 0 of 5000]");
    // A server that had more than it could say, and one that lost some.
    bench.uploading(4_500);
    bench.check("1: read 4500+500");
    bench.offline();
    bench.online();
    bench.reported(1, Report::Read(vec![7; 500]));
    bench.does();
    bench.uploading(100);
    bench.check("1: read 100+4900");
    bench.reported(1, Report::Read(SMALL[100..].to_vec()));
    bench.check("chunk 100+4096");
}

#[test]
fn a_content_that_is_there_is_only_posted() {
    let mut bench = Bench::new();
    bench.send(1);
    bench.hashed(1, SMALL);
    bench.does();
    bench.uploading(5_000);
    bench.check("post 1");
    // Dropped meanwhile: sent after all.
    let refusal = Refusal::new(Code::NotUploaded, "no");
    bench
        .transfers
        .posted(PostId([1; 16]), Err(refusal), bench.now);
    bench.check("offer");
}

#[test]
fn what_the_server_says_decides() {
    let said = |code| {
        let mut bench = Bench::new();
        bench.send(1);
        bench.hashed(1, SMALL);
        bench.does();
        bench.refused(code);
        bench.does()
    };
    assert_eq!(said(Code::FileTooLarge), "1: Keep; offer; [1 failed: no]");
    assert_eq!(said(Code::QuotaFull), "1: Keep; offer; [1 failed: no]");
    assert_eq!(said(Code::NotPossible), "1: Keep; offer; [1 failed: no]");
    assert_eq!(
        said(Code::TooFast),
        "[1 waits: the server can't take it just now]"
    );
    assert_eq!(said(Code::UnknownCommand), "1: Keep; offer; [1 failed: no]");
}

#[test]
fn a_chunk_out_of_order_is_asked_about_and_a_changed_file_is_not_sent() {
    let mut bench = Bench::new();
    bench.send(1);
    bench.hashed(1, SMALL);
    bench.does();
    bench.uploading(0);
    bench.reported(1, Report::Read(SMALL.to_vec()));
    bench.does();
    bench.refused(Code::ChunkOutOfOrder);
    bench.check("offer");
    bench.uploading(4_000);
    bench.does();
    bench.reported(1, Report::Read(vec![7; 1_000]));
    bench.does();
    // What the server had before may have been spoilt by a power cut.
    bench.refused(Code::WrongHash);
    bench.check("offer");
    bench.uploading(0);
    bench.does();
    bench.reported(1, Report::Read(SMALL.to_vec()));
    bench.does();
    bench.refused(Code::WrongHash);
    bench.check("1: Keep; [1 failed: a.bin was changed while it was sent: send it again]");
}

#[test]
fn bounded_a_server_that_takes_nothing_is_given_up() {
    let mut bench = Bench::new();
    bench.send(1);
    bench.hashed(1, SMALL);
    for _ in 0..100 {
        if bench.does().contains("failed") {
            return;
        }
        bench.refused(Code::Storage);
        bench.pass(60_000);
    }
    panic!("it goes on for ever");
}

#[test]
fn a_cancelled_upload_is_given_back() {
    let begin = || {
        let mut bench = Bench::new();
        bench.send(1);
        bench.hashed(1, SMALL);
        bench.does();
        bench.uploading(0);
        bench.does();
        bench
    };
    let mut bench = begin();
    bench.transfers.cancel(TransferId(1), |_| false, bench.now);
    bench.check("1: Remove; withdraw 9; [1 cancelled]");
    bench.done();
    bench.check("");
    // Without a connection it is given back on the next.
    let mut bench = begin();
    bench.offline();
    bench.transfers.cancel(TransferId(1), |_| false, bench.now);
    bench.online();
    bench.check("1: Remove; offer; [1 cancelled]");
    bench.uploading(100);
    bench.check("withdraw 9");
    // But not when it is sent again.
    let mut bench = begin();
    bench.send(2);
    bench.hashed(2, SMALL);
    bench.does();
    bench.transfers.cancel(TransferId(1), |_| false, bench.now);
    bench.check("1: Remove; offer; [1 cancelled]; [2 0 of 5000]");
}

#[test]
fn a_post_that_is_on_its_way_is_not_cancelled() {
    let mut bench = Bench::new();
    bench.send(1);
    bench.hashed(1, SMALL);
    bench.does();
    bench.uploading(5_000);
    bench.does();
    bench.transfers.cancel(TransferId(1), |_| false, bench.now);
    bench.check("");
    bench.transfers.cancel(TransferId(1), |_| true, bench.now);
    bench.check("1: Remove; offer; [1 cancelled]");
}

#[test]
fn bounded_two_run_and_some_wait() {
    let mut bench = Bench::new();
    for id in 1..=3 {
        bench.send(id);
    }
    let want = "1: hash; 2: hash; [1 hashing]; [2 hashing]; [3 waits: other files are sent first]";
    bench.check(want);
    bench.save(4, SMALL);
    bench.check("4: open; [4 hashing]");
    let why = "there is no a.bin".to_owned();
    bench.reported(1, Report::Failed { why });
    bench.check("1: Keep; 3: hash; [1 failed: there is no a.bin]; [3 hashing]");
    for id in 5..=1_000 {
        bench.send(id);
    }
    assert!(bench.transfers.items.len() <= ALL_MAX);
    assert!(
        bench
            .does()
            .contains("[1000 failed: 200 files wait already")
    );
}

#[test]
fn the_same_content_is_sent_once() {
    let mut bench = Bench::new();
    bench.send(1);
    bench.send(2);
    bench.hashed(1, SMALL);
    bench.does();
    bench.hashed(2, SMALL);
    bench.check("[2 waits: the same file is being sent already]");
    bench.uploading(5_000);
    bench.check("offer; post 1; [2 0 of 5000]");
}

#[test]
fn a_server_that_takes_less_says_so_before_anything_is_sent() {
    let mut bench = Bench::new();
    bench.send(1);
    bench.hashed(1, SMALL);
    bench.does();
    bench.offline();
    bench
        .transfers
        .online(&welcome(Some(4_999)), false, bench.now);
    let want = "the file has 5000 bytes and the server takes 4999 at most";
    assert!(bench.does().contains(want));
    bench.transfers.online(&welcome(None), false, bench.now);
    bench.send(2);
    assert!(
        bench
            .does()
            .ends_with("[2 failed: this server takes no files]")
    );
}

#[test]
fn another_store_ends_everything() {
    let mut bench = Bench::new();
    bench.send(1);
    bench.save(2, SMALL);
    bench.does();
    bench.transfers.online(&welcome(Some(1)), true, bench.now);
    let done = bench.does();
    assert!(
        done.starts_with("1: Keep; 2: Keep; [1 failed: the server has started afresh"),
        "{done}"
    );
}

#[test]
fn a_file_is_fetched_in_pieces_and_written_in_order() {
    let content: Vec<u8> = (0..20_000u32).map(|n| n as u8).collect();
    let mut bench = Bench::new();
    bench.save(1, &content);
    bench.check("1: open; [1 hashing]");
    bench.reported(1, Report::Opened { held: 3_000 });
    bench.check("fetch 3000+4096; [1 3000 of 20000]");
    // Less than was asked for: the rest is asked for first.
    bench.piece(&content, 96);
    bench.check("1: write 96; fetch 3096+4000; fetch 7096+4096");
    bench.piece(&content, 10_000);
    bench.check("fetch 11192+4096");
    // The answers change places.
    bench.sent.swap(0, 1);
    bench.piece(&content, 10_000);
    bench.check("fetch 15288+4096; fetch 19384+616");
    bench.reported(1, Report::Written);
    bench.check("1: write 4000");
    bench.reported(1, Report::Written);
    bench.check("");
    bench.piece(&content, 10_000);
    bench.check("1: write 8192");
    bench.offline();
    bench.reported(1, Report::Written);
    bench.check("[1 waits: there is no connection: it goes on when there is]");
    bench.online();
    bench.check("fetch 15288+4096; [1 15288 of 20000]");
    bench.piece(&content, 10_000);
    bench.does();
    bench.piece(&content, 10_000);
    bench.reported(1, Report::Written);
    bench.reported(1, Report::Written);
    bench.check("1: write 616; 1: settle a.bin");
    let path = "/dir/a.bin".into();
    bench.reported(1, Report::Saved { path });
    bench.check("1: Keep; [1 /dir/a.bin]");
}

#[test]
fn a_server_that_sends_something_else_is_caught() {
    let mut bench = Bench::new();
    bench.save(1, SMALL);
    bench.reported(1, Report::Opened { held: 0 });
    bench.does();
    bench.answer(|request| {
        let (at, data) = (1, vec![0; 10]);
        Said::from(Piece { request, at, data })
    });
    let done = bench.does();
    assert!(
        done.contains("1: Remove") && done.contains("sent another part of a.bin"),
        "{done}"
    );
    bench.save(2, SMALL);
    bench.reported(2, Report::Opened { held: 5_000 });
    bench.check("2: open; 2: settle a.bin; [2 5000 of 5000]");
    bench.reported(2, Report::NotTheContent);
    assert!(
        bench
            .does()
            .starts_with("2: Remove; [2 failed: what the server sent is not what a.bin")
    );
    bench.save(3, SMALL);
    bench.reported(3, Report::Opened { held: 0 });
    bench.does();
    bench.refused(Code::NoSuchFile);
    bench.check("3: Remove; [3 failed: no]");
}

#[test]
fn bounded_a_slow_disk_slows_the_transfer() {
    let content = vec![1; 4 << 20];
    let mut bench = Bench::new();
    bench.save(1, &content);
    bench.reported(1, Report::Opened { held: 0 });
    bench.does();
    let mut came = 0;
    while !bench.sent.is_empty() {
        bench.piece(&content, 1 << 20);
        bench.does();
        came += 1;
    }
    assert!(came < 200, "{came}");
    bench.reported(1, Report::Written);
    bench.reported(1, Report::Written);
    assert!(bench.does().contains("fetch"), "and goes on");
}

#[test]
fn bytes_for_the_memory_are_verified_and_answered() {
    let fetch = |bench: &mut Bench, id, content: &[u8], bytes_max| {
        let (waiter, answer) = oneshot::channel();
        let (place, now) = ((ROOM, Seq(3)), bench.now);
        bench
            .transfers
            .fetch(TransferId(id), place, file(content), bytes_max, waiter, now);
        answer
    };
    let mut bench = Bench::new();
    let mut answer = fetch(&mut bench, 1, SMALL, 4_999);
    let refusal = answer.try_recv().expect("at once").expect_err("refused");
    assert_eq!(refusal.code, Code::FileTooLarge);
    let mut answer = fetch(&mut bench, 2, SMALL, 5_000);
    bench.check("fetch 0+4096");
    bench.piece(SMALL, 5_000);
    bench.check("fetch 4096+904");
    bench.piece(SMALL, 5_000);
    assert_eq!(answer.try_recv().expect("answered"), Ok(SMALL.to_vec()));
    let mut answer = fetch(&mut bench, 3, SMALL, 5_000);
    bench.does();
    bench.piece(&[8; 5_000], 5_000);
    bench.does();
    bench.piece(&[8; 5_000], 5_000);
    let refusal = answer.try_recv().expect("answered").expect_err("wrong");
    assert_eq!(refusal.code, Code::WrongHash);
    // Nobody waits any more.
    drop(fetch(&mut bench, 4, SMALL, 5_000));
    bench.check("");
    assert!(bench.transfers.items.is_empty());
}
