//! Every key read, and every message that a wrong configuration gets.

mod places;
mod read;
mod resolving;
mod secrets;
mod wrong;

use std::path::Path;

use secrecy::ExposeSecret;

use super::*;

/// The least that is enough.
const LEAST: &str = r#"[zulip]
site = "https://chat.example.org"
email = "bot@chat.example.org"

[[project]]
name = "WAMR"
repository = "bytecodealliance/wasm-micro-runtime"
team_channel = "wamr-security"
public_channel = "general"
"#;

/// An environment with the secrets that every configuration needs.
fn environment(variable: &str) -> Option<String> {
    match variable {
        "ADVISORY_BOT_ZULIP_API_KEY" => Some("zulip-key".into()),
        "ADVISORY_BOT_GITHUB_TOKEN" => Some("ghp_token".into()),
        _ => None,
    }
}

fn parsed(text: &str) -> Result<Config, Vec<ConfigError>> {
    parse("advisory-bot.toml", PathBuf::from("/nowhere"), text, &environment)
}

fn lines(problems: &[ConfigError]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// All messages about `text`.
fn problems(text: &str) -> String {
    lines(&parsed(text).expect_err("this configuration is wrong"))
}

/// All messages about [`LEAST`] with one part replaced.
fn problems_with(old: &str, new: &str) -> String {
    assert!(LEAST.contains(old), "{old}");
    problems(&LEAST.replace(old, new))
}

/// All messages about [`LEAST`] with more at its end.
fn problems_and(more: &str) -> String {
    problems(&format!("{LEAST}{more}"))
}
