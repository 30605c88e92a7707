//! The command line.

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};
use commands::kernel::timeline::Format;

use crate::{
    run::{self, Stopped},
    telemetry::{self, LogFormat},
    timeline,
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
    /// Print an incident's timeline. The bot must not run meanwhile. What is printed is embargoed.
    Timeline {
        /// The incident's codename, GHSA or CVE id.
        advisory: String,
        /// In which form.
        #[arg(long, value_enum, default_value_t)]
        format: TimelineFormat,
        /// The configuration file.
        #[arg(long, default_value = "advisory-bot.toml")]
        config: PathBuf,
    },
    /// Try everything on this machine, without any account: an embedded Zulip and GitHub, and the real
    /// bot against them. A chat to type in; without a terminal, the tour.
    #[cfg(feature = "sandbox")]
    Sandbox(SandboxArguments),
    /// Print completions for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

/// The forms of a timeline.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum TimelineFormat {
    /// Text in Markdown.
    #[default]
    Md,
    /// Data.
    Json,
    /// A picture.
    Svg,
}

/// What the sandbox is to do.
#[cfg(feature = "sandbox")]
#[derive(Debug, clap::Args)]
struct SandboxArguments {
    /// How many times faster than real time the chat's clock runs.
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    speed: f64,
    /// Play a whole incident, from report to publication.
    #[arg(long, group = "mode")]
    tour: bool,
    /// Play a transcript and print what everyone saw; - is standard input.
    #[arg(long, group = "mode", value_name = "FILE")]
    script: Option<PathBuf>,
    /// Only print the services' addresses and accounts, and stay up.
    #[arg(long, group = "mode")]
    serve: bool,
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
        (Ok(runtime), Command::Timeline { advisory, format, config }) => {
            runtime.block_on(print_timeline(&config, &advisory, format))
        }
        #[cfg(feature = "sandbox")]
        (Ok(runtime), Command::Sandbox(arguments)) => {
            let code = runtime.block_on(run_sandbox(arguments));
            // A thread that reads standard input would keep the runtime from ending.
            runtime.shutdown_background();
            code
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
    run::run(config, &environment).await.map_or_else(|stopped| tell(&stopped), |()| DONE)
}

async fn print_timeline(config: &std::path::Path, advisory: &str, format: TimelineFormat) -> u8 {
    let environment = |name: &str| std::env::var(name).ok();
    let format = match format {
        TimelineFormat::Md => Format::Markdown,
        TimelineFormat::Json => Format::Json,
        TimelineFormat::Svg => Format::Svg,
    };
    match timeline::timeline(config, &environment, advisory, format).await {
        Ok(text) => match std::io::stdout().write_all(text.as_bytes()) {
            Ok(()) => DONE,
            Err(error) => complain(&format!("the timeline could not be printed: {error}"), FAILED),
        },
        Err(stopped) => tell(&stopped),
    }
}

fn tell(stopped: &Stopped) -> u8 {
    match stopped {
        Stopped::Configuration(problems) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            complain(&lines.join("\n"), USAGE)
        }
        Stopped::Failed(error) => complain(&format!("{error:#}"), FAILED),
    }
}

#[cfg(feature = "sandbox")]
async fn run_sandbox(arguments: SandboxArguments) -> u8 {
    use std::io::IsTerminal as _;

    use crate::sandbox::command::{Mode, Options, Outcome, Source, WIDTH_DEFAULT, sandbox};

    let mode = match arguments.script {
        Some(file) if file.as_os_str() == "-" => Mode::Script(Source::Stdin),
        Some(file) => Mode::Script(Source::File(file)),
        None if arguments.serve => Mode::Serve,
        None if arguments.tour || !std::io::stdin().is_terminal() => Mode::Tour,
        None => Mode::Chat,
    };
    let width = terminal_width().unwrap_or(WIDTH_DEFAULT);
    let options = Options { mode, speed: arguments.speed, ports: (0, 0), width };
    let stop = async {
        // Without signals there is nothing to stop for.
        if run::told_to_stop().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    match sandbox(options, &mut std::io::stdout(), stop).await {
        Ok(Outcome::Done) => DONE,
        Ok(Outcome::Failed) => FAILED,
        Ok(Outcome::BadUsage(why)) => complain(&why, USAGE),
        Err(error) => complain(&format!("{error:#}"), FAILED),
    }
}

/// The width that the shell tells, in columns.
#[cfg(feature = "sandbox")]
fn terminal_width() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok().filter(|columns| (60..=300).contains(columns))
}

fn complain(message: &str, code: u8) -> u8 {
    // With standard error gone there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "advisory-bot: {message}");
    code
}
