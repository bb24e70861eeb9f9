//! What is written to a terminal beside cells: modes, clipboard, notifications, titles. Pure: gives
//! bytes. Nothing that a peer wrote gets into a sequence before it is cleaned here.

use chat_core::text;
use data_encoding::BASE64;

use crate::settings::{Alerts, Input};

/// Longest text that is copied, in bytes: xterm and others ignore more than 100,000 characters of
/// base64.
const COPY_MAX: usize = 74_000;

/// Longest notification in bytes: a few lines of a desktop's.
const NOTIFICATION_MAX: usize = 200;

/// Longest window title in bytes.
const TITLE_MAX: usize = 100;

/// What lies between this program and the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Between {
    /// Nothing that would have to be told to let something through.
    #[default]
    Nothing,
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
}

impl Between {
    /// What the environment says.
    #[must_use]
    pub fn detect(var: impl Fn(&str) -> Option<String>) -> Between {
        let set = |name| var(name).is_some_and(|value| !value.is_empty());
        if set("TMUX") {
            Between::Tmux
        } else if set("STY") {
            Between::Screen
        } else {
            Between::Nothing
        }
    }

    /// A sequence for the terminal itself. tmux lets it through with `allow-passthrough on`.
    fn through(self, sequence: &str) -> String {
        match self {
            Between::Nothing => sequence.to_owned(),
            Between::Tmux => format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b")),
            Between::Screen => format!("\x1bP{sequence}\x1b\\"),
        }
    }
}

/// What is switched on while the whole screen is drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modes {
    /// Wheel, clicks and drags come here.
    pub mouse: bool,
    /// The window's title is set, and given back at the end.
    pub title: bool,
}

impl Modes {
    /// What the settings want.
    #[must_use]
    pub fn new(input: &Input, alerts: &Alerts) -> Modes {
        Modes {
            mouse: input.mouse,
            title: alerts.title,
        }
    }

    /// Takes the screen: title kept aside, the alternate screen, bracketed paste, focus, mouse
    /// (clicks, wheel and drags, coordinates as numbers); and asks (DECRQM) whether it has left and
    /// right margins. What doesn't know the question says nothing, and nothing waits for it.
    #[must_use]
    pub fn enter(self) -> String {
        let title = if self.title { "\x1b[22;2t" } else { "" };
        let mouse = if self.mouse {
            "\x1b[?1000h\x1b[?1002h\x1b[?1006h"
        } else {
            ""
        };
        format!("{title}\x1b[?1049h\x1b[?2004h\x1b[?1004h{mouse}\x1b[?69$p")
    }
}

/// Gives the screen back as it was, whatever was switched on: pen, cursor, region, links.
pub const LEAVE: &str = "\x1b[?2026l\x1b]8;;\x1b\\\x1b[?69l\x1b[r\x1b[0m\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?1004l\
                         \x1b[?2004l\x1b[?25h\x1b[?1049l";

/// Lets left and right margins be set (DECLRMM). Without that, what sets them saves the cursor.
pub const MARGINS: &str = "\x1b[?69h";

/// Gives the window's title back, after [`LEAVE`].
pub const LEAVE_TITLE: &str = "\x1b[23;2t";

/// Puts a text on the clipboard of the terminal (OSC 52), which also works over ssh.
///
/// # Errors
/// A sentence when the text is longer than terminals take.
pub fn copy(text: &str, between: Between) -> Result<String, String> {
    if text.len() > COPY_MAX {
        return Err(format!(
            "that is too long for the terminal's clipboard: copy at most {COPY_MAX} bytes at once"
        ));
    }
    let plain = format!("\x1b]52;c;{}\x07", BASE64.encode(text.as_bytes()));
    Ok(match between {
        Between::Nothing => plain,
        // tmux takes it itself with `set-clipboard on`, or lets it through: one of both.
        Between::Tmux | Between::Screen => format!("{plain}{}", between.through(&plain)),
    })
}

/// Calls for attention: the bell, and a notification (OSC 9) where the settings want them.
#[must_use]
pub fn alert(title: &str, body: &str, alerts: &Alerts, between: Between) -> String {
    let mut out = String::new();
    if alerts.desktop {
        // The title first: terminals take "4;…" for a progress bar.
        let text = text::line(&format!("{title}: {body}"), NOTIFICATION_MAX);
        out += &between.through(&format!("\x1b]9;{text}\x07"));
    }
    if alerts.bell {
        out.push('\x07');
    }
    out
}

/// Sets the window's title.
#[must_use]
pub fn title(text: &str) -> String {
    format!("\x1b]2;{}\x07", text::line(text, TITLE_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(set: &'static str) -> impl Fn(&str) -> Option<String> {
        move |name| (name == set).then(|| "1".into())
    }

    #[test]
    fn what_lies_between_is_seen() {
        assert_eq!(Between::detect(environment("TMUX")), Between::Tmux);
        assert_eq!(Between::detect(environment("STY")), Between::Screen);
        assert_eq!(Between::detect(environment("HOME")), Between::Nothing);
    }

    #[test]
    fn copying_reaches_the_terminal_through_tmux() {
        assert_eq!(
            copy("hi", Between::Nothing).expect("short"),
            "\x1b]52;c;aGk=\x07"
        );
        assert_eq!(
            copy("hi", Between::Tmux).expect("short"),
            "\x1b]52;c;aGk=\x07\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\"
        );
        let error = copy(&"x".repeat(COPY_MAX + 1), Between::Nothing).expect_err("long");
        assert!(error.contains("at most"));
    }

    #[test]
    fn clean_screen_a_notification_can_not_break_out() {
        let alerts = Alerts::default();
        let bytes = alert(
            "bob\x07",
            "a\x1b]0;b\x07c\nd\u{9c}",
            &alerts,
            Between::Nothing,
        );
        assert_eq!(bytes, "\x1b]9;bob: ac d\x07\x07");
        let quiet = Alerts {
            bell: false,
            desktop: false,
            ..Alerts::default()
        };
        assert_eq!(alert("bob", "hi", &quiet, Between::Tmux), "");
        assert_eq!(title("a\x07b\x1b[c"), "\x1b]2;ab\x07");
    }

    #[test]
    fn everything_entered_is_left() {
        let modes = Modes {
            mouse: true,
            title: true,
        };
        for mode in ["?1049", "?2004", "?1004", "?1000", "?1002", "?1006"] {
            assert!(modes.enter().contains(&format!("\x1b[{mode}h")), "{mode}");
            assert!(LEAVE.contains(&format!("\x1b[{mode}l")), "{mode}");
        }
        assert!(!Modes::default().enter().contains("?1000"));
    }
}
