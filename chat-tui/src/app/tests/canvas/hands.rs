//! What keys and the mouse draw.

use super::drawing::check_open;

#[test]
fn the_mouse_draws_while_its_button_is_down() {
    check_open(
        "
        ->
        click 40 3
        drag 44 3
        ->
        tick 67
        -> Post canvas #a pen 57,20 85,20
        at: 60,20 2
        drag 44 5
        tick 10
        ->
        tick 57
        -> Post canvas #a more pen 85,20 85,48
        release 50 5
        tick 67
        -> Post canvas #a more pen 85,48 125,48
        drag 60 8
        tick 100
        ->
        ",
    );
}

#[test]
fn the_keys_draw_with_the_pen_down() {
    check_open(
        "
        keys Right Space Right Right Down
        tick 67
        -> Post canvas #a pen 165,96 168,96 171,96 171,101
        keys Shift+Right
        tick 67
        -> Post canvas #a more pen 171,101 199,101
        keys Space Left
        tick 67
        ->
        own: pen 165,96 168,96 171,96 171,101 sent; more pen 171,101 199,101 sent
        ",
    );
}

#[test]
fn shapes_have_two_points() {
    check_open(
        "
        keys l Space Shift+Right
        at: 170,96 2
        ->
        keys Enter
        -> Post canvas #a line 160,96 188,96
        tick 67
        keys r Space Down Space
        -> Post canvas #a rectangle 188,96 188,101
        tick 67
        keys R Space Esc
        keys-go: Canvas
        tick 67
        ->
        keys o
        click 40 3
        drag 50 8
        release 52 8
        -> Post canvas #a ellipse 57,20 139,89
        ",
    );
}

#[test]
fn fill_and_text_stand_where_the_cursor_is() {
    check_open(
        "
        keys f Space
        -> Post canvas #a fill 160,96
        tick 67
        keys t Space
        keys-go: Lettering
        type hi u X
        keys Backspace
        keys-go: Lettering
        keys Enter
        -> Post canvas #a text 160,96 \"hi u\"
        keys-go: Canvas
        keys Space
        type never mind
        keys Esc
        keys-go: Canvas
        tick 67
        ->
        keys Space
        paste two\\nlines
        keys Enter
        -> Post canvas #a text 160,96 \"two\"
        input: |
        ",
    );
}

#[test]
fn bounded_a_text_has_as_many_letters_as_fit() {
    let long = "x".repeat(100);
    let fits = "x".repeat(64);
    check_open(&format!(
        "
        keys t Space
        type {long}
        keys Enter
        -> Post canvas #a text 160,96 \"{fits}\"
        "
    ));
}

#[test]
fn tools_colours_and_sizes_are_taken() {
    check_open(
        "
        kit: pen 2 red
        keys 5 + +
        kit: pen 4 blue
        keys 9
        kit: pen 4 bright blue
        keys 9 c c
        kit: pen 4 cyan
        keys C -
        kit: pen 3 magenta
        keys e
        kit: eraser 3
        keys f
        kit: fill magenta
        keys p - - - -
        kit: pen 1 magenta
        wheel-up 60 5
        kit: pen 2 magenta
        wheel-down 60 5
        kit: pen 1 magenta
        ",
    );
}

#[test]
fn a_stroke_has_one_colour() {
    check_open(
        "
        keys Space Right 3 Right Space
        tick 67
        -> Post canvas #a pen 160,96 165,96
        own: pen 160,96 165,96 sent
        ",
    );
}

#[test]
fn leaving_draws_what_was_begun() {
    check_open(
        "
        keys Space Right F6 F6
        -> CloseCanvas #a
        tick 67
        -> Post ?1007909 pen 160,96 165,96
        ",
    );
}
