//! The same of the pre-notification.

use commands::kernel::{
    clock::Clock,
    effect::{Action, Purpose},
    embargoed::{Disclosed, Embargoed, EmbargoedText},
    fact::Fact,
    id::{IncidentId, MessageId, ProjectName, UserId},
    mail::{Fate, NotifyChange, Prenotification, ReleaseMail, SeverityWord, Told, Wish},
    notice::Published,
    step::Step,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{at, command};

pub(super) fn mail(severity: SeverityWord) -> Prenotification {
    Prenotification {
        project: ProjectName("wasmtime".into()),
        time: Some(at(90)),
        severity,
        unaffected: vec![ProjectName("WAMR".into())],
        policy: Some("https://example.org/security".into()),
        replaces: None,
    }
}

/// The mail that puts it off.
fn put_off() -> Prenotification {
    let replaces = Some(Told { time: Some(at(90)) });
    Prenotification { time: None, unaffected: Vec::new(), policy: None, replaces, ..mail(SeverityWord::High) }
}

/// As it stands in the store: there is no other way to it without two people.
pub(super) fn disclosed<T: Serialize + DeserializeOwned>(it: T) -> Disclosed<T> {
    serde_json::from_value(serde_json::to_value(it).unwrap()).unwrap()
}

pub(super) fn facts_of_mail() -> Vec<Fact> {
    let (incident, by) = (IncidentId(2), UserId(8));
    let asked = |wish| NotifyChange::Asked { by, wish, stem: at(80) };
    let time = |until| asked(Wish::Time { until, reason: EmbargoedText::from("a worse variant") });
    let words = [
        SeverityWord::Low,
        SeverityWord::Medium,
        SeverityWord::Moderate,
        SeverityWord::High,
        SeverityWord::Critical,
    ];
    let mails = words.map(mail).into_iter().chain([put_off()]);
    let asked_mails = mails.map(|mail| asked(Wish::Mail(Embargoed::new(mail))));
    let others = [
        time(Some(at(91))),
        time(None),
        NotifyChange::Posted { message: MessageId(11) },
        NotifyChange::Confirmed { by },
        NotifyChange::Lapsed,
        NotifyChange::Voided,
        NotifyChange::Ended { fate: Fate::Sent },
        NotifyChange::Ended { fate: Fate::Unknown },
        NotifyChange::Ended { fate: Fate::NotSent },
    ];
    let changes = asked_mails.chain(others);
    let facts = changes.map(|change| Fact::Notify { incident, change: Box::new(change) });
    facts
        .chain([
            Fact::StepVouched { incident, step: Step::ListSeen, by, evidence: None },
            Fact::ClockReminded { incident, clock: Clock::ListSeen, number: 1, late: false },
        ])
        .collect()
}

pub(super) fn actions_of_mail() -> Vec<(Action, Purpose)> {
    let incident = IncidentId(2);
    let send = |mail, number: u32, answers: Option<&str>| Action::SendMail {
        list: "sec-announce@example.org".into(),
        mail: disclosed(mail),
        message_id: format!("1800000080000000000.{number}@example.org"),
        answers: answers.map(str::to_owned),
    };
    let text = commands::kernel::embargoed::TeamText::from("asks to send this mail");
    vec![
        (Action::Post { to: command().answer_to, text }, Purpose::AskSecond { incident }),
        (send(mail(SeverityWord::High), 1, None), Purpose::Prenotify { incident }),
        (send(put_off(), 2, Some("1800000080000000000.1@example.org")), Purpose::Prenotify { incident }),
    ]
}

pub(super) fn facts_of_release_mail() -> Vec<Fact> {
    let (incident, by) = (IncidentId(2), UserId(8));
    let waived = Step::ALL.into_iter().collect();
    vec![
        Fact::ReleaseRequested { incident, by, early: true, waived, reason: None },
        Fact::ReleaseStopped { incident, step: Step::Mail },
        Fact::StepDone { incident, step: Step::Mail },
        Fact::StepVouched { incident, step: Step::Blog, by, evidence: None },
        Fact::ClockReminded { incident, clock: Clock::Blog, number: 0, late: true },
    ]
}

pub(super) fn actions_of_release_mail() -> Vec<(Action, Purpose)> {
    let send = |cve: Option<&str>, answers: Option<&str>| Action::MailRelease {
        list: "sec-announce@example.org".into(),
        mail: ReleaseMail {
            project: ProjectName("wasmtime".into()),
            advisory: disclosed(Published {
                url: "https://github.com/bytecodealliance/wasmtime/security/advisories/GHSA-x5cm-v3r2-9fjq"
                    .into(),
                summary: "Out-of-bounds write".into(),
                severity: "high".into(),
                cve: cve.map(str::to_owned),
                patched: vec![("wasmtime".into(), vec!["40.0.3".into()]), ("wiggle".into(), Vec::new())],
            }),
            policy: answers.map(|_| "https://example.org/security".into()),
        },
        message_id: "GHSA-x5cm-v3r2-9fjq.release@example.org".into(),
        answers: answers.map(str::to_owned),
    };
    let step = || Purpose::Step { incident: IncidentId(2), step: Step::Mail };
    vec![
        (send(None, None), step()),
        (send(Some("CVE-2026-12345"), Some("1800000080000000000.1@example.org")), step()),
    ]
}
