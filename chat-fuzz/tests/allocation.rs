//! Alone in its binary, because it counts what the whole process allocates.

use chat_fuzz::{explore::explore, target};

#[test]
fn bounded_decoding_allocates_little_more_than_came() {
    explore(target("allocation"));
}
