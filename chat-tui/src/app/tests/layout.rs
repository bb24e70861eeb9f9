//! Where everything is, in every size.

use jiff::tz::TimeZone;
use ratatui::layout::{Position, Rect, Size};

use crate::app::layout::{Hit, areas, buttons, columns, hit};
use crate::app::{App, Event, update};

fn app(width: u16, height: u16) -> App {
    let mut app = App::new("x", TimeZone::UTC, 1);
    let effects = update(&mut app, Event::Resize(Size::new(width, height)));
    assert_eq!(effects, []);
    app
}

#[test]
fn eighty_columns_have_three_panes_and_forty_one() {
    let wide = areas(&app(80, 24));
    assert!(wide.conversations.is_some() && wide.roster.is_some());
    assert_eq!(wide.log.height, 19);
    assert!(wide.log.width >= 44);
    let middle = areas(&app(60, 24));
    assert!(middle.conversations.is_none() && middle.roster.is_some());
    let narrow = areas(&app(40, 10));
    assert!(narrow.conversations.is_none() && narrow.roster.is_none());
    assert_eq!((narrow.log.width, narrow.log.height), (38, 5));
}

#[test]
fn nothing_leaves_the_screen_or_lies_over_something_else() {
    for width in 0..130 {
        for height in 0..40 {
            let app = app(width, height);
            let areas = areas(&app);
            let screen = Rect::new(0, 0, width, height);
            let parts = [
                Some(areas.header),
                areas.conversations,
                Some(areas.log),
                areas.roster,
                Some(areas.input),
                Some(areas.bar),
            ];
            let parts: Vec<_> = parts
                .into_iter()
                .flatten()
                .filter(|r| !r.is_empty())
                .collect();
            for (index, part) in parts.iter().enumerate() {
                assert_eq!(
                    part.intersection(screen),
                    *part,
                    "{width}x{height}: {part:?}"
                );
                for other in &parts[index + 1..] {
                    assert!(
                        !part.intersects(*other),
                        "{width}x{height}: {part:?} {other:?}"
                    );
                }
            }
            for button in buttons(&app, areas.bar) {
                let area = button.area;
                assert_eq!(
                    area.intersection(areas.bar),
                    area,
                    "{width}x{height}: {button:?}"
                );
            }
            let columns = columns(&app.options, areas.log.width);
            assert_eq!(columns.text_at + columns.text, areas.log.width, "{width}");
        }
    }
}

#[test]
fn the_bar_keeps_help_and_quit_longest() {
    let labels = |width| {
        let app = app(width, 24);
        let buttons = buttons(&app, areas(&app).bar);
        let keys: Vec<_> = buttons.iter().map(|button| button.key).collect();
        keys.join(" ")
    };
    assert_eq!(labels(80), "F1 F2 F3 ^K ^F PgUp F10");
    assert_eq!(labels(40), "F1 F2 F3 F10");
    assert_eq!(labels(22), "F1 F10");
}

#[test]
fn panes_and_times_are_as_wide_as_people_want_them() {
    use crate::app::Options;
    use crate::settings::{Settings, TimeFormat};

    let mut app = app(80, 24);
    let mut settings = Settings::default();
    settings.panes.conversations_columns = 10;
    settings.panes.people_columns = 20;
    settings.look.time = TimeFormat::new("%T").expect("a format");
    app.set_options(Options::new(&settings, &TimeZone::UTC));
    let wanted = areas(&app);
    assert_eq!(wanted.conversations.map(|area| area.width), Some(10));
    assert_eq!(wanted.roster.map(|area| area.width), Some(20));
    assert_eq!(columns(&app.options, 80).time, 8);
    assert_eq!(columns(&app.options, 80).nick_at, 9);

    settings.panes.people = false;
    settings.panes.conversations_columns = u16::MAX;
    settings.look.time = TimeFormat::new("").expect("a format");
    app.set_options(Options::new(&settings, &TimeZone::UTC));
    let wanted = areas(&app);
    assert_eq!((wanted.conversations, wanted.roster), (None, None));
    assert_eq!(columns(&app.options, 80).nick_at, 0);
}

#[test]
fn every_place_is_something() {
    let app = app(80, 24);
    for y in 0..24 {
        for x in 0..80 {
            let _: Hit = hit(&app, Position::new(x, y));
        }
    }
}
