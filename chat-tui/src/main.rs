//! The program: reads the command line, hands over to the library, and says in one sentence what
//! went wrong.

use std::process::ExitCode;

use anyhow::Context;
use chat_tui::cli;
use chat_tui::shell::jobs;

/// Threads for connection, disk and, when hosting, the server's doors; its workers are its own.
const THREADS: usize = 2;

fn main() -> ExitCode {
    let invocation = match cli::parse(std::env::args_os()) {
        Ok(invocation) => invocation,
        Err(error) => return usage(&error),
    };
    match run(invocation) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chat-tui: {error:#}");
            let status = error
                .downcast_ref()
                .map_or(1, |error: &jobs::JobError| error.status());
            ExitCode::from(status)
        }
    }
}

fn run(invocation: cli::Invocation) -> anyhow::Result<()> {
    // Before any connection: with no provider chosen rustls panics at run time.
    if rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .is_err()
    {
        tracing::debug!("the provider was installed before");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .context("the system gives no threads: end some programs and try again")?;
    let result = runtime.block_on(jobs::run(invocation));
    // Whatever still waits for the terminal or the disk must not hold up the end.
    runtime.shutdown_background();
    Ok(result?)
}

fn usage(error: &clap::Error) -> ExitCode {
    match cli::usage_sentence(error) {
        Some(sentence) => {
            eprintln!("chat-tui: {sentence}");
            ExitCode::from(2)
        }
        None => {
            print!("{}", error.render());
            ExitCode::SUCCESS
        }
    }
}
