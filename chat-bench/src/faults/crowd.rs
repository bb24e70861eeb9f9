//! Many people at once: they arrive, meet, talk, settle and read to the end, all together, each step
//! when the run says so.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, bail};
use chat_client::Client;
use chat_core::command::Direction;
use chat_core::{Code, ConversationId, Link, Seq};
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};

use super::check::{Kept, Logs};
use super::history::{History, Reads, digest, number};
use super::person::{Habits, Mood, PATIENCE, Person};

/// Rooms besides the lobby.
pub(crate) const ROOMS: u64 = 6;

/// Attempts at a page of history, for which the connection may have to come back first.
const PAGE_TRIES: u32 = 60;
const PAGE_PAUSE: Duration = Duration::from_millis(500);

/// What everybody does now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// Log in and join rooms.
    Arrive,
    /// Open direct conversations.
    Meet,
    /// Post and read.
    Talk,
    /// Nothing new: wait until what was typed is acknowledged.
    Settle,
    /// Read up to there.
    Read(BTreeMap<u64, u64>),
    /// Go.
    Leave,
}

/// What somebody tells the run.
#[derive(Debug)]
pub(crate) enum Report {
    /// The phase is done.
    Done,
    /// Something was acknowledged.
    Acknowledged(Acknowledgement),
}

/// When something was acknowledged, and since when the connection was there that brought it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Acknowledgement {
    pub(crate) at: Instant,
    pub(crate) online: Instant,
}

/// Who there is.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) link: Link,
    pub(crate) seed: u64,
    pub(crate) habits: Habits,
    /// Everybody, those elsewhere included.
    pub(crate) people: u64,
}

/// See the module.
pub(crate) struct Crowd {
    phase: watch::Sender<Phase>,
    reports: mpsc::UnboundedReceiver<Report>,
    people: JoinSet<anyhow::Result<(u64, History)>>,
    members: mpsc::UnboundedReceiver<(Client, Vec<u64>)>,
    count: usize,
}

/// What somebody is called.
pub(crate) fn nick(n: u64) -> String {
    format!("person{n}")
}

/// Those with these numbers, who have not been here yet.
pub(crate) fn newcomers(who: std::ops::Range<u64>, reads: Reads) -> Vec<(u64, History)> {
    who.map(|n| (n, History::of(nick(n), reads))).collect()
}

impl Crowd {
    /// Lets those with these numbers and histories arrive.
    pub(crate) fn start(plan: &Plan, who: Vec<(u64, History)>) -> Crowd {
        let (phase, _) = watch::channel(Phase::Arrive);
        let (report, reports) = mpsc::unbounded_channel();
        let (member, members) = mpsc::unbounded_channel();
        let mut people = JoinSet::new();
        let count = who.len();
        for (n, history) in who {
            let life = Life {
                plan: plan.clone(),
                n,
                phase: phase.subscribe(),
                report: report.clone(),
                member: member.clone(),
            };
            people.spawn(async move {
                let lived = life.live(history).await;
                Ok((n, lived.with_context(|| nick(n))?))
            });
        }
        Crowd {
            phase,
            reports,
            people,
            members,
            count,
        }
    }

    /// Everybody goes on with `phase`.
    pub(crate) fn go(&self, phase: Phase) {
        self.phase.send_replace(phase);
    }

    /// Waits until everybody has done the phase. Not all may within `patience`: then the check tells.
    pub(crate) async fn done(&mut self, patience: Duration) -> anyhow::Result<Ending> {
        let mut missing = self.count;
        let all = async {
            while missing > 0 {
                match self.reports.recv().await {
                    Some(Report::Done) => missing -= 1,
                    Some(Report::Acknowledged(_)) => {}
                    None => break,
                }
            }
        };
        let waited = tokio::select! {
            waited = timeout(patience, all) => waited,
            ended = ended(&mut self.people) => return ended.map(|()| Ending::Everybody),
        };
        Ok(match waited {
            Ok(()) => Ending::Everybody,
            Err(_) => Ending::Missing(missing),
        })
    }

    /// The same where nothing is broken.
    pub(crate) async fn all_done(&mut self, what: &str) -> anyhow::Result<()> {
        match self.done(PATIENCE).await? {
            Ending::Everybody => Ok(()),
            Ending::Missing(count) => bail!("{count} people did not {what} in time"),
        }
    }

    /// Everybody reads up to the ends of `logs`, or as far as it comes within `patience`.
    pub(crate) async fn read_to_the_end(
        &mut self,
        logs: &Logs,
        patience: Duration,
    ) -> anyhow::Result<Ending> {
        self.go(heads(logs));
        self.done(patience).await
    }

    /// Ready with an error when somebody goes before being told to. Cancel safe.
    pub(crate) async fn ended(&mut self) -> anyhow::Result<()> {
        // What they tell meanwhile is not wanted.
        let told = async { while self.reports.recv().await.is_some() {} };
        tokio::select! {
            ended = ended(&mut self.people) => ended,
            () = told => bail!("nobody is there"),
        }
    }

    /// The next acknowledgement that `wanted` wants, or `None` at `until`.
    pub(crate) async fn acknowledged(
        &mut self,
        wanted: impl Fn(Acknowledgement) -> bool,
        until: Instant,
    ) -> Option<Instant> {
        let first = async {
            loop {
                match self.reports.recv().await? {
                    Report::Acknowledged(told) if wanted(told) => return Some(told.at),
                    _ => {}
                }
            }
        };
        timeout_at(until, first).await.ok().flatten()
    }

    /// Reads each conversation's log as the server holds it.
    ///
    /// # Errors
    /// A page that doesn't come.
    pub(crate) async fn logs(&mut self) -> anyhow::Result<Logs> {
        let mut logs = Logs::new();
        for _ in 0..self.count {
            let member = timeout(PATIENCE, self.members.recv()).await;
            let (client, places) = member.ok().flatten().context("somebody is missing")?;
            for place in places {
                if let std::collections::btree_map::Entry::Vacant(slot) = logs.entry(place) {
                    slot.insert(log(&client, ConversationId(place)).await?);
                }
            }
        }
        Ok(logs)
    }

    /// Everybody goes; gives what they did and saw.
    ///
    /// # Errors
    /// Of the first whom something unexpected happened to.
    pub(crate) async fn leave(mut self) -> anyhow::Result<Vec<(u64, History)>> {
        self.go(Phase::Leave);
        let mut histories = Vec::new();
        while let Some(ended) = self.people.join_next().await {
            histories.push(ended??);
        }
        Ok(histories)
    }
}

async fn ended(people: &mut JoinSet<anyhow::Result<(u64, History)>>) -> anyhow::Result<()> {
    people.join_next().await.context("nobody is there")???;
    bail!("somebody left too early")
}

/// Reading up to the ends of `logs`.
pub(crate) fn heads(logs: &Logs) -> Phase {
    let head = |log: &Vec<Kept>| log.last().map_or(0, |kept| kept.seq);
    Phase::Read(logs.iter().map(|(id, log)| (*id, head(log))).collect())
}

/// Who has done a phase when nobody waits any longer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Everybody,
    Missing(usize),
}

/// The whole log of a conversation.
async fn log(client: &Client, conversation: ConversationId) -> anyhow::Result<Vec<Kept>> {
    let mut log: Vec<Kept> = Vec::new();
    let mut tries = 0;
    loop {
        let from = Seq(log.last().map_or(0, |kept| kept.seq));
        let page = client.history(conversation, from, Direction::After).await;
        let page = match page {
            Ok(page) => page,
            // A server that has forgotten who is in there has forgotten what stands behind `log`.
            Err(refusal) if tries == PAGE_TRIES && refusal.code == Code::NotAMember => {
                return Ok(log);
            }
            Err(refusal) if tries == PAGE_TRIES => bail!("no page of a log: {refusal}"),
            Err(_) => {
                tries += 1;
                tokio::time::sleep(PAGE_PAUSE).await;
                continue;
            }
        };
        log.extend(page.entries.iter().map(|entry| Kept {
            seq: entry.seq.0,
            post: entry.post.map(number),
            digest: digest(entry),
        }));
        if !page.more {
            return Ok(log);
        }
    }
}

/// One person in the crowd.
struct Life {
    plan: Plan,
    n: u64,
    phase: watch::Receiver<Phase>,
    report: mpsc::UnboundedSender<Report>,
    member: mpsc::UnboundedSender<(Client, Vec<u64>)>,
}

impl Life {
    async fn live(mut self, history: History) -> anyhow::Result<History> {
        let who = (self.plan.seed, self.n);
        let habits = self.plan.habits;
        let mut person = Person::connect(&self.plan.link, who, habits, history);
        person.arrive().await?;
        for room in [self.n, self.n + 1, self.n + 3] {
            person.join(&format!("#room{}", room % ROOMS)).await?;
        }
        self.tell(Report::Done);
        self.phase.wait_for(|phase| *phase != Phase::Arrive).await?;
        // Half of them open their conversation with one of the other half, which does so too.
        let peer = (self.n + self.plan.people / 2) % self.plan.people;
        if peer != self.n {
            person.meet(&nick(peer)).await?;
        }
        self.tell(Report::Done);
        self.phase.wait_for(|phase| *phase != Phase::Meet).await?;
        self.talk(&mut person).await?;
        Ok(person.leave().await)
    }

    async fn talk(&mut self, person: &mut Person) -> anyhow::Result<()> {
        loop {
            let phase = self.phase.borrow_and_update().clone();
            match &phase {
                Phase::Leave => return Ok(()),
                Phase::Settle => person.hurry(),
                _ => {}
            }
            let mut told = Told::NotYet;
            // Until the phase changes.
            loop {
                let is_done = match &phase {
                    Phase::Settle => person.is_settled(),
                    Phase::Read(heads) => person.has_read(heads),
                    _ => false,
                };
                if is_done && told == Told::NotYet {
                    told = Told::Done;
                    if phase == Phase::Settle {
                        let places = person.places.keys().copied().collect();
                        // The run has ended otherwise.
                        drop(self.member.send((person.client.clone(), places)));
                    }
                    self.tell(Report::Done);
                }
                let mood = match phase {
                    Phase::Talk => Mood::Talks,
                    _ => Mood::Listens,
                };
                tokio::select! {
                    stepped = person.step(mood) => stepped?,
                    changed = self.phase.changed() => {
                        changed?;
                        break;
                    }
                }
                if let Some((at, online)) = person.heard.take() {
                    self.tell(Report::Acknowledged(Acknowledgement { at, online }));
                }
            }
        }
    }

    fn tell(&self, report: Report) {
        // The run has ended otherwise.
        drop(self.report.send(report));
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Told {
    NotYet,
    Done,
}
