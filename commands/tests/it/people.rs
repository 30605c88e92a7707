//! Who takes part: invited, uninvited, credited, shown; and who joins and leaves the team.

use commands::kernel::{
    collaborator::Collaborator,
    directory::DirectoryChange,
    effect::{Action, FailureKind, Service},
    id::GroupId,
    input::Observed,
};

use crate::{
    kit::{Chat, failed},
    realm::*,
};

#[test]
fn people_are_invited_by_mention_login_and_team() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!invite @**Ines|12** @**Maya** sofia-k team:wamr-core"), @r#"
    (👀 on 104)
    (GitHub: collaborators +["ines-gh", "maya", "sofia-k", "team:wamr-core"] -[])
    (✅ on 104)
    [#wamr-security > amber-heron · WAMR] ✅ Invited on GitHub: `ines-gh`, `maya`, `sofia-k` and `team:wamr-core`.
    (card edited)
    "#);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!invite SOFIA-K"), @"[#wamr-security > amber-heron · WAMR] Not done: they have access already. `!who` shows everyone who has.");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!uninvite sofia-k"), @r#"
    (👀 on 108)
    (GitHub: collaborators +[] -["sofia-k"])
    (✅ on 108)
    [#wamr-security > amber-heron · WAMR] ✅ No longer invited: `sofia-k`.
    (card edited)
    "#);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!uninvite sofia-k"), @"[#wamr-security > amber-heron · WAMR] Not done: they are no collaborators of the advisory. `!who` shows who is.");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!who"), @r"
    [#wamr-security > amber-heron · WAMR] **Team**: @_**Maya|11**, @_**Ines|12** and @_**Tomasz|13**
    **Also read this channel**: @_**Advisory Bot|1** (me), @_**Lee|15** (a guest), @_**Deploy Bot|16** (a bot), @_**Otto|17** (not in the team's group) and @_**Pia|18** (deactivated)
    **Collaborators on GitHub**, who see the advisory: `ines-gh`, `maya` and `team:wamr-core`
    **And** the administrators and security managers of bytecodealliance/wasm-micro-runtime.
    ");
}

#[test]
fn who_cannot_be_invited_is_told_why() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!invite @**Tomasz|13**"), @"[#wamr-security > amber-heron · WAMR] Not done: I do not know what @_**Tomasz|13** is called on GitHub. Write the login instead, as in `!invite LOGIN`, or have them enter it in their profile on Zulip.");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!invite @**Nobody at all**"), @"[#wamr-security > amber-heron · WAMR] Not done: I see nobody called `Nobody at all` here. Mention them as Zulip offers it, or write their GitHub login.");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!invite"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: WHO is missing.
    It is written `!invite [ADVISORY] WHO…`
    For example `!invite @**Ines** sofia-k`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!invite so/fia"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "so/fia" does not fit: a GitHub login has letters, digits and hyphens, 39 at most.
    It is written `!invite [ADVISORY] WHO…`
    For example `!invite @**Ines** sofia-k`
    "#);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!invite team:"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "team&#58;" does not fit: a team is written team&#58;SLUG, as in its address on GitHub.
    It is written `!invite [ADVISORY] WHO…`
    For example `!invite @**Ines** sofia-k`
    "#);
    chat.answer_with(|effect| {
        let invite = matches!(effect.action, Action::ChangeCollaborators { .. });
        invite.then(|| failed(Service::GitHub, FailureKind::Refused, "nobody-x is not a GitHub user"))
    });
    insta::assert_snapshot!(chat.say(MAYA, &room, "!invite nobody-x"), @r#"
    (👀 on 114)
    (GitHub: collaborators +["nobody-x"] -[]) → failed
    (❌ on 114)
    [#wamr-security > amber-heron · WAMR] ❌ Not done: GitHub refused it. It said: "nobody-x is not a GitHub user".
    "#);
}

#[test]
fn whom_others_invited_meanwhile_is_shown_and_kept() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let (ghsa, room) = (chat.ghsa(number), chat.room(number));
    let other = Collaborator::User("other-x".parse().unwrap());
    chat.github.get_mut(&ghsa).unwrap().collaborators.insert(other.clone());
    let shown = chat.say(MAYA, &room, "!invite sofia-k");
    assert!(shown.contains("collaborators: + `other-x`"), "{shown}");
    assert!(chat.github[&ghsa].collaborators.contains(&other));
}

#[test]
fn somebody_is_credited() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory credit sofia-k"), @r"
    (👀 on 104)
    (GitHub: credit sofia-k as reporter)
    (✅ on 104)
    [#wamr-security > amber-heron · WAMR] ✅ Credited: `sofia-k` as reporter. GitHub asks them; the credit is public only if they accept.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory credit @**Ines|12** --as remediation-developer"), @r"
    (👀 on 106)
    (GitHub: credit ines-gh as remediation_developer)
    (✅ on 106)
    [#wamr-security > amber-heron · WAMR] ✅ Credited: `ines-gh` as remediation developer. GitHub asks them; the credit is public only if they accept.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory credit sofia-k --as boss"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "boss" does not fit: a credit is for one of reporter, finder, analyst, coordinator, remediation_developer, remediation_reviewer, remediation_verifier, tool, sponsor, other.
    It is written `!advisory credit [ADVISORY] WHO [--as TYPE]`
    For example `!advisory credit sofia-k`
    "#);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory credit team:wamr-core"), @"[#wamr-security > amber-heron · WAMR] Not done: only a person can be credited, by mention or login.");
}

#[test]
fn who_joins_and_leaves_the_team_is_told_where_incidents_are_open() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    chat.open("Second");
    let directory = |change| Observed::Directory(change);
    let out = DirectoryChange::Left(GroupId(30), vec![INES]);
    insta::assert_snapshot!(chat.observe(directory(out)), @r"
    [#wamr-security > amber-heron · WAMR] **Left the team**: @_**Ines|12**. Their access on GitHub stays until it is taken: `!uninvite WHO`
    [#wamr-security > amber-hoopoe · WAMR] **Left the team**: @_**Ines|12**. Their access on GitHub stays until it is taken: `!uninvite WHO`
    [#wamr-security > channel events] **Also reads this channel now**, without being on the team: @_**Ines|12** (not in the team's group). If that is not meant, unsubscribe them.
    ");
    insta::assert_snapshot!(chat.observe(directory(DirectoryChange::Joined(GroupId(30), vec![INES]))), @r"
    [#wamr-security > amber-heron · WAMR] **Joined the team**: @_**Ines|12**. They can read this incident now.
    [#wamr-security > amber-hoopoe · WAMR] **Joined the team**: @_**Ines|12**. They can read this incident now.
    ");
    let manager = DirectoryChange::Unsubscribed(vec![WAMR_SECURITY], vec![MAYA]);
    insta::assert_snapshot!(chat.observe(directory(manager)), @r"
    [#wamr-security > amber-heron · WAMR] **Left the team**: @_**Maya|11**. Their access on GitHub stays until it is taken: `!uninvite WHO`
    The incident manager is among them. Somebody else: `!manager claim`
    [#wamr-security > amber-hoopoe · WAMR] **Left the team**: @_**Maya|11**. Their access on GitHub stays until it is taken: `!uninvite WHO`
    The incident manager is among them. Somebody else: `!manager claim`
    ");
    assert_eq!(
        chat.observe(directory(DirectoryChange::Joined(GroupId(30), vec![OTTO, RAVI])))
            .matches("Otto")
            .count(),
        2
    );
    assert!(!chat.say(INES, &chat.room(number), "!who").contains("Not done"));
}

#[test]
fn who_left_while_the_bot_was_down_is_told_at_the_next_registration() {
    let mut chat = Chat::new();
    chat.open("Crash");
    let mut directory = directory();
    directory.users.get_mut(&TOMASZ).unwrap().is_active = false;
    let shown = chat.observe(Observed::Directory(DirectoryChange::Snapshot(directory.clone())));
    assert!(shown.contains("**Left the team**: @_**Tomasz|13**"), "{shown}");
    assert_eq!(chat.observe(Observed::Directory(DirectoryChange::Snapshot(directory))), "");
}

#[test]
fn the_manager_is_shown_claimed_and_handed_over() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(INES, &room, "!manager"), @"[#wamr-security > amber-heron · WAMR] The incident manager is @_**Maya|11**. `!manager claim` takes over, `!manager @user` hands over.");
    insta::assert_snapshot!(chat.say(INES, &room, "!manager claim"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ @_**Ines|12** is the incident manager now, in place of @**Maya|11**.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!manager CLAIM"), @"[#wamr-security > amber-heron · WAMR] Not done: @_**Ines|12** is the incident manager already.");
    insta::assert_snapshot!(chat.say(INES, &room, "!manager @**Tomasz|13**"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ @**Tomasz|13** is the incident manager now, in place of @_**Ines|12**.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!manager @**Ines|12**"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ @**Ines|12** is the incident manager now, in place of @**Tomasz|13**.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!manager @**Ravi|14**"), @"[#wamr-security > amber-heron · WAMR] Not done: @_**Ravi|14** is not on the team. Only somebody on it can be the incident manager.");
    insta::assert_snapshot!(chat.say(INES, &room, "!manager ines-gh"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: the incident manager is named by a mention: !manager &#64;user.
    It is written `!manager [ADVISORY] [claim | @user]`
    For example `!manager claim`
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!manager @**Ines|12** @**Maya|11**"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: name one person: !manager &#64;user.
    It is written `!manager [ADVISORY] [claim | @user]`
    For example `!manager claim`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!manager amber-heron claim"), @r"
    [#wamr-security > triage] ✅ @_**Maya|11** is the incident manager now, in place of @**Ines|12**.
    [#wamr-security > amber-heron · WAMR] ✅ @_**Maya|11** is the incident manager now, in place of @**Ines|12**.
    (card edited)
    ");
}

#[test]
fn who_is_on_the_way_in_can_be_uninvited() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let (ghsa, room) = (chat.ghsa(number), chat.room(number));
    chat.hold = true;
    chat.say(MAYA, &room, "!invite sofia-k");
    assert!(chat.say(MAYA, &room, "!uninvite sofia-k").contains("collaborators +[] -[\"sofia-k\"]"));
    chat.release();
    assert!(chat.github[&ghsa].collaborators.is_empty());
}

#[test]
fn a_name_that_several_have_is_not_guessed_at() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let mut directory = directory();
    directory.users.get_mut(&RAVI).unwrap().name = "Ines".into();
    chat.observe(Observed::Directory(DirectoryChange::Snapshot(directory)));
    insta::assert_snapshot!(chat.say(MAYA, &chat.room(number), "!manager @**Ines**"), @"[#wamr-security > amber-heron · WAMR] Not done: several people here are called `Ines`. Mention the one you mean as Zulip offers it, with the number: `@**Name|8**`");
    assert!(
        chat.say(MAYA, &chat.room(number), "!manager @**Ines|12**").contains("is the incident manager now")
    );
}
