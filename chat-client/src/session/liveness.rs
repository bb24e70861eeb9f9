//! Whether the other side is still there. Pure.
//!
//! A ping goes out when nothing was heard for a while, and one right after the login so that there
//! is a latency to show. The connection is dead when nothing came for longer.

use std::time::{Duration, Instant};

use chat_core::limits::{DEAD_MS, IDLE_MS};

const IDLE: Duration = Duration::from_millis(IDLE_MS);
const DEAD: Duration = Duration::from_millis(DEAD_MS);

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
    heard: Instant,
    /// The last ping that was sent, and whether it is unanswered.
    token: u64,
    sent: Instant,
    waits: bool,
    /// When the next ping is due unless something is heard.
    due: Instant,
}

impl Liveness {
    /// A connection that is alive now and wants its first ping at once.
    pub(crate) fn new(now: Instant) -> Liveness {
        Liveness {
            heard: now,
            token: 0,
            sent: now,
            waits: false,
            due: now,
        }
    }

    /// Something came. Not called for what is left unread, so see [`Liveness::excuse`].
    pub(crate) fn heard(&mut self, now: Instant) {
        self.heard = now;
        // The first ping of a connection stays due.
        if self.token > 0 {
            self.due = now + IDLE;
        }
    }

    /// The program doesn't read, so nothing was read here: that is not the server's fault.
    pub(crate) fn excuse(&mut self, now: Instant) {
        self.heard = now;
    }

    /// The answer to a ping: how long it took, unless it answers none.
    pub(crate) fn pong(&mut self, token: u64, now: Instant) -> Option<Duration> {
        let answers = self.waits && token == self.token;
        answers.then(|| {
            self.waits = false;
            now - self.sent
        })
    }

    /// What the time asks for.
    pub(crate) fn pulse(&mut self, now: Instant) -> Pulse {
        if now >= self.heard + DEAD {
            return Pulse::Dead;
        }
        if now < self.due {
            return Pulse::Fine;
        }
        self.token += 1;
        self.sent = now;
        self.waits = true;
        self.due = now + IDLE;
        Pulse::Ping(self.token)
    }

    /// When [`Liveness::pulse`] has something to do if nothing happens.
    pub(crate) fn deadline(&self) -> Instant {
        self.due.min(self.heard + DEAD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn an_idle_connection_is_pinged_every_thirty_seconds() {
        let start = Instant::now();
        let mut liveness = Liveness::new(start);
        assert_eq!(liveness.pulse(start), Pulse::Ping(1), "for the latency");
        liveness.heard(start + SECOND);
        assert_eq!(liveness.pong(1, start + SECOND), Some(SECOND));
        assert_eq!(liveness.pong(1, start + SECOND), None, "once");
        assert_eq!(liveness.deadline(), start + 31 * SECOND);
        assert_eq!(liveness.pulse(start + 30 * SECOND), Pulse::Fine);
        assert_eq!(liveness.pulse(start + 31 * SECOND), Pulse::Ping(2));
        assert_eq!(liveness.pulse(start + 61 * SECOND), Pulse::Ping(3));
        assert_eq!(liveness.deadline(), start + 76 * SECOND);
        assert_eq!(liveness.pulse(start + 76 * SECOND), Pulse::Dead);
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
        liveness.excuse(start + 70 * SECOND);
        assert_eq!(liveness.pulse(start + 80 * SECOND), Pulse::Ping(2));
    }
}
