//! The log file. Nothing is ever logged to the terminal that is drawn on.

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

use crate::settings::Log;
use crate::shell::data::dirs::{DataDir, DirError};

/// Lines that may wait for the disk; what is more is not logged. Room for all of them is made at
/// the start.
const LINES_MAX: usize = 1024;

/// Why there is no log. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// `log.level` is not understood.
    #[error("log.level in the settings is not understood: {0}; write error, warn, info or debug")]
    Level(tracing_subscriber::filter::ParseError),
    /// There is no directory for them.
    #[error(transparent)]
    Dir(#[from] DirError),
    /// The files can't be written.
    #[error("can't write log files: {0}; make the data directory writable")]
    Files(tracing_appender::rolling::InitError),
}

/// Logs to the data directory from here on, until the guard is dropped: then what is still in
/// memory is written.
///
/// # Errors
/// [`LogError`].
pub fn start(data: &DataDir, settings: &Log) -> Result<WorkerGuard, LogError> {
    let filter = EnvFilter::try_new(&settings.level).map_err(LogError::Level)?;
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("chat-tui")
        .filename_suffix("log")
        .max_log_files(settings.files_max.max(1))
        .build(data.logs()?)
        .map_err(LogError::Files)?;
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(LINES_MAX)
        .finish(files);
    // A second start in one process (as tests do) keeps the first log.
    if tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_ansi(false)
        .try_init()
        .is_err()
    {
        tracing::debug!("logging had already started");
    }
    Ok(guard)
}
