//! Append-only lines instead of a screen: `--plain`, `send`, `tail`. For pipes, screen readers and
//! dumb terminals: never writes a control sequence.

use chat_core::{Link, Seq};

use crate::cli::{TailFormat, Target};
use crate::shell::door::Door;
use crate::shell::home::Home;

/// Why it failed. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum PlainError {
    /// No link, and nowhere to go by oneself.
    #[error("say which server: give its link, or join one first with chat-tui join LINK")]
    NoServer,
}

/// x
pub async fn send(_: &Home, _: Link, _: &Target, _: Option<String>) -> Result<(), PlainError> {
    Ok(())
}
/// x
pub async fn tail(
    _: &Home,
    _: Link,
    _: &Target,
    _: TailFormat,
    _: Option<Seq>,
) -> Result<(), PlainError> {
    Ok(())
}
/// x
pub async fn chat(_: &Home, _: Door, _: Option<&Link>) -> Result<(), PlainError> {
    Ok(())
}
