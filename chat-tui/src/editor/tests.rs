//! The editor through one door: a text with its cursor drawn as `|`, edits, the text afterwards.

use proptest::prelude::*;

use super::Edit::*;
use super::*;

/// `at` reads `he|llo`.
fn at(drawn: &str) -> Editor {
    let cursor = drawn.find('|').expect("the cursor is drawn");
    let mut editor = Editor::new();
    editor.set_text(&drawn.replacen('|', "", 1));
    editor.set_cursor(cursor);
    editor
}

fn drawn(editor: &Editor) -> String {
    let (before, after) = editor.text().split_at(editor.cursor());
    format!("{before}|{after}")
}

#[track_caller]
fn check(before: &str, edits: &[Edit], after: &str) {
    let mut editor = at(before);
    for edit in edits {
        editor.apply(*edit);
    }
    assert_eq!(drawn(&editor), after, "{before:?} after {edits:?}");
}

#[test]
fn types_and_deletes_by_cluster() {
    check("|", &[Insert('a'), Insert('b')], "ab|");
    check("a|c", &[Insert('b')], "ab|c");
    check("ab|c", &[Backspace], "a|c");
    check("a|bc", &[Delete], "a|c");
    check("|", &[Backspace, Delete], "|");
    check("日本|語", &[Backspace], "日|語");
    check("x👩‍👩‍👧|", &[Backspace], "x|");
    check("|👩‍👩‍👧x", &[Delete], "|x");
    check("🇩🇪|🇫🇷", &[Backspace], "|🇫🇷");
    check("e\u{301}|", &[Backspace], "|");
    check("e|", &[Insert('\u{301}')], "e\u{301}|");
    check("e|", &[Insert('\u{1b}'), Insert('\u{7}')], "e|");
    check("a|b", &[Newline], "a\n|b");
    check("a\n|b", &[Backspace], "a|b");
}

#[test]
fn what_is_typed_stands_in_place_of_what_was_offered_unless_that_was_touched() {
    let check = |edits: &[Edit], after: &str| {
        let mut editor = Editor::new();
        editor.offer("ann2");
        assert!(editor.is_offered());
        edits.iter().for_each(|edit| editor.apply(*edit));
        assert_eq!(drawn(&editor), after, "{edits:?}");
        assert_eq!(editor.is_offered(), edits.is_empty(), "{edits:?}");
    };
    check(&[], "ann2|");
    check(&[Insert('b'), Insert('o')], "bo|");
    check(&[Insert('b'), Undo], "ann2|");
    check(&[End, Insert('3')], "ann23|");
    check(&[Backspace, Insert('3')], "ann3|");
    check(&[DeleteToStart, Yank, Insert('3')], "ann23|");
    let mut editor = Editor::new();
    editor.offer("ann2");
    editor.insert("\u{7}");
    assert_eq!(drawn(&editor), "ann2|", "nothing was pasted");
    editor.insert("bob");
    assert_eq!(drawn(&editor), "bob|");
}

#[test]
fn what_joins_its_neighbours_takes_the_cursor_along() {
    check("👩|👧", &[Insert('\u{200d}')], "👩\u{200d}👧|");
    check("a|\u{301}", &[Left], "|a\u{301}");
}

#[test]
fn moves_by_cluster_word_and_line() {
    check("a👩‍🚀|b", &[Left], "a|👩‍🚀b");
    check("a|👩‍🚀b", &[Right], "a👩‍🚀|b");
    check("one two, three|", &[WordLeft], "one two, |three");
    check("one two, |three", &[WordLeft], "one |two, three");
    check("one| two, three", &[WordRight], "one two|, three");
    check("one two|, three", &[WordRight], "one two, three|");
    check("日本語|", &[WordLeft], "日本|語");
    check("ab\ncd|e\nf", &[Home], "ab\n|cde\nf");
    check("ab\n|cde\nf", &[End], "ab\ncde|\nf");
    check("ab\ncd|e\nf", &[Up], "ab|\ncde\nf");
    check("ab\ncd|e\nf", &[Down], "ab\ncde\nf|");
    check("日本|語\nab👩‍🚀d", &[Down], "日本語\nab|👩‍🚀d");
    check("ab|c", &[Up], "|abc");
    check("a|bc", &[Down], "abc|");
    check("ab\ncd|", &[TextStart], "|ab\ncd");
    check("|ab\ncd", &[TextEnd], "ab\ncd|");
}

#[test]
fn kills_and_yanks() {
    check("one two|", &[DeleteWordBefore], "one |");
    check("see https://x.org/a-b  |", &[DeleteWordBefore], "see |");
    check("a-b|", &[DeleteSubwordBefore], "a-|");
    check("|one two", &[DeleteWordAfter], "| two");
    check("one |two", &[DeleteToStart], "|two");
    check("one| two", &[DeleteToEnd], "one|");
    check("one|\ntwo", &[DeleteToEnd], "one|two");
    check("one\n|two", &[DeleteToStart], "one|two");
    check("ab cd|", &[DeleteWordBefore, Home, Yank], "cd|ab ");
    check(
        "a b c|",
        &[DeleteWordBefore, DeleteWordBefore, Home, Yank],
        "b c|a ",
    );
    check(
        "a b|",
        &[DeleteWordBefore, Left, Right, DeleteWordBefore, Yank],
        "a |",
    );
    check(
        "a b|",
        &[
            DeleteWordBefore,
            Left,
            Right,
            DeleteWordBefore,
            Yank,
            YankPop,
        ],
        "b|",
    );
    check("a|", &[Yank, YankPop], "a|");
}

#[test]
fn undoes_and_makes_again() {
    let typed: Vec<Edit> = "one two".chars().map(Insert).collect();
    let with = |more: &[Edit]| [typed.as_slice(), more].concat();
    check("|", &with(&[Undo]), "one |");
    check("|", &with(&[Undo, Undo]), "one|");
    check("|", &with(&[Undo, Undo, Undo, Undo]), "|");
    check("|", &with(&[Undo, Undo, Redo, Redo]), "one two|");
    check("|", &with(&[Undo, Insert('x'), Redo]), "one x|");
    check("one two|", &[DeleteWordBefore, Undo], "one two|");
    check("abc|", &[Backspace, Backspace, Undo], "abc|");
}

#[test]
fn transposes() {
    check("ab|", &[TransposeChars], "ba|");
    check("a|b", &[TransposeChars], "ba|");
    check("|ab", &[TransposeChars], "|ab");
    check("a|", &[TransposeChars], "a|");
    check("x\n|ab", &[TransposeChars], "x\n|ab");
    check("👩‍🚀é|", &[TransposeChars], "é👩‍🚀|");
}

#[test]
fn texts_are_replaced_taken_and_cleaned() {
    let mut editor = at("hi al|!");
    editor.replace(3..5, "alice: ");
    assert_eq!(drawn(&editor), "hi alice: |!");
    editor.apply(Undo);
    assert_eq!(drawn(&editor), "hi al|!");
    editor.replace(7..99, "");
    assert_eq!(editor.take(), "hi al!");
    assert!(editor.is_empty());
    editor.insert("a\r\nb\x1b[31m\tc");
    assert_eq!(drawn(&editor), "a\nb\tc|");
    assert!(!editor.is_on_first_line() && editor.is_on_last_line());
}

/// The visible rows, one per line, the cursor drawn as `|`.
fn rows(drawn: &str, width: u16, height_max: u16) -> String {
    let editor = at(drawn);
    let layout = editor.layout(width, height_max);
    let rows = layout.rows.iter().enumerate().map(|(y, row)| {
        let mut text = editor.text()[row.clone()].to_owned();
        if y == usize::from(layout.y) {
            text.insert(editor.cursor() - row.start, '|');
        }
        text
    });
    rows.collect::<Vec<_>>().join("/")
}

#[test]
fn lays_out_rows_by_display_width() {
    assert_eq!(rows("|", 10, 3), "|");
    assert_eq!(rows("hello|", 10, 3), "hello|");
    assert_eq!(rows("hello|", 5, 3), "hello/|");
    assert_eq!(rows("hello|\nyou", 5, 3), "hello/|/you");
    assert_eq!(rows("hel|lo\nyou", 5, 3), "hel|lo/you");
    assert_eq!(rows("日本語日本|", 5, 5), "日本/語日/本|");
    assert_eq!(rows("ab\n|", 5, 5), "ab/|");
    assert_eq!(rows("a\nb\nc\nd|\ne", 5, 3), "c/d|/e");
    assert_eq!(rows("a\n|b\nc\nd\ne", 5, 3), "a/|b/c");
    let layout = at("日本|x").layout(10, 1);
    assert_eq!((layout.x, layout.y, layout.total), (4, 0, 1));
}

fn any_edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => any::<char>().prop_map(Insert),
        2 => prop::sample::select("ab \u{301}\u{200d}👩👧🏽🇩🇪日क्ष\u{fe0f}\t".chars().collect::<Vec<_>>())
            .prop_map(Insert),
        6 => prop::sample::select(vec![
            Newline, Backspace, Delete, Left, Right, WordLeft, WordRight, Home, End, Up, Down,
            TextStart, TextEnd, DeleteWordBefore, DeleteSubwordBefore, DeleteWordAfter,
            DeleteToStart, DeleteToEnd, Yank, YankPop, Undo, Redo, TransposeChars,
        ]),
    ]
}

proptest! {
    #[test]
    fn the_cursor_stands_between_clusters(
        start in "\\PC{0,12}",
        edits in prop::collection::vec(any_edit(), 0..40),
        width in 0u16..12,
        height in 0u16..5,
    ) {
        let mut editor = Editor::new();
        editor.set_text(&start);
        for edit in edits {
            editor.apply(edit);
            let (text, cursor) = (editor.text(), editor.cursor());
            prop_assert!(cursor <= text.len());
            prop_assert_eq!(motion::ceil(text, cursor), cursor);
            let layout = editor.layout(width, height);
            prop_assert!(layout.x < width.max(1) && usize::from(layout.y) < layout.rows.len());
            prop_assert!(layout.rows.len() <= usize::from(height.max(1)));
        }
    }

    #[test]
    fn undoing_everything_gives_the_first_text_back(
        start in "\\PC{0,12}",
        edits in prop::collection::vec(any_edit(), 0..40),
    ) {
        let mut editor = Editor::new();
        editor.set_text(&start);
        let first = editor.text().to_owned();
        for edit in &edits {
            editor.apply(*edit);
        }
        for _ in 0..=edits.len() {
            editor.apply(Undo);
        }
        prop_assert_eq!(editor.text(), first);
    }
}
