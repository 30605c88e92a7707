//! `!fork`: the temporary private fork, which GitHub takes its time to make.

use crate::{
    asked::{self, advisory_of, changeable, of_github},
    kernel::{
        ask::Ask,
        decision::Decision,
        effect::{Action, CommandRef, Failure, Outcome, Purpose},
        embargoed::Embargoed,
        fact::Fact,
        id::Repository,
        incident::{Fork, Incident},
        refusal::Refusal,
        reply::fork as sentences,
        world::World,
    },
};

/// `!fork [ADVISORY]`
pub(crate) fn fork(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = changeable(ask)?;
    if let Fork::Requested { since } = incident.fork {
        return Err(Refusal::ForkUnderWay { since });
    }
    if incident.has_fork() {
        return Err(Refusal::HasFork { fork: incident.fork_name() });
    }
    let (repository, ghsa) = advisory_of(ask.world, incident)?;
    let fact = Fact::ForkRequested { incident: incident.id, by: ask.command.user };
    let decision = of_github(ask, incident, Action::CreateFork { repository, ghsa });
    Ok(decision.fact(fact).answer(&ask.command, sentences::under_way()))
}

/// GitHub makes it: it is waited for.
pub(crate) fn made(incident: &Incident, command: &CommandRef, outcome: &Outcome) -> Decision {
    let Outcome::Fork(fork) = outcome else { return Decision::nothing() };
    let purpose = Purpose::Asked { incident: incident.id, command: command.clone() };
    Decision::nothing().effect(Action::AwaitFork { fork: fork.clone() }, purpose)
}

/// It can be used.
pub(crate) fn ready(
    world: &World,
    incident: &Incident,
    command: &CommandRef,
    fork: &Embargoed<Repository>,
) -> Decision {
    let ready = Fact::ForkReady { incident: incident.id, fork: fork.clone() };
    let decision = Decision::nothing().fact(ready);
    asked::answered(decision, command, sentences::ready(world, incident, fork))
}

/// It could not be made, or not be used; `fact` says which.
pub(crate) fn failed(command: &CommandRef, why: &Failure, fact: Fact) -> Decision {
    asked::failed(command, sentences::failed(why)).fact(fact)
}
