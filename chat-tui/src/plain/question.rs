//! What a person is asked before the login, in lines: whether a certificate is the right one, what
//! to be called, an invite. Pure: asks nobody, connects to nothing.

use chat_client::Event;
use chat_core::{Code, Fingerprint, Nick, Refusal};

use super::error::PlainError;

/// Something that only a person can answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Question {
    /// Whether this certificate is the server's.
    Certificate(Fingerprint),
    /// What to be called; this was refused, and perhaps something else proposed.
    Nick(Refusal),
    /// The server wants an invite.
    Invite(Refusal),
}

/// What a typed line means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// The certificate is the server's.
    Trust(Fingerprint),
    /// It is not, or nobody knows.
    Distrust,
    /// Be called that.
    Nick(String),
    /// This is the invite.
    Invite(String),
    /// Not an answer: why, to be asked again.
    Again(String),
}

impl Question {
    /// The question that an event is, if it is one.
    pub(super) fn of(event: &Event) -> Option<Question> {
        match event {
            Event::UnknownCertificate { fingerprint } => Some(Question::Certificate(*fingerprint)),
            Event::LoginRefused(refusal) => Some(match refusal.code {
                Code::InviteNeeded => Question::Invite(refusal.clone()),
                _ => Question::Nick(refusal.clone()),
            }),
            _ => None,
        }
    }

    /// The question in lines.
    pub(super) fn lines(&self, address: &str) -> Vec<String> {
        match self {
            Question::Certificate(fingerprint) => vec![
                format!("{address} is not known here yet. Its certificate is"),
                fingerprint.to_string(),
                "Its host sees the same behind fp= in the join link. Is it the same? (yes/no)"
                    .into(),
            ],
            Question::Nick(refusal) => {
                let ask = match &refusal.suggestion {
                    Some(free) => {
                        format!("What do you want to be called? Press Enter for {free}")
                    }
                    None => "What do you want to be called?".into(),
                };
                vec![refusal.text.clone(), ask]
            }
            Question::Invite(refusal) => {
                vec![
                    refusal.text.clone(),
                    "Type the invite of this server:".into(),
                ]
            }
        }
    }

    /// What a typed line answers.
    pub(super) fn answer(&self, typed: &str) -> Answer {
        let typed = typed.trim();
        match self {
            Question::Certificate(fingerprint) => match typed.to_lowercase().as_str() {
                "yes" | "y" => Answer::Trust(*fingerprint),
                "no" | "n" => Answer::Distrust,
                // As ssh takes it: the fingerprint itself, as the host gave it.
                _ if Fingerprint::parse(typed) == Some(*fingerprint) => Answer::Trust(*fingerprint),
                _ => Answer::Again("Type yes or no:".into()),
            },
            Question::Nick(refusal) => {
                let wish = match (typed, &refusal.suggestion) {
                    ("", Some(free)) => free,
                    (typed, _) => typed,
                };
                match Nick::parse(wish) {
                    Ok(nick) => Answer::Nick(nick.to_string()),
                    Err(error) => Answer::Again(error.to_string()),
                }
            }
            Question::Invite(_) => match typed {
                "" => Answer::Again("Type the invite, or press Ctrl+C to leave:".into()),
                invite => Answer::Invite(invite.to_owned()),
            },
        }
    }

    /// What is wrong where nobody can be asked.
    pub(super) fn unanswered(self, address: &str) -> PlainError {
        match self {
            Question::Certificate(fingerprint) => PlainError::UnknownCertificate {
                address: address.to_owned(),
                fingerprint,
            },
            Question::Nick(refusal) => PlainError::Login {
                why: refusal.text,
                advice: match refusal.suggestion {
                    Some(free) => format!("try --nick {free}"),
                    None => "try another --nick".into(),
                },
            },
            Question::Invite(refusal) => PlainError::Login {
                why: refusal.text,
                advice: "give the whole link, which has the invite in it".into(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FP: Fingerprint = Fingerprint([7; 32]);

    #[track_caller]
    fn check(question: &Question, typed: &str, want: Answer) {
        assert_eq!(question.answer(typed), want, "{typed:?}");
    }

    #[test]
    fn a_certificate_is_trusted_only_when_that_is_said() {
        let question = Question::of(&Event::UnknownCertificate { fingerprint: FP });
        let question = question.expect("a question");
        check(&question, "yes", Answer::Trust(FP));
        check(&question, " Y ", Answer::Trust(FP));
        check(&question, &FP.to_string(), Answer::Trust(FP));
        check(&question, "no", Answer::Distrust);
        for unclear in ["", "yess", "ok", &Fingerprint([8; 32]).to_string()] {
            check(&question, unclear, Answer::Again("Type yes or no:".into()));
        }
        let error = question.unanswered("h:1").to_string();
        assert!(error.contains("h:1 is not known here"), "{error}");
        assert!(error.contains(&FP.to_string()), "{error}");
    }

    #[test]
    fn a_nick_is_proposed() {
        let taken = Refusal::new(Code::NickTaken, "ann is taken").suggest("ann2");
        let question = Question::of(&Event::LoginRefused(taken)).expect("a question");
        check(&question, "", Answer::Nick("ann2".into()));
        check(&question, " bob ", Answer::Nick("bob".into()));
        let Answer::Again(why) = question.answer("a b") else {
            panic!("no nick");
        };
        assert!(why.contains("can't stand in a name"), "{why}");
        assert_eq!(
            question.unanswered("h:1").to_string(),
            "ann is taken: try --nick ann2"
        );
    }

    #[test]
    fn an_invite_is_asked_for() {
        let needed = Refusal::new(Code::InviteNeeded, "this server wants an invite");
        let question = Question::of(&Event::LoginRefused(needed)).expect("a question");
        check(&question, " abc ", Answer::Invite("abc".into()));
        assert!(matches!(question.answer(""), Answer::Again(_)));
    }
}
