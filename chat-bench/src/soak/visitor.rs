//! People who come and go: log in, join a room, post, read back, draw a line, send a file now and
//! then, leave.

use std::io::Write;

use anyhow::{Context, ensure};
use chat_client::Client;
use chat_core::canvas::Act;
use chat_core::canvas::stroke::{Colour, Part as Piece, Point, Shape, Size, Stroke, StrokeId};
use chat_core::command::{Direction, Part};
use chat_core::{Body, ConversationId, Seq, Text};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use crate::faults::crowd::{Plan, ROOMS};
use crate::faults::history::History;
use crate::faults::person::{Mood, PATIENCE, Person};

/// How long somebody stays, and stays away, in milliseconds.
const STAY_MS: (u64, u64) = (5_000, 40_000);
const AWAY_MS: (u64, u64) = (500, 10_000);

/// One visit in so many brings a file of at most so many bytes.
const FILE_ONCE_IN: u64 = 8;
const FILE_BYTES_MAX: u64 = 100_000;

/// Whether visits go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hours {
    Open,
    Closed,
}

/// Number `n`: visit after visit until it is closed. Gives how many there were.
///
/// # Errors
/// Whatever goes wrong: nothing should.
pub(crate) async fn visits(
    plan: Plan,
    n: u64,
    mut history: History,
    mut hours: watch::Receiver<Hours>,
) -> anyhow::Result<(u64, History)> {
    let mut count = 0;
    while *hours.borrow() == Hours::Open {
        let who = (plan.seed, n);
        let mut person = Person::connect(&plan.link, who, plan.habits, history);
        let stay = person.dice.ms(STAY_MS.0, STAY_MS.1);
        let away = person.dice.ms(AWAY_MS.0, AWAY_MS.1);
        let visit = Visit {
            room: format!("#room{}", n % ROOMS),
            end: Instant::now() + stay,
        };
        history = visit.pay(person, &mut hours).await?;
        count += 1;
        let closed = hours.wait_for(|hours| *hours == Hours::Closed);
        // Closed, or time for the next.
        drop(timeout(away, closed).await);
    }
    Ok((count, history))
}

struct Visit {
    room: String,
    end: Instant,
}

impl Visit {
    async fn pay(
        self,
        mut person: Person,
        hours: &mut watch::Receiver<Hours>,
    ) -> anyhow::Result<History> {
        person.arrive().await?;
        let room = person.join(&self.room).await?;
        person.history.begin(room, Seq(0));
        person.client.canvas(room);
        let file = self.bring(&mut person, room)?;
        let files = person.history.files + u64::from(file.is_some());
        read_back(&person.client, room).await?;

        let mut line = Drawing::NotYet;
        while Instant::now() < self.end && *hours.borrow() == Hours::Open {
            self.step(&mut person, Mood::Talks, hours).await?;
            if line == Drawing::NotYet
                && let Some(canvas) = person.canvases.first().copied()
            {
                line = Drawing::Done;
                draw(&mut person, canvas)?;
            }
        }
        let settled = async {
            while !person.is_settled() || person.history.files < files {
                person.step(Mood::Listens).await?;
            }
            anyhow::Ok(())
        };
        timeout(PATIENCE, settled)
            .await
            .context("what was typed or sent is not acknowledged")??;
        fetch(&mut person).await?;
        let left = person.client.ask(|request| {
            let (conversation, text) = (room, None);
            Part {
                request,
                conversation,
                text,
            }
            .into()
        });
        let left = timeout(PATIENCE, left).await.context("cannot leave")?;
        left.map_err(|refusal| anyhow::anyhow!("cannot leave: {refusal}"))?;
        person.places.remove(&room.0);
        Ok(person.leave().await)
    }

    async fn step(
        &self,
        person: &mut Person,
        mood: Mood,
        hours: &mut watch::Receiver<Hours>,
    ) -> anyhow::Result<()> {
        tokio::select! {
            stepped = person.step(mood) => stepped,
            () = tokio::time::sleep_until(self.end) => Ok(()),
            changed = hours.changed() => Ok(changed?),
        }
    }

    /// Sends a file in some visits. It lives as long as what is given.
    fn bring(
        &self,
        person: &mut Person,
        room: ConversationId,
    ) -> anyhow::Result<Option<tempfile::NamedTempFile>> {
        if !person.dice.once_in(FILE_ONCE_IN) {
            return Ok(None);
        }
        let length = person.dice.between(1, FILE_BYTES_MAX) as usize;
        let start = person.dice.next();
        let bytes: Vec<u8> = (0..length).map(|n| (start as usize + n) as u8).collect();
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(&bytes)?;
        let path = file.path().to_owned();
        person.client.send_file(path, room, Text::default());
        Ok(Some(file))
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Drawing {
    NotYet,
    Done,
}

/// Reads the room's last page.
async fn read_back(client: &Client, room: ConversationId) -> anyhow::Result<()> {
    let page = client.history(room, Seq(u64::MAX), Direction::Before);
    let page = timeout(PATIENCE, page).await.context("no page")?;
    let page = page.map_err(|refusal| anyhow::anyhow!("no page: {refusal}"))?;
    let is_dense = page
        .entries
        .windows(2)
        .all(|two| two[1].seq == two[0].seq.next());
    ensure!(is_dense, "a page of history has a hole");
    Ok(())
}

fn draw(person: &mut Person, canvas: ConversationId) -> anyhow::Result<()> {
    let mut point = || {
        let mut to = |end| person.dice.below(end) as i32;
        Point::nearest(to(200), to(100))
    };
    let shape = Shape::Line(point(), point());
    let id = StrokeId(person.dice.next() as u32);
    let stroke = Stroke::new(id, Piece::First, Colour::DEFAULT, Size::ONE, shape)?;
    person.post(canvas, Body::Draw(Act::Stroke(stroke)));
    Ok(())
}

/// Fetches the last file of somebody else, whose content the client verifies.
async fn fetch(person: &mut Person) -> anyhow::Result<()> {
    let Some(entry) = person.file.take() else {
        return Ok(());
    };
    let Body::File(file) = &entry.body else {
        return Ok(());
    };
    let client = &person.client;
    let bytes = client.fetch_bytes(entry.conversation, entry.seq, file, FILE_BYTES_MAX);
    let bytes = timeout(PATIENCE, bytes).await.context("no file")?;
    let bytes = bytes.map_err(|refusal| anyhow::anyhow!("no file: {refusal}"))?;
    ensure!(bytes.len() as u64 == file.bytes, "a file of another length");
    Ok(())
}
