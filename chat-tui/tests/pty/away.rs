//! Who is away, and who was.

use crate::rig::{Place, Running};
use crate::terminal::USUAL;

#[test]
fn what_is_written_to_who_is_away_is_promised_and_delivered() {
    let place = Place::new();
    let server = Running::start(&place.of("server"), 0);
    let mut bob = place.join("bob", USUAL, &server.link);
    let mut ann = place.join("ann", USUAL, &server.link);
    ann.sees("online 2");
    bob.keys("\x11");
    assert_eq!(bob.ends(), 0);
    ann.sees("online 1");
    ann.line("/msg bob are you there?");
    ann.sees("bob is not online right now");
    ann.sees("○ bob");
    let mut bob = place.join("bob", USUAL, &server.link);
    ann.sees("● bob");
    ann.sees("bob came online");
    bob.keys("\x1ba");
    bob.sees("are you there?");
    drop((ann, bob));
    server.stop();
}
