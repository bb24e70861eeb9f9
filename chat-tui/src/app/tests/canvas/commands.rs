//! `/canvas`.

use super::super::script::check;
use super::drawing::check_open;

#[test]
fn the_command_opens_and_closes_it() {
    check(
        "
        online #a:0/0
        type /canvas
        keys Enter
        -> OpenCanvas #a
        place: Some(Beside)
        keys Esc
        type /canvas
        keys Enter
        -> CloseCanvas #a
        place: None
        ",
    );
}

#[test]
fn it_is_saved_as_the_ending_says() {
    check_open(
        "
        drawn bob 1 10,10 20,10
        keys s
        input: /canvas save |
        type a.png
        keys Enter
        -> Save a.png (true)
        keys Esc
        type /canvas save 'my file.svg'
        keys Enter
        -> Save my file.svg (true)
        type /canvas save x.txt
        keys Enter
        -> Save x.txt (true)
        type /canvas save x.jpg
        keys Enter
        ->
        notice: name the file picture.png, picture.svg or picture.txt: the ending says as what
        input: /canvas save x.jpg|
        ",
    );
}

#[test]
fn a_canvas_that_nobody_looks_at_is_opened_for_it() {
    check(
        "
        online #a:0/0
        type /canvas save x.txt
        keys Enter
        -> OpenCanvas #a
        place: None
        canvas #a
        -> Save x.txt (false); CloseCanvas #a
        type /canvas reset
        keys Enter
        popup: reset canvas
        keys y
        -> OpenCanvas #a
        canvas #a
        -> Post ?1007909 reset; CloseCanvas #a
        ",
    );
}

#[test]
fn without_a_connection_it_says_so() {
    check(
        "
        online #a:0/0
        offline 1000
        type /canvas undo
        keys Enter
        ->
        notice: not connected: the canvas is on the server
        input: /canvas undo|
        ",
    );
}
