//! `[zulip]`: the organisation, the bot's account, and which channels are watched.

use std::collections::BTreeMap;

use commands::kernel::id::ChannelId;
use secrecy::SecretString;
use url::Url;

use super::{
    address,
    error::Wrong,
    read::{At, Table, Value},
    secret::{self, ZULIP_VARIABLE},
};

const SITE: &str = "site = \"https://your-organisation.zulipchat.com\"";

/// The Zulip organisation and the bot's account there.
#[derive(Debug)]
pub struct Zulip {
    /// The organisation's address.
    pub site: Url,
    /// The bot's address, by which it signs in.
    pub email: String,
    /// Its API key.
    pub api_key: SecretString,
    /// Which public channels are watched for leaks.
    pub watch: Watch,
}

/// Which public channels are watched for leaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watch {
    /// Every one, new ones too.
    All,
    /// Only these.
    Only(Vec<At<ChannelRef>>),
}

/// A channel, as somebody names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelRef {
    /// By its number.
    Id(ChannelId),
    /// By its name.
    Name(String),
}

pub(super) fn read(root: &Table<'_>) -> Option<Zulip> {
    let table = root.section("zulip");
    let watch = table.value("watch").map_or(Some(Watch::All), |value| watch(&value));
    let account = if table.has("zuliprc") { from_zuliprc(&table) } else { from_keys(&table) };
    table.finish();
    let (site, email, api_key) = account?;
    Some(Zulip { site, email, api_key, watch: watch? })
}

type Account = (Url, String, SecretString);

fn from_keys(table: &Table<'_>) -> Option<Account> {
    table.know("zuliprc");
    let site = table.required("site", SITE, |text| address::web(text, SITE));
    let example = "email = \"advisory-bot@your-organisation.zulipchat.com\"";
    let email = table.required("email", example, address::mail_address);
    let api_key = secret::required(table, "api_key_file", ZULIP_VARIABLE);
    Some((site?.value, email?.value, api_key?))
}

/// The account in a file as Zulip's web page hands it out.
fn from_zuliprc(table: &Table<'_>) -> Option<Account> {
    for key in ["site", "email", "api_key_file"] {
        if let Some(value) = table.value(key) {
            value.report(Wrong::new("stands in the zuliprc too", "Leave either zuliprc or this key out"));
        }
    }
    let named = table.text("zuliprc")?;
    let path = table.source.folder.join(&named.value);
    let report = |problem: String| {
        let mend = "Download the bot's zuliprc from Zulip (Personal settings, Bots)";
        table.source.report(named.line, &named.key, Wrong::new(format!("{:?} {problem}", named.value), mend));
    };
    let text = std::fs::read_to_string(&path)
        .inspect_err(|error| report(format!("cannot be read ({})", secret::reason(error))))
        .ok()?;
    if secret::is_open_to_others(&path) {
        let problem = format!("{:?} can be read by other users of this machine", named.value);
        table.source.warn(
            named.line,
            &named.key,
            Wrong::new(problem, format!("Run chmod 600 {}", named.value)),
        );
    }
    let entries = zuliprc_entries(&text);
    let entry = |key: &str| {
        let value = entries.get(key).filter(|value| !value.is_empty()).copied();
        value.or_else(|| {
            report(format!("has no {key} under [api]"));
            None
        })
    };
    let api_key = secret::from_environment(table.source, ZULIP_VARIABLE)
        .unwrap_or_else(|| entry("key").map(SecretString::from));
    let (site, email) = (entry("site"), entry("email"));
    let site =
        address::web(site?, SITE).map_err(|wrong| report(format!("has a wrong site: {}", wrong.problem)));
    let email = address::mail_address(email?)
        .map_err(|wrong| report(format!("has a wrong email: {}", wrong.problem)));
    Some((site.ok()?, email.ok()?, api_key?))
}

/// The entries of the section `[api]`.
fn zuliprc_entries(text: &str) -> BTreeMap<&str, &str> {
    let mut in_api = false;
    let mut entries = BTreeMap::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            in_api = line == "[api]";
        } else if let (true, Some((key, value))) =
            (in_api && !line.starts_with(['#', ';']), line.split_once('='))
        {
            entries.insert(key.trim(), value.trim());
        }
    }
    entries
}

fn watch(value: &Value<'_>) -> Option<Watch> {
    match value.value.as_str() {
        Some("all") => Some(Watch::All),
        Some(_) => {
            let mend = "Write watch = \"all\", or a list of channels: watch = [\"general\", 12]";
            value.report(Wrong::new("is neither \"all\" nor a list of channels", mend));
            None
        }
        None => value.list()?.iter().map(channel).collect::<Option<_>>().map(Watch::Only),
    }
}

/// A channel by name or number.
pub(super) fn channel(value: &Value<'_>) -> Option<At<ChannelRef>> {
    if value.value.is_integer() {
        return value.number().map(|id| value.at(ChannelRef::Id(ChannelId(id))));
    }
    if !value.value.is_str() {
        value.mistyped("a channel's name or number", "it like \"general\" or 12");
        return None;
    }
    // In chat and in links a channel's name is written with a #, which is no part of it.
    value.parsed(|name| Ok(ChannelRef::Name(name.trim().trim_start_matches('#').to_owned())))
}
