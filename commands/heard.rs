//! What people do in chat: whether it is a command, whether its author may give it here, and which
//! family decides on it.

use jiff::{SignedDuration, Timestamp};

use crate::{
    advisory, asker, cve, embargo, fork, help,
    kernel::{
        ask::{Ask, room_of},
        authority,
        command::{Command, Order, Role, Scope},
        content::ContentChange,
        decision::Decision,
        effect::{Action, CommandRef, OpenPlace, Purpose, TeamPlace},
        embargoed::Reader,
        fact::{Fact, Told},
        grammar,
        id::{ChannelId, MessageId, Topic, UserId},
        incident::{Incident, Release, Stage},
        input::{Message, Now, Place, Said},
        notice::PublicNotice,
        refusal::Refusal,
        reply::{chat, refusal as sentences},
        settings::Project,
        token::{self, BotName, Speech, Typed},
        world::World,
    },
    manager, notify, patch, people, ping, privacy, release, report, timeline, triage, vouch, watch,
};

/// Older commands are not carried out any more (downtime).
const COMMAND_AGE_MAX: SignedDuration = SignedDuration::from_hours(24);
/// Older urgent commands are not carried out any more.
const URGENT_AGE_MAX: SignedDuration = SignedDuration::from_mins(15);
/// How long after sending it a message's edit can make it a command.
const EDIT_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// How often somebody is told where commands belong.
const TOLD_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// 👍, by code point.
const THUMBS_UP: &str = "1f44d";

/// Decides on what was said.
pub(crate) fn said(world: &World, said: &Said, now: Now) -> Decision {
    match said {
        Said::Message(message) => watch::heard(world, message, now).and(hear(world, message, now)),
        Said::Edit { message, editor, edited } => {
            let in_time = edited.duration_since(message.sent) <= EDIT_WITHIN;
            let ran = world.handled_command(message.id).is_some_and(|handled| {
                handled.refused.is_none_or(|words| words == fingerprint(message.content.open(&Reader::new())))
            });
            if *editor == message.sender && in_time && !ran {
                read(world, message, *edited, now)
            } else {
                Decision::nothing()
            }
        }
        Said::Reaction { message, user, code, added } if code == THUMBS_UP => {
            thumb(world, *message, *user, *added, now)
        }
        Said::Reaction { .. } => Decision::nothing(),
    }
}

/// At the very first start, what was said before is marked off.
pub(crate) fn listening(world: &World, newest: MessageId) -> Decision {
    match world.began() {
        Some(_) => Decision::nothing(),
        None => Decision::nothing().fact(Fact::Began { newest }),
    }
}

fn hear(world: &World, message: &Message, now: Now) -> Decision {
    if world.handled_command(message.id).is_some() {
        Decision::nothing()
    } else {
        read(world, message, message.sent, now)
    }
}

/// Reads a message, `written` like this then, that has not been carried out yet.
fn read(world: &World, message: &Message, written: Timestamp, now: Now) -> Decision {
    if world.directory.system_bots.contains(&message.sender) {
        return privacy::notice(world, message, now);
    }
    let person = world.directory.users.get(&message.sender).filter(|user| !user.is_bot);
    let (Some(_), Some((me, name))) = (person, &world.directory.me) else { return Decision::nothing() };
    let before_first_start = world.began().is_some_and(|newest| message.id <= newest);
    if message.sender == *me || before_first_start {
        return Decision::nothing();
    }
    let content = message.content.open(&Reader::new());
    let bot = BotName { name, id: me.0 };
    let typed = match token::read(content, &bot) {
        Speech::Talk => return asker::heard(world, message, &bot, now),
        Speech::Command(typed) => Ok(typed),
        Speech::Broken(error) => Err(error),
    };
    // A mention and nothing else is `!help` to the team, and to others in public a call.
    let in_channel = matches!(message.place, Place::Channel(..));
    let is_call = in_channel && token::mention_of(content.trim()).is_some();
    let known = !is_call && token::first_word(content, &bot).is_some_and(|word| grammar::is_known(&word));
    let reach = match reach(world, message) {
        Reach::Team(projects, answer_to) => (projects, answer_to),
        Reach::Elsewhere(to, notice) if known => return redirect(world, message, to, notice, now),
        Reach::Elsewhere(..) => return asker::heard(world, message, &bot, now),
    };
    let (projects, answer_to) = reach;
    let command = CommandRef { message: message.id, user: message.sender, answer_to };
    if projects.is_empty() {
        return refuse(world, message, &command, &Refusal::NotOnTheTeam, now);
    }
    let typed = match typed {
        Ok(typed) => typed,
        Err(error) => {
            let broken = Refusal::Broken(crate::kernel::embargoed::Embargoed::new(error));
            return refuse(world, message, &command, &broken, now);
        }
    };
    if message.place == Place::Direct && needs_channel(&typed) {
        return point_to_channel(
            message,
            OpenPlace::Person(message.sender),
            PublicNotice::CommandNeedsTeamChannel,
        );
    }
    match carry_out(world, (message, written), &typed, command.clone(), projects, now) {
        Ok(decision) => {
            let taken = Fact::CommandTaken { message: message.id, user: message.sender };
            Decision::nothing().fact(taken).and(decision)
        }
        Err(refusal) => refuse(world, message, &command, &refusal, now),
    }
}

/// Where a message stands, and what its author can do there.
enum Reach<'a> {
    /// In a team channel, or by direct message from somebody on a team: the projects it can be about.
    Team(Vec<&'a Project>, TeamPlace),
    /// Anywhere else: where the answer goes and what it says.
    Elsewhere(OpenPlace, PublicNotice),
}

fn reach<'a>(world: &'a World, message: &Message) -> Reach<'a> {
    let sender = message.sender;
    match &message.place {
        Place::Channel(channel, topic) if world.settings.is_team_channel(*channel) => {
            let projects = authority::projects_in(world, *channel, sender);
            Reach::Team(projects, TeamPlace::Topic(*channel, topic.clone()))
        }
        Place::Channel(channel, topic) => Reach::Elsewhere(
            OpenPlace::Topic(*channel, topic.clone()),
            PublicNotice::CommandsBelongInTeamChannel,
        ),
        Place::Direct => match authority::projects_of(world, sender) {
            projects if projects.is_empty() => {
                Reach::Elsewhere(OpenPlace::Person(sender), PublicNotice::NotOnTheTeam)
            }
            projects => Reach::Team(projects, TeamPlace::Person(sender)),
        },
        Place::Group => Reach::Elsewhere(OpenPlace::Person(sender), PublicNotice::CommandNeedsTeamChannel),
    }
}

/// Tells somebody where commands belong, at most once an hour.
fn redirect(world: &World, message: &Message, to: OpenPlace, notice: PublicNotice, now: Now) -> Decision {
    let told = world.told_where_commands_belong(message.sender);
    let lately = told.is_some_and(|at| now.time.duration_since(at) < TOLD_AGAIN_AFTER);
    if lately {
        return Decision::nothing();
    }
    point_to_channel(message, to, notice)
        .fact(Fact::ToldInPublic { user: message.sender, what: Told::WhereCommandsBelong })
}

fn point_to_channel(message: &Message, to: OpenPlace, notice: PublicNotice) -> Decision {
    let notify = Action::Notify { to, notice };
    Decision::nothing().fact(refused(message)).effect(notify, Purpose::Answer { to: None })
}

fn needs_channel(typed: &Typed) -> bool {
    grammar::kind_of(typed).is_some_and(|kind| !kind.entry().read_only)
}

fn refuse(world: &World, message: &Message, command: &CommandRef, refusal: &Refusal, now: Now) -> Decision {
    let text = sentences::text(world, refusal, now.time);
    Decision::nothing().fact(refused(message)).answer(command, text)
}

fn refused(message: &Message) -> Fact {
    let words = fingerprint(message.content.open(&Reader::new()));
    Fact::CommandRefused { message: message.id, user: message.sender, words }
}

/// FNV-1a: tells edits apart; keeps no secret.
fn fingerprint(text: &str) -> u64 {
    let prime = 0x0000_0100_0000_01b3;
    text.trim_end()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(prime))
}

fn carry_out<'a>(
    world: &'a World,
    (message, written): (&Message, Timestamp),
    typed: &Typed,
    command: CommandRef,
    projects: Vec<&'a Project>,
    now: Now,
) -> Result<Decision, Refusal> {
    let Order { command: wanted, target } = grammar::read(typed)?;
    let kind = wanted.kind();
    let age = now.time.duration_since(message.sent);
    if age > COMMAND_AGE_MAX || (kind.entry().urgent && age > URGENT_AGE_MAX) {
        return Err(Refusal::TooLate { age });
    }
    let mut ask = Ask { world, now, written, kind, command, projects, incident: None };
    ask.incident = match target {
        Some(reference) => {
            let found = world.find(reference.open(&Reader::new()));
            Some(in_reach(&ask, found).ok_or(Refusal::NoSuchIncident)?)
        }
        None => match &message.place {
            Place::Channel(channel, topic) => in_reach(&ask, world.incident_in(*channel, topic)),
            Place::Direct | Place::Group => None,
        },
    };
    if kind.entry().role == Role::Manager {
        let incident = ask.open_incident()?;
        if incident.manager != Some(ask.command.user) {
            return Err(Refusal::NotTheManager { manager: incident.manager });
        }
    }
    let decision = family(&ask, &wanted)?;
    let unled = ask.incident.filter(|incident| incident.manager.is_none() && incident.is_open());
    let about_it = kind.entry().scope == Scope::Incident && !kind.entry().read_only;
    let takes_over = matches!(wanted, Command::Manager(_)) || !about_it;
    Ok(match unled {
        Some(incident) if !takes_over => {
            manager::first_responder(world, incident, ask.command.user).and(decision)
        }
        Some(_) | None => decision,
    })
}

fn in_reach<'a>(ask: &Ask<'a>, incident: Option<&'a Incident>) -> Option<&'a Incident> {
    let mine = |incident: &&Incident| ask.projects.iter().any(|project| project.name == incident.project);
    incident.filter(mine).filter(|incident| incident.stage != Stage::Failed)
}

fn family(ask: &Ask<'_>, command: &Command) -> Result<Decision, Refusal> {
    match command {
        Command::Help { of } => help::help(ask, of),
        Command::AdvisoryNew(new) => advisory::new(ask, new),
        Command::AdvisoryAdopt { ghsa, repository } => advisory::adopt(ask, ghsa, repository.as_ref()),
        Command::AdvisoryShow => advisory::show(ask),
        Command::AdvisoryList { all } => Ok(advisory::list(ask, *all)),
        Command::AdvisoryEdit(Some(change)) => advisory::rewrite(ask, change.clone(), None),
        Command::AdvisoryEdit(None) => advisory::text_to_fill_in(ask),
        Command::AdvisoryAffected { row, platforms } => {
            let change =
                row.map(|row| ContentChange { affected: Some(row.clone()), ..ContentChange::default() });
            advisory::rewrite(ask, change, platforms.clone())
        }
        Command::EmbargoSet { when, reason } => embargo::set(ask, when, reason.as_ref()),
        Command::EmbargoExtend { by, reason } => embargo::extend(ask, by, reason),
        Command::EmbargoLift { reason } => embargo::lift(ask, reason),
        Command::EmbargoAccept => embargo::accept(ask),
        Command::EmbargoBroken { reason } => embargo::broken(ask, reason),
        Command::EmbargoShow => embargo::show(ask),
        Command::ReleasePlan => release::plan(ask),
        Command::ReleaseGo { early, waived, reason } => release::go(ask, *early, waived, reason.as_ref()),
        Command::ReleaseApprove => release::approve_by_command(ask),
        Command::ReleaseStatus => release::status(ask),
        Command::ReleaseRetry { step } => release::retry(ask, *step),
        Command::ReleaseSkip { step, reason } => release::skip(ask, *step, reason),
        Command::ReleaseAbort { reason } => release::abort(ask, reason),
        Command::Ping { project } => ping::ping(ask, project.as_deref()),
        Command::Next => timeline::next(ask),
        Command::Timeline { export: false } => timeline::timeline(ask),
        Command::Timeline { export: true } => timeline::export(ask),
        Command::AdvisoryAck => report::acknowledge(ask),
        Command::AdvisoryAccept => report::accept(ask),
        Command::AdvisoryReject { reason } => report::reject(ask, reason),
        Command::AdvisoryCredit { who, kind } => people::credit(ask, who, *kind),
        Command::AdvisoryClose { reason } => report::close(ask, reason),
        Command::Manager(wish) => manager::manager(ask, wish),
        Command::Invite { who } => people::invite(ask, who),
        Command::Uninvite { who } => people::uninvite(ask, who),
        Command::Who => people::who(ask),
        Command::Fork => fork::fork(ask),
        Command::CveRequest => cve::request(ask),
        Command::CveSet { cve } => cve::set(ask, cve),
        Command::CveStatus => cve::status(ask),
        Command::Patch(order) => patch::patch(ask, order),
        Command::Done { step, evidence } => vouch::done(ask, *step, evidence.as_ref()),
        Command::Triage { bug, at, tier } => Ok(triage::triage(ask, bug, *at, *tier)),
        Command::Undo { step } => vouch::undo(ask, *step),
        Command::NotifyPreview => notify::preview(ask),
        Command::NotifySend => notify::send(ask),
        Command::Watch(order) => watch::watch(ask, order),
    }
}

/// 👍 put on a message or taken back.
fn thumb(world: &World, message: MessageId, user: UserId, added: bool, now: Now) -> Decision {
    let may = |incident: &&Incident| {
        let project = world.settings.project(&incident.project);
        project.is_some_and(|project| authority::on_team(world, project, user))
    };
    let waiting = |incident: &Incident| matches!(incident.release, Release::Requested(_));
    let asked = |incident: &Incident| incident.request().and_then(|request| request.message);
    let proposed = |incident: &Incident| incident.proposal.as_ref().and_then(|proposal| proposal.message);
    let second = |incident: &Incident| incident.mailing.asked.as_ref().map(|asked| asked.message);
    let mine: Vec<&Incident> = world.incidents().filter(may).collect();
    for incident in &mine {
        if waiting(incident) && asked(incident) == Some(message) {
            return if added {
                release::approve_by_thumb(world, incident, user, now)
            } else {
                release::take_back(incident, user)
            };
        }
        if second(incident) == Some(Some(message)) {
            // One word is enough, and what it led to cannot be taken back.
            let confirmed = || notify::confirm_by_thumb(world, incident, user, now);
            return if added { confirmed() } else { Decision::nothing() };
        }
        if proposed(incident) == Some(message) {
            let accepted = || embargo::accept_by_thumb(world, incident, user, now);
            return if added { accepted() } else { Decision::nothing() };
        }
    }
    let on_its_way = |incident: &&&Incident| {
        let propose = Purpose::Propose { incident: incident.id };
        (waiting(incident) && asked(incident).is_none())
            || second(incident) == Some(None)
            || world.pending().values().any(|recorded| recorded.effect.purpose == propose)
    };
    if mine.iter().any(|incident| on_its_way(&incident)) {
        Decision::nothing().fact(Fact::ThumbHeld { message, user, added })
    } else {
        Decision::nothing()
    }
}

/// A message was moved: when it is an incident's card, the incident's topic moved with it. Out of the
/// team's channel it is not followed.
pub(crate) fn moved(
    world: &World,
    messages: &[MessageId],
    channel: ChannelId,
    topic: &Topic,
    from: Option<&(ChannelId, Topic)>,
) -> Decision {
    let moved = messages.iter().filter_map(|message| world.incident_of_card(*message));
    moved.fold(Decision::nothing(), |decision, incident| {
        let project = world.settings.project(&incident.project);
        if watch::is_out(world, from, channel) {
            // Alarmed about already, with whatever else was moved.
            return decision;
        }
        if project.is_none_or(|project| project.team_channel != channel) {
            let alarm = chat::moved_away(world, incident, channel);
            return decision.say(room_of(incident), alarm, incident.manager);
        }
        decision.fact(Fact::TopicMoved { incident: incident.id, channel, topic: topic.clone() })
    })
}
