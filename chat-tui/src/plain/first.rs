//! The first start in lines: asks where to, one question a line.

use super::error::PlainError;
use super::input::{Attended, Input, Line};
use super::paper::Paper;
use crate::shell::first::{Choice, Form, Said, Steps};

/// Asks a person what `form` asks. The end of the input leaves.
///
/// # Errors
/// [`PlainError::NoServer`] where nobody is there to be asked.
pub async fn ask(form: Form) -> Result<Choice, PlainError> {
    // A terminal gives a line at a time, so that nothing that is typed ahead is lost with this.
    let mut input = Input::new();
    if input.attended() == Attended::ByNobody {
        return Err(PlainError::NoServer);
    }
    let mut paper = Paper::new();
    let mut steps = Steps::of(form);
    paper.say(&[steps.question()]).await?;
    loop {
        let lines = match input.line().await? {
            None => return Ok(Choice::Leave),
            Some(Line::TooLong(_)) => vec![steps.question()],
            Some(Line::Text(typed)) => match steps.answer(&typed) {
                Said::Chosen(choice) => return Ok(choice),
                Said::Ask(lines) => lines,
            },
        };
        paper.say(&lines).await?;
    }
}
