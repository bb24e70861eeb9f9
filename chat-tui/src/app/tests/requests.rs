//! Slash commands and the answers to them.

use super::check;

#[test]
fn a_nick_is_asked_for_and_a_refusal_asks_again() {
    check(
        r"
        online #a
        type /nick bob
        keys Enter
        -> SetNick bob
        input: |
        refused bob is taken => bob2
        popup: nick bob2 (bob is taken)
        keys Enter
        -> SetNick bob2
        ok
        me bob2
        notice: you are bob2 now
        keys F2
        popup: nick bob2
        keys Ctrl+U
        type a b
        keys Enter
        popup: nick a b (a space can't stand in a name: use letters, digits, '_', '-' and '.')
        keys Esc
        popup: none
        ->
        ",
    );
}

#[test]
fn a_message_opens_its_conversation_and_is_posted() {
    check(
        r#"
        online #a
        type /msg bob see you
        keys Enter
        -> Direct bob
        announce @bob
        opened @bob
        -> Post @bob Said "see you"
        list: #a [@bob]
        keys Ctrl+P
        type /msg BOB again
        keys Enter
        -> Post @bob Said "again"
        list: #a [@bob]
        "#,
    );
}

#[test]
fn a_message_to_nobody_goes_back_into_the_input() {
    check(
        r"
        online #a
        type /msg nobody see you
        keys Enter
        -> Direct nobody
        input: |
        refused nobody has that nick
        input: /msg nobody see you|
        notice: nobody has that nick
        keys Enter
        type typing on
        refused nobody has that nick
        input: typing on|
        keys Up
        input: /msg nobody see you|
        ",
    );
}

#[test]
fn rooms_are_joined_by_name_or_from_the_list() {
    check(
        r"
        online #a
        type /join Ops
        keys Enter
        -> Join #ops
        announce #ops
        opened #ops
        list: #a [#ops]
        type /join #a
        keys Enter
        ->
        list: [#a] #ops
        type /join a b
        keys Enter
        input: /join a b|
        ->
        keys Ctrl+C
        type /rooms
        keys Enter
        -> Rooms -
        rooms #a #b more
        -> Rooms #b
        rooms #c
        popup: pick [#a] #b #c
        type c
        keys Enter
        -> Join #c
        ",
    );
}

#[test]
fn topics_are_shown_set_and_removed() {
    check(
        r#"
        online #a @bob
        type /topic
        keys Enter
        notice: there is no topic: /topic TEXT sets one
        type /topic on time
        keys Enter
        -> Topic #a "on time"
        topic #a on time
        type /topic
        keys Enter
        notice: topic: on time
        type /topic -
        keys Enter
        -> Topic #a ""
        keys Ctrl+N
        type /topic x
        keys Enter
        ->
        notice: only rooms have a topic
        "#,
    );
}

#[test]
fn who_lists_and_describes() {
    check(
        r"
        online #a
        roster #a ann bob
        type /who
        keys Enter
        popup: card #a · 2 here: ● ann / ● bob
        keys Esc
        type /who bob
        keys Enter
        -> Who bob
        profile bob
        popup: card bob: online / here since 2026-11-20 14:00 / on 2 terminals / key AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE
        ",
    );
}

#[test]
fn away_and_back() {
    check(
        r#"
        online #a
        type /away lunch
        keys Enter
        -> SetPresence away=true "lunch"
        ok
        notice: you are away: /back when you return
        type /back
        keys Enter
        -> SetPresence away=false
        "#,
    );
}

#[test]
fn an_unknown_command_is_refused_and_kept() {
    check(
        r"
        online #a
        type /jion #b
        keys Enter
        ->
        input: /jion #b|
        notice: there is no /jion: the nearest is /join. To post it as text, start with //
        ",
    );
}

#[test]
fn help_and_panes_need_no_connection() {
    check(
        r"
        type /help
        keys Enter
        popup: help 0
        keys PgDn q
        popup: none
        input: |
        ",
    );
}
