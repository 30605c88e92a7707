//! What people hear when a service does not do its part.

use commands::kernel::{
    content::AdvisoryState,
    effect::{Action, FailureKind, Outcome, Purpose, Service, TeamPlace},
    id::IncidentId,
};

use crate::{
    kit::{Chat, failed, failure},
    realm::*,
};

fn kinds() -> [FailureKind; 7] {
    [
        FailureKind::Unreachable,
        FailureKind::Broken,
        FailureKind::Credentials,
        FailureKind::Permission(String::new()),
        FailureKind::Permission("repository_advisories=write".into()),
        FailureKind::NotFound,
        FailureKind::Refused,
    ]
}

#[test]
fn an_advisory_that_github_does_not_make() {
    let mut shown = Vec::new();
    for kind in kinds() {
        let mut chat = Chat::new();
        chat.answer_with(move |effect| match &effect.action {
            Action::CreateAdvisory { .. } => {
                Some(failed(Service::GitHub, kind.clone(), "package: must exist <b>@**all**</b>"))
            }
            _ => None,
        });
        let answer = chat.say(MAYA, &team(), "!advisory new Overflow");
        shown.extend(answer.lines().find(|line| line.contains("Not opened")).map(str::to_owned));
        assert!(chat.say(MAYA, &team(), "!advisory list --all").contains("no incident yet"));
        // Its name is free for nobody, and its number too: the next one is another.
        chat.mend();
        assert!(chat.say(MAYA, &team(), "!advisory new Overflow").contains("amber-hoopoe"));
    }
    insta::assert_snapshot!(shown.join("\n"), @r#"
    [#wamr-security > triage] ❌ Not opened: GitHub does not answer.
    [#wamr-security > triage] ❌ Not opened: GitHub answers with errors.
    [#wamr-security > triage] ❌ Not opened: GitHub does not accept the bot's credential: it is wrong, expired or revoked. The bot's administrator must replace it.
    [#wamr-security > triage] ❌ Not opened: the bot's account on GitHub may not do this. It must be an administrator or security manager of the repository. It said: "package: must exist &lt;b>&#64;&#42;&#42;all&#42;&#42;&lt;/b>".
    [#wamr-security > triage] ❌ Not opened: the bot's token on GitHub lacks a permission: repository_advisories=write. Give the token that permission. It said: "package: must exist &lt;b>&#64;&#42;&#42;all&#42;&#42;&lt;/b>".
    [#wamr-security > triage] ❌ Not opened: GitHub shows nothing there to the bot: it does not exist, or the bot's account may not see it.
    [#wamr-security > triage] ❌ Not opened: GitHub refused it. It said: "package: must exist &lt;b>&#64;&#42;&#42;all&#42;&#42;&lt;/b>".
    "#);
}

#[test]
fn a_command_that_github_failed_runs_once_it_is_edited() {
    let mut chat = Chat::new();
    chat.answer_with(|effect| match &effect.action {
        Action::CreateAdvisory { .. } => Some(failed(Service::GitHub, FailureKind::Broken, "")),
        _ => None,
    });
    let message = chat.message(MAYA, &team(), "!advisory new Overflow");
    chat.happen(&commands::kernel::input::Input::Said(commands::kernel::input::Said::Message(
        message.clone(),
    )));
    chat.mend();
    insta::assert_snapshot!(chat.edit(&message, "!advisory new Overflow, again"), @r#"
    (👀 on 101)
    (GitHub: new in bytecodealliance/wasm-micro-runtime: "Overflow, again")
    [#wamr-security > amber-hoopoe · WAMR] (card) ### amber-hoopoe · WAMR
    (✅ on 101)
    [#wamr-security > triage] ✅ Incident opened: #**wamr-security>amber-hoopoe · WAMR**. @_**Maya|11** is its manager. Everything else goes there.
    "#);
}

#[test]
fn a_text_that_github_does_not_take() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    chat.answer_with(|effect| match &effect.action {
        Action::UpdateAdvisory { .. } => {
            Some(failed(Service::GitHub, FailureKind::Permission("repository_advisories=write".into()), ""))
        }
        _ => None,
    });
    insta::assert_snapshot!(chat.say(INES, &chat.room(1), "!advisory edit --severity low"), @r"
    (👀 on 104)
    (GitHub: change) → failed
    (❌ on 104)
    [#wamr-security > amber-heron · WAMR] ❌ Not changed: the bot's token on GitHub lacks a permission: repository_advisories=write. Give the token that permission.
    ");
}

#[test]
fn waiting_is_said() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    chat.hold = true;
    chat.say(MAYA, &team(), "!advisory new Second");
    let (create, _) = chat.effects.last().unwrap().clone();
    let delayed = |kind| Outcome::Delayed(failure(Service::GitHub, kind, ""));
    insta::assert_snapshot!(chat.settled(create, delayed(FailureKind::Unreachable)), @"[#wamr-security > triage] ⏳ Waiting: GitHub does not answer. I keep trying; nothing is lost and nothing is done twice.");
    chat.say(MAYA, &chat.room(1), "!advisory edit --severity low");
    let (update, _) = chat.effects.last().unwrap().clone();
    insta::assert_snapshot!(chat.settled(update, delayed(FailureKind::Permission(String::new()))), @"[#wamr-security > amber-heron · WAMR] ⏳ Waiting: the bot's account on GitHub may not do this. It must be an administrator or security manager of the repository. I keep trying; nothing is lost and nothing is done twice.");
    assert!(chat.world.pending().contains_key(&update), "it is still being tried");
}

#[test]
fn an_answer_that_cannot_be_delivered_reaches_its_person() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    chat.answer_with(|effect| match &effect.action {
        Action::Post { to: TeamPlace::Topic(..), .. } => {
            Some(failed(Service::Zulip, FailureKind::Refused, "You do not have permission to post"))
        }
        _ => None,
    });
    insta::assert_snapshot!(chat.say(INES, &team(), "!advisory list"), @r#"
    [#wamr-security > triage] | incident | project | stage | manager | disclosure |
    |---|---|---|---|---|
    | amber-heron | WAMR | to be reproduced | Maya | – | → failed
    [DM to Ines] ❌ I could not post in #**wamr-security**: Zulip refused it. It said: "You do not have permission to post". See `!advisory list` for where things stand.
    "#);
    chat.answer_with(|effect| match &effect.action {
        Action::Post { to: TeamPlace::Topic(channel, _), .. } => Some(Outcome::NotPrivate(*channel)),
        _ => None,
    });
    insta::assert_snapshot!(chat.say(INES, &team(), "!advisory list"), @r"
    [#wamr-security > triage] | incident | project | stage | manager | disclosure |
    |---|---|---|---|---|
    | amber-heron | WAMR | to be reproduced | Maya | – | → channel not private
    [DM to Ines] 🚨 #**wamr-security** is not private any more. I post nothing there until it is: make it private again in its settings.
    ");
    // When not even that works, there is an end.
    chat.answer_with(|effect| match &effect.action {
        Action::Post { .. } => Some(failed(Service::Zulip, FailureKind::Refused, "")),
        _ => None,
    });
    insta::assert_snapshot!(chat.say(INES, &team(), "!advisory list"), @r"
    [#wamr-security > triage] | incident | project | stage | manager | disclosure |
    |---|---|---|---|---|
    | amber-heron | WAMR | to be reproduced | Maya | – | → failed
    [DM to Ines] ❌ I could not post in #**wamr-security**: Zulip refused it. See `!advisory list` for where things stand. → failed
    ");
}

#[test]
fn the_card_the_countdown_and_the_request_have_their_person_too() {
    let mut chat = Chat::new();
    let number = chat.ready();
    chat.answer_with(|effect| match &effect.action {
        Action::Post { to: TeamPlace::Topic(channel, _), .. } | Action::Edit { channel, .. } => {
            Some(Outcome::NotPrivate(*channel))
        }
        _ => None,
    });
    insta::assert_snapshot!(chat.wait("45m"), @r"
    [#wamr-security > amber-heron · WAMR] ⏳ **15 minutes** to disclosure: <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC). Everything is in place; `!release plan` shows what will happen. → channel not private
    [DM to Maya] 🚨 #**wamr-security** is not private any more. I post nothing there until it is: make it private again in its settings.
    ");
    chat.wait("15m");
    insta::assert_snapshot!(chat.say(MAYA, &chat.room(number), "!release go"), @r#"
    [#wamr-security > amber-heron · WAMR] @_**Maya|11** asks to release **amber-heron**.
    1. bring the patches to the public repository and merge them: into `bytecodealliance/wasm-micro-runtime`, each as a pull request that says "These changes were reviewed before. What they are for is told with the release.", merged by the repository's rules once the checks of all have passed:
        * `main`: commit `1000000` of #1 in the private fork, pushed as `fixes-main-1000000`, opened as "Fixes for WAMR on main"
        * `release/2.4.x`: commit `2000000` of #2 in the private fork, pushed as `fixes-release-2.4.x-2000000`, opened as "Fixes for WAMR on release/2.4.x"
    2. keep a snapshot of the private fork and close its pull requests: what `bytecodealliance/wasm-micro-runtime-ghsa-2222` has and `bytecodealliance/wasm-micro-runtime` has not, as a git bundle in my store
    3. publish the advisory: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    4. see that the private fork is gone, or delete it, where GitHub leaves it, and nothing but the fork that the advisory names
    5. tell the public in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    ```
    6. attach the records for machines here: `osv.json`, `cve.json` and `csaf.json`
    7. close the incident
    @**Ines|12** @**Tomasz|13**: approve by 👍 on this message or `!release approve`, within 30 minutes. → channel not private
    (card edited) → channel not private
    [DM to Maya] 🚨 #**wamr-security** is not private any more. I post nothing there until it is: make it private again in its settings.
    "#);
    insta::assert_snapshot!(chat.say(INES, &team(), "!advisory new Second"), @r#"
    (👀 on 137)
    (GitHub: new in bytecodealliance/wasm-micro-runtime: "Second")
    [#wamr-security > amber-hoopoe · WAMR] (card) ### amber-hoopoe · WAMR → channel not private
    [DM to Ines] 🚨 #**wamr-security** is not private any more. I post nothing there until it is: make it private again in its settings.
    "#);
}

#[test]
fn the_guard_alarms_the_teams_of_the_incidents_it_found() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    chat.say(ZOE, &crate::realm::topic(WASMTIME_SECURITY, "x"), "!advisory new Escape");
    chat.answer_with(|effect| match &effect.action {
        Action::Notify { .. } => Some(Outcome::Blocked(vec![IncidentId(1), IncidentId(2)])),
        _ => None,
    });
    // Each team hears of its own only.
    insta::assert_snapshot!(chat.say(RAVI, &public(), "!help"), @r"
    [PUBLIC #general > builds] Commands belong in the team's channel. → stopped by the guard
    [#wamr-security > amber-heron · WAMR] 🚨 **Stopped**: a public message I was about to send names something that belongs to amber-heron. It was not sent. @**Maya|11**, look at what led to it before anything else is said in public.
    [#wasmtime-security > amber-hoopoe · Wasmtime] 🚨 **Stopped**: a public message I was about to send names something that belongs to amber-hoopoe. It was not sent. @**Zoe|19**, look at what led to it before anything else is said in public.
    ");
}

/// A report whose card cannot be posted.
fn without_card() -> Chat {
    let mut chat = Chat::new();
    chat.answer_with(|effect| match &effect.purpose {
        Purpose::Card { .. } => Some(Outcome::NotPrivate(WAMR_SECURITY)),
        _ => None,
    });
    chat.noticed("A report");
    chat
}

#[test]
fn a_lost_card_that_is_on_its_way_again_wakes_the_bot_no_more() {
    let mut chat = without_card();
    chat.hold = true;
    let ghsa = chat.ghsa(1);
    let shown = chat.by_hand(&ghsa, |advisory| advisory.state = AdvisoryState::Published);
    assert!(shown.contains("(card)"), "{shown}");
    chat.wait("1h");
}

#[test]
fn an_incident_that_ends_without_a_card_wakes_the_bot_no_more() {
    let mut chat = without_card();
    chat.say(MAYA, &team(), "!manager amber-heron claim");
    let shown = chat.say(MAYA, &team(), "!advisory close amber-heron Duplicate");
    assert!(shown.contains("(GitHub: close)"), "{shown}");
    assert_eq!(chat.wait("1h"), "");
}
