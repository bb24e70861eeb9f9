//! Connections that are written a little later than at the end of the round: what they are sent only
//! tells people that what they have said themselves is committed.
//!
//! A worker that is busy writes to thousands of sockets in turn, and each write costs the same
//! whatever is in it. The next thing that goes to such a connection takes this along.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::Instant;

use super::connection::Connection;

/// How long that waits at most: as a system waits with acknowledgements of TCP for something that takes
/// them along, and too short for somebody to see.
const LATER: Duration = Duration::from_millis(40);

/// See the module. Each connection is in it once for each time that it was put off in the last
/// [`LATER`].
#[derive(Default)]
pub(super) struct Late(RefCell<VecDeque<(Instant, Rc<Connection>)>>);

impl Late {
    /// Puts off a connection.
    pub(super) fn put_off(&self, connection: &Rc<Connection>) {
        let due = Instant::now() + LATER;
        self.0.borrow_mut().push_back((due, connection.clone()));
    }

    /// When the first is due.
    pub(super) fn due(&self) -> Option<Instant> {
        self.0.borrow().front().map(|(due, _)| *due)
    }

    /// Takes the first, where it is due.
    pub(super) fn take(&self) -> Option<Rc<Connection>> {
        let mut queue = self.0.borrow_mut();
        let (_, connection) = queue.pop_front_if(|(due, _)| *due <= Instant::now())?;
        Some(connection)
    }

    /// Breaks the circle to connections.
    pub(super) fn forget_all(&self) {
        self.0.take();
    }
}
