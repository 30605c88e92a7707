//! What is said of the pre-notification, and of what else needs a second person.

use jiff::Timestamp;

use crate::kernel::{
    authority,
    effect::{Failure, OpenPlace},
    embargoed::{Embargoed, Team, TeamText},
    escape::{code, cut, inline, longest_run},
    id::UserId,
    incident::{Asked, Incident},
    mail::{Fate, NotifyChange, Prenotification, Wish},
    notice,
    refusal::NotifyRefusal,
    reply::{
        call_manager, call_team, failure, fit, length, mention, moment, room_link, silent, time, topic_link,
    },
    world::World,
};

/// How much of a reason is repeated, in code points.
const REASON_SHOWN: usize = 300;
/// Why a request is void once it would say something else.
pub const CHANGED: &str = "what the mail would say has changed";
/// Why a request for another time is void once that cannot be set any more.
pub const TIME_OVER: &str = "that time can no longer be set";

/// The mail, word for word.
fn shown(team: &Team, list: &str, mail: &Embargoed<Prenotification>) -> String {
    let mail = mail.open(team);
    whole(list, &mail.subject(), &mail.body())
}

/// A mail, word for word.
pub(super) fn whole(list: &str, subject: &str, body: &str) -> String {
    let text = format!("To: {list}\nSubject: {subject}\n\n{}", body.trim_end());
    let fence = "`".repeat(longest_run(&text, '`').max(2) + 1);
    format!("{fence}text\n{text}\n{fence}")
}

/// What is said in public once the list has the mail.
fn said_in_public(
    world: &World,
    team: &Team,
    incident: &Incident,
    mail: &Embargoed<Prenotification>,
) -> Option<String> {
    let project = world.settings.project(&incident.project)?;
    let place = topic_link(world, project.public_channel, &project.public_topic);
    Some(format!("Once it is sent, in {place}:\n```quote\n{}\n```", notice::planned(mail.open(team))))
}

/// What would be sent.
#[must_use]
pub fn preview(
    world: &World,
    incident: &Incident,
    list: &str,
    mail: &Embargoed<Prenotification>,
) -> TeamText {
    TeamText::compose(|team| {
        let mut lines = vec![
            "This mail, and nothing else, goes to the announcement list:".to_owned(),
            shown(team, list, mail),
        ];
        lines.extend(said_in_public(world, team, incident, mail));
        if !mail.open(team).unaffected.is_empty() {
            lines.push(format!(
                "The projects that it calls not affected are the others of that list, but for those whose package the advisory names. If one of them is affected too: {}",
                code("!advisory affected ECO:NAME RANGE")
            ));
        }
        if world.settings.policy.page.is_none() {
            lines.push(format!(
                "It links no policy: the bot's administrator can set {} under {}.",
                code("page"),
                code("[policy]")
            ));
        }
        let asked = incident.mailing.asked.as_ref().filter(|asked| asked.wish == Wish::Mail(mail.clone()));
        lines.push(match asked {
            Some(asked) => format!(
                "{} has asked to send it: somebody else confirms by 👍 there or {}",
                silent(world, asked.by),
                code("!notify send")
            ),
            None => format!("{} sends it, once a second person confirms.", code("!notify send")),
        });
        fit(lines.join("\n"))
    })
}

/// A second person is asked to confirm the mail.
#[must_use]
pub fn request(
    world: &World,
    incident: &Incident,
    list: &str,
    mail: &Embargoed<Prenotification>,
    replaces: bool,
) -> TeamText {
    TeamText::compose(|team| {
        let Some(asked) = &incident.mailing.asked else { return String::new() };
        let mut lines = Vec::new();
        lines.extend(replaces.then(|| "The earlier request is void.".to_owned()));
        let again = incident.mailing.number_of(mail) == incident.mailing.mails.len();
        let again = if again { ", again" } else { "" };
        lines.push(format!(
            "{} asks to send this mail{again}. A mail cannot be called back.",
            silent(world, asked.by)
        ));
        lines.push(shown(team, list, mail));
        lines.extend(said_in_public(world, team, incident, mail));
        lines.push(confirm_by(world, incident, asked, "!notify send"));
        fit(lines.join("\n"))
    })
}

/// A second person is asked whether the time may be moved, of which outsiders were told.
#[must_use]
pub fn request_time(world: &World, incident: &Incident, replaces: bool, now: Timestamp) -> TeamText {
    TeamText::compose(|team| {
        let Some(asked) = &incident.mailing.asked else { return String::new() };
        let Wish::Time { until, reason } = &asked.wish else { return String::new() };
        let mut lines = Vec::new();
        lines.extend(replaces.then(|| "The earlier request is void.".to_owned()));
        let what = until.map_or_else(
            || "take the disclosure time away".to_owned(),
            |until| format!("move the disclosure time to {}", time(until, now)),
        );
        lines.push(format!("{} asks to {what}.", silent(world, asked.by)));
        if let Some(told) = incident.mailing.told().and_then(|told| told.time) {
            lines.push(format!(
                "The announcement list was told {}; a mail that corrects it follows by {}.",
                moment(told),
                code("!notify send")
            ));
        } else {
            lines.push("The announcement list was told of the release, or is just being told.".to_owned());
        }
        lines.push(format!("Reason: {}", inline(&cut(reason.open(team), REASON_SHOWN))));
        let command = if until.is_some() { "!embargo set" } else { "!embargo lift" };
        lines.push(confirm_by(world, incident, asked, command));
        fit(lines.join("\n"))
    })
}

/// Who else can confirm, how, and until when.
fn confirm_by(world: &World, incident: &Incident, asked: &Asked, command: &str) -> String {
    let project = world.settings.project(&incident.project);
    let team = project.map(|project| authority::team(world, project)).unwrap_or_default();
    let others: Vec<String> =
        team.into_iter().filter(|user| *user != asked.by).map(|user| mention(world, user)).collect();
    let who = if others.is_empty() {
        "Nobody else is on the team: somebody must join it".to_owned()
    } else {
        others.join(" ")
    };
    format!(
        "{who}: confirm by 👍 on this message or {}, within {}.",
        code(command),
        length(world.settings.policy.approval_within)
    )
}

/// A second person confirmed: it is being sent.
#[must_use]
pub fn confirmed(world: &World, by: UserId) -> TeamText {
    TeamText::compose(|_| format!("✅ Confirmed by {}. The mail is being sent.", silent(world, by)))
}

/// A second person confirmed that the time is another: what is said is an answer, where it was by a command.
#[must_use]
pub fn time_confirmed(world: &World, by: UserId, answers: bool, changed: &TeamText) -> TeamText {
    TeamText::compose(|team| {
        let (changed, by) = (changed.open(team), format!("Confirmed by {}.", silent(world, by)));
        if answers { format!("{changed}\n{by}") } else { format!("✅ {by}\n{changed}") }
    })
}

/// The command was given elsewhere: where it goes on.
#[must_use]
pub fn elsewhere(world: &World, incident: &Incident) -> TeamText {
    TeamText::compose(|team| format!("✅ It goes on in {}.", room_link(world, team, incident)))
}

/// The list's server has it.
#[must_use]
pub fn sent(world: &World, incident: &Incident, list: &str) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "✅ **Mail sent** to {}: its server has taken it. Whether it reached the list I cannot see. {}, look there, and {} when it is; I ask until then.",
            code(list),
            call_manager(world, incident),
            code("!done list-seen")
        )
    })
}

/// The public was told what the list was told.
#[must_use]
pub fn public_told(world: &World, place: &OpenPlace) -> TeamText {
    TeamText::compose(|_| match place {
        OpenPlace::Topic(channel, topic) => {
            format!("✅ Told in {} what the mail says.", topic_link(world, *channel, topic))
        }
        OpenPlace::Person(user) => format!("✅ Told {} what the mail says.", silent(world, *user)),
    })
}

/// Nobody knows.
#[must_use]
pub fn unknown(world: &World, incident: &Incident, list: &str) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "🚨 **Whether the mail to {} was sent is unknown.** I was cut off while its server was taking it, or before I read the answer, and I do not try again by myself. {}: look on the list. Is it there: {}. Is it not: {}, which sends the very same mail, so that a list that has it drops the second.",
            code(list),
            call_team(world, incident),
            code("!done list-seen"),
            code("!notify send")
        )
    })
}

/// It has certainly not been sent.
#[must_use]
pub fn not_sent(world: &World, incident: &Incident, why: Option<&Failure>) -> TeamText {
    TeamText::compose(|team| {
        let why = why.map_or_else(
            || "it would have named something that is still embargoed.".to_owned(),
            |why| failure::sentence(team, why),
        );
        format!(
            "❌ **The mail was not sent**: {why} Nobody got it. {}, mend that and {} again.",
            call_manager(world, incident),
            code("!notify send")
        )
    })
}

/// The mail that was on its way is called off.
#[must_use]
pub fn called_off() -> TeamText {
    TeamText::from(
        "The mail that was on its way names the earlier time: it is called off. If it went out all the same, I say so here.",
    )
}

/// The request is void.
#[must_use]
pub fn void(why: &str) -> TeamText {
    TeamText::compose(|_| format!("❌ The request is void: {why}. Give the command again."))
}

/// Nobody confirmed in time.
#[must_use]
pub fn lapsed(world: &World, asked: &Asked) -> TeamText {
    let what = match &asked.wish {
        Wish::Mail(_) => "The mail was not sent",
        Wish::Time { .. } => "The disclosure time stays as it was",
    };
    TeamText::compose(|_| {
        format!(
            "❌ The request has lapsed: nobody confirmed it within {}. {what}. {}, give the command again.",
            length(world.settings.policy.approval_within),
            mention(world, asked.by)
        )
    })
}

/// What the list was told is no longer so.
pub(super) fn to_correct(incident: &Incident) -> Option<String> {
    let told = incident.mailing.told()?;
    let until = incident.embargo.as_ref().map(|embargo| embargo.until);
    (told.time != until).then(|| {
        let before = told.time.map_or_else(|| "that it is put off".to_owned(), moment);
        format!(
            "The announcement list was told {before}: {} sends the mail that corrects it.",
            code("!notify send")
        )
    })
}

/// What the mail waits for.
pub(super) fn mail_hint(world: &World, incident: &Incident, now: Timestamp) -> String {
    let mailing = &incident.mailing;
    if let Some(asked) = mailing.asked.as_ref().filter(|asked| matches!(asked.wish, Wish::Mail(_))) {
        return format!(
            "asked for by {}, waits for a second person: 👍 or {}",
            silent(world, asked.by),
            code("!notify send")
        );
    }
    let send = code("!notify send");
    match mailing.mails.last().map(|mailed| (mailed.fate, mailed.at)) {
        Some((None, since)) => format!("on its way since {}", time(since, now)),
        Some((Some(Fate::Unknown), _)) if mailing.seen.is_none() => format!(
            "nobody knows whether it was sent. Look on the list: {} if it is there, else {send}",
            code("!done list-seen")
        ),
        Some((Some(Fate::Sent | Fate::Unknown | Fate::NotSent), _)) | None => match mailing.told() {
            Some(_) => format!(
                "the list was told another time. {} shows the correction, {send} sends it",
                code("!notify preview")
            ),
            None => format!("{} shows it, {send} sends it", code("!notify preview")),
        },
    }
}

/// What the list waits for.
pub(super) fn seen_hint(incident: &Incident) -> String {
    if incident.mailing.is_out() {
        format!("look on the list; {} when it is there", code("!done list-seen"))
    } else {
        "once it is sent".to_owned()
    }
}

/// Nobody has said yet that the mail is on the list.
pub(super) fn unseen(world: &World, incident: &Incident, since: Timestamp, now: Timestamp) -> String {
    let unknown = incident.mailing.mails.last().is_some_and(|mailed| mailed.fate == Some(Fate::Unknown));
    let (what, mend) = if unknown {
        ("Whether the mail was sent is still unknown", format!("if it is not, {}", code("!notify send")))
    } else {
        ("Nobody has seen the mail on the list yet", "if it is not, ask the list's moderators".to_owned())
    };
    format!(
        "⏳ {what}, {}. {}, look there: {} if it is there; {mend}.",
        time(since, now),
        call_manager(world, incident),
        code("!done list-seen")
    )
}

/// Why the list is told nothing.
pub(super) fn refusal(refusal: NotifyRefusal, now: Timestamp) -> String {
    match refusal {
        NotifyRefusal::NoList => format!(
            "this project has no announcement list. The bot's administrator can configure one: {} under {}.",
            code("announce_list"),
            code("[[project]]")
        ),
        NotifyRefusal::NoSeverity => format!(
            "the mail names the highest severity, and the advisory has none yet. {} sets it.",
            code("!advisory edit --cvss VECTOR")
        ),
        NotifyRefusal::TimePast { until } => format!(
            "the disclosure time is past: {}. {} releases it; another time: {}",
            time(until, now),
            code("!release go"),
            code("!embargo set WHEN --reason …")
        ),
        NotifyRefusal::ToldAlready => format!(
            "the list knows the time and the severity as they stand. {} when the mail was seen there.",
            code("!done list-seen")
        ),
        NotifyRefusal::OnItsWay => {
            "the mail is on its way already. I say here what becomes of it.".to_owned()
        }
        NotifyRefusal::NothingAsked => "nothing waits for a second person any more.".to_owned(),
        NotifyRefusal::NothingToSee => format!(
            "no mail was sent, and no disclosure time is set of which one could tell. {} sets it.",
            code("!embargo set WHEN")
        ),
    }
}

/// What happened, for the timeline.
pub(super) fn entry(world: &World, team: &Team, change: &NotifyChange) -> Option<String> {
    let who = |user: &UserId| silent(world, *user);
    Some(match change {
        NotifyChange::Asked { by, wish: Wish::Mail(mail), .. } => {
            format!("{} asked to send the mail \"{}\"", who(by), inline(&mail.open(team).subject()))
        }
        NotifyChange::Asked { by, wish: Wish::Time { until, reason }, .. } => {
            let what = until.map_or_else(
                || "take the disclosure time away".to_owned(),
                |until| format!("move the disclosure time to {}", moment(until)),
            );
            format!("{} asked to {what}: {}", who(by), inline(&cut(reason.open(team), REASON_SHOWN)))
        }
        NotifyChange::Posted { .. } => return None,
        NotifyChange::Confirmed { by } => format!("{} confirmed it", who(by)),
        NotifyChange::Lapsed => "nobody confirmed it in time".to_owned(),
        NotifyChange::Voided => "the request was void".to_owned(),
        NotifyChange::Ended { fate: Fate::Sent } => "the announcement list's server took the mail".to_owned(),
        NotifyChange::Ended { fate: Fate::Unknown } => "whether the mail was sent is unknown".to_owned(),
        NotifyChange::Ended { fate: Fate::NotSent } => "the mail was not sent".to_owned(),
    })
}
