//! The list of conversations, and going from one to another.

use super::check;

#[test]
fn the_list_is_lobby_rooms_people() {
    check(
        r"
        online @zoe #b #a @bob #lobby
        list: #lobby #a #b @bob [@zoe]
        keys Ctrl+N
        list: [#lobby] #a #b @bob @zoe
        keys Ctrl+P
        list: #lobby #a #b @bob [@zoe]
        keys Alt+2
        list: #lobby [#a] #b @bob @zoe
        keys Alt+9
        list: #lobby [#a] #b @bob @zoe
        keys Alt+Right Alt+Right
        list: #lobby #a #b [@bob] @zoe
        keys Alt+Left
        list: #lobby #a [#b] @bob @zoe
        stored: Current #b
        ",
    );
}

#[test]
fn the_next_with_something_new_is_mentions_then_others_then_back() {
    check(
        r"
        online #a #b #c @bob #d
        keys Alt+4
        list: #a #b #c [#d] @bob
        say #b bob hello
        say #c bob ann: look
        say @bob bob psst
        list: #a #b 1 #c 1!1 [#d] @bob 1!1
        keys Alt+A
        list: #a #b 1 #c 1!1 #d [@bob]
        keys Alt+A
        list: #a #b 1 [#c] #d @bob
        keys Alt+A
        list: #a [#b] #c #d @bob
        keys Alt+A
        list: #a #b #c [#d] @bob
        keys Alt+A
        list: #a #b #c [#d] @bob
        notice: nothing new
        ",
    );
}

#[test]
fn a_muted_conversation_neither_rings_nor_calls() {
    check(
        r"
        online #a #b
        type /mute
        keys Enter
        stored: Muted #a true
        keys Ctrl+N
        ->
        blur
        say #a bob ann!
        -> 
        list: #a 1!1 muted [#b]
        focus
        keys Alt+A
        list: #a 1!1 muted [#b]
        keys Ctrl+P
        type /mute
        keys Enter
        list: [#a] #b
        ",
    );
}

#[test]
fn going_to_finds_by_parts_of_a_name() {
    check(
        r"
        online #lobby #general #ops
        roster #lobby ann bob carol
        keys Ctrl+K
        popup: pick [#general] #ops @bob @carol
        type ops
        popup: pick [#ops]
        keys Enter
        list: #lobby #general [#ops]
        type text
        keys Home Ctrl+K
        input: |
        popup: none
        keys Ctrl+K
        type crl
        popup: pick [@carol]
        keys Enter
        -> Direct carol
        ",
    );
}

#[test]
fn picking_a_person_opens_the_conversation_with_them() {
    check(
        r"
        online #a @bob
        roster #a ann bob carol
        keys F3
        popup: pick [@bob] @carol
        keys Down Enter
        -> Direct carol
        announce @carol
        opened @carol
        list: #a @bob [@carol]
        keys F3
        type bob
        keys Enter
        ->
        list: #a [@bob] @carol
        keys F3
        type nobodyhere
        popup: pick
        keys Enter
        -> Direct nobodyhere
        ",
    );
}

#[test]
fn clicks_open_conversations_people_and_the_bar() {
    check(
        r"
        online #a #b
        roster #a ann bob
        click 3 3
        list: #a [#b]
        click 3 2
        list: [#a] #b
        click 70 3
        -> Direct bob
        click 70 2
        ->
        click 3 23
        popup: help 0
        wheel-down 10 10
        popup: help 3
        keys Esc
        popup: none
        ",
    );
}

#[test]
fn leaving_a_room_shows_its_neighbour() {
    check(
        r#"
        online #a #b
        keys Ctrl+N
        type /part so long
        keys Enter
        -> Part #b "so long"
        ok
        list: [#a]
        type /part
        keys Enter
        left #a
        list: 
        notice: 
        type hi
        keys Enter
        input: hi|
        notice: there is no conversation yet: wait for the server, or /join a room
        announce #c
        list: [#c]
        input: hi|
        "#,
    );
}

#[test]
fn a_direct_conversation_follows_the_other_nick() {
    check(
        r"
        online #a @bob @carol
        rename @bob bob zed
        list: [#a] @carol @zed
        ",
    );
}

#[test]
fn panes_are_toggled() {
    check(
        r"
        online #a
        roster #a ann bob
        keys F9
        click 70 3
        ->
        keys F9
        click 70 3
        -> Direct bob
        ",
    );
}
