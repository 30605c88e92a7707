//! Mail: what the announcement list gets was read by two people, goes nowhere else, holds nothing embargoed,
//! comes once, and what became of it is told.

use advisory_bot::sandbox::mail::{LIST, Received};

use super::{Verdict, View, later, secrets, wrong};
use crate::workload::TEAM;

/// How the bot tells what became of a mail.
const SENT: &str = "✅ **Mail sent** to";
const UNKNOWN: &str = "🚨 **Whether the mail to";
/// What the bot says of a release mail that left, on a line that begins with ✅ or, where the release was
/// called off meanwhile, with 🚨.
const RELEASE_SENT: &str = "release mail sent";

pub(super) fn as_it_must_be(view: &View<'_>) -> Verdict {
    for mail in &view.mails {
        wrong(mail.to == [LIST], || format!("a mail to {:?}", mail.to))?;
        secrets::no_secret(view, &format!("{} {}", mail.subject, mail.body), mail.at)?;
        if tells_of_release(mail) {
            approved_by_two(view, mail)?;
        } else {
            read_by_two(view, mail)?;
        }
        let copies = view.mails.iter().filter(|other| other.message_id == mail.message_id).count();
        // Once it is out, an advisory may be changed between two tries of its mail; a list takes the first.
        let same = tells_of_release(mail)
            || view.mails.iter().all(|other| {
                other.message_id != mail.message_id
                    || (&other.subject, &other.body) == (&mail.subject, &mail.body)
            });
        wrong(same, || format!("two mails under one Message-ID: {}", mail.message_id))?;
        // Each further copy was asked for anew, because the team was told that nobody knows.
        let told = view.said().filter(|message| message.content.starts_with(UNKNOWN)).count();
        let hidden = view.deeds.iter().any(|(_, deed)| matches!(deed, crate::workload::Deed::Private { .. }));
        wrong(copies <= 1 + told || hidden, || format!("{copies} copies of {}", mail.message_id))?;
    }
    Ok(())
}

/// Whether it tells of a release that is out.
fn tells_of_release(mail: &Received) -> bool {
    mail.message_id.contains(".release@")
}

/// A request for a release showed that very mail, but for a CVE number that came since, and somebody approved
/// it.
fn approved_by_two(view: &View<'_>, mail: &Received) -> Verdict {
    let settled =
        |text: &str| text.lines().filter(|line| !line.starts_with("CVE: ")).collect::<Vec<_>>().join("\n");
    let shown = settled(&format!("Subject: {}\n\n{}\n```", mail.subject, mail.body));
    let asked = view.said().any(|message| {
        message.sent <= mail.at
            && message.content.contains("asks to release **")
            && settled(&message.content).contains(&shown)
    });
    let approved =
        view.said().any(|message| message.sent <= mail.at && message.content.starts_with("✅ Approved by "));
    wrong(asked && approved, || format!("a release mail that no two people read: {mail:?}"))
}

/// A request showed that very mail, and somebody else confirmed it.
fn read_by_two(view: &View<'_>, mail: &Received) -> Verdict {
    let shown = format!("Subject: {}\n\n{}\n```", mail.subject, mail.body);
    let mut requests = view.said().filter(|message| {
        message.sent <= mail.at
            && message.content.contains("asks to send this mail")
            && message.content.contains(&shown)
    });
    let confirmed = requests.any(|request| {
        let asker = TEAM.into_iter().find(|user| request.content.contains(&format!("|{}** asks to", user.0)));
        let by_thumb = view.deeds.iter().any(|(at, deed)| {
            matches!(deed, crate::workload::Deed::Thumb { message, by, added: true }
                if *message == request.id && Some(*by) != asker && *at <= mail.at)
        });
        let by_command = view.given.iter().any(|given| {
            given.text.to_lowercase().starts_with("!notify send")
                && Some(given.by) != asker
                && given.at <= mail.at
        });
        asker.is_some() && (by_thumb || by_command)
    });
    wrong(confirmed, || format!("a mail that no two people read: {mail:?}"))
}

/// Everything that arrived is told as sent, or as unknown.
pub(super) fn all_told(view: &View<'_>) -> Verdict {
    let of_release = |text: &str| {
        text.contains(RELEASE_SENT) && (text.starts_with("✅ Step ") || text.starts_with("🚨 **release mail"))
    };
    let told = view.said().filter(|message| {
        let text = message.content.as_str();
        text.starts_with(SENT) || text.starts_with(UNKNOWN) || of_release(text)
    });
    let (told, arrived) = (told.count(), view.mails.len());
    let hindered = view.mails.iter().any(|mail| {
        super::TEAMS.iter().any(|(channel, _)| {
            view.was_hindered(*channel, later(mail.at, super::PATIENCE))
                || view.was_hindered(*channel, mail.at)
        })
    });
    wrong(told >= arrived || hindered, || format!("{arrived} mails arrived and the fate of {told} was told"))
}
