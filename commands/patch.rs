//! `!patch`: the fix per supported branch, in the private fork. It is read on GitHub whenever something is
//! recorded of it, and looked at again while the incident is open: tests count for one commit only.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    asked::{self, changeable},
    kernel::{
        ask::{Ask, room_of},
        command::PatchOrder,
        decision::Decision,
        effect::{Action, CommandRef, Emoji, Failure, Outcome, Purpose},
        embargoed::{Embargoed, EmbargoedText, Reader},
        fact::Fact,
        id::{PullNumber, Repository, UserId},
        incident::{Fork, Incident, Release, Stage},
        input::Now,
        patch::{Branch, Lack, Patch, PatchChange, PatchWish, PullPart, PullRef, PullRequest, PullState},
        refusal::{PatchRefusal, Refusal},
        reply::{chat, patch as sentences, refusal},
        runbook,
        step::Step,
        world::World,
    },
    release,
};

/// `!patch …`
pub(crate) fn patch(ask: &Ask<'_>, order: &PatchOrder) -> Result<Decision, Refusal> {
    match order {
        PatchOrder::Add { branch, pull } => add(ask, branch, pull),
        PatchOrder::Drop { branch } => drop(ask, branch),
        PatchOrder::Tested { branch, evidence } => tested(ask, branch, evidence.as_ref()),
        PatchOrder::Status => status(ask),
    }
}

/// `!patch add [ADVISORY] BRANCH PR`
fn add(ask: &Ask<'_>, branch: &str, pull: &Embargoed<PullRef>) -> Result<Decision, Refusal> {
    let incident = changeable(ask)?;
    let branch = supported(ask.world, incident, branch)?;
    let fork = usable_fork(incident)?;
    let number = number_in(incident, &fork, pull.open(&Reader::new()))?;
    Ok(read(ask, incident, fork, BTreeSet::from([number]), PatchWish::Add { branch }))
}

/// `!patch drop [ADVISORY] BRANCH`
fn drop(ask: &Ask<'_>, branch: &str) -> Result<Decision, Refusal> {
    let incident = changeable(ask)?;
    // One that was named when its branch was still supported can be dropped too.
    let known = Branch(branch.to_owned());
    let branch =
        if incident.patches.contains_key(&known) { known } else { supported(ask.world, incident, branch)? };
    let Some(patch) = incident.patches.get(&branch) else {
        return Err(Refusal::Patch(PatchRefusal::Unnamed { branch }));
    };
    let answer = sentences::dropped(&branch, patch);
    let by = ask.command.user;
    let decision = changed(incident, &branch, PatchChange::Dropped { by }).answer(&ask.command, answer);
    Ok(with_void(ask.world, incident, decision, Some(by), ask.now.time))
}

/// `!patch tested [ADVISORY] BRANCH [EVIDENCE…]`
fn tested(ask: &Ask<'_>, branch: &str, evidence: Option<&Embargoed<String>>) -> Result<Decision, Refusal> {
    let incident = changeable(ask)?;
    let branch = supported(ask.world, incident, branch)?;
    let Some(number) = incident.patches.get(&branch).map(Patch::number) else {
        return Err(Refusal::Patch(PatchRefusal::Unnamed { branch }));
    };
    let fork = usable_fork(incident)?;
    let evidence = evidence.map(|evidence| EmbargoedText::from(evidence.open(&Reader::new()).as_str()));
    Ok(read(ask, incident, fork, BTreeSet::from([number]), PatchWish::Test { branch, evidence }))
}

/// `!patch status [ADVISORY]`
fn status(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = ask.any_incident()?;
    let numbers: BTreeSet<PullNumber> = incident.patches.values().map(Patch::number).collect();
    match incident.fork_name().filter(|_| incident.watches_pulls()) {
        Some(fork) => Ok(read(ask, incident, fork, numbers, PatchWish::Show)),
        None => Ok(Decision::nothing().answer(&ask.command, sentences::status(ask.world, incident, None))),
    }
}

/// The supported branch that is meant.
fn supported(world: &World, incident: &Incident, said: &str) -> Result<Branch, Refusal> {
    let branches = world.settings.project(&incident.project).map_or(&[][..], |project| &project.branches);
    if branches.is_empty() {
        return Err(Refusal::Patch(PatchRefusal::NoBranches));
    }
    if let Some(branch) = branches.iter().find(|branch| *branch == said) {
        return Ok(Branch(branch.clone()));
    }
    let distance =
        |branch: &&String| strsim::damerau_levenshtein(&branch.to_lowercase(), &said.to_lowercase());
    let nearest = branches.iter().min_by_key(distance);
    let nearest = nearest.filter(|branch| distance(branch) <= branch.chars().count() / 2);
    Err(Refusal::Patch(PatchRefusal::NotSupported {
        said: Embargoed::new(said.to_owned()),
        nearest: nearest.cloned().map(Branch),
        branches: branches.iter().cloned().map(Branch).collect(),
    }))
}

fn usable_fork(incident: &Incident) -> Result<Embargoed<Repository>, Refusal> {
    let since = match incident.fork {
        Fork::Requested { since } => Some(since),
        Fork::Unasked | Fork::Ready | Fork::Unusable => None,
    };
    let fork = incident.fork_name().filter(|_| incident.has_fork());
    fork.ok_or(Refusal::Patch(PatchRefusal::NoFork { since }))
}

/// The number of a pull request, which must be in the private fork.
fn number_in(
    incident: &Incident,
    fork: &Embargoed<Repository>,
    pull: &PullRef,
) -> Result<PullNumber, Refusal> {
    match pull {
        PullRef::Number(number) => Ok(*number),
        PullRef::Address { host, repository, number } => {
            let reader = Reader::new();
            let page = incident.advisory().map(|advisory| advisory.open(&reader).url.as_str());
            let github = page.and_then(|page| page.split("://").nth(1)?.split('/').next());
            let name = fork.open(&reader);
            let is_it = repository.owner().eq_ignore_ascii_case(name.owner())
                && repository.name().eq_ignore_ascii_case(name.name())
                && github.is_some_and(|github| github.eq_ignore_ascii_case(host));
            if is_it {
                Ok(*number)
            } else {
                Err(Refusal::Patch(PatchRefusal::Elsewhere { fork: fork.clone() }))
            }
        }
    }
}

/// Reads pull requests on GitHub; then the wish comes true.
fn read(
    ask: &Ask<'_>,
    incident: &Incident,
    fork: Embargoed<Repository>,
    pulls: BTreeSet<PullNumber>,
    wish: PatchWish,
) -> Decision {
    let purpose = Purpose::Patch { incident: incident.id, command: ask.command.clone(), wish };
    let working = Decision::nothing().mark(&ask.command, Emoji::Working);
    working.effect(Action::ReadPulls { fork, pulls }, purpose)
}

fn changed(incident: &Incident, branch: &Branch, change: PatchChange) -> Decision {
    let (incident, branch, change) = (incident.id, branch.clone(), Box::new(change));
    Decision::nothing().fact(Fact::Patch { incident, branch, change })
}

/// What became of reading the pull requests for a command.
pub(crate) fn settled(
    world: &World,
    incident: &Incident,
    command: &CommandRef,
    (action, wish): (&Action, &PatchWish),
    outcome: &Outcome,
    now: Now,
) -> Decision {
    let pulls = match outcome {
        Outcome::Pulls(pulls) => pulls,
        Outcome::Failed(why) | Outcome::Unknown(why) => return failed(world, incident, command, wish, why),
        Outcome::Delayed(why) => return Decision::nothing().answer(command, chat::delayed(why)),
        Outcome::Done
        | Outcome::Posted(_)
        | Outcome::Advisory(_)
        | Outcome::Conflict(..)
        | Outcome::Fork(_)
        | Outcome::Uploaded(_)
        | Outcome::Found(_)
        | Outcome::Blocked(_)
        | Outcome::NotPrivate(_) => return Decision::nothing(),
    };
    let is_over = incident.stage != Stage::Open || incident.is_published();
    match wish {
        PatchWish::Add { .. } | PatchWish::Test { .. } if is_over => {
            let why = if incident.is_published() { Refusal::Published } else { Refusal::Closed };
            asked::failed(command, refusal::text(world, &why, now.time))
        }
        PatchWish::Add { branch } => named(world, incident, command, branch, (action, pulls), now),
        PatchWish::Test { branch, evidence } => {
            recorded(world, incident, command, branch, evidence.as_ref(), (action, pulls), now)
        }
        PatchWish::Show => {
            let seen = pulls.iter().fold(Decision::nothing(), |decision, pull| {
                decision.and(shown(world, incident, pull, now.time, false))
            });
            let after = incident.after(now.time, &seen.facts);
            asked::answered(seen, command, sentences::status(world, &after, None))
        }
    }
}

fn failed(
    world: &World,
    incident: &Incident,
    command: &CommandRef,
    wish: &PatchWish,
    why: &Failure,
) -> Decision {
    match wish {
        PatchWish::Add { .. } | PatchWish::Test { .. } => asked::failed(command, sentences::unread(why)),
        PatchWish::Show => asked::failed(command, sentences::status(world, incident, Some(why))),
    }
}

/// The pull request that was read for a command about one branch, or the answer that it is not there.
fn only<'a>(
    command: &CommandRef,
    (action, pulls): (&Action, &'a [Embargoed<PullRequest>]),
) -> Result<&'a Embargoed<PullRequest>, Decision> {
    let (fork, number) = if let Action::ReadPulls { fork, pulls } = action {
        (Some(fork), pulls.first().copied())
    } else {
        (None, None)
    };
    pulls.first().ok_or_else(|| asked::failed(command, sentences::not_there(fork, number)))
}

/// GitHub shows the pull request that somebody named.
fn named(
    world: &World,
    incident: &Incident,
    command: &CommandRef,
    branch: &Branch,
    read: (&Action, &[Embargoed<PullRequest>]),
    now: Now,
) -> Decision {
    let pull = match only(command, read) {
        Ok(pull) => pull,
        Err(decision) => return decision,
    };
    let lacks = pull.open(&Reader::new()).lacks(branch);
    if lacks.iter().any(|lack| matches!(lack, Lack::Closed | Lack::OtherBase)) {
        return asked::failed(command, sentences::unfit(branch, pull));
    }
    let replaced = incident.patches.get(branch).map(Patch::number);
    let decision = changed(incident, branch, PatchChange::Named { by: command.user, pull: pull.clone() });
    let after = incident.after(now.time, &decision.facts);
    let decision = asked::answered(decision, command, sentences::named(world, &after, branch, replaced));
    with_void(world, incident, decision, Some(command.user), now.time)
}

/// GitHub shows the pull request whose tests somebody ran. They are recorded for its newest commit, unless
/// that came after it was last looked at: nobody may have tested it.
fn recorded(
    world: &World,
    incident: &Incident,
    command: &CommandRef,
    branch: &Branch,
    evidence: Option<&EmbargoedText>,
    read: (&Action, &[Embargoed<PullRequest>]),
    now: Now,
) -> Decision {
    let pull = match only(command, read) {
        Ok(pull) => pull,
        Err(decision) => return decision,
    };
    let reader = Reader::new();
    let shows = pull.open(&reader);
    // It may have been dropped, or another one named, while GitHub was asked.
    let patch = incident.patches.get(branch).filter(|patch| patch.number() == shows.number);
    let Some(patch) = patch else {
        let why = Refusal::Patch(PatchRefusal::Unnamed { branch: branch.clone() });
        return asked::failed(command, refusal::text(world, &why, now.time));
    };
    let seen = shown(world, incident, pull, now.time, false);
    if shows.state == PullState::Closed {
        return seen.and(asked::failed(command, sentences::unfit(branch, pull)));
    }
    if patch.pull.open(&reader).head != shows.head {
        return seen.and(asked::failed(command, sentences::pushed_meanwhile(branch, pull)));
    }
    let head = pull.map(|pull| pull.head.clone());
    let tested = PatchChange::Tested { by: command.user, head, evidence: evidence.cloned() };
    let decision = seen.and(changed(incident, branch, tested));
    let after = incident.after(now.time, &decision.facts);
    asked::answered(decision, command, sentences::tested(world, &after, branch, now.time))
}

/// GitHub was looked at, and shows a pull request of `fork` like this.
pub(crate) fn observed(
    world: &World,
    fork: &Embargoed<Repository>,
    asked: Timestamp,
    pull: &Embargoed<PullRequest>,
    now: Now,
) -> Decision {
    let of_it =
        |incident: &&Incident| incident.watches_pulls() && incident.fork_name().as_ref() == Some(fork);
    let number = pull.open(&Reader::new()).number;
    world.incidents().filter(of_it).fold(Decision::nothing(), |decision, incident| {
        let mut named = incident.patches.values().filter(|patch| patch.number() == number);
        // What was asked before a command was answered is no news. A clock that was set back must not
        // keep the bot from seeing.
        let is_old = named.any(|patch| asked <= patch.seen && patch.seen <= now.time);
        if is_old { decision } else { decision.and(shown(world, incident, pull, now.time, true)) }
    })
}

/// And takes in what is new of a pull request. `tells`: the topic hears when it lacks more than before.
fn shown(
    world: &World,
    incident: &Incident,
    pull: &Embargoed<PullRequest>,
    now: Timestamp,
    tells: bool,
) -> Decision {
    let reader = Reader::new();
    let after = pull.open(&reader);
    let of_it = incident.patches.iter().filter(|(_, patch)| patch.number() == after.number);
    of_it.fold(Decision::nothing(), |decision, (branch, patch)| {
        let parts = patch.pull.open(&reader).differences(after);
        if parts.is_empty() {
            return decision;
        }
        let is_worse = worse(branch, patch, after, &parts);
        let seen = changed(incident, branch, PatchChange::Seen { pull: pull.clone(), parts: parts.clone() });
        let text = sentences::changed(&incident.after(now, &seen.facts), branch, &parts);
        let seen = if tells && is_worse { seen.say(room_of(incident), text, incident.manager) } else { seen };
        let moved = parts.contains(&PullPart::Head);
        let seen = with_void(world, incident, seen, None, now);
        decision.and(if moved { seen.and(release::halt(world, incident, sentences::PUSHED)) } else { seen })
    })
}

/// Whether a patch lacks something that it did not lack before. That GitHub works something out again is
/// nothing that people have to know.
fn worse(branch: &Branch, patch: &Patch, after: &PullRequest, parts: &[PullPart]) -> bool {
    let before = patch.lacks(branch);
    let lacks = after.lacks(branch).into_iter();
    let mut new = lacks.filter(|lack| *lack != Lack::Unknown && !before.contains(lack));
    new.next().is_some() || (patch.is_tested() && parts.contains(&PullPart::Head))
}

/// And voids a release that waits for approval, where its patches are no longer what was to be approved.
fn with_void(
    world: &World,
    incident: &Incident,
    decision: Decision,
    by: Option<UserId>,
    now: Timestamp,
) -> Decision {
    if !matches!(incident.release, Release::Requested(_)) {
        return decision;
    }
    let after = incident.after(now, &decision.facts);
    let is_missing = |step: &Step| !after.is_waived(*step) && !runbook::is_done(world, &after, *step);
    if [Step::Patches, Step::Tests].iter().any(is_missing) {
        decision.and(release::void(incident, by, sentences::CHANGED))
    } else {
        decision
    }
}
