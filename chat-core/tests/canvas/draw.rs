//! What each tool draws, as pictures in text: `.` is empty, a letter is a colour (`a` is 1).

use chat_core::canvas::limits::{HEIGHT, WIDTH};
use chat_core::canvas::{Colour, Part, Picture, Point, Shape, Size, Stroke, StrokeId};

fn at(x: u16, y: u16) -> Point {
    Point::new(x, y).expect("inside")
}

fn stroke(colour: u8, size: u8, shape: Shape) -> Stroke {
    let colour = Colour::new(colour).expect("a colour");
    let size = Size::new(size).expect("a size");
    Stroke::new(StrokeId(1), Part::First, colour, size, shape).expect("a stroke")
}

fn drawn(strokes: &[Stroke]) -> Picture {
    let mut picture = Picture::new();
    strokes.iter().for_each(|stroke| picture.draw(stroke));
    picture
}

/// The top left corner of the picture, as wide and high as `want`; the rest is empty.
#[track_caller]
fn check(strokes: &[Stroke], want: &str) {
    let picture = drawn(strokes);
    let want: Vec<&str> = want
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let width = want[0].len();
    let letter = |pixel: &u8| {
        if *pixel == 0 {
            '.'
        } else {
            (b'a' + pixel - 1) as char
        }
    };
    let rows = (0..want.len() as u16).map(|y| picture.row(y));
    let got: Vec<String> = rows
        .map(|row| row[..width].iter().map(letter).collect())
        .collect();
    assert_eq!(got, want, "\n{}", got.join("\n"));
    for y in 0..HEIGHT {
        let from = if usize::from(y) < want.len() {
            width
        } else {
            0
        };
        assert!(
            picture.row(y)[from..].iter().all(|pixel| *pixel == 0),
            "row {y}"
        );
    }
}

#[test]
fn a_pen_stamps_its_disc() {
    let sizes: Vec<Stroke> = (1..=8)
        .map(|size| {
            let x = u16::from(size) * (u16::from(size) + 1) / 2 + 4;
            stroke(size, size, Shape::Pen(vec![at(x, 4)]))
        })
        .collect();
    check(
        &sizes,
        "
         .............................................
         ...............................ggg.....hhhh..
         ..................eee...ffff..ggggg...hhhhhh.
         .........ccc..dd.eeeee.ffffffggggggg.hhhhhhhh
         .....a.bbccc.ddddeeeee.ffffffggggggg.hhhhhhhh
         .......bbccc.ddddeeeee.ffffffggggggg.hhhhhhhh
         ..............dd..eee..ffffff.ggggg..hhhhhhhh
         ........................ffff...ggg....hhhhhh.
         .......................................hhhh..
        ",
    );
}

#[test]
fn a_pen_goes_through_its_points() {
    check(
        &[stroke(
            1,
            1,
            Shape::Pen(vec![at(0, 0), at(7, 3), at(7, 5), at(2, 5), at(0, 9)]),
        )],
        "
         aa......
         ..aa....
         ....aa..
         ......aa
         .......a
         ..aaaaaa
         .a......
         .a......
         a.......
         a.......
        ",
    );
    check(
        &[stroke(2, 3, Shape::Pen(vec![at(2, 2), at(8, 4)]))],
        "
         ..........
         .bbbb.....
         .bbbbbbb..
         .bbbbbbbbb
         ...bbbbbbb
         ......bbbb
        ",
    );
}

#[test]
fn shapes() {
    check(
        &[stroke(1, 1, Shape::Line(at(9, 0), at(0, 4)))],
        "
         ........aa
         ......aa..
         ....aa....
         ..aa......
         aa........
        ",
    );
    check(
        &[stroke(1, 1, Shape::Line(at(0, 4), at(9, 0)))],
        "
         ........aa
         ......aa..
         ....aa....
         ..aa......
         aa........
        ",
    );
    check(
        &[stroke(1, 2, Shape::Rectangle(at(9, 5), at(1, 1)))],
        "
         ...........
         .aaaaaaaaaa
         .aaaaaaaaaa
         .aa......aa
         .aa......aa
         .aaaaaaaaaa
         .aaaaaaaaaa
        ",
    );
    check(
        &[stroke(1, 1, Shape::Ellipse(at(0, 0), at(19, 10)))],
        "
         ......aaaaaaaa......
         ...aaa........aaa...
         ..a..............a..
         .a................a.
         a..................a
         a..................a
         a..................a
         .a................a.
         ..a..............a..
         ...aaa........aaa...
         ......aaaaaaaa......
        ",
    );
    check(
        &[
            stroke(1, 1, Shape::Ellipse(at(0, 0), at(10, 10))),
            stroke(1, 1, Shape::Ellipse(at(12, 0), at(12, 8))),
            stroke(1, 1, Shape::Ellipse(at(14, 1), at(20, 1))),
            stroke(1, 1, Shape::Ellipse(at(22, 1), at(23, 10))),
        ],
        "
         ...aaaaa....a...........
         ..a.....a...a.aaaaaaa.aa
         .a.......a..a.........aa
         a.........a.a.........aa
         a.........a.a.........aa
         a.........a.a.........aa
         a.........a.a.........aa
         a.........a.a.........aa
         .a.......a..a.........aa
         ..a.....a.............aa
         ...aaaaa..............aa
        ",
    );
    check(
        &[stroke(1, 3, Shape::Ellipse(at(2, 2), at(20, 12)))],
        "
         ......................
         .......aaaaaaaaa......
         ....aaaaaaaaaaaaaaa...
         ...aaaaaaaaaaaaaaaaa..
         ..aaaaaaa.....aaaaaaa.
         .aaaaa...........aaaaa
         .aaaa.............aaaa
         .aaa...............aaa
         .aaaa.............aaaa
         .aaaaa...........aaaaa
         ..aaaaaaa.....aaaaaaa.
         ...aaaaaaaaaaaaaaaaa..
         ....aaaaaaaaaaaaaaa...
         .......aaaaaaaaa......
        ",
    );
}

#[test]
fn what_is_outside_is_cut() {
    let (right, bottom) = (WIDTH - 1, HEIGHT - 1);
    let picture = drawn(&[
        stroke(1, 8, Shape::Pen(vec![at(right, bottom)])),
        stroke(2, 8, Shape::Text(at(right - 20, 0), "MMM".into())),
    ]);
    assert_eq!(picture.at(at(right, bottom)), 1);
    assert_eq!(picture.at(at(right - 3, bottom)), 1);
    // Nothing came in again on the left.
    assert!((0..HEIGHT).all(|y| picture.row(y)[0] == 0));
    check(
        &[stroke(1, 6, Shape::Pen(vec![at(0, 0)]))],
        "
         aaaa
         aaaa
         aaaa
         aaa.
        ",
    );
}

#[test]
fn fill_goes_around_corners_but_not_through_them() {
    let wall = |points: &[(u16, u16)]| {
        let points = points.iter().map(|(x, y)| at(*x, *y)).collect();
        stroke(1, 1, Shape::Pen(points))
    };
    let walls = [
        wall(&[(0, 5), (5, 0), (10, 5), (5, 10), (0, 5)]), // diagonals are tight
        wall(&[(3, 5), (5, 5), (5, 8)]),
    ];
    check(
        &[&walls[..], &[stroke(3, 1, Shape::Fill(at(5, 4)))]].concat(),
        "
         .....a.....
         ....aca....
         ...accca...
         ..accccca..
         .accccccca.
         accaaacccca
         .acccaccca.
         ..accacca..
         ...acaca...
         ....a.a....
         .....a.....
        ",
    );
    // What has the colour already, and what is not empty.
    let full = drawn(&[stroke(2, 1, Shape::Fill(at(0, 0)))]);
    assert!(full.pixels().iter().all(|pixel| *pixel == 2));
    let again = drawn(&[
        stroke(2, 1, Shape::Fill(at(0, 0))),
        stroke(2, 1, Shape::Fill(at(9, 9))),
    ]);
    assert_eq!(full, again);
}

#[test]
fn an_eraser_leaves_nothing() {
    check(
        &[
            stroke(4, 1, Shape::FilledRectangle(at(6, 4), at(0, 0))),
            stroke(9, 2, Shape::Eraser(vec![at(1, 1), at(4, 2)])),
        ],
        "
         ddddddd
         d...ddd
         d.....d
         ddd...d
         ddddddd
        ",
    );
}

#[test]
fn letters() {
    check(
        &[stroke(1, 1, Shape::Text(at(0, 0), "Hi äλあж".into()))],
        "
         aa..aa....aa............aa..aa............a.....aaaaaaa
         aa..aa..........................aa......aaaaaa..a.....a
         aa..aa...aaa.............aaaa....aa.......a.....a.....a
         aaaaaa....aa................aa....aa......aaaa..a.....a
         aa..aa....aa.............aaaaa....aaa....aa.a.a.a.....a
         aa..aa....aa............aa..aa...aa.aa..a.aa..a.a.....a
         aa..aa...aaaa............aaaaaa.aa...aa..aa..a..aaaaaaa
        ",
    );
    check(
        &[stroke(1, 2, Shape::Text(at(0, 0), "g".into()))],
        "
         ..............
         ..............
         ..............
         ..............
         ..aaaaaa..aaaa
         ..aaaaaa..aaaa
         aaaa....aaaa..
         aaaa....aaaa..
         aaaa....aaaa..
         aaaa....aaaa..
         ..aaaaaaaaaa..
         ..aaaaaaaaaa..
         ........aaaa..
         ........aaaa..
         aaaaaaaaaa....
         aaaaaaaaaa....
        ",
    );
}
