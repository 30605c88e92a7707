//! `!help`, and the table of commands.

use commands::kernel::{
    command::Kind,
    grammar,
    token::{self, BotName, Speech, Typed},
};

use crate::{kit::Chat, realm::*};

fn typed(text: &str) -> Typed {
    match token::read(text, &BotName { name: "Advisory Bot", id: 1 }) {
        Speech::Command(typed) => typed,
        other => panic!("{text} is no command: {other:?}"),
    }
}

#[test]
fn every_example_is_read_as_its_own_command() {
    for kind in Kind::ALL {
        for example in kind.entry().examples {
            let order =
                grammar::read(&typed(example)).unwrap_or_else(|refusal| panic!("{example}: {refusal:?}"));
            assert_eq!(order.command.kind(), kind, "{example}");
            assert_eq!(grammar::kind_of(&typed(example)), Some(kind), "{example}");
            assert!(grammar::is_known(&typed(example).lower(0).unwrap()), "{example}");
        }
    }
}

#[test]
fn every_command_has_a_row_of_its_own() {
    for (at, kind) in Kind::ALL.into_iter().enumerate() {
        let entry = kind.entry();
        assert!(Kind::ALL.into_iter().skip(at + 1).all(|other| other.entry().words != entry.words));
        assert!(entry.syntax.starts_with(&format!("!{}", entry.words)), "{}", entry.syntax);
        assert!(entry.summary.ends_with('.'), "{}", entry.summary);
    }
}

#[test]
fn help_lists_each_command() {
    let mut chat = Chat::new();
    let help = chat.say(MAYA, &team(), "!help");
    for kind in Kind::ALL {
        assert!(help.contains(&format!("`!{}`", kind.entry().words)), "{kind:?}");
        let one = chat.say(MAYA, &team(), &format!("!help {}", kind.entry().words));
        assert!(one.contains(kind.entry().syntax) && one.contains(kind.entry().examples[1]), "{one}");
    }
}

#[test]
fn help_as_it_reads() {
    let mut chat = Chat::new();
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!help"), @r"
    [#wamr-security > triage] I run a vulnerability's response from report to publication, in this channel.

    `!help` Shows the commands, or one of them with examples.
    `!advisory new` Makes a draft advisory on GitHub and opens an incident with a topic of its own; you are its manager.
    `!advisory adopt` Opens an incident for a report or draft that is already on GitHub; you are its manager.
    `!advisory show` Shows an incident's status card.
    `!advisory list` Lists the open incidents, or all there ever were.
    `!advisory edit` Changes the advisory on GitHub; alone, it shows the text to fill in.
    `!advisory affected` Sets the affected versions of a package, and notes on which platforms; several ranges are joined by ||.
    `!advisory ack` Acknowledges receipt of the report, and tells the reporter, or gives you the words to.
    `!advisory accept` Accepts the report: its advisory becomes a draft.
    `!advisory reject` Closes the report as no vulnerability.
    `!advisory credit` Credits somebody in the advisory, as the reporter if nothing else is said.
    `!advisory close` Ends an incident that will not be released by the bot, and closes its draft on GitHub.
    `!manager` Shows the incident manager, takes over, or hands over.
    `!invite` Gives people access to the advisory and its fork: a mention, a GitHub login, or team:SLUG.
    `!uninvite` Takes that access away again.
    `!who` Shows everyone who can see the incident.
    `!fork` Makes the temporary private fork, and says when it can be used.
    `!cve request` Asks GitHub for a CVE number; the answer is noticed by itself.
    `!cve set` Enters a CVE number that somebody else assigned.
    `!cve status` Shows where the CVE number stands.
    `!patch add` Names the pull request in the private fork that is a supported branch's patch.
    `!patch drop` Forgets a branch's patch, and the tests recorded for it.
    `!patch tested` Records that the tests of a patch were run, for its newest commit: a push makes that stale.
    `!patch status` Reads every patch on GitHub, and shows what each supported branch still lacks.
    `!done` Vouches for a step that only a person can see: reproduce, audit, upstream, fix, list-seen, or, once the advisory is published, blog.
    `!undo` Takes back what was vouched for.
    `!triage` Says whether a kind of bug is a security bug, by the Bytecode Alliance's cheat sheet.
    `!embargo set` Sets the disclosure time and starts the countdown.
    `!embargo extend` Moves the disclosure time later by a length of time.
    `!embargo show` Shows the disclosure time and what is left of the countdown.
    `!embargo lift` Takes the disclosure time away; everything stays embargoed, and nothing counts down.
    `!embargo accept` Takes the disclosure time that was proposed when the CVE number came, as 👍 on the proposal does.
    `!embargo broken` Somebody else went public: sets the disclosure time to now, calls the team, and shortens the way to the release.
    `!notify preview` Shows the mail that tells the announcement list of the release beforehand, word for word.
    `!notify send` Asks one more member of the team to confirm that mail, then sends it; later, the mail that corrects it.
    `!release plan` Shows what a release still needs, and every step with exactly what will be sent where.
    `!release go` Asks one more member of the team to approve, then publishes.
    `!release approve` Approves the release that waits for approval, as 👍 on the request does.
    `!release status` Shows where the release stands.
    `!release retry` Lets a release go on where it stopped, once what was in the way is mended.
    `!release skip` Asks one more member of the team to let a release go on without a step.
    `!release abort` Calls off a release; what has happened stays.
    `!ping` Asks on the public channel for a maintainer to look here, and says nothing else.
    `!next` Shows the next step and who owes it.
    `!timeline` Shows what happened, when, and by whom; or all of it as a file.
    `!watch` Shows what the leak watch looks for in public: identifiers, words of the advisory's text, added terms.
    `!watch add` Lets the leak watch look for one more term.
    `!watch ignore` Raises no more alarms about a term; in public the bot itself still does not say it.

    `!help COMMAND` shows one with examples. In an incident's own topic no incident need be named.
    ");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!help embargo"), @r"
    [#wamr-security > triage] `!embargo set [ADVISORY] WHEN [--reason …]`
    Sets the disclosure time and starts the countdown.
    * `!embargo set 2026-12-01 15:00 UTC`
    * `!embargo set +72h`

    `!embargo extend [ADVISORY] DURATION --reason …`
    Moves the disclosure time later by a length of time.
    * `!embargo extend 48h --reason The fix needs one more test`
    * `!embargo extend amber-heron 1 week --reason The reporter asks for it`

    `!embargo show [ADVISORY]`
    Shows the disclosure time and what is left of the countdown.
    * `!embargo show`
    * `!embargo show amber-heron`

    `!embargo lift [ADVISORY] --reason …`
    Takes the disclosure time away; everything stays embargoed, and nothing counts down.
    * `!embargo lift --reason Upstream cannot say yet when it has a fix`
    * `!embargo lift amber-heron --reason Wrong incident`

    `!embargo accept [ADVISORY]`
    Takes the disclosure time that was proposed when the CVE number came, as 👍 on the proposal does.
    * `!embargo accept`
    * `!embargo accept amber-heron`

    `!embargo broken [ADVISORY] REASON…`
    Somebody else went public: sets the disclosure time to now, calls the team, and shortens the way to the release.
    * `!embargo broken A patch for it was pushed upstream in the open`
    * `!embargo broken amber-heron The reporter posted it on a mailing list`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!help !Release Go"), @r"
    [#wamr-security > triage] `!release go [ADVISORY] [--early] [--waive STEP]… [--reason …]`
    Asks one more member of the team to approve, then publishes.
    * `!release go`
    * `!release go --early --reason The report is public already`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!help relaese"), @"[#wamr-security > triage] Not done: there is no `!relaese`. The nearest is `!release go`.");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!help me understand"), @"[#wamr-security > triage] Not done: there is no `!me`. `!help` shows what there is.");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "@**Advisory Bot**").lines().next().unwrap(), @"[#wamr-security > triage] I run a vulnerability's response from report to publication, in this channel.");
}
