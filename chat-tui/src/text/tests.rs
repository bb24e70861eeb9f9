//! What is shown, how wide it is and how it is wrapped.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use super::*;

#[track_caller]
fn check_shown(text: &str, want: &str) {
    assert_eq!(shown(text, Emoji::Safe), want);
}

#[test]
fn plain_text_is_shown_as_it_is() {
    check_shown("hello\nyou", "hello\nyou");
    check_shown("日本語 שלום é ﾊ", "日本語 שלום é ﾊ");
    check_shown("e\u{301}", "e\u{301}");
    check_shown("👍 🇩🇪🇫🇷", "👍 🇩🇪🇫🇷");
    check_shown("क्षि", "क्षि");
}

#[test]
fn what_terminals_disagree_on_is_shown_in_parts() {
    check_shown("👨‍👩‍👧", "👨👩👧");
    check_shown("👩🏽‍🚀", "👩🚀");
    check_shown("👍🏿", "👍");
    check_shown("❤️ ☎︎", "❤ ☎");
    check_shown("1️⃣", "1");
    check_shown("🏳️‍🌈", "🏳🌈");
    check_shown("🇩🇪🇫", "🇩🇪F");
    check_shown("\u{301}x", "◌\u{301}x");
    check_shown("a\n\u{301}x ᅡ", "a\n◌\u{301}x ◌");
    check_shown("a\u{200b}b\u{ad}c\u{2060}d\u{feff}e", "abcde");
    check_shown("a\x1b[31mb\u{9b}c\0", "a[31mbc");
    check_shown("ﾊﾟ", "ﾊ゜");
    check_shown("a\tb", "a    b");
    check_shown("a\r\nb", "a\nb");
}

#[test]
fn full_keeps_sequences_that_have_one_width() {
    assert_eq!(shown("👩🏽‍🚀 ❤️", Emoji::Full), "👩🏽‍🚀 ❤️");
    assert_eq!(width("👩🏽‍🚀"), 2);
    assert_eq!(shown("a\u{200d}b\u{200b}", Emoji::Full), "ab");
}

#[test]
fn widths_are_display_widths() {
    assert_eq!(width("abc"), 3);
    assert_eq!(width("日本"), 4);
    assert_eq!(width("e\u{301}"), 1);
    assert_eq!(width("🇩🇪"), 2);
    assert_eq!(width("لا"), 2, "as drawn cell by cell");
    assert_eq!(width("क्षि"), 3);
}

#[test]
fn texts_are_cut_to_fit() {
    assert_eq!(fit("hello", 5), "hello");
    assert_eq!(fit("hello!", 5), "hell…");
    assert_eq!(fit("日本語", 6), "日本語");
    assert_eq!(fit("日本語", 5), "日本…");
    assert_eq!(fit("日本語", 4), "日…");
    assert_eq!(fit("日本語", 1), "…");
    assert_eq!(fit("日本語", 0), "");
}

#[test]
fn a_flag_behind_what_joins_it_stays_one() {
    let once = shown("\u{600}\u{200d}🇩🇪", Emoji::Safe);
    assert_eq!(once, "\u{600}🇩🇪");
    assert_eq!(shown(&once, Emoji::Safe), once);
}

#[track_caller]
fn check_wrap(text: &str, width: usize, want: &[&str]) {
    let got: Vec<&str> = wrap(text, width)
        .into_iter()
        .map(|row| &text[row])
        .collect();
    assert_eq!(got, want);
}

#[test]
fn wraps_at_spaces() {
    check_wrap("", 10, &[""]);
    check_wrap("hello you", 10, &["hello you"]);
    check_wrap("hello you there", 10, &["hello you", "there"]);
    check_wrap("hello you there", 9, &["hello you", "there"]);
    check_wrap("hello     you", 6, &["hello", "you"]);
    check_wrap("hello     ", 6, &["hello "]);
    check_wrap("a\n\nb", 6, &["a", "", "b"]);
    check_wrap("a\n", 6, &["a", ""]);
    check_wrap("    if x { return y }", 12, &["    if x {", "return y }"]);
}

#[test]
fn wraps_what_has_no_spaces() {
    check_wrap("abcdefghij", 4, &["abcd", "efgh", "ij"]);
    check_wrap("ab abcdefghij", 4, &["ab", "abcd", "efgh", "ij"]);
    check_wrap("日本語日本語", 5, &["日本", "語日", "本語"]);
    check_wrap("ab日本語", 4, &["ab日", "本語"]);
    check_wrap("日本語。", 6, &["日本", "語。"]);
    check_wrap("        abc", 6, &["      ", "abc"]);
}

#[test]
fn a_wrapped_link_stays_one_link() {
    let text = "see https://example.org/x, or file:///etc/passwd";
    let links = links(text);
    assert_eq!(links.first(), Some(&(4..25)));
    assert_eq!(links.len(), 1);
    let drawn: Vec<Vec<(&str, Option<usize>)>> = wrap(text, 16)
        .into_iter()
        .map(|row| {
            segments(row, &links)
                .map(|(piece, link)| (&text[piece], link))
                .collect()
        })
        .collect();
    assert_eq!(
        drawn,
        [
            vec![("see", None)],
            vec![("https://example.", Some(0))],
            vec![("org/x", Some(0)), (", or", None)],
            vec![("file:///etc/pass", None)],
            vec![("wd", None)],
        ]
    );
}

/// Text of the kinds that break terminals.
pub(crate) fn hard_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        prop::sample::select(vec![
            " ",
            "  ",
            "\n",
            "a",
            "word",
            "日本",
            "👩‍👩‍👧",
            "👍🏽",
            "❤️",
            "🇩🇪",
            "🇩",
            "e\u{301}",
            "\u{301}",
            "\u{200d}",
            "\u{fe0f}",
            "क्षि",
            "שלום",
            "لا",
            "ﾟ",
            "한",
            "\u{1112}",
            "\u{1161}",
            "\t",
            "\u{e33}",
            "\u{600}",
            "\u{17d8}",
            "https://x.org/a",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Characters that join what follows them make clusters of any width out of whole emoji sequences.
/// They are drawn unit by unit, but the properties below speak of whole clusters.
fn joins_what_follows(text: &str) -> bool {
    text.chars()
        .any(|c| format!("{c}a").graphemes(true).count() == 1)
}

fn any_emoji() -> impl Strategy<Value = Emoji> {
    prop::sample::select(vec![Emoji::Safe, Emoji::Full])
}

proptest! {
    #[test]
    fn every_unit_is_one_or_two_columns(text in hard_text(), emoji in any_emoji()) {
        let shown = shown(&text, emoji);
        for (unit, width) in cells(&shown) {
            prop_assert!((unit == "\n" && width == 0) || (1..=2).contains(&width), "{unit:?}");
            prop_assert!(unit == "\n" || !unit.chars().any(char::is_control));
        }
        prop_assert_eq!(cells(&shown).map(|(unit, _)| unit).collect::<String>(), shown.as_ref());
    }

    #[test]
    fn showing_twice_changes_nothing(text in hard_text(), emoji in any_emoji()) {
        prop_assume!(emoji == Emoji::Safe || !joins_what_follows(&text));
        let once = shown(&text, emoji);
        prop_assert_eq!(shown(&once, emoji), once.as_ref());
    }

    #[test]
    fn ratatui_draws_it_as_wide_as_we_say(text in hard_text(), emoji in any_emoji()) {
        prop_assume!(emoji == Emoji::Safe || !joins_what_follows(&text));
        let line = shown_line(&text, emoji);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 400, 1));
        let (end, _) = buffer.set_stringn(0, 0, &line, 400, Style::new());
        prop_assert_eq!(usize::from(end), width(&line));
    }

    #[test]
    fn rows_are_never_too_wide_and_lose_only_white_space(
        text in hard_text(),
        emoji in any_emoji(),
        columns in 2usize..20,
    ) {
        let text = shown(&text, emoji);
        let mut at = 0;
        for row in wrap(&text, columns) {
            prop_assert!(width(&text[row.clone()]) <= columns);
            let between = &text[at..row.start];
            prop_assert!(between == "\n" || between.bytes().all(|b| b == b' ')
                || between.trim_start_matches(' ') == "\n", "{between:?}");
            at = row.end;
        }
        prop_assert!(text[at..].bytes().all(|b| b == b' '));
    }

    #[test]
    fn what_fits_fits(text in hard_text(), columns in 0usize..20) {
        let text = shown_line(&text, Emoji::Safe);
        prop_assert!(width(&fit(&text, columns)) <= columns);
    }

    #[test]
    fn segments_give_the_row_back(text in hard_text(), columns in 2usize..20) {
        let text = shown(&text, Emoji::Safe);
        let links = links(&text);
        for row in wrap(&text, columns) {
            let joined: String = segments(row.clone(), &links).map(|(s, _)| &text[s]).collect();
            prop_assert_eq!(joined.as_str(), &text[row]);
        }
    }
}
