//! What people are called and say here: the same in every run.

const SYLLABLES: [&str; 16] = [
    "an", "bo", "cle", "da", "el", "fri", "gus", "hen", "iri", "jo", "ka", "lu", "mor", "nel",
    "os", "pia",
];

const WORDS: [&str; 24] = [
    "build", "green", "again", "printer", "lunch", "at", "the", "who", "broke", "review", "ship",
    "it", "later", "tests", "are", "slow", "today", "merge", "branch", "main", "deploy", "is",
    "down", "coffee",
];

/// The `n`th person.
pub(super) fn nick(n: usize) -> String {
    let at = |n: usize| SYLLABLES[n % SYLLABLES.len()];
    format!("{}{}{}", at(n * 7 + 3), at(n / 16 + n * 5), n % 10)
}

/// The `n`th room.
pub(super) fn room(n: usize) -> String {
    format!(
        "{}-{}",
        WORDS[n % WORDS.len()],
        SYLLABLES[n * 3 % SYLLABLES.len()]
    )
}

/// The `n`th thing that is said: so many letters, with a sign of its own at the end.
pub(super) fn line(n: usize, letters: usize) -> String {
    let sign = sign(n);
    let mut line = String::new();
    let mut word = n * 11;
    while line.len() + sign.len() < letters {
        word = word * 13 + 7;
        line += WORDS[word / 8 % WORDS.len()];
        line.push(' ');
        word %= 1 << 20;
    }
    line.truncate(letters - sign.len() - 1);
    format!("{line} {sign}")
}

/// The sign of the `n`th line.
pub(super) fn sign(n: usize) -> String {
    format!("x{n:05}x")
}
