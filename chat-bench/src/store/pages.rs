//! Pages of history at random places, one after the other, each timed from the question to the last
//! entry decoded.

use std::time::Instant;

use anyhow::{bail, ensure};
use chat_core::command::{Direction, History, Join, Rooms};
use chat_core::{Command, ConversationId, Event, RequestId, Seq};
use serde::Serialize;

use crate::load::chat::{Client, Place};
use crate::load::connect::log_in;
use crate::server::Server;
use crate::times::Times;

/// Rooms that are read from; an account may be in 100.
const ROOMS: usize = 90;

/// Times of pages, in milliseconds.
#[derive(Debug, Serialize)]
pub(super) struct Pages {
    pub(super) count: u32,
    pub(super) p50_ms: Option<f64>,
    pub(super) p99_ms: Option<f64>,
    pub(super) max_ms: Option<f64>,
}

/// Somebody who reads in some rooms.
struct Reader {
    client: Client,
    /// The rooms, and the last entry of each.
    rooms: Vec<(ConversationId, Seq)>,
    requests: u64,
}

impl Pages {
    /// Reads `count` pages.
    ///
    /// # Errors
    /// Something was refused, or a page is not what stands there.
    pub(super) async fn read(server: &Server, count: u32) -> anyhow::Result<Pages> {
        let mut reader = Reader::join(server).await?;
        let times = Times::new();
        for _ in 0..count {
            let (room, from) = reader.anywhere()?;
            let start = Instant::now();
            reader.page(room, from).await?;
            times.add(u64::try_from(start.elapsed().as_micros())?);
        }
        Ok(Pages {
            count,
            p50_ms: times.quantile_ms(0.5),
            p99_ms: times.quantile_ms(0.99),
            max_ms: times.quantile_ms(1.0),
        })
    }
}

impl Reader {
    /// Enters some of the rooms, evenly among all.
    async fn join(server: &Server) -> anyhow::Result<Reader> {
        let clients = log_in(server, 1, &[0; 16], |_| "reader".to_owned()).await?;
        let Some(client) = clients.into_iter().next() else {
            bail!("nobody logged in");
        };
        let mut reader = Reader {
            client,
            rooms: Vec::new(),
            requests: 0,
        };
        let names = reader.names().await?;
        for name in names.iter().step_by(names.len().div_ceil(ROOMS)) {
            let request = reader.request();
            let room = name.clone();
            let joined = reader.ask(request, Join { request, room }).await?;
            let Event::Opened(opened) = joined else {
                bail!("a room was not opened");
            };
            if opened.conversation.head > Seq(0) {
                reader.client.enter(Place::Room(name.clone())).await?;
                let room = (opened.conversation.id, opened.conversation.head);
                reader.rooms.push(room);
            }
        }
        ensure!(!reader.rooms.is_empty(), "there is nothing to read");
        Ok(reader)
    }

    /// Of all rooms.
    async fn names(&mut self) -> anyhow::Result<Vec<String>> {
        let mut names: Vec<String> = Vec::new();
        loop {
            let request = self.request();
            let after = names.last().cloned();
            let list = self.ask(request, Rooms { request, after }).await?;
            let Event::RoomList(list) = list else {
                bail!("no list of rooms");
            };
            names.extend(list.rooms.iter().map(|room| room.name.as_str().to_owned()));
            if !list.more {
                return Ok(names);
            }
        }
    }

    /// An entry of these rooms, each as likely.
    fn anywhere(&self) -> anyhow::Result<(ConversationId, Seq)> {
        let all: u64 = self.rooms.iter().map(|(_, head)| head.0).sum();
        let mut nth = getrandom::u64()? % all;
        for (room, head) in &self.rooms {
            if nth < head.0 {
                return Ok((*room, Seq(nth + 1)));
            }
            nth -= head.0;
        }
        bail!("there are fewer entries than there are");
    }

    /// Reads the page that ends with entry `last`, and checks that it is that.
    async fn page(&mut self, conversation: ConversationId, last: Seq) -> anyhow::Result<()> {
        let request = self.request();
        let history = History {
            request,
            conversation,
            from: last.next(),
            direction: Direction::Before,
            entries_max: None,
        };
        let Event::Page(page) = self.ask(request, history).await? else {
            bail!("no page of history");
        };
        let seqs: Vec<u64> = page.entries.iter().map(|entry| entry.seq.0).collect();
        let first = (last.0 + 1).saturating_sub(seqs.len() as u64);
        let whole = seqs.iter().copied().eq(first..=last.0);
        ensure!(
            whole && page.more == (first > 1),
            "a page up to {last} has {} entries and they are not those before it",
            seqs.len()
        );
        Ok(())
    }

    fn request(&mut self) -> RequestId {
        // The first ones are for entering rooms.
        self.requests += 1;
        RequestId(100 + self.requests)
    }

    async fn ask(
        &mut self,
        request: RequestId,
        command: impl Into<Command>,
    ) -> anyhow::Result<Event> {
        self.client.send(command).await?;
        self.client.answer(request).await
    }
}
