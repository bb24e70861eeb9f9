//! Sessions that are written a little later than at the end of the round: what they are sent only
//! tells people that what they have said themselves is committed.
//!
//! A worker that is busy writes to thousands of sockets in turn, and each write costs the same
//! whatever is in it. The next thing that goes to such a session takes this along.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// How long that waits at most: as a system waits with acknowledgements of TCP for something that takes
/// them along, and too short for somebody to see.
pub(super) const LATER: Duration = Duration::from_millis(40);

/// See the module. Each session is in it once for each time that it was put off in the last
/// [`LATER`].
#[derive(Debug, Default)]
pub(super) struct Late(RefCell<VecDeque<(Instant, u64)>>);

impl Late {
    /// Puts off a session, by its number.
    pub(super) fn put_off(&self, session: u64, now: Instant) {
        self.0.borrow_mut().push_back((now + LATER, session));
    }

    /// When the first is due.
    pub(super) fn due(&self) -> Option<Instant> {
        self.0.borrow().front().map(|(due, _)| *due)
    }

    /// Takes the first, where it is due.
    pub(super) fn take(&self, now: Instant) -> Option<u64> {
        let mut queue = self.0.borrow_mut();
        let (_, session) = queue.pop_front_if(|(due, _)| *due <= now)?;
        Some(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounded_each_waits_for_its_time_and_no_longer() {
        let (late, start) = (Late::default(), Instant::now());
        let next = start + LATER / 4;
        assert_eq!((late.due(), late.take(next)), (None, None));
        late.put_off(1, start);
        late.put_off(2, next);
        assert_eq!(late.due(), Some(start + LATER));
        assert_eq!(late.take(next), None);
        assert_eq!(late.take(start + LATER), Some(1));
        assert_eq!(late.take(start + LATER), None);
        assert_eq!(late.due(), Some(next + LATER));
        assert_eq!(late.take(next + LATER), Some(2));
        assert_eq!(late.due(), None);
    }
}
