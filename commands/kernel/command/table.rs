//! The table of commands: one row each. Help, authority and grammar read it.

use super::{Entry, Role, Scope};

const fn row(scope: Scope, words: &'static str, syntax: &'static str, summary: &'static str) -> Entry {
    let (role, examples) = (Role::Team, ["", ""]);
    Entry { words, syntax, summary, examples, role, scope, read_only: false, urgent: false }
}

impl Entry {
    const fn examples(mut self, first: &'static str, second: &'static str) -> Self {
        self.examples = [first, second];
        self
    }

    const fn manager(mut self) -> Self {
        self.role = Role::Manager;
        self
    }

    const fn reads(mut self) -> Self {
        self.read_only = true;
        self
    }

    const fn urgent(mut self) -> Self {
        self.urgent = true;
        self
    }
}

pub(super) const HELP: Entry =
    row(Scope::Project, "help", "!help [COMMAND]", "Shows the commands, or one of them with examples.")
        .examples("!help", "!help embargo set")
        .reads();
pub(super) const ADVISORY_NEW: Entry = row(
                Scope::Project,
                "advisory new",
                "!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…] [--reporter WHO], with the description as a fenced block",
                "Makes a draft advisory on GitHub and opens an incident with a topic of its own; you are its manager.",
            )
            .examples(
                "!advisory new Out-of-bounds write in the AOT loader --severity high",
                "!advisory new Symlink escape --package rust:wasmtime --affected < 24.0.13 --cwe CWE-61",
            );
pub(super) const ADVISORY_ADOPT: Entry = row(
    Scope::Project,
    "advisory adopt",
    "!advisory adopt GHSA [--repo R]",
    "Opens an incident for a report or draft that is already on GitHub; you are its manager.",
)
.examples(
    "!advisory adopt GHSA-x5cm-v3r2-9fjq",
    "!advisory adopt GHSA-x5cm-v3r2-9fjq --repo bytecodealliance/wasmtime",
);
pub(super) const ADVISORY_SHOW: Entry =
    row(Scope::Incident, "advisory show", "!advisory show [ADVISORY]", "Shows an incident's status card.")
        .examples("!advisory show", "!advisory show amber-heron")
        .reads();
pub(super) const ADVISORY_LIST: Entry = row(
    Scope::Project,
    "advisory list",
    "!advisory list [--all]",
    "Lists the open incidents, or all there ever were.",
)
.examples("!advisory list", "!advisory list --all")
.reads();
pub(super) const ADVISORY_EDIT: Entry = row(
                Scope::Incident,
                "advisory edit",
                "!advisory edit [ADVISORY] [--summary …] [--severity S | --cvss VECTOR] [--cwe CWE-N…], with a new description as a fenced block",
                "Changes the advisory on GitHub; alone, it shows the text to fill in.",
            )
            .examples("!advisory edit --cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "!advisory edit amber-heron --summary Out-of-bounds write in the loader");
pub(super) const ADVISORY_AFFECTED: Entry = row(
    Scope::Incident,
    "advisory affected",
    "!advisory affected [ADVISORY] ECO:NAME RANGE [--patched VERSIONS] [--platform …]",
    "Sets the affected versions of a package, and notes on which platforms; several ranges are joined by ||.",
)
.examples(
    "!advisory affected other:wasm-micro-runtime < 2.4.4 --patched 2.4.4",
    "!advisory affected rust:wasmtime < 24.0.13 || >= 25.0.0, < 36.0.14 --patched 24.0.13 || 36.0.14",
);
pub(super) const EMBARGO_SET: Entry = row(
    Scope::Incident,
    "embargo set",
    "!embargo set [ADVISORY] WHEN [--reason …]",
    "Sets the disclosure time and starts the countdown.",
)
.examples("!embargo set 2026-12-01 15:00 UTC", "!embargo set +72h");
pub(super) const EMBARGO_EXTEND: Entry = row(
    Scope::Incident,
    "embargo extend",
    "!embargo extend [ADVISORY] DURATION --reason …",
    "Moves the disclosure time later by a length of time.",
)
.examples(
    "!embargo extend 48h --reason The fix needs one more test",
    "!embargo extend amber-heron 1 week --reason The reporter asks for it",
);
pub(super) const EMBARGO_SHOW: Entry = row(
    Scope::Incident,
    "embargo show",
    "!embargo show [ADVISORY]",
    "Shows the disclosure time and what is left of the countdown.",
)
.examples("!embargo show", "!embargo show amber-heron")
.reads();
pub(super) const EMBARGO_LIFT: Entry = row(
    Scope::Incident,
    "embargo lift",
    "!embargo lift [ADVISORY] --reason …",
    "Takes the disclosure time away; everything stays embargoed, and nothing counts down.",
)
.examples(
    "!embargo lift --reason Upstream cannot say yet when it has a fix",
    "!embargo lift amber-heron --reason Wrong incident",
);
pub(super) const EMBARGO_ACCEPT: Entry = row(
    Scope::Incident,
    "embargo accept",
    "!embargo accept [ADVISORY]",
    "Takes the disclosure time that was proposed when the CVE number came, as 👍 on the proposal does.",
)
.examples("!embargo accept", "!embargo accept amber-heron");
pub(super) const EMBARGO_BROKEN: Entry = row(
    Scope::Incident,
    "embargo broken",
    "!embargo broken [ADVISORY] REASON…",
    "Somebody else went public: sets the disclosure time to now, calls the team, and shortens the way to the release.",
)
.examples(
    "!embargo broken A patch for it was pushed upstream in the open",
    "!embargo broken amber-heron The reporter posted it on a mailing list",
);
pub(super) const NOTIFY_PREVIEW: Entry = row(
    Scope::Incident,
    "notify preview",
    "!notify preview [ADVISORY]",
    "Shows the mail that tells the announcement list of the release beforehand, word for word.",
)
.examples("!notify preview", "!notify preview amber-heron")
.reads();
pub(super) const NOTIFY_SEND: Entry = row(
    Scope::Incident,
    "notify send",
    "!notify send [ADVISORY]",
    "Asks one more member of the team to confirm that mail, then sends it; later, the mail that corrects it.",
)
.examples("!notify send", "!notify send amber-heron")
.urgent();
pub(super) const RELEASE_PLAN: Entry = row(
    Scope::Incident,
    "release plan",
    "!release plan [ADVISORY]",
    "Shows what a release still needs, and every step with exactly what will be sent where.",
)
.examples("!release plan", "!release plan amber-heron")
.reads();
pub(super) const RELEASE_GO: Entry = row(
    Scope::Incident,
    "release go",
    "!release go [ADVISORY] [--early] [--waive STEP]… [--reason …]",
    "Asks one more member of the team to approve, then publishes.",
)
.examples("!release go", "!release go --early --reason The report is public already")
.manager()
.urgent();
pub(super) const RELEASE_APPROVE: Entry = row(
    Scope::Incident,
    "release approve",
    "!release approve [ADVISORY]",
    "Approves the release that waits for approval, as 👍 on the request does.",
)
.examples("!release approve", "!release approve amber-heron")
.urgent();
pub(super) const RELEASE_STATUS: Entry =
    row(Scope::Incident, "release status", "!release status [ADVISORY]", "Shows where the release stands.")
        .examples("!release status", "!release status amber-heron")
        .reads();
pub(super) const RELEASE_RETRY: Entry = row(
    Scope::Incident,
    "release retry",
    "!release retry [ADVISORY] [STEP]",
    "Lets a release go on where it stopped, once what was in the way is mended.",
)
.examples("!release retry", "!release retry transfer")
.manager();
pub(super) const RELEASE_SKIP: Entry = row(
    Scope::Incident,
    "release skip",
    "!release skip [ADVISORY] STEP --reason …",
    "Asks one more member of the team to let a release go on without a step.",
)
.examples(
    "!release skip bump --reason The versions were bumped by hand",
    "!release skip amber-heron tag --reason The registry has it",
)
.manager()
.urgent();
pub(super) const RELEASE_ABORT: Entry = row(
    Scope::Incident,
    "release abort",
    "!release abort [ADVISORY] REASON…",
    "Calls off a release; what has happened stays.",
)
.examples("!release abort The fix breaks the build", "!release abort amber-heron Wrong time");
pub(super) const PING: Entry = row(
    Scope::Project,
    "ping",
    "!ping [PROJECT]",
    "Asks on the public channel for a maintainer to look here, and says nothing else.",
)
.examples("!ping", "!ping Wasmtime");
pub(super) const NEXT: Entry =
    row(Scope::Incident, "next", "!next [ADVISORY]", "Shows the next step and who owes it.")
        .examples("!next", "!next amber-heron")
        .reads();
pub(super) const TIMELINE: Entry = row(
    Scope::Incident,
    "timeline",
    "!timeline [ADVISORY] [--export]",
    "Shows what happened, when, and by whom; or all of it as a file.",
)
.examples("!timeline", "!timeline amber-heron --export")
.reads();
pub(super) const ADVISORY_ACK: Entry = row(
    Scope::Incident,
    "advisory ack",
    "!advisory ack [ADVISORY]",
    "Acknowledges receipt of the report, and tells the reporter, or gives you the words to.",
)
.examples("!advisory ack", "!advisory ack amber-heron");
pub(super) const ADVISORY_ACCEPT: Entry = row(
    Scope::Incident,
    "advisory accept",
    "!advisory accept [ADVISORY]",
    "Accepts the report: its advisory becomes a draft.",
)
.examples("!advisory accept", "!advisory accept amber-heron");
pub(super) const ADVISORY_REJECT: Entry = row(
    Scope::Incident,
    "advisory reject",
    "!advisory reject [ADVISORY] REASON…",
    "Closes the report as no vulnerability.",
)
.examples("!advisory reject Works as documented", "!advisory reject amber-heron Only a wrong result")
.manager();
pub(super) const ADVISORY_CREDIT: Entry = row(
    Scope::Incident,
    "advisory credit",
    "!advisory credit [ADVISORY] WHO [--as TYPE]",
    "Credits somebody in the advisory, as the reporter if nothing else is said.",
)
.examples("!advisory credit sofia-k", "!advisory credit @**Maya** --as remediation_developer");
pub(super) const ADVISORY_CLOSE: Entry = row(
    Scope::Incident,
    "advisory close",
    "!advisory close [ADVISORY] REASON…",
    "Ends an incident that will not be released by the bot, and closes its draft on GitHub.",
)
.examples("!advisory close Duplicate of GHSA-x5cm-v3r2-9fjq", "!advisory close amber-heron Released by hand")
.manager();
pub(super) const MANAGER: Entry = row(
    Scope::Incident,
    "manager",
    "!manager [ADVISORY] [claim | @user]",
    "Shows the incident manager, takes over, or hands over.",
)
.examples("!manager claim", "!manager @**Ines**");
pub(super) const INVITE: Entry = row(
    Scope::Incident,
    "invite",
    "!invite [ADVISORY] WHO…",
    "Gives people access to the advisory and its fork: a mention, a GitHub login, or team:SLUG.",
)
.examples("!invite @**Ines** sofia-k", "!invite amber-heron team:wamr-core");
pub(super) const UNINVITE: Entry =
    row(Scope::Incident, "uninvite", "!uninvite [ADVISORY] WHO…", "Takes that access away again.")
        .examples("!uninvite sofia-k", "!uninvite amber-heron team:wamr-core");
pub(super) const WHO: Entry =
    row(Scope::Incident, "who", "!who [ADVISORY]", "Shows everyone who can see the incident.")
        .examples("!who", "!who amber-heron")
        .reads();
pub(super) const FORK: Entry = row(
    Scope::Incident,
    "fork",
    "!fork [ADVISORY]",
    "Makes the temporary private fork, and says when it can be used.",
)
.examples("!fork", "!fork amber-heron");
pub(super) const CVE_REQUEST: Entry = row(
    Scope::Incident,
    "cve request",
    "!cve request [ADVISORY]",
    "Asks GitHub for a CVE number; the answer is noticed by itself.",
)
.examples("!cve request", "!cve request amber-heron");
pub(super) const CVE_SET: Entry = row(
    Scope::Incident,
    "cve set",
    "!cve set [ADVISORY] CVE-…",
    "Enters a CVE number that somebody else assigned.",
)
.examples("!cve set CVE-2026-12345", "!cve set amber-heron CVE-2026-12345");
pub(super) const CVE_STATUS: Entry =
    row(Scope::Incident, "cve status", "!cve status [ADVISORY]", "Shows where the CVE number stands.")
        .examples("!cve status", "!cve status amber-heron")
        .reads();
pub(super) const PATCH_ADD: Entry = row(
    Scope::Incident,
    "patch add",
    "!patch add [ADVISORY] BRANCH PR",
    "Names the pull request in the private fork that is a supported branch's patch.",
)
.examples("!patch add main 1", "!patch add release/2.4.x https://github.com/OWNER/FORK/pull/2");
pub(super) const PATCH_DROP: Entry = row(
    Scope::Incident,
    "patch drop",
    "!patch drop [ADVISORY] BRANCH",
    "Forgets a branch's patch, and the tests recorded for it.",
)
.examples("!patch drop main", "!patch drop amber-heron release/2.4.x");
pub(super) const PATCH_TESTED: Entry = row(
    Scope::Incident,
    "patch tested",
    "!patch tested [ADVISORY] BRANCH [EVIDENCE…]",
    "Records that the tests of a patch were run, for its newest commit: a push makes that stale.",
)
.examples(
    "!patch tested main spec suite and fuzz corpus on Linux and macOS",
    "!patch tested release/2.4.x ctest --parallel 8, all green",
);
pub(super) const PATCH_STATUS: Entry = row(
    Scope::Incident,
    "patch status",
    "!patch status [ADVISORY]",
    "Reads every patch on GitHub, and shows what each supported branch still lacks.",
)
.examples("!patch status", "!patch status amber-heron")
.reads();
pub(super) const DONE: Entry = row(
    Scope::Incident,
    "done",
    "!done [ADVISORY] STEP [EVIDENCE…]",
    "Vouches for a step that only a person can see: reproduce, audit, upstream, fix, list-seen, or, once the advisory is published, blog.",
)
.examples("!done reproduce with the module attached to the report", "!done audit");
pub(super) const UNDO: Entry =
    row(Scope::Incident, "undo", "!undo [ADVISORY] STEP", "Takes back what was vouched for.")
        .examples("!undo fix", "!undo amber-heron audit");
pub(super) const TRIAGE: Entry = row(
    Scope::Project,
    "triage",
    "!triage BUG… [--at compile|run] [--tier N]",
    "Says whether a kind of bug is a security bug, by the Bytecode Alliance's cheat sheet.",
)
.examples("!triage use after free --at run", "!triage panic while compiling --tier 1")
.reads();
pub(super) const WATCH: Entry = row(
    Scope::Incident,
    "watch",
    "!watch [ADVISORY]",
    "Shows what the leak watch looks for in public: identifiers, words of the advisory's text, added terms.",
)
.examples("!watch", "!watch amber-heron")
.reads();
pub(super) const WATCH_ADD: Entry = row(
    Scope::Incident,
    "watch add",
    "!watch add [ADVISORY] TERM",
    "Lets the leak watch look for one more term.",
)
.examples("!watch add aot-loader-poc", "!watch add amber-heron bad relocation trick");
pub(super) const WATCH_IGNORE: Entry = row(
    Scope::Incident,
    "watch ignore",
    "!watch ignore [ADVISORY] TERM --reason …",
    "Raises no more alarms about a term; in public the bot itself still does not say it.",
)
.examples(
    "!watch ignore aot-loader-poc --reason An old tool goes by that name",
    "!watch ignore amber-heron bad relocation trick --reason Everybody calls it so",
);
