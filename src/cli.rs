//! The command line.

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::{
    run::{self, Stopped},
    telemetry::{self, LogFormat},
};

/// Done.
const DONE: u8 = 0;
/// Failed.
const FAILED: u8 = 1;
/// Bad usage or configuration.
const USAGE: u8 = 2;

/// Runs an open-source project's private vulnerability response in Zulip, from the first report to the
/// published advisory.
#[derive(Debug, Parser)]
#[command(name = "advisory-bot", version, max_term_width = 100)]
struct Cli {
    /// Say more in the log; twice for everything.
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    verbose: u8,
    /// How log lines are written.
    #[arg(long, value_enum, default_value_t, global = true)]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the bot.
    Run {
        /// The configuration file.
        #[arg(long, default_value = "advisory-bot.toml")]
        config: PathBuf,
    },
    /// Print completions for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

/// Does what the command line says.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let code = match (runtime, cli.command) {
        (Err(error), _) => complain(&format!("the runtime could not be started: {error}"), FAILED),
        (Ok(runtime), Command::Run { config }) => {
            telemetry::start(cli.verbose, cli.log_format);
            runtime.block_on(run_bot(&config))
        }
        (Ok(_), Command::Completions { shell }) => {
            clap_complete::generate(shell, &mut Cli::command(), "advisory-bot", &mut std::io::stdout());
            DONE
        }
    };
    ExitCode::from(code)
}

async fn run_bot(config: &std::path::Path) -> u8 {
    let environment = |name: &str| std::env::var(name).ok();
    match run::run(config, &environment).await {
        Ok(()) => DONE,
        Err(Stopped::Configuration(problems)) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            complain(&lines.join("\n"), USAGE)
        }
        Err(Stopped::Failed(error)) => complain(&format!("{error:#}"), FAILED),
    }
}

fn complain(message: &str, code: u8) -> u8 {
    // With standard error gone there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "advisory-bot: {message}");
    code
}
