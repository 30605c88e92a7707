//! `!advisory`: making, adopting, showing and changing the advisory an incident is about.

use jiff::Timestamp;

use crate::{
    asked::{self, advisory_of, changeable},
    kernel::{
        ask::{Ask, room_of},
        codename::Codename,
        command::{Kind, NewAdvisory},
        content::{
            AdvisoryState, AffectedPackage, AffectedRange, Content, ContentChange, EmbargoedAdvisory,
            Package, Part, Severity,
        },
        decision::Decision,
        effect::{Action, CommandRef, Effect, Emoji, Origin, Outcome, Purpose, TeamPlace},
        embargoed::{Embargoed, EmbargoedText, Reader, TeamText},
        fact::Fact,
        id::{GhsaId, MessageId, Repository, UserId},
        incident::{Incident, Stage},
        input::Now,
        refusal::Refusal,
        reply::{card, chat, sync as sync_sentences, table, topic_link, topic_name},
        settings::Project,
        world::{Reference, World},
    },
    report, sync,
};

/// `!advisory new SUMMARY… […]`
pub(crate) fn new(ask: &Ask<'_>, new: &Embargoed<NewAdvisory>) -> Result<Decision, Refusal> {
    let given = new.open(&Reader::new());
    let project = project(ask, given.repository.as_ref())?;
    let content = Embargoed::new(content(project, given)?);
    let create = Action::CreateAdvisory { repository: project.repository.clone(), content };
    let reporter = given.reporter.as_deref().map(EmbargoedText::from);
    Ok(open(ask, project, create, reporter))
}

/// `!advisory adopt GHSA [--repo R]`
pub(crate) fn adopt(
    ask: &Ask<'_>,
    ghsa: &Embargoed<GhsaId>,
    repository: Option<&Repository>,
) -> Result<Decision, Refusal> {
    let reference = Reference::Ghsa(ghsa.open(&Reader::new()).clone());
    let tracked = ask.incidents().find(|incident| {
        let advisory = incident.advisory().map(|advisory| advisory.open(&Reader::new()));
        let same = advisory.is_some_and(|advisory| Reference::Ghsa(advisory.ghsa.clone()) == reference);
        same && incident.stage != Stage::Failed
    });
    if let Some(incident) = tracked {
        let room = incident.room.as_ref();
        let link = room.map_or_else(String::new, |room| topic_link(ask.world, room.channel, &room.topic));
        return Err(Refusal::AlreadyTracked { link: Embargoed::new(link) });
    }
    let project = project(ask, repository)?;
    let fetch = Action::FetchAdvisory { repository: project.repository.clone(), ghsa: ghsa.clone() };
    Ok(open(ask, project, fetch, None))
}

fn project<'a>(ask: &Ask<'a>, repository: Option<&Repository>) -> Result<&'a Project, Refusal> {
    let is_meant = repository.map(|wanted| {
        move |project: &Project| {
            project.repository.to_string().to_lowercase() == wanted.to_string().to_lowercase()
        }
    });
    ask.project(is_meant, |project| format!("… --repo {}", project.repository))
}

fn open(ask: &Ask<'_>, project: &Project, action: Action, reporter: Option<EmbargoedText>) -> Decision {
    let taken = |name: &Codename| ask.world.find(&Reference::Codename(name.clone())).is_some();
    let incident = ask.world.next_incident();
    let opened = Fact::Opened {
        incident,
        project: project.name.clone(),
        codename: Codename::draw(ask.now.dice, taken),
        origin: Box::new(Origin::Command(ask.command.clone())),
        reporter,
    };
    Decision::nothing()
        .fact(opened)
        .mark(&ask.command, Emoji::Working)
        .effect(action, Purpose::Open { incident })
}

fn content(project: &Project, given: &NewAdvisory) -> Result<Content, Refusal> {
    let package = given.package.clone().or_else(|| project.package.clone());
    let package = package.unwrap_or_else(|| own_package(project));
    let affected = match &given.affected {
        Some(ranges) => AffectedPackage::parse(package, ranges, None)
            .map_err(|bad| Refusal::usage(format!("{bad}."), Some(Kind::AdvisoryNew.entry())))?,
        // GitHub wants a package from the start; its versions can follow.
        None => AffectedPackage {
            package,
            ranges: vec![AffectedRange { affected: String::new(), patched: None }],
        },
    };
    Ok(Content {
        summary: given.summary.clone(),
        description: given.description.clone().unwrap_or_default(),
        severity: given.cvss.clone().map(Severity::Cvss).or(given.level.map(Severity::Level)),
        cwes: given.cwes.clone(),
        affected: vec![affected],
    })
}

fn own_package(project: &Project) -> Package {
    Package {
        ecosystem: crate::kernel::content::Ecosystem::OTHER,
        name: project.repository.name().to_owned(),
    }
}

/// `!advisory show [ADVISORY]`
pub(crate) fn show(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = ask.any_incident()?;
    Ok(Decision::nothing().answer(&ask.command, card::card(ask.world, incident, ask.now.time)))
}

/// `!advisory list [--all]`
pub(crate) fn list(ask: &Ask<'_>, all: bool) -> Decision {
    let shown = ask
        .incidents()
        .filter(|incident| if all { incident.stage != Stage::Failed } else { incident.is_open() });
    Decision::nothing().answer(&ask.command, table::table(ask.world, shown, all, ask.now.time))
}

/// `!advisory edit` and `!advisory affected`, the latter with the platforms it names.
pub(crate) fn rewrite(
    ask: &Ask<'_>,
    change: Embargoed<ContentChange>,
    platforms: Option<EmbargoedText>,
) -> Result<Decision, Refusal> {
    let incident = changeable(ask)?;
    let (repository, ghsa) = advisory_of(ask.world, incident)?;
    let ground = incident.advisory().map(|advisory| {
        let reader = Reader::new();
        // Earlier commands come first: what they write is the ground of this one.
        let before = ask.world.changes_on_their_way(incident.id);
        advisory.map(|advisory| {
            let content =
                before.fold(advisory.content.clone(), |content, earlier| content.with(earlier.open(&reader)));
            content.ground(change.open(&reader))
        })
    });
    let update = Action::UpdateAdvisory { repository, ghsa, change, ground };
    let purpose = Purpose::Rewrite { incident: incident.id, command: ask.command.clone(), platforms };
    Ok(Decision::nothing().mark(&ask.command, Emoji::Working).effect(update, purpose))
}

/// The advisory was made or read, or could not be.
pub(crate) fn opened(world: &World, incident: &Incident, outcome: &Outcome, now: Now) -> Decision {
    let Some(command) = incident.origin.command() else { return Decision::nothing() };
    let failed = |text| asked::failed(command, text).fact(Fact::OpeningFailed { incident: incident.id });
    match outcome {
        Outcome::Advisory(advisory) if tracked(world, advisory) => failed(chat::not_adopted("an incident")),
        Outcome::Advisory(advisory) => match advisory.open(&Reader::new()).state {
            AdvisoryState::Triage | AdvisoryState::Draft => linked(world, incident, advisory, now),
            AdvisoryState::Published => failed(chat::not_adopted("published on GitHub")),
            AdvisoryState::Closed => failed(chat::not_adopted("closed on GitHub")),
        },
        Outcome::Failed(why) | Outcome::Unknown(why) => failed(chat::not_opened(why)),
        Outcome::Delayed(why) => Decision::nothing().answer(command, chat::delayed(why)),
        Outcome::Done
        | Outcome::Posted(_)
        | Outcome::Conflict(..)
        | Outcome::Fork(_)
        | Outcome::Pulls(_)
        | Outcome::Uploaded(_)
        | Outcome::Found(_)
        | Outcome::Blocked(_)
        | Outcome::NotPrivate(_) => Decision::nothing(),
    }
}

/// Whether an incident has that advisory already: two people may adopt it at the same moment.
fn tracked(world: &World, advisory: &EmbargoedAdvisory) -> bool {
    let reference = Reference::Ghsa(advisory.open(&Reader::new()).ghsa.clone());
    world.find(&reference).is_some_and(|incident| incident.stage != Stage::Failed)
}

fn linked(world: &World, incident: &Incident, advisory: &EmbargoedAdvisory, now: Now) -> Decision {
    let seen = Fact::AdvisorySeen { incident: incident.id, advisory: Box::new(advisory.clone()) };
    let facts = [seen, Fact::Linked { incident: incident.id }];
    let after = incident.after(now.time, &facts);
    let [seen, linked] = facts;
    let decision = Decision::nothing().fact(seen).fact(linked);
    post_card(world, decision, &after, now.time)
}

/// And posts the card of `incident`, in its topic.
pub(crate) fn post_card(world: &World, decision: Decision, incident: &Incident, now: Timestamp) -> Decision {
    let Some(project) = world.settings.project(&incident.project) else { return decision };
    let place = match &incident.room {
        Some(_) => room_of(incident),
        None => TeamPlace::Topic(project.team_channel, topic_name(incident)),
    };
    let post = Action::Post { to: place, text: card::card(world, incident, now) };
    decision.effect(post, Purpose::Card { incident: incident.id })
}

/// The card stands: the incident has its topic. What changed meanwhile is added.
pub(crate) fn card_posted(
    world: &World,
    incident: &Incident,
    (place, text): (&TeamPlace, &TeamText),
    message: MessageId,
    now: Now,
) -> Decision {
    let TeamPlace::Topic(channel, topic) = place else { return Decision::nothing() };
    let fact = Fact::CardPosted { incident: incident.id, message, channel: *channel, topic: topic.clone() };
    let after = incident.after(now.time, std::slice::from_ref(&fact));
    let mut decision = Decision::nothing().fact(fact);
    let today = card::card(world, &after, now.time);
    if today != *text {
        let edit = Action::Edit { channel: *channel, message, text: today };
        decision = decision.effect(edit, Purpose::CardEdit { incident: incident.id });
    }
    if incident.room.is_some() || incident.home.is_some() {
        return decision;
    }
    match incident.origin.command() {
        Some(command) => asked::answered(decision, command, chat::opened(world, &after)),
        None => report::call(world, decision, &after, now),
    }
}

/// `!advisory edit` alone: the text as it stands, with what it still lacks, to copy and fill in.
pub(crate) fn text_to_fill_in(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = changeable(ask)?;
    Ok(Decision::nothing().answer(&ask.command, chat::text_to_fill_in(ask.world, incident)))
}

/// The text was changed on GitHub, or could not be.
pub(crate) fn rewritten(
    world: &World,
    incident: &Incident,
    (command, platforms): (&CommandRef, Option<&EmbargoedText>),
    effect: &Effect,
    outcome: &Outcome,
    now: Now,
) -> Decision {
    match outcome {
        Outcome::Advisory(advisory) => {
            let Action::UpdateAdvisory { change, .. } = &effect.action else { return Decision::nothing() };
            let change = change.open(&Reader::new());
            let parts = parts(change);
            let own = own_parts(incident, advisory, change, &parts);
            let by = Some(command.user);
            let decision = sync::shown(world, incident, advisory, &own, by, now).fact(Fact::Rewritten {
                incident: incident.id,
                by: command.user,
                parts: parts.clone(),
            });
            let noted = note_platforms(incident, change, platforms, command.user);
            let named = noted.is_some().then_some(platforms);
            let decision = noted.into_iter().fold(decision, Decision::fact);
            asked::answered(decision, command, chat::rewritten(&parts, named))
        }
        Outcome::Conflict(advisory, parts) => {
            let reader = Reader::new();
            let before = incident.advisory().map(|before| before.open(&reader));
            let differs = before.map(|before| before.differences(advisory.open(&reader))).unwrap_or_default();
            // What others wrote there is told with the answer; the rest of what they did, as always.
            let theirs: Vec<Part> = parts.iter().copied().filter(|part| differs.contains(part)).collect();
            let mut decision = sync::shown(world, incident, advisory, &theirs, None, now);
            if theirs.is_empty() {
                // An earlier command was to write there first, and could not.
                return decision.and(asked::failed(command, sync_sentences::earlier_failed()));
            }
            let changed = Fact::ChangedOnGitHub { incident: incident.id, parts: theirs.clone(), by: None };
            decision = decision.fact(changed);
            let text = sync_sentences::conflict(incident, advisory, &theirs);
            decision.and(asked::failed(command, text))
        }
        Outcome::Failed(why) | Outcome::Unknown(why) => asked::failed(command, chat::not_rewritten(why)),
        Outcome::Delayed(why) => Decision::nothing().answer(command, chat::delayed(why)),
        Outcome::Done
        | Outcome::Posted(_)
        | Outcome::Fork(_)
        | Outcome::Pulls(_)
        | Outcome::Uploaded(_)
        | Outcome::Found(_)
        | Outcome::Blocked(_)
        | Outcome::NotPrivate(_) => Decision::nothing(),
    }
}

/// The platforms of a package whose row was written: noted as they were named with it. A row in the place
/// of another is without what was noted for that one, unless it names them again.
fn note_platforms(
    incident: &Incident,
    change: &ContentChange,
    platforms: Option<&EmbargoedText>,
    by: UserId,
) -> Option<Fact> {
    let package = Embargoed::new(change.affected.as_ref()?.package.clone());
    let platforms = platforms.cloned();
    if incident.platforms.get(&package) == platforms.as_ref() {
        return None;
    }
    Some(Fact::PlatformsNoted { incident: incident.id, by, package, platforms })
}

/// The parts that are now what the change makes of what stood there before: nobody else had a hand in them.
fn own_parts(
    incident: &Incident,
    advisory: &EmbargoedAdvisory,
    change: &ContentChange,
    parts: &[Part],
) -> Vec<Part> {
    let reader = Reader::new();
    let Some(before) = incident.advisory() else { return parts.to_vec() };
    let wanted = before.open(&reader).content.with(change);
    let others = wanted.differences(&advisory.open(&reader).content);
    parts.iter().copied().filter(|part| !others.contains(part)).collect()
}

fn parts(change: &ContentChange) -> Vec<Part> {
    let parts = [
        (change.summary.is_some(), Part::Summary),
        (change.description.is_some(), Part::Description),
        (change.severity.is_some(), Part::Severity),
        (change.cwes.is_some(), Part::Cwe),
        (change.affected.is_some(), Part::Affected),
    ];
    parts.into_iter().filter(|(changed, _)| *changed).map(|(_, part)| part).collect()
}
