//! One colour of the settings: read and written as text.

use std::str::FromStr;

use ratatui::style::Color;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A colour that somebody chose, or none: then the theme's is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ColourChoice(pub Option<Color>);

/// What stands for "the theme's own".
const AUTO: &str = "auto";

impl ColourChoice {
    /// The chosen colour, or `theme`'s.
    #[must_use]
    pub fn or(self, theme: Color) -> Color {
        self.0.unwrap_or(theme)
    }
}

impl Serialize for ColourChoice {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            None => to.serialize_str(AUTO),
            Some(colour) => to.collect_str(&colour),
        }
    }
}

impl<'de> Deserialize<'de> for ColourChoice {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<ColourChoice, D::Error> {
        let text = String::deserialize(from)?;
        if text == AUTO {
            return Ok(ColourChoice(None));
        }
        let colour = Color::from_str(&text).map_err(|_| {
            de::Error::custom(format!(
                "'{text}' is not a colour: write auto, a name such as light-blue, a number from 0 \
                 to 255, or #rrggbb"
            ))
        })?;
        Ok(ColourChoice(Some(colour)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::ThemeColours;

    #[track_caller]
    fn check(value: &str, want: Option<Color>) {
        let read: ThemeColours = toml::from_str(&format!("text = \"{value}\"")).expect("valid");
        assert_eq!(read.text, ColourChoice(want));
    }

    #[test]
    fn colours_are_read_as_people_write_them() {
        check("auto", None);
        check("red", Some(Color::Red));
        check("light-blue", Some(Color::LightBlue));
        check("208", Some(Color::Indexed(208)));
        check("#102030", Some(Color::Rgb(16, 32, 48)));
    }

    #[test]
    fn a_wrong_colour_says_what_to_write() {
        let error = toml::from_str::<ThemeColours>("text = \"rainbow\"").expect_err("no colour");
        assert!(error.to_string().contains("'rainbow' is not a colour"));
    }
}
