//! Whether the other side is still there. Pure.
//!
//! A ping goes out when nothing was heard for a while, and one right after the login so that there
//! is a latency to show. While nothing else happens the pauses grow. The connection is dead when
//! nothing comes for a while after a ping.

use std::time::{Duration, Instant};

use chat_core::limits::{ANSWER_MS, IDLE_MS, IDLE_MS_MAX};

const IDLE: Duration = Duration::from_millis(IDLE_MS);
const IDLE_MAX: Duration = Duration::from_millis(IDLE_MS_MAX);
const ANSWER: Duration = Duration::from_millis(ANSWER_MS);

/// What is to be done now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Pulse {
    /// Nothing.
    Fine,
    /// Send a ping with this token.
    Ping(u64),
    /// Give the connection up.
    Dead,
}

#[derive(Debug)]
pub(crate) struct Liveness {
    /// The last ping that was sent, and whether it is unanswered.
    token: u64,
    sent: Instant,
    waits: bool,
    /// When the connection is dead unless something is heard; `None` while there is no doubt.
    dead: Option<Instant>,
    /// When the next ping is due unless something is heard, and the pause behind that one.
    due: Instant,
    pause: Duration,
}

impl Liveness {
    /// A connection that is alive now and wants its first ping at once.
    pub(crate) fn new(now: Instant) -> Liveness {
        Liveness {
            token: 0,
            sent: now,
            waits: false,
            dead: None,
            due: now,
            pause: IDLE,
        }
    }

    /// Something came that is neither ping nor pong. Not called for what is left unread, so see
    /// [`Liveness::excuse`].
    pub(crate) fn heard(&mut self, now: Instant) {
        self.dead = None;
        self.pause = IDLE;
        // The first ping of a connection stays due.
        if self.token > 0 {
            self.due = now + IDLE;
        }
    }

    /// The program says something: it wants to know soon whether that arrives.
    pub(crate) fn said(&mut self, now: Instant) {
        self.pause = IDLE;
        self.due = self.due.min(now + IDLE);
    }

    /// The program doesn't read, so nothing was read here: that is not the server's fault.
    pub(crate) fn excuse(&mut self, now: Instant) {
        if self.dead.is_some() {
            self.dead = Some(now + ANSWER);
        }
    }

    /// The server pinged: it is there, and nothing else happens.
    pub(crate) fn pinged(&mut self, now: Instant) {
        self.dead = None;
        // The first ping of a connection stays due.
        if self.token > 0 {
            self.due = now + self.pause;
        }
    }

    /// The answer to a ping: how long it took, unless it answers none.
    pub(crate) fn pong(&mut self, token: u64, now: Instant) -> Option<Duration> {
        self.pinged(now);
        let answers = self.waits && token == self.token;
        answers.then(|| {
            self.waits = false;
            now - self.sent
        })
    }

    /// What the time asks for.
    pub(crate) fn pulse(&mut self, now: Instant) -> Pulse {
        match self.dead {
            Some(dead) if now >= dead => return Pulse::Dead,
            None if now >= self.due => {}
            _ => return Pulse::Fine,
        }
        if self.token > 0 {
            self.pause = (self.pause * 2).min(IDLE_MAX);
        }
        self.token += 1;
        self.sent = now;
        self.waits = true;
        self.dead = Some(now + ANSWER);
        Pulse::Ping(self.token)
    }

    /// When [`Liveness::pulse`] has something to do if nothing happens.
    pub(crate) fn deadline(&self) -> Instant {
        self.dead.unwrap_or(self.due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_connection_is_pinged_after_thirty_seconds_and_ever_less_often() {
        let start = Instant::now();
        let mut liveness = Liveness::new(start);
        assert_eq!(liveness.pulse(start), Pulse::Ping(1), "for the latency");
        assert_eq!(liveness.pong(1, start + SECOND), Some(SECOND));
        assert_eq!(liveness.pong(1, start + SECOND), None, "once");
        for (token, due) in [(2, 31), (3, 91), (4, 211), (5, 331)] {
            let due = start + due * SECOND;
            assert_eq!(liveness.deadline(), due);
            assert_eq!(liveness.pulse(due - SECOND), Pulse::Fine);
            assert_eq!(liveness.pulse(due), Pulse::Ping(token));
            liveness.pong(token, due);
        }
    }

    #[test]
    fn a_connection_that_the_server_asks_about_is_not_asked_about_here() {
        let start = Instant::now();
        let mut quiet = Liveness::new(start);
        for (token, now) in [(1, 0), (2, 30), (3, 90)] {
            let now = start + now * SECOND;
            assert_eq!(quiet.pulse(now), Pulse::Ping(token));
            quiet.pong(token, now);
        }
        for asked in [195, 300, 405, 510] {
            let now = start + asked * SECOND;
            assert_eq!(quiet.pulse(now), Pulse::Fine);
            quiet.pinged(now);
        }
    }

    #[test]
    fn a_connection_on_which_something_happens_is_watched_again() {
        let start = Instant::now();
        let mut quiet = Liveness::new(start);
        for token in 1..5 {
            let now = quiet.deadline();
            assert_eq!(quiet.pulse(now), Pulse::Ping(token));
            quiet.pong(token, now);
        }
        let now = quiet.deadline() - 100 * SECOND;
        quiet.said(now);
        assert_eq!(quiet.deadline(), now + 30 * SECOND);
        quiet.heard(now + SECOND);
        assert_eq!(quiet.deadline(), now + 31 * SECOND);
        let now = now + 60 * SECOND;
        quiet.heard(now);
        assert_eq!(quiet.deadline(), now + 30 * SECOND);
    }

    #[test]
    fn a_connection_is_dead_when_nothing_follows_a_ping() {
        let start = Instant::now();
        let mut liveness = Liveness::new(start);
        liveness.pulse(start);
        liveness.pong(1, start);
        assert_eq!(liveness.pulse(start + 30 * SECOND), Pulse::Ping(2));
        assert_eq!(liveness.deadline(), start + 75 * SECOND);
        assert_eq!(liveness.pulse(start + 74 * SECOND), Pulse::Fine);
        assert_eq!(liveness.pulse(start + 75 * SECOND), Pulse::Dead);
        liveness.heard(start + 75 * SECOND);
        assert_eq!(liveness.pulse(start + 75 * SECOND), Pulse::Fine);
    }

    #[test]
    fn a_busy_connection_is_not_pinged() {
        let start = Instant::now();
        let mut liveness = Liveness::new(start);
        liveness.pulse(start);
        for second in 1..100 {
            let now = start + second * SECOND;
            liveness.heard(now);
            assert_eq!(liveness.pulse(now), Pulse::Fine);
        }
    }

    #[test]
    fn a_program_that_does_not_read_is_no_reason_to_give_up() {
        let start = Instant::now();
        let mut liveness = Liveness::new(start);
        liveness.pulse(start);
        liveness.excuse(start + 40 * SECOND);
        assert_eq!(liveness.pulse(start + 84 * SECOND), Pulse::Fine);
        assert_eq!(liveness.pulse(start + 85 * SECOND), Pulse::Dead);
    }
}
