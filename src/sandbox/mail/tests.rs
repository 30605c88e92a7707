//! The bot's SMTP client against the embedded server: at every stage it is known whether the mail can have
//! been taken.

use std::sync::Arc;

use commands::kernel::effect::FailureKind;
use jiff::Timestamp;

use super::{ACCOUNT, LIST, MailServer, SENDER, Stage, Trouble, serve};
use crate::{
    config::{self, Smtp as Address, Tls},
    mail::Smtp,
    port::{Again, Letter, Mail as _, Setback},
    sandbox::clock::SandboxClock,
};

fn letter(number: u64) -> Letter {
    Letter {
        to: LIST.to_owned(),
        message_id: format!("{number}@sandbox.example"),
        answers: Some("0@sandbox.example".to_owned()),
        date: std::time::SystemTime::UNIX_EPOCH,
        subject: "Security release of WAMR planned for 2026-12-01 15:00 UTC".to_owned(),
        body: format!(
            ".a dot at the beginning\nof a line = sign\nhttps://example.org/{}/é\n",
            "long/".repeat(30)
        ),
    }
}

fn client(port: u16, password: &str) -> Smtp {
    let smtp =
        Address { host: "127.0.0.1".to_owned(), port, user: Some(ACCOUNT.0.to_owned()), tls: Tls::None };
    let password = Some(password.to_owned().into());
    Smtp::new(&config::Mail { smtp, ca_file: None, password, from: SENDER.to_owned() }).unwrap()
}

fn server() -> Arc<MailServer> {
    let start: Timestamp = "2026-11-18T09:00:00Z".parse().unwrap();
    Arc::new(MailServer::new(Arc::new(SandboxClock::new(start, 0.0))))
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let server = server();
    let served = serve(Arc::clone(&server)).await.unwrap();
    client(served.port(), ACCOUNT.1).send(&letter(1)).await.unwrap();
    let received = server.received();
    let [mail] = received.as_slice() else { panic!("{received:?}") };
    assert_eq!(
        (mail.to.as_slice(), mail.message_id.as_str()),
        ([LIST.to_owned()].as_slice(), "1@sandbox.example")
    );
    assert_eq!(
        (mail.subject.as_str(), mail.body.as_str()),
        (letter(1).subject.as_str(), letter(1).body.trim_end())
    );
}

#[tokio::test]
async fn whether_the_mail_can_have_been_taken_is_known_at_every_stage() {
    use Stage::{Answer, Data, Greeting, Hello, Recipient, Sender, SignIn, Text};
    let server = server();
    let served = serve(Arc::clone(&server)).await.unwrap();
    let client = client(served.port(), ACCOUNT.1);
    let mut expected = 0;
    for stage in [Greeting, Hello, SignIn, Sender, Recipient, Data, Text, Answer] {
        for trouble in [Trouble::Dies, Trouble::Refuses(451), Trouble::Refuses(550)] {
            server.set_trouble(Some((stage, trouble)));
            let Err(Setback { again, .. }) = client.send(&letter(2)).await else {
                panic!("sent although {stage:?} {trouble:?}")
            };
            expected += usize::from(stage == Answer);
            assert_eq!(server.received().len(), expected, "{stage:?} {trouble:?}");
            match (stage, trouble) {
                // Cut off while the text comes in: it may be the dot that was on its way.
                (Text, Trouble::Dies) => {}
                (Answer, Trouble::Dies) => assert_eq!(again, Again::Unknown),
                (_, Trouble::Dies | Trouble::Refuses(451)) => {
                    assert_eq!(again, Again::NotDone { wait: None }, "{stage:?} {trouble:?}");
                }
                (_, Trouble::Refuses(_)) => assert_eq!(again, Again::Never, "{stage:?} {trouble:?}"),
            }
        }
    }
    server.set_trouble(None);
    client.send(&letter(3)).await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_and_a_server_that_is_away_are_told_apart() {
    let server = server();
    let served = serve(Arc::clone(&server)).await.unwrap();
    let port = served.port();
    let Err(refused) = client(port, "wrong").send(&letter(1)).await else { panic!("sent") };
    assert_eq!((refused.failure.kind, refused.again), (FailureKind::Credentials, Again::Never));
    drop(served);
    tokio::task::yield_now().await;
    let Err(away) = client(port, ACCOUNT.1).send(&letter(1)).await else { panic!("sent") };
    assert_eq!((away.failure.kind, away.again), (FailureKind::Unreachable, Again::NotDone { wait: None }));
    assert!(server.received().is_empty());
}
