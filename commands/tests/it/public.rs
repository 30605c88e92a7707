//! The leak watch on GitHub's public side: what names an incident there, and what is the private patch.

use commands::kernel::{
    content::AdvisoryState,
    embargoed::Embargoed,
    fact::Fact,
    id::PullNumber,
    incident::Release,
    input::Observed,
    public::{PublicItem, Sameness, Twin},
    sighting::PublicKind,
};

use crate::{
    kit::{Chat, DICE},
    realm::*,
};

const SUMMARY: &str = "Out-of-bounds write in the AOT loader";
const PAGE: &str = "https://github.com/bytecodealliance/wasm-micro-runtime";

fn item(what: PublicKind, path: &str, text: &str) -> PublicItem {
    PublicItem { what, url: format!("{PAGE}/{path}"), text: text.into(), twin: None }
}

fn see(chat: &mut Chat, items: &[PublicItem]) -> String {
    let repository = "bytecodealliance/wasm-micro-runtime".parse().unwrap();
    chat.observe(Observed::Public { repository, items: items.to_vec() })
}

/// The same, as part of the private patch.
fn twin(chat: &Chat, number: u64, item: PublicItem, sameness: Sameness) -> PublicItem {
    let fork = chat.incident(number).fork_name().unwrap();
    PublicItem { twin: Some(Twin { fork, pull: PullNumber(1), sameness }), ..item }
}

#[test]
fn whatever_names_an_incident_alarms_its_team_and_says_what_to_do() {
    let mut chat = Chat::new();
    chat.open(SUMMARY);
    let branch = item(PublicKind::Branch, "tree/fix/amber-heron", "fix/amber-heron");
    insta::assert_snapshot!(see(&mut chat, &[branch]), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Possible leak**: a public branch on GitHub names something that belongs to this incident: https://github.com/bytecodealliance/wasm-micro-runtime/tree/fix/amber-heron. It holds the codename `amber-heron`.
    @**Maya|11**, have the branch deleted, or pushed again without it. A commit stays readable by its name until GitHub's support removes it, and whoever fetched has it. If it is out: `!embargo broken REASON`. If it is nothing: `!watch ignore amber-heron --reason …`.
    ");
    let commit = item(PublicKind::Commit, "commit/abc", "Fix GHSA-x5cm-v3r2-9f22\n\nSee the advisory.");
    insta::assert_snapshot!(see(&mut chat, &[commit]), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Possible leak**: a public commit on GitHub names something that belongs to this incident: https://github.com/bytecodealliance/wasm-micro-runtime/commit/abc. It holds the GHSA id `GHSA-x5cm-v3r2-9f22`.
    @**Maya|11**, have the branch deleted, or pushed again without it. A commit stays readable by its name until GitHub's support removes it, and whoever fetched has it. If it is out: `!embargo broken REASON`. If it is nothing: `!watch ignore GHSA-x5cm-v3r2-9f22 --reason …`.
    ");
    let pull = item(PublicKind::PullRequest, "pull/7", "A fix\n\nout of bounds write in AOT loader");
    insta::assert_snapshot!(see(&mut chat, &[pull]), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Possible leak**: a public pull request on GitHub names something that belongs to this incident: https://github.com/bytecodealliance/wasm-micro-runtime/pull/7. It holds words of the advisory's text, `bounds write in the aot loader` and words of the advisory's text, `out of bounds write in the aot`.
    @**Maya|11**, have it rewritten, and its old text deleted from its history. Only GitHub's support deletes a pull request; whoever watches the repository may have it by mail already. If it is out: `!embargo broken REASON`. If it is nothing: `!watch ignore bounds write in the aot loader --reason …`.
    ");
    let issue = item(PublicKind::Issue, "issues/8#issuecomment-1", "is this amber heron?");
    insta::assert_snapshot!(see(&mut chat, &[issue]), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Possible leak**: a public issue on GitHub names something that belongs to this incident: https://github.com/bytecodealliance/wasm-micro-runtime/issues/8#issuecomment-1. It holds the codename `amber-heron`.
    @**Maya|11**, have it deleted rather than edited: edits stay readable in the history. Whoever watches the repository may have it by mail already. If it is out: `!embargo broken REASON`. If it is nothing: `!watch ignore amber-heron --reason …`.
    ");
    let release = item(PublicKind::Release, "releases/tag/v1", "v1\n\nFixes Amber Heron");
    insta::assert_snapshot!(see(&mut chat, &[release]), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Possible leak**: a release on GitHub names something that belongs to this incident: https://github.com/bytecodealliance/wasm-micro-runtime/releases/tag/v1. It holds the codename `amber-heron`.
    @**Maya|11**, have the release deleted, and its tag. Whoever watches the repository may have it by mail already. If it is out: `!embargo broken REASON`. If it is nothing: `!watch ignore amber-heron --reason …`.
    ");
    let tag = item(PublicKind::Tag, "releases/tag/amber-heron", "amber-heron");
    insta::assert_snapshot!(see(&mut chat, &[tag]), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Possible leak**: a public tag on GitHub names something that belongs to this incident: https://github.com/bytecodealliance/wasm-micro-runtime/releases/tag/amber-heron. It holds the codename `amber-heron`.
    @**Maya|11**, have the tag deleted. Whoever fetched has it. If it is out: `!embargo broken REASON`. If it is nothing: `!watch ignore amber-heron --reason …`.
    ");
    insta::assert_snapshot!(chat.say(INES, &chat.room(1), "!timeline"), @r"
    [#wamr-security > amber-heron · WAMR] **Timeline of amber-heron**
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** opened the incident
    * <time:2026-11-18T09:00:00Z> the advisory stands on GitHub
    * <time:2026-11-18T09:00:00Z> 🚨 possible leak: a public branch on GitHub names something that belongs to this incident: https://github.com/bytecodealliance/wasm-micro-runtime/tree/fix/amber-heron.
    * <time:2026-11-18T09:00:00Z> 🚨 possible leak: a public commit on GitHub names something that belongs to this incident: https://github.com/bytecodealliance/wasm-micro-runtime/commit/abc.
    * <time:2026-11-18T09:00:00Z> 🚨 possible leak: a public pull request on GitHub names something that belongs to this incident: https://github.com/bytecodealliance/wasm-micro-runtime/pull/7.
    * <time:2026-11-18T09:00:00Z> 🚨 possible leak: a public issue on GitHub names something that belongs to this incident: https://github.com/bytecodealliance/wasm-micro-runtime/issues/8#issuecomment-1.
    * <time:2026-11-18T09:00:00Z> 🚨 possible leak: a release on GitHub names something that belongs to this incident: https://github.com/bytecodealliance/wasm-micro-runtime/releases/tag/v1.
    * <time:2026-11-18T09:00:00Z> 🚨 possible leak: a public tag on GitHub names something that belongs to this incident: https://github.com/bytecodealliance/wasm-micro-runtime/releases/tag/amber-heron.
    ");
}

#[test]
fn what_is_harmless_alarms_nobody() {
    let mut chat = Chat::new();
    chat.open(SUMMARY);
    for (what, text) in [
        (PublicKind::Branch, "release/2.4.x"),
        (PublicKind::Commit, "Speed up the loader of wasm-micro-runtime"),
        (PublicKind::Issue, "An amber light, and a heron"),
        (PublicKind::Release, "WAMR-2.4.3\n\nGHSA-9999-8888-7777 of another project"),
    ] {
        assert_eq!(see(&mut chat, &[item(what, "x", text)]), "", "{text}");
    }
}

#[test]
fn each_page_alarms_once_whatever_else_is_found_there_later() {
    let mut chat = Chat::new();
    chat.open(SUMMARY);
    let issue = item(PublicKind::Issue, "issues/8", "amber-heron");
    let edited = item(PublicKind::Issue, "issues/8", "amber-heron, that is GHSA-x5cm-v3r2-9f22");
    let other = item(PublicKind::Issue, "issues/9", "amber-heron");
    assert_ne!(see(&mut chat, std::slice::from_ref(&issue)), "");
    assert_eq!(see(&mut chat, &[issue, edited]), "");
    assert_ne!(see(&mut chat, &[other]), "");
    let tag = item(PublicKind::Tag, "releases/tag/amber-heron", "amber-heron");
    let release = PublicItem { what: PublicKind::Release, ..tag.clone() };
    let alarms = see(&mut chat, &[tag, release]);
    assert_eq!(alarms.matches('🚨').count(), 1, "{alarms}");
}

#[test]
fn one_page_that_names_two_incidents_alarms_both() {
    let mut chat = Chat::new();
    chat.open(SUMMARY);
    chat.dice = DICE + 1;
    chat.open("Another flaw");
    let both = item(
        PublicKind::Issue,
        "issues/8",
        &format!("{} and {}", chat.ghsa(1).as_str(), chat.ghsa(2).as_str()),
    );
    let alarms = see(&mut chat, &[both]);
    let leaks = chat.facts.iter().filter(|one| matches!(one.fact, Fact::Watch { .. })).count();
    assert_eq!((leaks, alarms.matches('🚨').count()), (2, 2), "{alarms}");
}

#[test]
fn the_private_patch_in_public_is_told_as_that() {
    let mut chat = Chat::new();
    let number = chat.ready();
    let early =
        twin(&chat, number, item(PublicKind::Commit, "commit/abc", "GHSA-x5cm-v3r2-9f22"), Sameness::Commit);
    insta::assert_snapshot!(see(&mut chat, &[early]), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **The private patch is public**: a commit of the private patch, pull request 1 in the fork, is public on GitHub: https://github.com/bytecodealliance/wasm-micro-runtime/commit/abc.
    @**Maya|11**, have the branch deleted, or pushed again without it. A commit stays readable by its name until GitHub's support removes it, and whoever fetched has it. If it is out: `!embargo broken REASON`.
    ");
    let tag = twin(&chat, number, item(PublicKind::Tag, "releases/tag/v1", "v1"), Sameness::Commit);
    insta::assert_snapshot!(see(&mut chat, &[tag]), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **The private patch is public**: a public tag on GitHub leads to a commit of the private patch, pull request 1 in the fork: https://github.com/bytecodealliance/wasm-micro-runtime/releases/tag/v1.
    @**Maya|11**, have the tag deleted. Whoever fetched has it. If it is out: `!embargo broken REASON`.
    ");
    let copied = twin(
        &chat,
        number,
        item(PublicKind::Commit, "commit/def", "Check the bounds first"),
        Sameness::Title,
    );
    insta::assert_snapshot!(see(&mut chat, std::slice::from_ref(&copied)), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Possible leak**: a public commit on GitHub has the title of a commit of the private patch, pull request 1 in the fork: https://github.com/bytecodealliance/wasm-micro-runtime/commit/def.
    @**Maya|11**, have the branch deleted, or pushed again without it. A commit stays readable by its name until GitHub's support removes it, and whoever fetched has it. If it is out: `!embargo broken REASON`.
    ");
    assert_eq!(see(&mut chat, &[copied]), "", "once");
    let unknown = Twin {
        fork: Embargoed::new("bytecodealliance/wasm-micro-runtime-ghsa-3333".parse().unwrap()),
        pull: PullNumber(1),
        sameness: Sameness::Commit,
    };
    let nobodys = PublicItem { twin: Some(unknown), ..item(PublicKind::Commit, "commit/1", "x") };
    assert_eq!(see(&mut chat, &[nobodys]), "");
}

#[test]
fn a_term_that_is_ignored_alarms_nobody_and_one_that_is_added_does() {
    let mut chat = Chat::new();
    let number = chat.open(SUMMARY);
    let room = chat.room(number);
    chat.say(INES, &room, "!watch ignore amber-heron --reason a bird");
    assert_eq!(see(&mut chat, &[item(PublicKind::Issue, "issues/1", "amber-heron")]), "");
    chat.say(INES, &room, "!watch add frobnicator");
    assert_ne!(see(&mut chat, &[item(PublicKind::Issue, "issues/2", "the frobnicator")]), "");
}

#[test]
fn nothing_is_a_leak_once_it_is_published_or_while_the_release_publishes_it() {
    let mut chat = Chat::new();
    let number = chat.due();
    let issue = |number: u64| item(PublicKind::Issue, &format!("issues/{number}"), "amber-heron");
    assert!(chat.incident(number).watches_public());
    chat.say(MAYA, &chat.room(number), "!release go");
    let request = chat.request(number);
    assert_ne!(see(&mut chat, &[issue(1)]), "", "it only waits for approval");
    chat.hold = true;
    chat.thumb(TOMASZ, request, true);
    assert!(
        matches!(chat.incident(number).release, Release::Running(_)),
        "{:?}",
        chat.incident(number).release
    );
    assert_eq!(see(&mut chat, &[issue(2)]), "");
    chat.release();
    let ghsa = chat.ghsa(number);
    assert_eq!(chat.github[&ghsa].state, AdvisoryState::Published);
    assert_eq!(see(&mut chat, &[issue(3)]), "");
}

#[test]
fn from_the_disclosure_time_on_what_the_team_brings_out_is_no_leak_and_what_others_say_is() {
    let mut chat = Chat::new();
    let number = chat.ready();
    chat.say(MAYA, &chat.room(number), "!embargo set +2h");
    let commit = |chat: &Chat, number: u64, path: &str| {
        twin(chat, number, item(PublicKind::Commit, path, "Check the bounds first"), Sameness::Commit)
    };
    let early = commit(&chat, number, "commit/1");
    assert_ne!(see(&mut chat, &[early]), "");
    chat.wait("2h");
    let due = commit(&chat, number, "commit/2");
    assert_eq!(see(&mut chat, &[due, item(PublicKind::PullRequest, "pull/9", "amber-heron")]), "");
    assert_ne!(see(&mut chat, &[item(PublicKind::Issue, "issues/9", "amber-heron")]), "");
}

#[test]
fn what_is_public_of_a_repository_that_is_not_configured_is_nobodys_business() {
    let mut chat = Chat::new();
    chat.open(SUMMARY);
    let items = vec![item(PublicKind::Issue, "issues/1", "amber-heron")];
    let repository = "somebody/else".parse().unwrap();
    assert_eq!(chat.observe(Observed::Public { repository, items }), "");
}
