//! `!notify`: the mail that tells the announcement list of a release beforehand, and the second person
//! that it needs; also for another disclosure time, once outsiders were told of the one before.

use jiff::{SignedDuration, Timestamp};

use crate::{
    embargo,
    kernel::{
        ask::{Ask, room_of},
        authority,
        decision::Decision,
        effect::{Action, Effect, Outcome, Purpose},
        embargoed::{Embargoed, Reader, TeamText},
        fact::Fact,
        id::{EffectId, IncidentId, MessageId, UserId},
        incident::{Asked, Incident},
        input::Now,
        mail::{Fate, NotifyChange, Prenotification, Wish},
        refusal::{NotifyRefusal, Refusal},
        reply::{chat, notify as sentences},
        settings::Project,
        world::World,
    },
    planned,
};

/// `!notify preview [ADVISORY]`
pub(crate) fn preview(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = ask.open_incident()?;
    let (list, mail) = draft(ask.world, incident, ask.now.time)?;
    Ok(Decision::nothing().answer(&ask.command, sentences::preview(ask.world, incident, list, &mail)))
}

/// `!notify send [ADVISORY]`: asks for a second person, or is that second person's word.
pub(crate) fn send(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = ask.open_incident()?;
    let (list, mail) = draft(ask.world, incident, ask.now.time)?;
    if mail_on_its_way(ask.world, incident.id).is_some() {
        return Err(Refusal::Notify(NotifyRefusal::OnItsWay));
    }
    let wish = Wish::Mail(mail.clone());
    if let Some(asked) = of_another(ask, incident, &wish) {
        let confirmed = confirm(ask.world, incident, asked, (ask.command.user, Means::Command), ask.now);
        return confirmed.map(|confirmed| pointed_to(ask, incident, confirmed));
    }
    let (fact, after) = asked_for(ask, incident, wish);
    let text = sentences::request(ask.world, &after, list, &mail, incident.mailing.asked.is_some());
    Ok(request(ask, incident, fact, text))
}

/// Asks a second person whether the disclosure time may be moved, where outsiders were told of it. None
/// where that needs nobody.
pub(crate) fn ask_for_time(
    ask: &Ask<'_>,
    incident: &Incident,
    wish: Wish,
) -> Option<Result<Decision, Refusal>> {
    let embargo = incident.embargo.as_ref().filter(|_| incident.mailing.is_out())?;
    if let Wish::Time { until: Some(until), .. } = &wish
        && *until == embargo.until
    {
        return None;
    }
    if let Some(asked) = of_another(ask, incident, &wish) {
        let confirmed = confirm(ask.world, incident, asked, (ask.command.user, Means::Command), ask.now);
        return Some(confirmed.map(|confirmed| pointed_to(ask, incident, confirmed)));
    }
    let (fact, after) = asked_for(ask, incident, wish);
    let text = sentences::request_time(ask.world, &after, incident.mailing.asked.is_some(), ask.now.time);
    Some(Ok(request(ask, incident, fact, text)))
}

/// The request of somebody else for the same.
fn of_another<'a>(ask: &Ask<'_>, incident: &'a Incident, wish: &Wish) -> Option<&'a Asked> {
    let same = |asked: &&Asked| match (&asked.wish, wish) {
        (Wish::Mail(one), Wish::Mail(other)) => one == other,
        (Wish::Time { until: one, .. }, Wish::Time { until: other, .. }) => one == other,
        (Wish::Mail(_), Wish::Time { .. }) | (Wish::Time { .. }, Wish::Mail(_)) => false,
    };
    let stands = |asked: &&Asked| !has_lapsed(ask.world, asked, ask.now.time);
    let asked = incident.mailing.asked.as_ref().filter(same).filter(stands);
    asked.filter(|asked| asked.by != ask.command.user)
}

fn asked_for(ask: &Ask<'_>, incident: &Incident, wish: Wish) -> (Fact, Incident) {
    let stem = incident.mailing.stem.unwrap_or_else(|| unused_stem(ask.world, ask.now.time));
    let fact = fact(incident.id, NotifyChange::Asked { by: ask.command.user, wish, stem });
    let after = incident.after(ask.now.time, std::slice::from_ref(&fact));
    (fact, after)
}

/// A moment that no other incident's Message-IDs are made from. Nothing else goes into them: the number
/// of an incident would tell outsiders how many there were.
fn unused_stem(world: &World, now: Timestamp) -> Timestamp {
    let mut stem = now;
    while world.incidents().any(|other| other.mailing.stem == Some(stem)) {
        stem = stem.checked_add(SignedDuration::from_nanos(1)).unwrap_or(Timestamp::UNIX_EPOCH);
    }
    stem
}

fn request(ask: &Ask<'_>, incident: &Incident, fact: Fact, text: TeamText) -> Decision {
    let post = Action::Post { to: room_of(incident), text };
    let asked = Decision::nothing().fact(fact).effect(post, Purpose::AskSecond { incident: incident.id });
    pointed_to(ask, incident, asked)
}

/// And says where it goes on, when the command was given elsewhere.
fn pointed_to(ask: &Ask<'_>, incident: &Incident, decision: Decision) -> Decision {
    if room_of(incident) == ask.command.answer_to {
        return decision;
    }
    decision.answer(&ask.command, sentences::elsewhere(ask.world, incident))
}

/// How somebody confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Means {
    /// By the same command, which is answered.
    Command,
    /// By 👍.
    Thumb,
}

fn fact(incident: IncidentId, change: NotifyChange) -> Fact {
    Fact::Notify { incident, change: Box::new(change) }
}

/// What is to be mailed at `now`, and to which list.
///
/// # Errors
/// When there is nothing to be said, or something to say it with is missing.
fn draft<'a>(
    world: &'a World,
    incident: &Incident,
    now: Timestamp,
) -> Result<(&'a str, Embargoed<Prenotification>), Refusal> {
    if incident.is_published() {
        return Err(Refusal::AfterDisclosure);
    }
    let refuse = |why| Err(Refusal::Notify(why));
    let project = world.settings.project(&incident.project).ok_or(Refusal::StillOpening)?;
    let Some(list) = &project.announce_list else { return refuse(NotifyRefusal::NoList) };
    let told = incident.mailing.told();
    let time = match &incident.embargo {
        None if told.is_none() => return Err(Refusal::NoTimeSet),
        None => None,
        Some(embargo) => match &embargo.broken {
            Some(broken) => {
                return Err(Refusal::EmbargoBroken { since: embargo.until, broken: broken.clone() });
            }
            None if embargo.until <= now => return refuse(NotifyRefusal::TimePast { until: embargo.until }),
            None => Some(embargo.until),
        },
    };
    let severity =
        incident.advisory().and_then(|advisory| advisory.open(&Reader::new()).content.severity.clone());
    let Some(level) = severity.and_then(|severity| severity.level()) else {
        return refuse(NotifyRefusal::NoSeverity);
    };
    let fresh = Prenotification {
        project: project.name.clone(),
        time,
        severity: project.severity_scheme.word(level),
        unaffected: unaffected(world, incident, project),
        policy: world.settings.policy.page.clone(),
        replaces: told,
    };
    // The very mail of which nobody knows whether it arrived: a list that has it drops it.
    if let Some(last) = incident.mailing.newest_out() {
        let same = last.mail.open(&Reader::new()).is_same_news(&fresh);
        match last.fate {
            Some(Fate::Unknown) if same && incident.mailing.seen.is_none() => {
                return Ok((list, last.mail.clone()));
            }
            Some(Fate::Sent | Fate::Unknown) if same => return refuse(NotifyRefusal::ToldAlready),
            Some(Fate::Sent | Fate::Unknown | Fate::NotSent) | None => {}
        }
    } else if incident.is_list_told() {
        return refuse(NotifyRefusal::ToldAlready);
    }
    Ok((list, Embargoed::new(fresh)))
}

/// The other projects that announce on the same list, but for those whose package the advisory names. One
/// that has an incident of its own is among them like the rest: leaving it out would tell of that.
fn unaffected(world: &World, incident: &Incident, own: &Project) -> Vec<crate::kernel::id::ProjectName> {
    let rows = incident.advisory().map(|advisory| &advisory.open(&Reader::new()).content.affected);
    let is_named = |project: &&Project| {
        let package = project.package.as_ref();
        rows.into_iter().flatten().any(|row| Some(&row.package) == package)
    };
    let others = world.settings.projects.iter().filter(|project| project.name != own.name);
    let others = others.filter(|project| project.announce_list == own.announce_list);
    others.filter(|project| !is_named(project)).map(|project| project.name.clone()).collect()
}

/// The request stands. Whoever put 👍 on it before the bot knew that has confirmed it.
pub(crate) fn posted(world: &World, incident: &Incident, message: MessageId, now: Now) -> Decision {
    if incident.mailing.asked.is_none() {
        return Decision::nothing();
    }
    let posted = fact(incident.id, NotifyChange::Posted { message });
    let after = incident.after(now.time, std::slice::from_ref(&posted));
    let confirmed = world
        .thumbs_held(message)
        .map(|user| confirm_by_thumb(world, &after, user, now))
        .find(|confirmed| *confirmed != Decision::nothing());
    Decision::nothing().fact(posted).and(confirmed.unwrap_or_default())
}

/// 👍 on the request. One that does not count is not answered.
pub(crate) fn confirm_by_thumb(world: &World, incident: &Incident, user: UserId, now: Now) -> Decision {
    let Some(asked) = &incident.mailing.asked else { return Decision::nothing() };
    confirm(world, incident, asked, (user, Means::Thumb), now).unwrap_or_default()
}

/// Somebody confirms what another asked for.
fn confirm(
    world: &World,
    incident: &Incident,
    asked: &Asked,
    (user, means): (UserId, Means),
    now: Now,
) -> Result<Decision, Refusal> {
    let within = world.settings.policy.approval_within;
    authority::approves((asked.by, asked.at, asked.message), user, within, now.time, || {
        Refusal::Notify(NotifyRefusal::NothingAsked)
    })?;
    let confirmed = Decision::nothing().fact(fact(incident.id, NotifyChange::Confirmed { by: user }));
    match &asked.wish {
        Wish::Mail(mail) => Ok(match draft(world, incident, now.time) {
            Ok((list, fresh)) if fresh == *mail => {
                send_confirmed(world, incident, confirmed, (list, mail), user, now)
            }
            Ok(_) | Err(_) => void(incident, sentences::CHANGED),
        }),
        Wish::Time { until, reason } => {
            let after = incident.after(now.time, &confirmed.facts);
            let change = embargo::confirmed(world, &after, asked.by, (*until, reason), (user, means), now);
            Ok(change.map_or_else(|| void(incident, sentences::TIME_OVER), |change| confirmed.and(change)))
        }
    }
}

fn send_confirmed(
    world: &World,
    incident: &Incident,
    confirmed: Decision,
    (list, mail): (&str, &Embargoed<Prenotification>),
    user: UserId,
    now: Now,
) -> Decision {
    let after = incident.after(now.time, &confirmed.facts);
    let number = after.mailing.mails.len();
    let (Some(proof), Some(message_id)) = (after.confirmation(), after.message_id(&world.settings, number))
    else {
        return Decision::nothing();
    };
    let answers = if number > 1 { after.message_id(&world.settings, 1) } else { None };
    let mail = mail.confirm(&proof);
    let action = Action::SendMail { list: list.to_owned(), mail, message_id, answers };
    confirmed
        .say(room_of(incident), sentences::confirmed(world, user), incident.manager)
        .effect(action, Purpose::Prenotify { incident: incident.id })
}

/// The effect that is sending a mail of that incident.
fn mail_on_its_way(world: &World, incident: IncidentId) -> Option<EffectId> {
    let purpose = Purpose::Prenotify { incident };
    world.pending().iter().find_map(|(id, recorded)| (recorded.effect.purpose == purpose).then_some(*id))
}

/// What was asked for is not what would happen any more: `why`.
pub(crate) fn void(incident: &Incident, why: &str) -> Decision {
    if incident.mailing.asked.is_none() {
        return Decision::nothing();
    }
    let voided = fact(incident.id, NotifyChange::Voided);
    Decision::nothing().fact(voided).say(room_of(incident), sentences::void(why), incident.manager)
}

/// The disclosure time is another: what was asked for is void, and a mail that is on its way is called off,
/// where that is still possible.
pub(crate) fn time_changed(world: &World, incident: &Incident) -> Decision {
    let void = void(incident, sentences::CHANGED);
    let Some(id) = mail_on_its_way(world, incident.id) else { return void };
    let ended = fact(incident.id, NotifyChange::Ended { fate: Fate::NotSent });
    let called_off = Decision { facts: vec![ended], cancelled: vec![id], ..Decision::default() };
    void.and(called_off.say(room_of(incident), sentences::called_off(), incident.manager))
}

/// A request that nobody confirmed in time.
pub(crate) fn lapse(world: &World, incident: &Incident, now: Timestamp) -> Decision {
    let Some(asked) = incident.mailing.asked.as_ref().filter(|asked| has_lapsed(world, asked, now)) else {
        return Decision::nothing();
    };
    Decision::nothing().fact(fact(incident.id, NotifyChange::Lapsed)).say(
        room_of(incident),
        sentences::lapsed(world, asked),
        incident.manager,
    )
}

fn has_lapsed(world: &World, asked: &Asked, now: Timestamp) -> bool {
    now.duration_since(asked.at) >= world.settings.policy.approval_within
}

/// What became of a mail.
pub(crate) fn settled(
    world: &World,
    incident: &Incident,
    effect: &Effect,
    outcome: &Outcome,
    now: Now,
) -> Decision {
    let Action::SendMail { list, .. } = &effect.action else { return Decision::nothing() };
    let (fate, why) = match outcome {
        Outcome::Done => (Fate::Sent, None),
        Outcome::Unknown(why) => (Fate::Unknown, Some(why)),
        Outcome::Failed(why) => (Fate::NotSent, Some(why)),
        Outcome::Blocked(_) => (Fate::NotSent, None),
        Outcome::Delayed(why) => {
            return Decision::nothing().say(room_of(incident), chat::delayed(why), incident.manager);
        }
        Outcome::Posted(_)
        | Outcome::Advisory(_)
        | Outcome::Conflict(..)
        | Outcome::Fork(_)
        | Outcome::Pulls(_)
        | Outcome::Uploaded(_)
        | Outcome::Found(_)
        | Outcome::NotPrivate(_) => return Decision::nothing(),
    };
    let ended = fact(incident.id, NotifyChange::Ended { fate });
    let after = incident.after(now.time, std::slice::from_ref(&ended));
    let became = after.mailing.mails.last().and_then(|mailed| mailed.fate);
    let text = match became {
        Some(Fate::Sent) => sentences::sent(world, &after, list),
        Some(Fate::Unknown) => sentences::unknown(world, incident, list),
        Some(Fate::NotSent) | None => sentences::not_sent(world, incident, why),
    };
    let decision = Decision::nothing().fact(ended).say(room_of(incident), text, incident.manager);
    decision.and(planned::arrived(world, incident, &after))
}
