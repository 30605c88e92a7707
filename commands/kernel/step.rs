//! The steps of the runbook, by name.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A step of the runbook, in its order. The steps from [`Step::Transfer`] on are carried out by a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The receipt of the report is acknowledged.
    Acknowledge,
    /// It is reproduced, and the affected versions and platforms are known.
    Reproduce,
    /// The report is accepted: the advisory is a draft.
    Accept,
    /// There is a private fork to work in.
    Fork,
    /// Those who help are invited.
    Invite,
    /// The code is audited for similar problems.
    Audit,
    /// Other projects and third parties are dealt with.
    Upstream,
    /// The main branch is fixed, in private.
    Fix,
    /// Severity and advisory text are complete.
    Text,
    /// There is a CVE number.
    Cve,
    /// The disclosure time is set.
    Embargo,
    /// The announcement list is told of the release beforehand.
    Notify,
    /// The mail was seen on the list.
    ListSeen,
    /// There is a patch on every supported branch.
    Patches,
    /// Its tests were run and recorded.
    Tests,
    /// The fixes are merged in the public repository.
    Transfer,
    /// The versions are bumped.
    Bump,
    /// The release's tags are there.
    Tag,
    /// The builds are deployed.
    Deploy,
    /// What stands in the private fork is kept.
    Snapshot,
    /// The advisory is published.
    Publish,
    /// The private fork is gone.
    ForkGone,
    /// The announcement list is told that the release is out.
    Mail,
    /// The public is told.
    Announce,
    /// The blog post is out.
    Blog,
    /// RustSec has its entries.
    Rustsec,
    /// The records for machines are attached.
    Exports,
    /// The incident is closed.
    Close,
}

/// A step's words together.
const fn of(id: &'static str, title: &'static str, task: &'static str, done: &'static str) -> Words {
    Words { id, title, task, done }
}

/// In which order a release goes about patches and versions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The fixes are merged first (Wasmtime's runbook): a bump that is seen early tells which lines are affected.
    #[default]
    FixesFirst,
    /// The versions are bumped first (WAMR's runbook).
    BumpsFirst,
}

/// A step's words.
struct Words {
    id: &'static str,
    title: &'static str,
    task: &'static str,
    done: &'static str,
}

impl Step {
    /// All of them, in order.
    pub const ALL: [Self; 28] = [
        Self::Acknowledge,
        Self::Reproduce,
        Self::Accept,
        Self::Fork,
        Self::Invite,
        Self::Audit,
        Self::Upstream,
        Self::Fix,
        Self::Text,
        Self::Cve,
        Self::Embargo,
        Self::Notify,
        Self::ListSeen,
        Self::Patches,
        Self::Tests,
        Self::Transfer,
        Self::Bump,
        Self::Tag,
        Self::Deploy,
        Self::Snapshot,
        Self::Publish,
        Self::ForkGone,
        Self::Mail,
        Self::Announce,
        Self::Blog,
        Self::Rustsec,
        Self::Exports,
        Self::Close,
    ];

    /// What must be there before a release.
    pub const PRECONDITIONS: [Self; 15] = [
        Self::Acknowledge,
        Self::Reproduce,
        Self::Accept,
        Self::Fork,
        Self::Invite,
        Self::Audit,
        Self::Upstream,
        Self::Fix,
        Self::Text,
        Self::Cve,
        Self::Embargo,
        Self::Notify,
        Self::ListSeen,
        Self::Patches,
        Self::Tests,
    ];

    /// What a release does.
    const RELEASE: [Self; 13] = [
        Self::Transfer,
        Self::Bump,
        Self::Tag,
        Self::Deploy,
        Self::Snapshot,
        Self::Publish,
        Self::ForkGone,
        Self::Mail,
        Self::Announce,
        Self::Blog,
        Self::Rustsec,
        Self::Exports,
        Self::Close,
    ];

    /// What only a person can vouch for.
    pub const VOUCHED: [Self; 8] = [
        Self::Reproduce,
        Self::Audit,
        Self::Upstream,
        Self::Fix,
        Self::ListSeen,
        Self::Deploy,
        Self::Blog,
        Self::Rustsec,
    ];

    /// What a release does, in the project's order.
    #[must_use]
    pub fn release(order: Order) -> [Self; 13] {
        let mut steps = Self::RELEASE;
        if order == Order::BumpsFirst {
            steps.swap(0, 1);
        }
        steps
    }

    const fn words(self) -> Words {
        match self {
            Self::Acknowledge => {
                of("acknowledge", "acknowledged", "acknowledge receipt", "receipt was acknowledged")
            }
            Self::Reproduce => of(
                "reproduce",
                "reproduced, affected versions and platforms known",
                "reproduce it, and find the affected versions and platforms",
                "it was reproduced",
            ),
            Self::Accept => of("accept", "report accepted", "accept the report", "the report was accepted"),
            Self::Fork => of("fork", "private fork", "make the private fork", "the private fork was made"),
            Self::Invite => of("invite", "collaborators", "invite those who help", "people were invited"),
            Self::Audit => of(
                "audit",
                "audited for similar problems",
                "audit the code for similar problems",
                "the code was audited for similar problems",
            ),
            Self::Upstream => of(
                "upstream",
                "other projects and third parties dealt with",
                "deal with other projects and third-party dependencies: a fix there, or a workaround here",
                "other projects and third parties were dealt with",
            ),
            Self::Fix => {
                of("fix", "fix on main", "fix main, in the private fork", "main was fixed in private")
            }
            Self::Text => of(
                "text",
                "severity and advisory text complete",
                "complete severity and advisory text",
                "severity and advisory text were completed",
            ),
            Self::Cve => of("cve", "CVE", "get a CVE number", "the CVE number came"),
            Self::Embargo => {
                of("embargo", "disclosure time", "set the disclosure time", "the disclosure time was set")
            }
            Self::Notify => {
                of("notify", "pre-notification sent", "tell the announcement list", "the list was told")
            }
            Self::ListSeen => {
                of("list-seen", "mail seen on the list", "look for the mail on the list", "the mail was seen")
            }
            Self::Patches => of(
                "patches",
                "patch on every supported branch",
                "open a patch on every supported branch, with release notes, and have it reviewed",
                "every supported branch had its patch",
            ),
            Self::Tests
            | Self::Transfer
            | Self::Bump
            | Self::Tag
            | Self::Deploy
            | Self::Snapshot
            | Self::ForkGone
            | Self::Publish
            | Self::Mail
            | Self::Announce
            | Self::Blog
            | Self::Rustsec
            | Self::Exports
            | Self::Close => self.words_of_release(),
        }
    }

    const fn words_of_release(self) -> Words {
        match self {
            Self::Tests => of(
                "tests",
                "tests recorded",
                "run the tests of each patch, and record them",
                "the tests were recorded",
            ),
            Self::Transfer => of(
                "transfer",
                "patches public, green, merged",
                "bring the patches to the public repository and merge them",
                "the patches were merged in public",
            ),
            Self::Bump => of("bump", "versions bumped", "bump the versions", "the versions were bumped"),
            Self::Tag => of("tag", "release tagged", "wait for the release's tags", "the release was tagged"),
            Self::Deploy => of(
                "deploy",
                "builds deployed",
                "wait until somebody has seen the builds deployed",
                "the builds were deployed",
            ),
            Self::Snapshot => of(
                "snapshot",
                "private fork kept",
                "keep a snapshot of the private fork and close its pull requests",
                "a snapshot of the private fork was kept, and its pull requests closed",
            ),
            Self::ForkGone => of(
                "fork-gone",
                "private fork gone",
                "see that the private fork is gone, or delete it",
                "the private fork was gone",
            ),
            Self::Publish => {
                of("publish", "advisory published", "publish the advisory", "the advisory was published")
            }
            Self::Mail => of("mail", "release mail sent", "tell the announcement list", "the mail went out"),
            Self::Announce => of("announce", "public notice", "tell the public", "the public was told"),
            Self::Blog => of("blog", "blog post", "publish the blog post", "the blog post came out"),
            Self::Rustsec => of(
                "rustsec",
                "RustSec entry",
                "propose the entries for RustSec's database, and see them merged",
                "RustSec's database got its entries",
            ),
            Self::Exports => of(
                "exports",
                "records attached",
                "attach the records for machines here",
                "the records for machines were attached",
            ),
            Self::Close => of("close", "closed", "close the incident", "the incident was closed"),
            Self::Acknowledge
            | Self::Reproduce
            | Self::Accept
            | Self::Fork
            | Self::Invite
            | Self::Audit
            | Self::Upstream
            | Self::Fix
            | Self::Text
            | Self::Cve
            | Self::Embargo
            | Self::Notify
            | Self::ListSeen
            | Self::Patches => self.words(),
        }
    }

    /// The word for it in `--waive` and `!done`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.words().id
    }

    /// What it is, for the card.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.words().title
    }

    /// What there is to do, for a plan.
    #[must_use]
    pub const fn task(self) -> &'static str {
        self.words().task
    }

    /// What has happened, for a timeline.
    #[must_use]
    pub const fn done(self) -> &'static str {
        self.words().done
    }

    /// Whether a release may leave it out.
    #[must_use]
    pub const fn may_be_waived(self) -> bool {
        match self {
            Self::Publish | Self::Mail | Self::Close => false,
            Self::Acknowledge
            | Self::Reproduce
            | Self::Accept
            | Self::Fork
            | Self::Invite
            | Self::Audit
            | Self::Upstream
            | Self::Fix
            | Self::Text
            | Self::Cve
            | Self::Embargo
            | Self::Notify
            | Self::ListSeen
            | Self::Patches
            | Self::Tests
            | Self::Transfer
            | Self::Bump
            | Self::Tag
            | Self::Deploy
            | Self::Snapshot
            | Self::ForkGone
            | Self::Announce
            | Self::Blog
            | Self::Rustsec
            | Self::Exports => true,
        }
    }
}

impl Step {
    /// Whether it no longer makes sense once the embargo is broken: it served to work in secret (the
    /// private fork, and who is let into it), to tell others before the public (other projects, the
    /// announcement list), or it is a
    /// wait for somebody outside (the CVE number, which can be added to a published advisory). The rest is
    /// what readers of the advisory need, broken or not: that it is understood and fixed, and that the
    /// text is right; the audit, because whoever reads of one bug looks for its like; and acknowledgement
    /// and acceptance, which cost one command each.
    #[must_use]
    pub const fn falls_with_embargo(self) -> bool {
        match self {
            Self::Fork | Self::Invite | Self::Upstream | Self::Cve | Self::Notify | Self::ListSeen => true,
            Self::Acknowledge
            | Self::Reproduce
            | Self::Accept
            | Self::Audit
            | Self::Fix
            | Self::Text
            | Self::Embargo
            | Self::Patches
            | Self::Tests
            | Self::Transfer
            | Self::Bump
            | Self::Tag
            | Self::Deploy
            | Self::Snapshot
            | Self::Publish
            | Self::ForkGone
            | Self::Mail
            | Self::Announce
            | Self::Blog
            | Self::Rustsec
            | Self::Exports
            | Self::Close => false,
        }
    }
}

impl FromStr for Step {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let small = text.to_lowercase();
        Self::ALL.into_iter().find(|step| step.id() == small).ok_or(())
    }
}
