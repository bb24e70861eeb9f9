//! Who posts when: one pacer for all senders, so that a window bounds what is under way in all,
//! and a rate is kept however slow the answers are.

use std::time::{Duration, Instant};

use crate::load::chat;
use crate::load::count::{Counts, Stamp};
use crate::load::crowd::Crowd;
use crate::load::scenario::Scenario;
use crate::rivals::speech::Message;

/// Posts between two looks at what has come.
const AT_ONCE: u64 = 64;

/// Somebody who posts.
pub(crate) struct Sender {
    /// Which member of the crowd it is.
    pub(crate) member: usize,
    pub(crate) poster: Poster,
}

/// What one connection posts.
pub(crate) enum Poster {
    /// To our server.
    Chat(chat::Poster),
    /// To another one.
    Rival(Message),
}

impl Poster {
    fn append(&self, stamp: Stamp, out: &mut Vec<u8>) {
        match self {
            Poster::Chat(poster) => poster.append(stamp, out),
            Poster::Rival(message) => message.append(stamp, out),
        }
    }
}

/// See the module.
pub(crate) struct Pacer {
    senders: Vec<Sender>,
    audience: u64,
    pace: Pace,
    /// Members that have something to write.
    touched: Vec<usize>,
}

enum Pace {
    /// As many posts as the window lets be under way.
    FlatOut { window: u64 },
    /// One in each period, whether or not those before it have arrived; timed from when it is due.
    Rate { period: Duration, due: Instant },
}

impl Pacer {
    /// One for `senders`, whose posts reach `audience` readers each.
    pub(crate) fn new(scenario: &Scenario, audience: u64, senders: Vec<Sender>) -> Pacer {
        Pacer {
            senders,
            audience,
            pace: match scenario.rate {
                None => Pace::FlatOut {
                    window: scenario.window as u64,
                },
                Some(rate) => Pace::Rate {
                    period: Duration::from_secs_f64(1.0 / rate),
                    due: Instant::now(),
                },
            },
            touched: Vec::new(),
        }
    }

    /// Posts and reads until a moment, the senders taking turns.
    ///
    /// # Errors
    /// A connection broke.
    pub(crate) fn run(
        &mut self,
        until: Instant,
        crowd: &mut Crowd,
        counts: &mut Counts,
    ) -> anyhow::Result<()> {
        loop {
            let now = Instant::now();
            if now >= until {
                return Ok(());
            }
            match self.pace {
                _ if self.senders.is_empty() => crowd.turn(until, counts)?,
                Pace::FlatOut { window } => {
                    let done = counts.deliveries / self.audience;
                    let room = (done + window).saturating_sub(counts.sent);
                    for _ in 0..room.min(AT_ONCE) {
                        self.post(now, crowd, counts);
                    }
                    self.write(crowd)?;
                    let until = if room > AT_ONCE { now } else { until };
                    crowd.turn(until, counts)?;
                }
                Pace::Rate { period, mut due } => {
                    while due <= now {
                        self.post(due, crowd, counts);
                        due += period;
                    }
                    self.pace = Pace::Rate { period, due };
                    self.write(crowd)?;
                    crowd.turn_exactly(due.min(until), counts)?;
                }
            }
        }
    }

    fn post(&mut self, due: Instant, crowd: &mut Crowd, counts: &mut Counts) {
        let turn = (counts.sent % self.senders.len() as u64) as usize;
        let sender = &self.senders[turn];
        let unwritten = &mut crowd.socket(sender.member).unwritten;
        if unwritten.is_empty() {
            self.touched.push(sender.member);
        }
        sender.poster.append(counts.post(due), unwritten);
    }

    /// One write for each sender that has something to say.
    fn write(&mut self, crowd: &mut Crowd) -> std::io::Result<()> {
        self.touched
            .drain(..)
            .try_for_each(|member| crowd.socket(member).flush())
    }
}
