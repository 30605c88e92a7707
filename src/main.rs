//! advisory-bot: see `advisory-bot --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    advisory_bot::cli::main()
}
