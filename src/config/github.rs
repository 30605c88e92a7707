//! `[github]`: where GitHub is, the bot's token, and how often to look.

use jiff::SignedDuration;
use secrecy::SecretString;
use url::Url;

use super::{
    address,
    error::Wrong,
    read::Table,
    secret::{self, GITHUB_VARIABLE},
};

const API_URL: &str = "https://api.github.com";
const GIT_URL: &str = "https://github.com";
/// How often GitHub is looked at when nothing is configured.
const POLL: SignedDuration = SignedDuration::from_secs(60);
/// More often would use up GitHub's limit on requests.
const POLL_MIN: SignedDuration = SignedDuration::from_secs(10);

/// GitHub and the bot's account there.
#[derive(Debug)]
pub struct GitHub {
    /// Where its REST interface is.
    pub api_url: Url,
    /// Where its repositories and pages are.
    pub git_url: Url,
    /// The token of a user.
    pub token: SecretString,
    /// How often it is looked at for changes.
    pub poll: SignedDuration,
}

pub(super) fn read(root: &Table<'_>) -> Option<GitHub> {
    let table = root.section("github");
    let url = |key: &'static str, default: &str| {
        let example = format!("{key} = \"{default}\"");
        table.or_default(key, || Url::parse(default).ok(), |text| address::web(text, &example))
    };
    let (api_url, git_url) = (url("api_url", API_URL), url("git_url", GIT_URL));
    let token = secret::required(&table, "token_file", GITHUB_VARIABLE);
    let poll = table.duration("poll", POLL);
    if poll < POLL_MIN
        && let Some(value) = table.value("poll")
    {
        let problem = "is more often than GitHub's limit on requests allows";
        value.report(Wrong::new(problem, "Write poll = \"60 seconds\", or at least \"10 seconds\""));
    }
    table.finish();
    Some(GitHub { api_url: api_url?, git_url: git_url?, token: token?, poll })
}
