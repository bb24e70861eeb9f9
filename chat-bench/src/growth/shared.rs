//! Rooms of two between always the same people, each of whom is in many.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::ensure;
use chat_core::command::Post;
use chat_core::{Body, Command, ConversationId, Event, PostId, RequestId, Seq, Text};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::LocalSet;

use super::Run;
use crate::load::{Client, Place, newcomers};
use crate::runtime;
use crate::server::Server;

const PEOPLE: usize = 1_000;

/// Posts under way in all.
const WINDOW: u64 = 500;

/// Before anything is measured.
const WARM_UP: Duration = Duration::from_secs(1);

/// How long what is under way at the end may take.
const SETTLE: Duration = Duration::from_secs(30);

/// See the module.
pub(super) struct Shared {
    rooms: usize,
    seconds: f64,
}

/// What all readers count together.
#[derive(Debug, Default)]
struct Counts {
    deliveries: Cell<u64>,
    disordered: Cell<u64>,
    refused: Cell<u64>,
    arrived: Notify,
}

impl Shared {
    /// `rooms`, a multiple of half the people.
    pub(super) fn new(rooms: usize, seconds: f64) -> Shared {
        Shared { rooms, seconds }
    }

    /// The two people in a room; each is in as many as any other, with different people.
    fn people(room: usize) -> [usize; 2] {
        let (round, place) = (room / (PEOPLE / 2), room % (PEOPLE / 2));
        [2 * place, (2 * place + 1 + 2 * round) % PEOPLE]
    }

    pub(super) fn measure(&self, server: &Server) -> anyhow::Result<Run> {
        runtime()?.block_on(LocalSet::new().run_until(self.play(server)))
    }

    async fn play(&self, server: &Server) -> anyhow::Result<Run> {
        let mut people = newcomers(server, PEOPLE).await?;
        let tag = people[0].account;
        let mut rooms = Vec::with_capacity(self.rooms);
        for room in 0..self.rooms {
            let mut conversation = ConversationId(0);
            for person in Shared::people(room) {
                let place = Place::Room(format!("shared-{tag}-{room}"));
                conversation = people[person].enter(place).await?;
            }
            rooms.push(conversation);
        }

        let counts = Rc::new(Counts::default());
        let sending = Rc::new(Cell::new(true));
        let mut mouths = Vec::with_capacity(PEOPLE);
        for client in people {
            let (mouth, said) = unbounded_channel();
            mouths.push(mouth);
            tokio::task::spawn_local(talk(client, said, counts.clone()));
        }
        let posting = post(rooms, mouths, counts.clone(), sending.clone());
        let posting = tokio::task::spawn_local(posting);
        tokio::time::sleep(WARM_UP).await;
        let (start, cpu_start, before) = (Instant::now(), server.cpu(), counts.deliveries.get());
        tokio::time::sleep(Duration::from_secs_f64(self.seconds)).await;
        let seconds = start.elapsed().as_secs_f64();
        let (cpu_end, deliveries) = (server.cpu(), counts.deliveries.get() - before);
        sending.set(false);
        counts.arrived.notify_one();
        let expected = 2 * posting.await?;

        let settle = Instant::now();
        while counts.deliveries.get() < expected && settle.elapsed() < SETTLE {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let (received, disordered) = (counts.deliveries.get(), counts.disordered.get());
        let refused = counts.refused.get();
        ensure!(refused == 0, "the server refused {refused} posts");
        ensure!(
            disordered == 0,
            "{disordered} entries came doubled or out of order"
        );
        ensure!(
            expected == received,
            "{expected} entries were due and {received} came"
        );
        let cpu = cpu_start.zip(cpu_end).map(|(start, end)| end - start);
        Ok(Run {
            deliveries_per_second: deliveries as f64 / seconds,
            server_cpu_us_per_delivery: cpu.map(|cpu| cpu.as_secs_f64() * 1e6 / deliveries as f64),
        })
    }
}

/// Reads, and sends what it is given, until the connection ends. One that breaks loses entries, which
/// the end of the run tells.
async fn talk(
    mut client: Client,
    mut said: UnboundedReceiver<Vec<u8>>,
    counts: Rc<Counts>,
) -> anyhow::Result<()> {
    let add = |count: &Cell<u64>| count.set(count.get() + 1);
    let mut last: HashMap<ConversationId, Seq> = HashMap::new();
    loop {
        let event = tokio::select! {
            event = client.event() => event?,
            Some(frames) = said.recv() => {
                client.connection.write(&frames).await?;
                continue;
            }
        };
        match event {
            Event::Entry(entry) => {
                let before = last.insert(entry.conversation, entry.seq);
                if before.is_some_and(|before| before.next() != entry.seq) {
                    add(&counts.disordered);
                }
                add(&counts.deliveries);
                counts.arrived.notify_one();
            }
            Event::Refused(_) => add(&counts.refused),
            _ => {}
        }
    }
}

/// Posts into one room after the other while that goes on; gives the number of posts.
async fn post(
    rooms: Vec<ConversationId>,
    mouths: Vec<UnboundedSender<Vec<u8>>>,
    counts: Rc<Counts>,
    sending: Rc<Cell<bool>>,
) -> u64 {
    let text = Text::new(&"x".repeat(100));
    let mut frames: HashMap<usize, Vec<u8>> = HashMap::new();
    let mut posts = 0;
    while sending.get() {
        while posts < counts.deliveries.get() / 2 + WINDOW {
            let (room, turn) = (posts as usize % rooms.len(), posts as usize / rooms.len());
            let request = RequestId(1_000_000 + posts);
            let post = Post {
                request,
                conversation: rooms[room],
                post: PostId(u128::from(posts).to_be_bytes()),
                body: Body::Post(text.clone()),
                again: false,
            };
            let author = Shared::people(room)[turn % 2];
            Command::from(post).append_to(frames.entry(author).or_default());
            posts += 1;
        }
        for (author, frames) in frames.drain() {
            // One whose connection broke says nothing more.
            let _ = mouths[author].send(frames);
        }
        counts.arrived.notified().await;
    }
    posts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_in_as_many_rooms_and_shares_none_twice() {
        let rooms = 10_000;
        let mut per_person = vec![0; PEOPLE];
        let mut pairs = std::collections::HashSet::new();
        for room in 0..rooms {
            let [a, b] = Shared::people(room);
            assert_ne!(a, b);
            per_person[a] += 1;
            per_person[b] += 1;
            pairs.insert((a.min(b), a.max(b)));
        }
        assert!(per_person.iter().all(|n| *n == 2 * rooms / PEOPLE));
        assert_eq!(pairs.len(), rooms);
    }
}
