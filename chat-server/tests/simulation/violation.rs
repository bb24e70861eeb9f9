//! What a check says that found an invariant broken.

use std::fmt;

/// An invariant does not hold; the text says which and how.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Violation(pub(crate) String);

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Violation {
    /// The name of the invariant.
    pub(crate) fn kind(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }
}

/// The result of something that is checked on its way.
pub(crate) type Checked<T = ()> = Result<T, Violation>;

/// Returns a [`Violation`] unless the condition holds. The name of the invariant comes first.
macro_rules! ensure {
    ($condition:expr, $($text:tt)*) => {
        if !$condition {
            return Err($crate::violation::Violation(format!($($text)*)));
        }
    };
}
pub(crate) use ensure;
