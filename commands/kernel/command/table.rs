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
                "!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…], with the description as a fenced block",
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
                "Changes the advisory on GitHub.",
            )
            .examples("!advisory edit --cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "!advisory edit amber-heron --summary Out-of-bounds write in the loader");
pub(super) const ADVISORY_AFFECTED: Entry = row(
    Scope::Incident,
    "advisory affected",
    "!advisory affected [ADVISORY] ECO:NAME RANGE [--patched VERSIONS]",
    "Sets the affected versions of a package; several ranges are joined by ||.",
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
pub(super) const EMBARGO_SHOW: Entry = row(
    Scope::Incident,
    "embargo show",
    "!embargo show [ADVISORY]",
    "Shows the disclosure time and what is left of the countdown.",
)
.examples("!embargo show", "!embargo show amber-heron")
.reads();
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
pub(super) const TIMELINE: Entry =
    row(Scope::Incident, "timeline", "!timeline [ADVISORY]", "Shows what happened, when, and by whom.")
        .examples("!timeline", "!timeline amber-heron")
        .reads();
