//! What people change on GitHub by hand shows here, is never overwritten unseen, and raises the alarm
//! when it is out of order.

use commands::kernel::{
    collaborator::{Collaborator, Credit},
    content::{AdvisoryState, Level, Severity},
    effect::{FailureKind, Service},
    embargoed::Embargoed,
    incident::Stage,
    input::Observed,
};

use crate::{
    kit::{Chat, failure},
    realm::*,
};

#[test]
fn every_change_by_hand_is_shown() {
    let mut chat = Chat::new();
    let number = chat.open("Crash --severity high --affected < 2.4.4");
    let ghsa = chat.ghsa(number);
    insta::assert_snapshot!(chat.by_hand(&ghsa, |advisory| {
        advisory.content.summary = "Crash of the @**all** loader".into();
        advisory.content.description = "Long.".into();
        advisory.content.severity = Some(Severity::Level(Level::Low));
        advisory.content.cwes = vec!["CWE-787".parse().unwrap()];
        advisory.content.affected[0].ranges[0].affected = "< 2.5.0".into();
        advisory.collaborators.insert(Collaborator::Team("wamr-core".parse().unwrap()));
        advisory.credits.push(Credit { login: "sofia-k".parse().unwrap(), kind: "finder".parse().unwrap() });
        advisory.fork = Some("o/r-ghsa-2222-2222-2222".parse().unwrap());
    }), @r"
    [#wamr-security > amber-heron · WAMR] **Changed on GitHub**, by hand:
    * summary: Crash of the &#64;&#42;&#42;all&#42;&#42; loader
    * description, 5 characters now: Long. ([all of it](https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22))
    * severity: high → low
    * weaknesses: CWE-787
    * affected versions: other&#58;wasm-micro-runtime &lt; 2.5.0
    * collaborators: + `team:wamr-core`
    * credits: + `sofia-k (finder)`
    * private fork: `o/r-ghsa-2222-2222-2222`
    (card edited)
    ");
    assert_eq!(chat.look(&ghsa), "", "once");
    insta::assert_snapshot!(chat.say(MAYA, &chat.room(number), "!timeline"), @r"
    [#wamr-security > amber-heron · WAMR] **Timeline of amber-heron**
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** opened the incident
    * <time:2026-11-18T09:00:00Z> the advisory stands on GitHub
    * <time:2026-11-18T09:01:00Z> somebody changed summary, description, severity, weaknesses, affected versions, collaborators, credits and private fork on GitHub
    ");
}

#[test]
fn a_number_that_is_assigned_is_noticed_and_the_policys_time_proposed() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let ghsa = chat.ghsa(number);
    insta::assert_snapshot!(chat.by_hand(&ghsa, |advisory| advisory.cve = Some("CVE-2026-4711".parse().unwrap())), @r"
    [#wamr-security > amber-heron · WAMR] **GitHub shows a CVE number**:
    * CVE number: CVE-2026-4711
    [#wamr-security > amber-heron · WAMR] ⏳ **Disclosure proposed** for <time:2026-11-21T09:01:00Z> (Saturday 09:01 UTC, in 3 days): 3 days after the CVE number, as the policy says.
    That is a Saturday: fewer people are there to update.
    @**Maya|11**: 👍 on this message by anyone on the team, or `!embargo accept`, takes it; `!embargo set WHEN` sets another.
    (card edited)
    ");
}

#[test]
fn a_publication_out_of_order_raises_the_alarm() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let ghsa = chat.ghsa(number);
    insta::assert_snapshot!(chat.by_hand(&ghsa, |advisory| {
        advisory.state = AdvisoryState::Published;
        advisory.publisher = Some("ines-gh".parse().unwrap());
    }), @r"
    [#wamr-security > amber-heron · WAMR] **Changed on GitHub**, by hand:
    * **it is published**
    [#wamr-security > amber-heron · WAMR] 🚨 **Published out of order**: the advisory was published on GitHub by hand, by `ines-gh`, and not by a release. @**Maya|11** @**Ines|12** @**Tomasz|13**: everyone can read it now. `!release plan` shows what is left to do; with `!advisory close REASON` it is over.
    (card edited)
    ");
    assert!(chat.incident(number).is_published());
}

#[test]
fn after_a_publication_by_hand_a_release_does_the_rest() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let (room, ghsa) = (chat.room(number), chat.ghsa(number));
    chat.say(MAYA, &room, "!embargo set +48h");
    chat.by_hand(&ghsa, |advisory| advisory.state = AdvisoryState::Published);
    insta::assert_snapshot!(chat.say(INES, &room, "!release plan"), @r"
    [#wamr-security > amber-heron · WAMR] **Release of amber-heron**
    ✅ acknowledged
    ✅ reproduced, affected versions and platforms known: struck, the advisory is public
    ✅ report accepted
    ✅ private fork: struck, the advisory is public
    ✅ collaborators: struck, the advisory is public
    ✅ audited for similar problems: struck, the advisory is public
    ✅ other projects and third parties dealt with: struck, the advisory is public
    ✅ fix on main: struck, the advisory is public
    ✅ severity and advisory text complete: struck, the advisory is public
    ✅ CVE: struck, the advisory is public
    ✅ disclosure time
    ✅ pre-notification sent: does not apply, no announcement list is configured
    ✅ mail seen on the list: does not apply, no announcement list is configured
    ✅ patch on every supported branch: struck, the advisory is public
    ✅ tests recorded: struck, the advisory is public
    Then one more person on the team approves, within 30 minutes, and:
    1. tell the public in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Crash
    Severity not given · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: no fixed version yet
    ```
    2. attach the records for machines here: `osv.json` and `csaf.json`
    3. close the incident
    ✅ patches public, green, merged: does not apply, there is no patch in a private fork
    ✅ versions bumped: does not apply, no workflow bumps versions
    ✅ release tagged: does not apply, no release tag is configured
    ✅ builds deployed: does not apply, neither a bump nor a release tag is configured
    ✅ private fork kept: does not apply, there is no private fork
    ✅ private fork gone: does not apply, there is no private fork
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
    ✅ RustSec entry: does not apply, no crates are configured
    Everything is in place: `!release go`
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!next"), @"[#wamr-security > amber-heron · WAMR] ➡️ **public notice**: by the release. Owed by @_**Maya|11**.");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go"), @r"
    [#wamr-security > amber-heron · WAMR] @_**Maya|11** asks to release **amber-heron**.
    🚨 The advisory is public. Struck: reproduced, affected versions and platforms known, private fork, collaborators, audited for similar problems, other projects and third parties dealt with, fix on main, severity and advisory text complete, CVE, patch on every supported branch, tests recorded.
    1. tell the public in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Crash
    Severity not given · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: no fixed version yet
    ```
    2. attach the records for machines here: `osv.json` and `csaf.json`
    3. close the incident
    @**Ines|12** @**Tomasz|13**: approve by 👍 on this message or `!release approve`, within 30 minutes.
    (card edited)
    ");
    insta::assert_snapshot!(chat.thumb(TOMASZ, chat.request(number), true), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Tomasz|13**. The release runs: 3 steps.
    [PUBLIC #general > security] **Security advisory for WAMR**: Crash
    Severity not given · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: no fixed version yet
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 2 of 4: public notice: [the message](#narrow/channel/1/near/115) in #**general**
    (upload osv.json)
    (card edited)
    (upload csaf.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 3 of 4: records attached: [csaf.json](/user_uploads/2/ab/csaf.json), [osv.json](/user_uploads/2/ab/osv.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 4 of 4: closed
    (card edited)
    ");
    assert_eq!(chat.incident(number).stage, Stage::Closed);
}

#[test]
fn what_is_closed_on_github_is_closed_here_and_opened_again_with_it() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let ghsa = chat.ghsa(number);
    insta::assert_snapshot!(chat.by_hand(&ghsa, |advisory| advisory.state = AdvisoryState::Closed), @r"
    [#wamr-security > amber-heron · WAMR] **Changed on GitHub**, by hand:
    * it is closed; so is this incident
    (card edited)
    ");
    assert_eq!(chat.incident(number).stage, Stage::Closed);
    insta::assert_snapshot!(chat.by_hand(&ghsa, |advisory| advisory.state = AdvisoryState::Draft), @r"
    [#wamr-security > amber-heron · WAMR] **Changed on GitHub**, by hand:
    * it is a draft again; this incident is open again
    (card edited)
    ");
    assert_eq!(chat.incident(number).stage, Stage::Open);
}

#[test]
fn an_edit_does_not_overwrite_what_was_not_shown() {
    let mut chat = Chat::new();
    let number = chat.open("Crash --severity high");
    let (ghsa, room) = (chat.ghsa(number), chat.room(number));
    // Nobody has looked at GitHub since.
    chat.github.get_mut(&ghsa).unwrap().content.severity = Some(Severity::Level(Level::Low));
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory edit --severity critical"), @r"
    (👀 on 104)
    (GitHub: change) → conflict
    (❌ on 104)
    [#wamr-security > amber-heron · WAMR] ❌ Not changed: somebody changed the same on GitHub meanwhile, and it is not overwritten. It stands there like this:
    * severity: high → low
    To put yours in its place all the same, give the command again.
    (card edited)
    ");
    assert!(chat.github[&ghsa].content.severity == Some(Severity::Level(Level::Low)), "it stands");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory edit --severity critical"), @r"
    (👀 on 106)
    (GitHub: change)
    (✅ on 106)
    [#wamr-security > amber-heron · WAMR] ✅ Changed on GitHub: severity.
    (card edited)
    ");
    assert!(chat.github[&ghsa].content.severity == Some(Severity::Level(Level::Critical)));
}

#[test]
fn two_edits_of_the_same_part_in_a_row_are_no_conflict() {
    let mut chat = Chat::new();
    let number = chat.open("Crash --severity high");
    let (ghsa, room) = (chat.ghsa(number), chat.room(number));
    chat.hold = true;
    chat.say(MAYA, &room, "!advisory edit --severity low");
    chat.say(INES, &room, "!advisory edit --severity critical");
    let shown = chat.release();
    assert!(!shown.contains("conflict"), "{shown}");
    assert!(chat.github[&ghsa].content.severity == Some(Severity::Level(Level::Critical)));
}

#[test]
fn an_edit_of_one_part_shows_what_others_did_to_another() {
    let mut chat = Chat::new();
    let number = chat.open("Crash --severity high");
    let (ghsa, room) = (chat.ghsa(number), chat.room(number));
    chat.github.get_mut(&ghsa).unwrap().content.summary = "Crash of the loader".into();
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory edit --severity critical"), @r"
    (👀 on 104)
    (GitHub: change)
    [#wamr-security > amber-heron · WAMR] **Changed on GitHub**, by hand:
    * summary: Crash of the loader
    (✅ on 104)
    [#wamr-security > amber-heron · WAMR] ✅ Changed on GitHub: severity.
    (card edited)
    ");
}

#[test]
fn an_answer_from_before_the_bots_own_change_is_no_news() {
    let mut chat = Chat::new();
    let number = chat.open("Crash --severity high");
    let (ghsa, room) = (chat.ghsa(number), chat.room(number));
    chat.sleep("10s");
    let old = chat.github[&ghsa].clone();
    let asked = chat.now;
    chat.sleep("1s");
    chat.say(MAYA, &room, "!advisory edit --severity critical");
    let repository = "bytecodealliance/wasm-micro-runtime".parse().unwrap();
    let advisory = Box::new(commands::kernel::embargoed::Embargoed::new(old));
    assert_eq!(chat.observe(Observed::Advisory { repository, asked, advisory }), "");
    assert!(chat.incident(number).advisory().is_some());
    chat.sleep("1s");
    assert_eq!(chat.look(&ghsa), "", "nothing was taken for a change");
}

#[test]
fn a_change_by_hand_voids_the_request_for_approval() {
    let mut chat = Chat::new();
    let number = chat.due();
    let (ghsa, room) = (chat.ghsa(number), chat.room(number));
    chat.say(MAYA, &room, "!release go");
    let shown = chat.by_hand(&ghsa, |advisory| advisory.content.summary = "Other".into());
    assert!(shown.contains("The request is void: the advisory's text was changed"), "{shown}");
    insta::assert_snapshot!(chat.say(INES, &room, "!release approve"), @"[#wamr-security > amber-heron · WAMR] Not done: no release of this incident waits or runs. `!release go` starts one.");
}

#[test]
fn the_team_is_told_once_that_github_cannot_be_seen() {
    let mut chat = Chat::new();
    let repository = || "bytecodealliance/wasm-micro-runtime".parse().unwrap();
    let why = || Some(failure(Service::GitHub, FailureKind::Credentials, "Bad credentials"));
    insta::assert_snapshot!(chat.observe(Observed::Sight { repository: repository(), lost: why() }), @"[#wamr-security > advisory-bot] ⏳ I cannot see the advisories of WAMR on GitHub: GitHub does not accept the bot's credential: it is wrong, expired or revoked. The bot's administrator must replace it. Reports and changes there go unnoticed until I can; I keep trying, and say when I do.");
    assert_eq!(chat.observe(Observed::Sight { repository: repository(), lost: why() }), "");
    insta::assert_snapshot!(chat.observe(Observed::Sight { repository: repository(), lost: None }), @"[#wamr-security > advisory-bot] ✅ I see the advisories of WAMR on GitHub again.");
    assert_eq!(chat.observe(Observed::Sight { repository: repository(), lost: None }), "");
}

#[test]
fn a_publication_by_hand_is_told_although_an_edit_conflicts_with_it() {
    let mut chat = Chat::new();
    let number = chat.open("Crash --severity high");
    let (ghsa, room) = (chat.ghsa(number), chat.room(number));
    let advisory = chat.github.get_mut(&ghsa).unwrap();
    advisory.content.summary = "Theirs".into();
    advisory.state = AdvisoryState::Published;
    let shown = chat.say(MAYA, &room, "!advisory edit --summary Ours");
    assert!(shown.contains("Published out of order") && shown.contains("Not changed"), "{shown}");
}

#[test]
fn what_was_changed_after_the_approval_is_not_published() {
    let mut chat = Chat::new();
    let number = chat.due();
    let (ghsa, room) = (chat.ghsa(number), chat.room(number));
    chat.say(MAYA, &room, "!release go");
    chat.github.get_mut(&ghsa).unwrap().content.description = "Something else.".into();
    let shown = chat.say(INES, &room, "!release approve");
    assert!(shown.contains("The release has stopped") && shown.contains("description changed"), "{shown}");
    assert!(shown.contains("Changed on GitHub"), "{shown}");
    assert!(chat.github[&ghsa].state == AdvisoryState::Draft);
}

#[test]
fn a_fork_that_somebody_deletes_is_told_and_may_be_made_again() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let (ghsa, room) = (chat.ghsa(number), chat.room(number));
    chat.say(MAYA, &room, "!fork");
    chat.sleep("60s");
    chat.look(&ghsa);
    let shown = chat.by_hand(&ghsa, |advisory| advisory.fork = None);
    assert!(shown.contains("private fork: gone"), "{shown}");
    assert!(chat.say(MAYA, &room, "!fork").contains("GitHub makes the private fork"));
}

#[test]
fn a_collaborator_more_leaves_the_request_for_approval_alone() {
    let mut chat = Chat::new();
    let number = chat.due();
    let (ghsa, room) = (chat.ghsa(number), chat.room(number));
    chat.say(MAYA, &room, "!release go");
    chat.by_hand(&ghsa, |advisory| {
        advisory.collaborators.insert(Collaborator::User("other-x".parse().unwrap()));
    });
    assert!(chat.say(INES, &room, "!release approve").contains("Approved by"));
}

#[test]
fn what_was_published_by_hand_counts_as_done() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.on_github(&Embargoed::new(ghsa(0)), |advisory| advisory.state = AdvisoryState::Published);
    chat.say(MAYA, &room, "!advisory edit --cwe CWE-1");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release plan"), @r#"
    [#wamr-security > amber-heron · WAMR] **Release of amber-heron**
    ✅ acknowledged
    ✅ reproduced, affected versions and platforms known
    ✅ report accepted
    ✅ private fork
    ✅ collaborators
    ✅ audited for similar problems
    ✅ other projects and third parties dealt with
    ✅ fix on main
    ✅ severity and advisory text complete
    ✅ CVE
    ✅ disclosure time
    ✅ pre-notification sent: does not apply, no announcement list is configured
    ✅ mail seen on the list: does not apply, no announcement list is configured
    ✅ patch on every supported branch
    ✅ tests recorded
    Then one more person on the team approves, within 30 minutes, and:
    1. bring the patches to the public repository and merge them: into `bytecodealliance/wasm-micro-runtime`, each as a pull request that says "These changes were reviewed before. What they are for is told with the release.", merged by the repository's rules once the checks of all have passed:
        * `main`: commit `1000000` of #1 in the private fork, pushed as `fixes-main-1000000`, opened as "Fixes for WAMR on main"
        * `release/2.4.x`: commit `2000000` of #2 in the private fork, pushed as `fixes-release-2.4.x-2000000`, opened as "Fixes for WAMR on release/2.4.x"
    2. keep a snapshot of the private fork and close its pull requests: what `bytecodealliance/wasm-micro-runtime-ghsa-2222` has and `bytecodealliance/wasm-micro-runtime` has not, as a git bundle in my store
    3. see that the private fork is gone, or delete it, where GitHub leaves it, and nothing but the fork that the advisory names
    4. tell the public in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    ```
    5. attach the records for machines here: `osv.json`, `cve.json` and `csaf.json`
    6. close the incident
    ✅ versions bumped: does not apply, no workflow bumps versions
    ✅ release tagged: does not apply, no release tag is configured
    ✅ builds deployed: does not apply, neither a bump nor a release tag is configured
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
    ✅ RustSec entry: does not apply, no crates are configured
    Everything is in place: `!release go`
    "#);
    chat.say(MAYA, &room, "!release go");
    insta::assert_snapshot!(chat.say(INES, &room, "!release approve"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 6 steps.
    (git: push 1000000 as fixes-main-1000000)
    (card edited)
    (git: push 2000000 as fixes-release-2.4.x-2000000)
    (OUTSIDE GitHub: open fixes-main-1000000 into main: Fixes for WAMR on main | These changes were reviewed before. What they are for is told with the release.)
    [#wamr-security > amber-heron · WAMR] ▶️ [bytecodealliance/wasm-micro-runtime#100](https://github.com/bytecodealliance/wasm-micro-runtime/pull/100) into `main` is open; its checks run.
    (OUTSIDE GitHub: open fixes-release-2.4.x-2000000 into release/2.4.x: Fixes for WAMR on release/2.4.x | These changes were reviewed before. What they are for is told with the release.)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ▶️ [bytecodealliance/wasm-micro-runtime#101](https://github.com/bytecodealliance/wasm-micro-runtime/pull/101) into `release/2.4.x` is open; its checks run.
    (GitHub: wait for the pull request into main)
    (card edited)
    (GitHub: wait for the pull request into release/2.4.x)
    (card edited)
    (GitHub: MERGE #100 into main)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ [bytecodealliance/wasm-micro-runtime#100](https://github.com/bytecodealliance/wasm-micro-runtime/pull/100) is merged into `main`.
    (GitHub: MERGE #101 into release/2.4.x)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ [bytecodealliance/wasm-micro-runtime#101](https://github.com/bytecodealliance/wasm-micro-runtime/pull/101) is merged into `release/2.4.x`.
    [#wamr-security > amber-heron · WAMR] ✅ Step 1 of 7: patches public, green, merged
    (git: bundle)
    (card edited)
    (GitHub: close the fork's pull requests)
    [#wamr-security > amber-heron · WAMR] ✅ Step 2 of 7: private fork kept
    (GitHub: is the fork gone?)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 4 of 7: private fork gone
    [PUBLIC #general > security] **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 5 of 7: public notice: [the message](#narrow/channel/1/near/152) in #**general**
    (upload osv.json)
    (card edited)
    (upload cve.json)
    (upload csaf.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 6 of 7: records attached: [csaf.json](/user_uploads/2/ab/csaf.json), [cve.json](/user_uploads/2/ab/cve.json), [osv.json](/user_uploads/2/ab/osv.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 7 of 7: closed
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory edit --cwe CWE-2"), @"[#wamr-security > amber-heron · WAMR] Not done: this incident is closed.");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go"), @"[#wamr-security > amber-heron · WAMR] Not done: this incident is closed.");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release abort Too late"), @"[#wamr-security > amber-heron · WAMR] Not done: this incident is closed.");
}
