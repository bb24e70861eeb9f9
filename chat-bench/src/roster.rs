//! What it costs a large room that people join and leave it: all others are told, and whoever joins asks
//! who is there.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use chat_core::command::{Part, Roster};
use chat_core::event::{Change, RosterChange};
use chat_core::{AccountId, ConversationId, Event, RequestId};
use serde::Serialize;
use tokio::task::LocalSet;

use crate::load::{Client, Place, newcomers};
use crate::server::{Arguments as ServerArguments, Server};
use crate::{Output, parse_seconds, runtime};

/// Of those who come and go, how many are inside at a time: at ten joins a second each stays for ten
/// seconds, so that no push can leave both out.
const INSIDE: usize = 100;

/// After this long the server has told everybody of everything: longer than its usual period.
const QUIET: Duration = Duration::from_secs(6);

/// Longest wait for the last push.
const SETTLE: Duration = Duration::from_secs(20);

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    server: ServerArguments,
    /// People who stay in the room
    #[arg(long, value_name = "N", default_value_t = 2_000,
          value_parser = clap::value_parser!(u16).range(1..=15_000))]
    members: u16,
    /// Joins a second, and as many leaves
    #[arg(long, value_name = "N", default_value_t = 10.0, value_parser = parse_rate)]
    rate: f64,
    /// How long to measure: some periods of the server's pushes
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0, value_parser = parse_seconds)]
    seconds: f64,
    #[command(flatten)]
    output: Output,
}

fn parse_rate(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    match (0.1..=100.0).contains(&rate) {
        true => Ok(rate),
        false => Err("must be from 0.1 to 100".to_owned()),
    }
}

/// What came out.
#[derive(Debug, Serialize)]
struct Report {
    transport: &'static str,
    members: usize,
    joins_per_second: f64,
    leaves_per_second: f64,
    server_cpu_percent_of_a_core: Option<f64>,
    bytes_per_second_to_each: f64,
    pushes_per_second_to_each: f64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |what: &str, value: String| writeln!(f, "{what:<34}{value:>14}");
        let cpu = self.server_cpu_percent_of_a_core;
        line("people who stay", self.members.to_string())?;
        line("transport", self.transport.into())?;
        line("joins per second", format!("{:.1}", self.joins_per_second))?;
        line(
            "leaves per second",
            format!("{:.1}", self.leaves_per_second),
        )?;
        line(
            "server CPU, % of a core",
            cpu.map_or("-".into(), |v| format!("{v:.2}")),
        )?;
        line(
            "bytes per second to each",
            format!("{:.0}", self.bytes_per_second_to_each),
        )?;
        line(
            "pushes per second to each",
            format!("{:.2}", self.pushes_per_second_to_each),
        )
    }
}

/// Plays it.
///
/// # Errors
/// It can't be played, or somebody ends with a roster that isn't the room's.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let server = arguments.server.start()?;
    let played = play(arguments, &server);
    let report = runtime()?.block_on(LocalSet::new().run_until(played))?;
    arguments.output.print(&report)
}

/// What those who stay were told, in all.
#[derive(Debug, Default)]
struct Told {
    bytes: Cell<u64>,
    pushes: Cell<u64>,
    gaps: Cell<u64>,
}

fn add(count: &Cell<u64>, n: usize) {
    count.set(count.get() + n as u64);
}

async fn play(arguments: &Arguments, server: &Server) -> anyhow::Result<Report> {
    let members = usize::from(arguments.members);
    let mut outside = VecDeque::from(newcomers(server, members + 2 * INSIDE).await?);
    let name = format!("roster-{}", outside[0].account);
    let mut room = ConversationId(0);
    let mut staying: Vec<Client> = outside.drain(..members).collect();
    for member in &mut staying {
        room = member.enter(Place::Room(name.clone())).await?;
    }
    let mut crowd = Crowd {
        name,
        room,
        outside,
        inside: VecDeque::new(),
    };
    for _ in 0..INSIDE {
        crowd.join().await?;
    }
    tokio::time::sleep(QUIET).await;
    let told = Rc::new(Told::default());
    let mut rosters = Vec::with_capacity(members);
    for mut member in staying {
        let (version, present) = whole_roster(&mut member, room).await?;
        let present = Rc::new(RefCell::new(present));
        rosters.push(present.clone());
        let reader = Reader {
            room,
            version,
            present,
        };
        tokio::task::spawn_local(reader.run(member, told.clone()));
    }

    // The half of a period in which somebody joins is followed by one in which somebody leaves.
    let mut ticks = tokio::time::interval(Duration::from_secs_f64(0.5 / arguments.rate));
    let (start, cpu_start) = (Instant::now(), server.cpu());
    let (bytes, pushes) = (told.bytes.get(), told.pushes.get());
    let mut turns: u32 = 0;
    while start.elapsed().as_secs_f64() < arguments.seconds {
        ticks.tick().await;
        match turns % 2 {
            0 => crowd.join().await?,
            _ => crowd.leave().await?,
        }
        turns += 1;
    }
    let seconds = start.elapsed().as_secs_f64();
    let cpu = cpu_start
        .zip(server.cpu())
        .map(|(start, end)| (end - start).as_secs_f64());
    let (bytes, pushes) = (told.bytes.get() - bytes, told.pushes.get() - pushes);

    let inside = crowd.inside.front_mut().context("somebody is inside")?;
    let expected = whole_roster(inside, room).await?.1;
    let settle = Instant::now();
    while rosters.iter().any(|present| *present.borrow() != expected) {
        let late = settle.elapsed() > SETTLE;
        ensure!(!late, "somebody's roster is not that of the room");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let gaps = told.gaps.get();
    ensure!(gaps == 0, "changes of rosters were left out {gaps} times");
    let each = seconds * members as f64;
    Ok(Report {
        transport: server.transport(),
        members,
        joins_per_second: f64::from(turns.div_ceil(2)) / seconds,
        leaves_per_second: f64::from(turns / 2) / seconds,
        server_cpu_percent_of_a_core: cpu.map(|cpu| cpu * 100.0 / seconds),
        bytes_per_second_to_each: bytes as f64 / each,
        pushes_per_second_to_each: pushes as f64 / each,
    })
}

/// Those who come and go.
struct Crowd {
    name: String,
    room: ConversationId,
    outside: VecDeque<Client>,
    inside: VecDeque<Client>,
}

impl Crowd {
    /// The one who was outside for longest joins, and asks who is there.
    async fn join(&mut self) -> anyhow::Result<()> {
        let mut who = self.outside.pop_front().context("somebody is outside")?;
        who.enter(Place::Room(self.name.clone())).await?;
        whole_roster(&mut who, self.room).await?;
        self.inside.push_back(who);
        Ok(())
    }

    /// The one who was inside for longest leaves.
    async fn leave(&mut self) -> anyhow::Result<()> {
        let mut who = self.inside.pop_front().context("somebody is inside")?;
        let request = RequestId(3);
        let part = Part {
            request,
            conversation: self.room,
            text: None,
        };
        who.send(part).await?;
        who.answer(request).await?;
        self.outside.push_back(who);
        Ok(())
    }
}

/// Asks who is there, page by page: the version of the first page, and all people.
async fn whole_roster(
    who: &mut Client,
    conversation: ConversationId,
) -> anyhow::Result<(u64, BTreeSet<AccountId>)> {
    let mut version = None;
    let mut people = BTreeSet::new();
    loop {
        let request = RequestId(4);
        let roster = Roster {
            request,
            conversation,
            after: people.last().copied(),
        };
        who.send(roster).await?;
        let Event::RosterPage(page) = who.answer(request).await? else {
            bail!("no page of the roster")
        };
        people.extend(page.people.iter().map(|person| person.account));
        let version = *version.get_or_insert(page.version);
        if !page.more {
            return Ok((version, people));
        }
    }
}

/// One who stays, and keeps the roster as it is told.
struct Reader {
    room: ConversationId,
    version: u64,
    present: Rc<RefCell<BTreeSet<AccountId>>>,
}

impl Reader {
    /// Reads until the connection ends. One that breaks has a wrong roster, which the end of the run
    /// tells.
    async fn run(mut self, mut client: Client, told: Rc<Told>) {
        while let Ok(event) = client.event().await {
            match event {
                Event::RosterChanges(changes) if changes.conversation == self.room => {
                    add(&told.gaps, usize::from(changes.version != self.version + 1));
                    self.version = changes.version;
                    let mut present = self.present.borrow_mut();
                    changes.changes.iter().for_each(|c| apply(c, &mut present));
                    add(&told.pushes, 1);
                    add(&told.bytes, Event::from(changes).to_frame().len());
                }
                Event::RosterStale(_) => add(&told.gaps, 1),
                _ => {}
            }
        }
    }
}

fn apply(change: &RosterChange, present: &mut BTreeSet<AccountId>) {
    let account = change.person.account;
    match change.what {
        Change::Parted | Change::Went => present.remove(&account),
        _ => present.insert(account),
    };
}
