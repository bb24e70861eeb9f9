//! Outputs of the hub to deliveries for workers: entries are encoded once, consecutive ones of a
//! conversation gathered, and each worker gets one list. Pure; sends nothing.

use bytes::Bytes;
use chat_core::event::append_entry;
use chat_core::{AccountId, ConversationId, Entry, Event, Seq};

use crate::hub::Output;

/// Frames gathered into one delivery at most, in bytes: a session that does not read holds on to
/// the delivery that it is sending.
const RUN_BYTES: usize = 32 * 1024;

/// Open runs that are looked through for an entry's conversation: bounds the work per entry where
/// one batch touches many conversations.
const RUNS_LOOKED_AT: usize = 16;

/// One thing for one or many of a worker's sessions.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// Entries of one conversation, one behind the other.
    Entries(Run),
    /// Changes of a roster.
    Roster {
        /// Whose.
        conversation: ConversationId,
        /// The frame.
        frame: Bytes,
    },
    /// Something for one session.
    Session(Output),
}

/// Entries of one conversation, one behind the other.
#[derive(Debug, Clone)]
pub struct Run {
    /// Whose.
    pub conversation: ConversationId,
    /// The first of them.
    pub first: Seq,
    /// The last of them.
    pub last: Seq,
    /// Who wrote them, where it is one who wrote them all.
    pub author: Option<AccountId>,
    /// Their frames.
    pub frames: Bytes,
}

/// What each of `workers` workers is handed of `outputs`, in order. `payloads` are those of the
/// entries among them, in order.
///
/// Where a session starts or stops to follow, and what it is told of a conversation without having
/// asked, keeps its place among the entries; answers need not and may come before them.
#[must_use]
pub fn deliveries(
    outputs: Vec<Output>,
    payloads: &[Vec<u8>],
    workers: usize,
) -> Vec<Vec<Delivery>> {
    let mut payloads = payloads.iter();
    let mut lists = Lists {
        of_workers: vec![Vec::new(); workers],
        open: Vec::new(),
    };
    for output in outputs {
        match output {
            Output::Entry(entry) => {
                let payload = payloads
                    .next()
                    .expect("the journal gives a payload for each entry");
                lists.gather(&entry, payload);
            }
            Output::Roster(changes) => {
                let conversation = changes.conversation;
                let frame = Bytes::from(Event::RosterChanges(changes).to_frame());
                lists.push_to_all(&Delivery::Roster {
                    conversation,
                    frame,
                });
            }
            answer @ Output::Answer { session, .. } => {
                lists.of_workers[usize::from(session.worker)].push(Delivery::Session(answer));
            }
            // It is for the one who keeps the contents, and the journal has told it.
            Output::Files(_) | Output::Paint(_) => {}
            Output::Login { session, .. }
            | Output::Push { session, .. }
            | Output::Follow { session, .. }
            | Output::Unfollow { session, .. }
            | Output::Close { session, .. } => {
                lists.end_runs();
                lists.of_workers[usize::from(session.worker)].push(Delivery::Session(output));
            }
        }
    }
    lists.end_runs();
    lists.of_workers
}

/// A run that is being gathered: its frames are these.
struct OpenRun {
    run: Run,
    frames: Vec<u8>,
}

struct Lists {
    of_workers: Vec<Vec<Delivery>>,
    open: Vec<OpenRun>,
}

impl Lists {
    fn gather(&mut self, entry: &Entry, payload: &[u8]) {
        let open = self
            .open
            .iter_mut()
            .rev()
            .take(RUNS_LOOKED_AT)
            .find(|open| open.run.conversation == entry.conversation);
        match open {
            Some(OpenRun { run, frames })
                if run.last.next() == entry.seq && frames.len() < RUN_BYTES =>
            {
                run.last = entry.seq;
                run.author = run.author.filter(|author| *author == entry.author);
                append_entry(frames, payload);
            }
            _ => {
                let mut frames = Vec::new();
                append_entry(&mut frames, payload);
                let run = Run {
                    conversation: entry.conversation,
                    first: entry.seq,
                    last: entry.seq,
                    author: Some(entry.author),
                    frames: Bytes::new(),
                };
                self.open.push(OpenRun { run, frames });
            }
        }
    }

    fn end_runs(&mut self) {
        for OpenRun { run, frames } in std::mem::take(&mut self.open) {
            let frames = Bytes::from(frames);
            self.push_to_all(&Delivery::Entries(Run { frames, ..run }));
        }
    }

    fn push_to_all(&mut self, delivery: &Delivery) {
        for list in &mut self.of_workers {
            list.push(delivery.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chat_core::event::{Done, RosterChanges};
    use chat_core::{AccountId, Body, Millis, Nick, RequestId, Text};

    use super::*;
    use crate::hub::SessionId;

    /// What worker 0 and worker 1 are handed, as text: `c1 3-5` are entries, `r1` a roster,
    /// otherwise what a session is told.
    #[track_caller]
    fn check(outputs: Vec<Output>, expected: [&str; 2]) {
        let entries = outputs.iter().filter_map(|output| match output {
            Output::Entry(entry) => Some(entry.to_payload()),
            _ => None,
        });
        let payloads: Vec<Vec<u8>> = entries.collect();
        let lists = deliveries(outputs, &payloads, 2);
        let shown = lists.iter().map(|list| {
            let shown: Vec<String> = list.iter().map(show).collect();
            shown.join(", ")
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected);
    }

    fn show(delivery: &Delivery) -> String {
        match delivery {
            Delivery::Entries(Run {
                conversation,
                first,
                last,
                frames,
                ..
            }) => {
                let mut expected = Vec::new();
                for seq in first.0..=last.0 {
                    append_entry(&mut expected, &make(conversation.0, seq).to_payload());
                }
                assert_eq!(*frames, expected, "the frames are those of the entries");
                format!("c{conversation} {first}-{last}")
            }
            Delivery::Roster { conversation, .. } => format!("r{conversation}"),
            Delivery::Session(Output::Answer { .. }) => "answer".into(),
            Delivery::Session(Output::Follow { head, .. }) => format!("follow {head}"),
            Delivery::Session(Output::Unfollow { .. }) => "unfollow".into(),
            Delivery::Session(other) => format!("{other:?}"),
        }
    }

    fn make(conversation: u64, seq: u64) -> Entry {
        // The entries of conversation 9 are long.
        let bytes = if conversation == 9 { 7_000 } else { 5 };
        Entry {
            conversation: ConversationId(conversation),
            seq: Seq(seq),
            at: Millis(0),
            author: AccountId(1),
            nick: Nick::received("ann"),
            post: None,
            body: Body::Post(Text::new(&"x".repeat(bytes))),
        }
    }

    fn entry(conversation: u64, seq: u64) -> Output {
        Output::Entry(Arc::new(make(conversation, seq)))
    }

    fn session(worker: u16) -> SessionId {
        SessionId { worker, number: 1 }
    }

    fn answer(worker: u16) -> Output {
        let request = RequestId(1);
        Output::Answer {
            session: session(worker),
            event: Event::Done(Done { request }),
        }
    }

    fn follow(worker: u16, conversation: u64, head: u64) -> Output {
        Output::Follow {
            session: session(worker),
            request: RequestId(1),
            conversation: ConversationId(conversation),
            after: Seq(0),
            head: Seq(head),
        }
    }

    #[test]
    fn order_entries_of_each_conversation_are_gathered_in_order() {
        let outputs = vec![
            entry(1, 4),
            entry(2, 1),
            entry(1, 5),
            entry(2, 2),
            entry(1, 6),
        ];
        check(outputs, ["c1 4-6, c2 1-2", "c1 4-6, c2 1-2"]);
    }

    #[test]
    fn entries_of_several_authors_have_none() {
        let of = |author, seq| Entry {
            author: AccountId(author),
            ..make(1, seq)
        };
        let author = |entries: &[Entry]| {
            let payloads: Vec<Vec<u8>> = entries.iter().map(Entry::to_payload).collect();
            let outputs = entries.iter().cloned().map(Arc::new).map(Output::Entry);
            match &deliveries(outputs.collect(), &payloads, 1)[0][..] {
                [Delivery::Entries(run)] => run.author,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(author(&[of(1, 1), of(1, 2)]), Some(AccountId(1)));
        assert_eq!(author(&[of(1, 1), of(2, 2), of(1, 3)]), None);
    }

    #[test]
    fn order_answers_come_at_once_and_who_follows_keeps_its_place() {
        let outputs = vec![
            entry(1, 1),
            answer(0),
            follow(1, 1, 1),
            entry(1, 2),
            answer(1),
        ];
        check(
            outputs,
            ["answer, c1 1-1, c1 2-2", "c1 1-1, follow 1, answer, c1 2-2"],
        );
        let (session, conversation) = (session(0), ConversationId(1));
        let leaves = Output::Unfollow {
            session,
            conversation,
        };
        let outputs = vec![entry(1, 1), leaves, entry(1, 2)];
        check(outputs, ["c1 1-1, unfollow, c1 2-2", "c1 1-1, c1 2-2"]);
    }

    #[test]
    fn rosters_are_for_all_workers() {
        let changes = RosterChanges {
            conversation: ConversationId(1),
            version: 1,
            changes: Vec::new(),
        };
        check(
            vec![Output::Roster(changes), answer(1)],
            ["r1", "r1, answer"],
        );
    }

    #[test]
    fn bounded_one_delivery() {
        let outputs: Vec<Output> = (1..=12).map(|seq| entry(9, seq)).collect();
        check(outputs, ["c9 1-5, c9 6-10, c9 11-12"; 2]);
    }

    #[test]
    fn order_holds_when_a_batch_touches_many_conversations() {
        let mut outputs = vec![entry(1, 1)];
        outputs.extend((100..120).map(|conversation| entry(conversation, 1)));
        outputs.extend([entry(1, 2), entry(1, 3)]);
        let others: Vec<String> = (100..120).map(|c| format!("c{c} 1-1")).collect();
        let expected = format!("c1 1-1, {}, c1 2-3", others.join(", "));
        check(outputs, [&expected, &expected]);
    }
}
