//! The connection screen, and going from one server to another.

use ratatui::layout::Position;

use super::check;
use super::script::Player;
use crate::app::layout::{self, Hit};

#[test]
fn the_connection_is_shown_with_what_can_be_done_about_it() {
    check(
        r#"
        servers chat.example:7878 other:1
        secured link
        online #a
        keys F4
        popup: menu connection: chat.example ● online / encrypted with TLS 1.3; its certificate is the one that the link named: / BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc / you are ann; the key of your account: / [connect anew, now] / another nick … / copy the certificate's fingerprint / copy the link to this server / servers / ● chat.example / ○ chat.example:7878 as ann / ○ other:1 as ann / another one …
        keys Enter
        -> Reconnect
        popup: none
        keys F4 Down Down Enter
        -> Copy "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"
        notice: the fingerprint was copied, if your terminal allows that
        keys F4 Down Down Down Enter
        -> Copy "chat://chat.example:7878/#fp=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"
        keys F4 Down Enter
        popup: nick ann
        keys Esc F4
        popup: none
        "#,
    );
}

#[test]
fn plain_tcp_is_said_loudly_and_an_outage_with_its_reason() {
    check(
        r"
        secured plain
        online #a
        keys F4
        popup: menu connection: chat.example ● online / NOT ENCRYPTED: plain TCP. Everybody on the way can read and change what you write. / you are ann; the key of your account: / [connect anew, now] / another nick … / copy the certificate's fingerprint / copy the link to this server / servers / ● chat.example / another one …
        offline 3000
        popup: menu connection: chat.example ○ offline, again in 3 s / connection lost / NOT ENCRYPTED: plain TCP. Everybody on the way can read and change what you write. / you are ann; the key of your account: / [connect anew, now] / another nick … / copy the certificate's fingerprint / copy the link to this server / servers / ○ chat.example / another one …
        ",
    );
}

#[test]
fn another_server_is_gone_to_and_drafts_are_kept_before() {
    check(
        r#"
        servers chat.example other:1
        online #a
        type half a line
        keys F4 Down Down Down Down Down Down Enter
        stored: Draft #a "half a line"
        -> Connect chat://other:1/
        popup: none
        "#,
    );
}

#[test]
fn a_new_server_is_asked_for_and_a_wrong_address_is_asked_again() {
    check(
        r"
        online #a
        keys F4 Down Down Down Down Down Enter
        popup: connect
        type ftp://x
        keys Enter
        popup: connect ftp://x ('ftp://' is not a chat link: it starts with chat://)
        keys Ctrl+U
        paste chat://there:9/#invite=word
        keys Enter
        -> Connect chat://there:9/#invite=word
        keys Esc
        type /connect here:x
        keys Enter
        notice: 'x' is not a port: write a number from 1 to 65535
        input: /connect here:x|
        keys Ctrl+U
        type /connect here:5
        keys Enter
        -> Connect chat://here:5/
        type /connect
        keys Enter
        popup: connect
        keys Esc
        type /servers
        keys Enter
        popup: menu connection: chat.example ● online / you are ann; the key of your account: / [connect anew, now] / another nick … / copy the certificate's fingerprint / copy the link to this server / servers / ● chat.example / another one …
        ",
    );
}

#[test]
fn the_server_where_one_is_is_not_gone_to_unless_the_connection_has_ended() {
    let mut player = Player::new();
    player.app.servers.here = "chat.example:7878".into();
    player.play(
        r"
        online #a
        type /connect Chat.Example
        keys Enter
        ->
        notice: you are there: /reconnect connects anew
        closed the certificate has changed
        keys Esc
        type /connect chat.example
        keys Enter
        -> Connect chat://chat.example:7878/",
    );
}

#[test]
fn a_server_is_forgotten_when_that_is_said_twice_and_not_the_one_where_one_is() {
    let mut player = Player::new();
    player.app.servers.here = "chat.example:7878".into();
    player.play(
        r"
        servers chat.example:7878 other:1 third:2
        online #a
        keys F4 d
        notice: pick a server: it is forgotten with d
        keys Down Down Down Down d
        notice: you are there: go to another server before you forget this one
        keys Down d
        popup: forget other:1?
        keys n
        -> 
        keys Delete y
        -> ForgetServer other:1
        notice: other:1 is forgotten
        keys Enter
        -> Connect chat://third:2/",
    );
}

#[test]
fn who_does_not_trust_or_log_in_goes_back_to_where_they_were() {
    check(
        r"
        came-from old:1
        certificate
        keys n
        -> Connect chat://old:1/
        login-refused nick-taken taken
        keys Esc
        -> Connect chat://old:1/
        certificate
        keys F10
        -> Quit
        ",
    );
}

#[test]
fn who_hosts_and_is_elsewhere_is_told_and_asked_before_the_server_ends() {
    check(
        r"
        host-elsewhere chat://x/
        servers 127.0.0.1:7878
        online #a
        log:
          (beginning)
        keys F4
        popup: menu connection: chat.example ● online / you are ann; the key of your account: / the server that you host goes on running in this window and ends with it / [connect anew, now] / another nick … / copy the certificate's fingerprint / copy the link to this server / servers / ● chat.example / ○ 127.0.0.1:7878 as ann / another one …
        keys Esc F10
        popup: quit? 0
        ->
        keys y
        -> Quit
        ",
    );
}

#[test]
fn a_click_on_the_top_line_shows_the_connection() {
    let mut player = Player::new();
    player.play("online #a");
    assert_eq!(layout::hit(&player.app, Position::new(3, 0)), Hit::Header);
    player.play("click 3 0");
    assert!(player.app.popup().is_some());
    player.play("click 0 0\npopup: none");
}
