//! What a reaction may be: one emoji. Servers check it before they store a reaction, clients may
//! before they send one.

use crate::limits::EMOJI_BYTES;
use crate::text::Text;

/// Why a text is no emoji. The sentences are for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmojiError {
    /// Nothing is left of it.
    #[error("a reaction is one emoji: choose one")]
    Empty,
    /// Longer than [`EMOJI_BYTES`].
    #[error("a reaction is one emoji, and that is longer than any: choose one")]
    TooLong,
    /// Text, several emoji, or one that is too new for this list.
    #[error(
        "a reaction is one emoji, and that is none, more than one, or one that is too new: choose another"
    )]
    NotOne,
}

/// The emoji that `raw` is, as Unicode's `emoji-test.txt` spells it (fully qualified): the same one
/// with and without U+FE0F is the same reaction. White space around it goes.
///
/// # Errors
/// [`EmojiError`], unless it is one emoji of that list.
pub fn parse(raw: &str) -> Result<Text, EmojiError> {
    let text = Text::new(raw.trim());
    if text.is_empty() {
        return Err(EmojiError::Empty);
    }
    if text.len() > EMOJI_BYTES {
        return Err(EmojiError::TooLong);
    }
    let known = emojis::get(text.as_str()).ok_or(EmojiError::NotOne)?;
    Ok(Text::new(known.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::clean;

    #[track_caller]
    fn check(raw: &str, expected: Result<&str, EmojiError>) {
        assert_eq!(parse(raw), expected.map(Text::new), "{raw:?}");
    }

    #[test]
    fn one_emoji_is_one_however_it_is_spelled() {
        check("👍", Ok("👍"));
        check(" 🎉\n", Ok("🎉"));
        check("❤", Ok("❤\u{fe0f}"));
        check("❤\u{fe0f}", Ok("❤\u{fe0f}"));
        check("👍🏽", Ok("👍🏽"));
        check("👨‍👩‍👧‍👦", Ok("👨‍👩‍👧‍👦"));
        check("🇫🇷", Ok("🇫🇷"));
        check("1\u{fe0f}\u{20e3}", Ok("1\u{fe0f}\u{20e3}"));
    }

    #[test]
    fn what_is_not_one_emoji_is_refused() {
        check("", Err(EmojiError::Empty));
        check("\u{1b}[31m", Err(EmojiError::Empty));
        check("👍👍", Err(EmojiError::NotOne));
        check("👍!", Err(EmojiError::NotOne));
        check("+1", Err(EmojiError::NotOne));
        check("1", Err(EmojiError::NotOne));
        check(":thumbsup:", Err(EmojiError::NotOne));
        check("e\u{301}", Err(EmojiError::NotOne));
        check("🇫", Err(EmojiError::NotOne));
        check("👍\u{200d}", Err(EmojiError::NotOne));
        check(&"👨‍👩‍👧‍👦".repeat(3), Err(EmojiError::TooLong));
    }

    #[test]
    fn clean_screen_every_emoji_is_clean_and_fits() {
        // Flags of parts of countries are spelled with tags, which cleaning takes away.
        let plain = emojis::iter().filter(|e| !e.as_str().contains('\u{e007f}'));
        for emoji in plain {
            let toned = emoji.skin_tones().into_iter().flatten();
            for emoji in std::iter::once(emoji).chain(toned) {
                assert_eq!(clean(emoji.as_str()), emoji.as_str());
                assert_eq!(parse(emoji.as_str()), Ok(Text::new(emoji.as_str())));
            }
        }
    }
}
