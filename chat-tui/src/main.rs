//! The program: reads the command line and hands over to the library.

use std::process::ExitCode;

use chat_tui::cli;

fn main() -> ExitCode {
    match cli::parse(std::env::args_os()) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
    }
}
