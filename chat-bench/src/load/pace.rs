//! Who posts when: one pacer for all senders, so that a window bounds what is under way in all,
//! and a rate is kept however slow the answers are.

use std::time::{Duration, Instant};

use chat_core::command::Post;
use chat_core::{Body, Command, ConversationId, Text};

use crate::load::count::Counts;
use crate::load::scenario::Scenario;
use crate::load::wire::{Writer, post_id};

/// Somebody who posts.
pub(crate) struct Sender {
    pub(crate) writer: Writer,
    pub(crate) conversation: ConversationId,
}

/// See the module.
pub(crate) struct Pacer<'a> {
    senders: Vec<Sender>,
    text: Text,
    audience: u64,
    window: u64,
    period: Option<Duration>,
    counts: &'a Counts,
    /// Frames of each sender that are not written yet.
    unwritten: Vec<Vec<u8>>,
    /// The senders with such frames.
    touched: Vec<usize>,
    posts: u64,
}

impl<'a> Pacer<'a> {
    pub(crate) fn new(scenario: &Scenario, senders: Vec<Sender>, counts: &'a Counts) -> Pacer<'a> {
        Pacer {
            unwritten: senders.iter().map(|_| Vec::new()).collect(),
            senders,
            text: Text::new(&"x".repeat(scenario.payload)),
            audience: scenario.audience(),
            window: scenario.window as u64,
            period: scenario
                .rate
                .map(|rate| Duration::from_secs_f64(1.0 / rate)),
            counts,
            touched: Vec::new(),
            posts: 0,
        }
    }

    /// Posts until that is over, the senders taking turns.
    ///
    /// # Errors
    /// A sender's connection broke.
    pub(crate) async fn run(mut self) -> std::io::Result<()> {
        match self.period {
            Some(period) => self.at_a_rate(period).await,
            None => self.flat_out().await,
        }
    }

    async fn flat_out(&mut self) -> std::io::Result<()> {
        while self.counts.sending.get() {
            let done = self.counts.deliveries.get() / self.audience;
            let room = (done + self.window).saturating_sub(self.posts);
            let now = Instant::now();
            for _ in 0..room {
                self.post(now);
            }
            self.write().await?;
            self.counts.arrived.notified().await;
        }
        Ok(())
    }

    /// A post is due at its time whether or not those before it have arrived, and is timed from then.
    async fn at_a_rate(&mut self, period: Duration) -> std::io::Result<()> {
        let mut due = Instant::now();
        while self.counts.sending.get() {
            while due <= Instant::now() {
                self.post(due);
                due += period;
            }
            self.write().await?;
            tokio::time::sleep_until(due.into()).await;
        }
        Ok(())
    }

    fn post(&mut self, due: Instant) {
        let turn = (self.posts % self.senders.len() as u64) as usize;
        let request = self.counts.request(due, self.posts);
        let post = Post {
            request,
            conversation: self.senders[turn].conversation,
            post: post_id(request),
            body: Body::Post(self.text.clone()),
            again: false,
        };
        if self.unwritten[turn].is_empty() {
            self.touched.push(turn);
        }
        Command::from(post).append_to(&mut self.unwritten[turn]);
        self.posts += 1;
        self.counts.post();
    }

    /// One write for each sender that has something to say.
    async fn write(&mut self) -> std::io::Result<()> {
        while let Some(turn) = self.touched.pop() {
            let frames = &mut self.unwritten[turn];
            self.senders[turn].writer.write(frames).await?;
            frames.clear();
        }
        Ok(())
    }
}
