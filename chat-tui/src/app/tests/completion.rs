//! Tab.

use super::check;

#[test]
fn commands_are_completed() {
    check(
        r"
        online #a
        type /ni
        keys Tab
        input: /nick |
        keys Ctrl+U
        type /m
        keys Tab
        input: /msg |
        keys Tab
        input: /me |
        keys Tab
        input: /mute|
        keys Tab
        input: /missed|
        keys Tab
        input: /m|
        keys Shift+Tab
        input: /missed|
        keys x Tab
        input: /missedx|
        ",
    );
}

#[test]
fn nicks_are_completed_the_last_speaker_first() {
    check(
        r"
        online #a
        roster #a ann bert bob carol
        say #a carol hi
        say #a bob hi
        type b
        keys Tab
        input: bob: |
        keys Tab
        input: bert: |
        keys Tab
        input: b|
        keys Ctrl+U Tab
        input: bob: |
        keys Tab
        input: carol: |
        keys Ctrl+U
        type hi CA
        keys Tab
        input: hi carol |
        type a
        keys Tab
        input: hi carol a|
        keys Ctrl+U
        type /msg @be
        keys Tab
        input: /msg @bert |
        ",
    );
}

#[test]
fn rooms_and_emoji_are_completed() {
    check(
        r"
        online #general #ops
        type see #ge
        keys Tab
        input: see #general |
        keys Ctrl+U
        type /join o
        keys Tab
        input: /join #ops |
        keys Ctrl+U
        type so :rocket
        keys Tab
        input: so 🚀|
        type :no-such-thing
        keys Tab
        input: so 🚀:no-such-thing|
        ",
    );
}
