//! Moments as people write them.

use chat_core::Millis;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The day of a moment.
#[must_use]
pub fn date(at: Millis, zone: &TimeZone) -> Date {
    zone.to_datetime(timestamp(at)).date()
}

/// A moment of any day, as `2026-11-20 14:02`.
#[must_use]
pub fn moment(at: Millis, zone: &TimeZone) -> String {
    let at = zone.to_datetime(timestamp(at));
    let (date, time) = (at.date(), at.time());
    format!("{date} {:02}:{:02}", time.hour(), time.minute())
}

/// A moment as jiff knows it.
#[must_use]
pub fn timestamp(at: Millis) -> Timestamp {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    // A server may say anything; what no calendar has becomes the last moment that it has.
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
}
