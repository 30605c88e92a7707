//! The channels of the configuration against those of the organisation.

use commands::kernel::{directory::Channel, id::ChannelId};

use super::*;

const ME: UserId = UserId(1);

fn channels(changed: impl Fn(&mut Channel)) -> BTreeMap<ChannelId, Channel> {
    let channel = |id: u64, name: &str, invite_only: bool| {
        let id = ChannelId(id);
        let subscribers = [ME, UserId(8)].into();
        let name = name.to_owned();
        let mut channel = Channel { id, name, invite_only, web_public: false, archived: false, subscribers };
        changed(&mut channel);
        (id, channel)
    };
    [channel(3, "general", false), channel(4, "wamr-security", true), channel(5, "builds", false)].into()
}

fn settled(
    text: &str,
    changed: impl Fn(&mut Channel),
) -> Result<commands::kernel::settings::Settings, String> {
    let config = parsed(text).unwrap_or_else(|problems| panic!("{}", lines(&problems)));
    resolve(&config, ME, &channels(changed)).map_err(|problems| lines(&problems))
}

/// The message when the team's channel is like this.
fn refused(changed: impl Fn(&mut Channel)) -> String {
    settled(LEAST, |channel| {
        if channel.id == ChannelId(4) {
            changed(channel);
        }
    })
    .unwrap_err()
}

#[test]
fn channels_are_found_by_name_in_any_case_and_by_number() {
    for (old, new) in
        [("wamr-security", "wamr-security"), ("\"wamr-security\"", "4"), ("general", "#General")]
    {
        let settings = settled(&LEAST.replace(old, new), |_| {}).unwrap();
        let project = &settings.projects[0];
        assert_eq!((project.team_channel, project.public_channel), (ChannelId(4), ChannelId(3)));
        assert_eq!(settings.policy.approvals, 1);
    }
}

#[test]
fn what_the_core_needs_of_the_rest_reaches_it() {
    let more = "branches = [\"main\", \"release/2.4.x\"]\n\n[policy]\nacknowledge_within = \"1 hour\"\n\
                cve_within = \"2 hours\"\nembargo_after_cve = \"3 hours\"\n\n[people]\n8 = \"@Maya\"\n";
    let settings = settled(&format!("{LEAST}{more}"), |_| {}).unwrap();
    let policy = &settings.policy;
    let clocks = [policy.acknowledge_within, policy.cve_within, policy.embargo_after_cve];
    assert_eq!(clocks.map(|clock| clock.as_hours()), [1, 2, 3]);
    assert_eq!(settings.projects[0].branches, ["main", "release/2.4.x"]);
    assert_eq!(settings.people[&UserId(8)].as_str(), "Maya");
}

#[test]
fn a_channel_that_is_not_there() {
    let text = LEAST.replace("wamr-security", "wamr_securty").replace("\"general\"", "99");
    insta::assert_snapshot!(settled(&text, |_| {}).unwrap_err(), @r#"
    advisory-bot.toml:8: project[1].team_channel: the bot sees no channel "wamr_securty". Write "wamr-security", or subscribe the bot to it if it is private
    advisory-bot.toml:9: project[1].public_channel: the bot sees no channel 99. It sees "general", "wamr-security", "builds"; subscribe the bot to it if it is private
    "#);
}

#[test]
fn a_team_channel_that_is_not_private_or_not_the_bots() {
    insta::assert_snapshot!(refused(|channel| channel.invite_only = false), @r#"advisory-bot.toml:8: project[1].team_channel: "wamr-security" can be read by everyone in the organisation. Make it private in Zulip, or name a private channel"#);
    insta::assert_snapshot!(refused(|channel| channel.web_public = true), @r#"advisory-bot.toml:8: project[1].team_channel: "wamr-security" can be read by anyone on the internet. Make it private in Zulip, or name a private channel"#);
    insta::assert_snapshot!(refused(|channel| channel.archived = true), @r#"advisory-bot.toml:8: project[1].team_channel: "wamr-security" is archived. Restore it in Zulip, or name another channel"#);
    insta::assert_snapshot!(refused(|channel| channel.subscribers.clear()), @r#"advisory-bot.toml:8: project[1].team_channel: the bot is not subscribed to "wamr-security". Subscribe it, in the channel's settings in Zulip"#);
}

#[test]
fn a_public_channel_that_is_private() {
    let text = LEAST.replace("\"general\"", "\"wamr-security\"");
    insta::assert_snapshot!(settled(&text, |_| {}).unwrap_err(), @r#"advisory-bot.toml:9: project[1].public_channel: "wamr-security" is a private channel. Name a channel that everyone in the organisation can read"#);
}

#[test]
fn watched_channels_are_looked_up_too() {
    let text = LEAST.replace("email =", "watch = [\"builds\", 3]\nemail =");
    let config = parsed(&text).unwrap();
    let watch = |config: &Config| resolve(config, ME, &channels(|_| {})).unwrap().watch;
    assert_eq!(watch(&config), Some([ChannelId(3), ChannelId(5)].into()));
    assert_eq!(watch(&parsed(LEAST).unwrap()), None);
    let text = LEAST.replace("email =", "watch = [\"build\", \"wamr-security\"]\nemail =");
    insta::assert_snapshot!(settled(&text, |_| {}).unwrap_err(), @r#"
    advisory-bot.toml:3: zulip.watch[1]: the bot sees no channel "build". Write "builds", or subscribe the bot to it if it is private
    advisory-bot.toml:3: zulip.watch[2]: "wamr-security" is a private channel. Name a channel that everyone in the organisation can read
    "#);
}
