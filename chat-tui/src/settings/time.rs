//! How a time is written: a format of strftime that is known to work.

use std::ops::Deref;

use jiff::Zoned;
use jiff::fmt::strtime;
use serde::{Deserialize, Deserializer, Serialize, de};

/// A format of strftime. Empty: nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TimeFormat(String);

impl TimeFormat {
    /// A format that was tried.
    ///
    /// # Errors
    /// A sentence that says what to write instead.
    pub fn new(format: &str) -> Result<TimeFormat, String> {
        match strtime::format(format, &Zoned::default()) {
            Ok(_) => Ok(TimeFormat(format.to_owned())),
            Err(error) => Err(format!(
                "'{format}' is not a format of strftime ({error}): write \"%H:%M\", \"%H:%M:%S\", \
                 \"%d %b %H:%M\", or \"\" for no times"
            )),
        }
    }

    /// A moment in this format.
    #[must_use]
    pub fn write(&self, at: &Zoned) -> String {
        // What can fail is the format, and that was tried.
        strtime::format(&self.0, at).unwrap_or_default()
    }
}

impl Deref for TimeFormat {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Default for TimeFormat {
    /// As in `14:02`.
    fn default() -> TimeFormat {
        TimeFormat("%H:%M".into())
    }
}

impl<'de> Deserialize<'de> for TimeFormat {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<TimeFormat, D::Error> {
        TimeFormat::new(&String::deserialize(from)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_can_not_be_written_is_refused() {
        for good in ["", "%H:%M", "%a %-d %b", "100%%", "at %T"] {
            assert!(TimeFormat::new(good).is_ok(), "{good}");
        }
        for bad in ["%", "%H:%", "%!"] {
            let why = TimeFormat::new(bad).expect_err(bad);
            assert!(why.contains("is not a format of strftime"), "{why}");
        }
    }
}
