//! Logs: to standard error, with ids and never with what an incident is about.
//!
//! Never logged: message texts, topics, summaries, codenames, GHSA and CVE ids, request bodies,
//! addresses with a query, keys and tokens. An incident is named by `incident.id`, an effect by
//! `effect.id`. Other crates' own logs are shown from warnings up only, since they may quote requests.

use clap::ValueEnum;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// Starts logging. `verbosity` counts the `-v`: none shows information, one shows details, two shows
/// everything.
pub fn start(verbosity: u8, format: LogFormat) {
    let own = match verbosity {
        0 => "info",
        1 => "debug",
        2.. => "trace",
    };
    let filter = EnvFilter::new(format!("warn,advisory_bot={own},commands={own}"));
    let registry = tracing_subscriber::registry().with(filter);
    match format {
        LogFormat::Text => registry.with(fmt::layer().with_writer(std::io::stderr)).init(),
        LogFormat::Json => registry.with(fmt::layer().json().with_writer(std::io::stderr)).init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        // The message may quote data: only the place is told.
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(place, "a defect: the bot has panicked");
    }));
}
