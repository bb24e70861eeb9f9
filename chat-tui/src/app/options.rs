//! What of the settings the application goes by. Made out of [`Settings`] in one place; whatever
//! reads the file tells it with [`App::set_options`].

use chat_core::Millis;
use jiff::Zoned;
use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;

use super::App;
use super::model::{Pane, Panes};
use super::rows;
use crate::settings::{self, AlertsAbout, Joins, Returning, Settings, TimeFormat};
use crate::text::{self, Emoji};

/// Narrower than this, and a pane shows nothing; wider, and it is no pane.
const PANE_COLUMNS: std::ops::RangeInclusive<u16> = 5..=80;

/// A time may not be wider than this: the text needs the room.
const TIME_COLUMNS_MAX: usize = 30;

/// What people want of the application.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// What the terminal can show.
    pub emoji: Emoji,
    /// How times stand in the log.
    pub time: TimeColumn,
    /// What the log shows of those who come and go.
    pub joins: Joins,
    /// How what was missed is told on return.
    pub returning: Returning,
    /// With which characters a canvas is shown.
    pub canvas: settings::CanvasGlyphs,
    /// The background that was named, for pictures that are saved.
    pub ground: settings::Theme,
    /// Which panes are shown until somebody says otherwise.
    pub panes: Panes,
    /// Width of the list of conversations on a terminal of 80 columns.
    pub conversations_columns: u16,
    /// Width of the list of people on one.
    pub people_columns: u16,
    /// A paste of more lines is asked about.
    pub paste_lines_max: usize,
    /// Sent lines that are kept for `↑`, per conversation.
    pub recall_max: usize,
    /// Whether `:)` becomes an emoji when it is sent.
    pub smileys: bool,
    /// What calls for attention.
    pub alerts: AlertsAbout,
}

/// How times stand in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeColumn {
    format: TimeFormat,
    zone: TimeZone,
    /// Columns of the widest time; 0 when there are none.
    pub columns: u16,
    /// For how long the same is written, in milliseconds.
    step_ms: u64,
}

impl Options {
    /// What the settings say. Times are written for `zone`.
    #[must_use]
    pub fn new(settings: &Settings, zone: &TimeZone) -> Options {
        // Field by field, so that a new key can't be forgotten here.
        let settings::Look {
            time,
            joins,
            returning,
            emoji,
            canvas,
            theme,
            // The theme's.
            colours: _,
            pictures: _,
        } = &settings.look;
        let settings::Panes {
            conversations,
            people,
            conversations_columns,
            people_columns,
        } = settings.panes;
        let settings::Input {
            paste_lines_max,
            recall_max,
            smileys,
            // The terminal's.
            mouse: _,
        } = settings.input;
        let clamped = |columns: u16| columns.clamp(*PANE_COLUMNS.start(), *PANE_COLUMNS.end());
        Options {
            emoji: match emoji {
                settings::Emoji::Safe => Emoji::Safe,
                settings::Emoji::Full => Emoji::Full,
            },
            time: TimeColumn::new(time.clone(), zone.clone()),
            joins: *joins,
            canvas: *canvas,
            ground: *theme,
            returning: *returning,
            panes: Panes {
                conversations: pane(conversations),
                roster: pane(people),
            },
            conversations_columns: clamped(conversations_columns),
            people_columns: clamped(people_columns),
            paste_lines_max,
            recall_max,
            smileys,
            alerts: settings.alerts.about,
        }
    }
}

impl Default for Options {
    /// What the settings say by themselves, with times in UTC.
    fn default() -> Options {
        Options::new(&Settings::default(), &TimeZone::UTC)
    }
}

fn pane(shown: bool) -> Pane {
    if shown { Pane::Auto } else { Pane::Hidden }
}

impl TimeColumn {
    /// Measures what the format makes of every month, weekday and half of the day there is.
    #[must_use]
    pub fn new(format: TimeFormat, zone: TimeZone) -> TimeColumn {
        // Two digits wherever there can be two.
        let days = (1..=12).flat_map(|month| (22..=28).map(move |day| date(2026, month, day)));
        let moment = |at: DateTime| at.to_zoned(zone.clone()).map(|at| format.write(&at));
        let columns = days
            .flat_map(|day| [day.at(11, 58, 58, 987_654_321), day.at(22, 58, 58, 0)])
            .filter_map(|at| moment(at).ok())
            .map(|time| text::width(&text::shown_line(&time, Emoji::Safe)))
            .max();
        let noon = date(2026, 1, 22).at(12, 0, 0, 0);
        let changes =
            |seconds| moment(noon).ok() != moment(noon + jiff::Span::new().seconds(seconds)).ok();
        TimeColumn {
            columns: u16::try_from(columns.unwrap_or(0).min(TIME_COLUMNS_MAX)).unwrap_or(0),
            step_ms: if changes(1) { 1_000 } else { 60_000 },
            format,
            zone,
        }
    }

    /// A moment as it stands in the log.
    #[must_use]
    pub fn write(&self, at: Millis) -> String {
        self.format.write(&self.zoned(at))
    }

    /// Whether both are written in the same way, so that the second need not be.
    #[must_use]
    pub fn repeats(&self, first: Millis, second: Millis) -> bool {
        first.0 / self.step_ms == second.0 / self.step_ms
    }

    fn zoned(&self, at: Millis) -> Zoned {
        rows::timestamp(at).to_zoned(self.zone.clone())
    }
}

impl App {
    /// What people want now. Panes that were shown or hidden by a key stay so, unless it is about
    /// them that somebody has another mind.
    pub fn set_options(&mut self, options: Options) {
        let was = std::mem::replace(&mut self.options, options).panes;
        let now = self.options.panes;
        if was.conversations != now.conversations {
            self.panes.conversations = now.conversations;
        }
        if was.roster != now.roster {
            self.panes.roster = now.roster;
        }
        let recall_max = self.options.recall_max;
        for view in &mut self.conversations {
            view.sent.trim(recall_max);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn column(format: &str) -> TimeColumn {
        let format = TimeFormat::new(format).expect("a format");
        TimeColumn::new(format, TimeZone::UTC)
    }

    #[test]
    fn the_column_is_as_wide_as_the_widest_time() {
        let check = |format, want| assert_eq!(column(format).columns, want, "{format}");
        check("%H:%M", 5);
        check("", 0);
        check("%-H:%M", 5);
        check("%-I:%M %p", 8);
        check("%A", 9);
        check("%d %b %H:%M:%S", 15);
        check("%H時%M", 6);
        check("%H:%M\n", 6);
        assert_eq!(column(&"x".repeat(200)).columns, 30);
    }

    #[test]
    fn times_are_written_for_the_zone() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let format = TimeFormat::new("%H:%M").expect("a format");
        let column = TimeColumn::new(format, zone);
        assert_eq!(column.write(Millis(1_795_183_200_000)), "16:00");
    }

    #[test]
    fn a_time_with_seconds_repeats_within_a_second() {
        let (first, second) = (Millis(60_000), Millis(62_000));
        assert!(column("%H:%M").repeats(first, second));
        assert!(!column("%T").repeats(first, second));
    }

    #[test]
    fn panes_that_somebody_toggled_stay_so() {
        let mut app = App::new("x", TimeZone::UTC, 1);
        let hidden = |settings: &mut Settings| settings.panes.people = false;
        let mut settings = Settings::default();
        hidden(&mut settings);
        app.set_options(Options::new(&settings, &TimeZone::UTC));
        assert_eq!(app.panes.roster, Pane::Hidden);
        app.panes.roster = Pane::Shown;
        settings.input.recall_max = 3;
        app.set_options(Options::new(&settings, &TimeZone::UTC));
        assert_eq!(app.panes.roster, Pane::Shown);
        app.set_options(Options::default());
        assert_eq!(app.panes.roster, Pane::Auto);
    }
}
