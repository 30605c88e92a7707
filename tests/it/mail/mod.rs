//! Mail to a server that is not ours: it arrives as it was confirmed; cut or killed at any point of the
//! dialogue, it arrives once, or its fate is told as unknown.

mod server;
mod wire;

use std::time::SystemTime;

use advisory_bot::{
    config::{Mail as Account, Smtp as Address, Tls},
    mail::Smtp,
    port::{Again, Letter, Mail as _},
    sandbox::zulip::{
        Message,
        seed::{INES, MAYA},
    },
};
use futures_util::{StreamExt as _, stream};

use crate::{
    bot::Bot,
    chat::{by_bot, opened, said, say},
    place::Place,
    wait::until,
};
use server::{ACCOUNT, Server, authority, header};
use wire::{Cut, Whose, held, way};

const LIST: &str = "sec-announce@example.org";
/// How many connections are cut side by side.
const SIDE_BY_SIDE: usize = 16;
const SENT: &str = "✅ **Mail sent**";
const UNKNOWN: &str = "was sent is unknown.**";

fn client(port: u16) -> Smtp {
    let (user, password) = ACCOUNT;
    let smtp = Address { host: "127.0.0.1".into(), port, user: Some(user.into()), tls: Tls::None };
    let from = "Security <security@example.org>".to_owned();
    Smtp::new(&Account { smtp, ca_file: None, password: Some(password.to_owned().into()), from }).unwrap()
}

fn letter(message_id: &str) -> Letter {
    Letter {
        to: LIST.to_owned(),
        message_id: message_id.to_owned(),
        answers: None,
        date: SystemTime::UNIX_EPOCH,
        subject: "Security release of WAMR planned".to_owned(),
        body: "A security release of WAMR is planned.\n".to_owned(),
    }
}

/// How many of these mails have that Message-ID.
fn copies(mails: &[String], message_id: &str) -> usize {
    mails.iter().filter(|mail| header(mail, "Message-ID") == format!("<{message_id}>")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_after_any_byte_a_mail_arrives_once_or_its_fate_is_unknown() {
    let server = Server::start(false);
    let (port, carried) = way(server.port, Cut::Never).await;
    let whole = client(port);
    // As long as those that follow.
    whole.send(&letter("whole-0000@example.org")).await.unwrap();
    drop(whole);
    let (up, down) = carried.await;
    let cuts = (0..=up).map(Cut::Up).chain((0..=down).map(Cut::Down));
    let cuts: Vec<(String, Cut)> =
        cuts.enumerate().map(|(number, cut)| (format!("cut-{number:06}@example.org"), cut)).collect();
    let tried = stream::iter(cuts).map(|(message_id, cut)| {
        let server = server.port;
        async move {
            let (port, carried) = way(server, cut).await;
            let sent = client(port).send(&letter(&message_id)).await;
            carried.await;
            (message_id, cut, sent.map_err(|setback| setback.again))
        }
    });
    let tried: Vec<_> = tried.buffer_unordered(SIDE_BY_SIDE).collect().await;
    let mails = server.mails();
    let mut unknown = [0, 0];
    for (message_id, cut, sent) in &tried {
        let copies = copies(&mails, message_id);
        match sent {
            Ok(()) => assert_eq!(copies, 1, "{cut:?}: said to be sent"),
            Err(Again::Unknown) => {
                assert!(copies <= 1, "{cut:?}");
                // Nothing is called unknown before the text is under way.
                let text = mails[0].len() + "QUIT\r\n".len();
                assert!(
                    matches!(cut, Cut::Down(_)) || matches!(cut, Cut::Up(n) if n + text >= up),
                    "{cut:?}"
                );
                unknown[copies] += 1;
            }
            Err(Again::NotDone { .. } | Again::Never) => assert_eq!(copies, 0, "{cut:?}: said to be unsent"),
        }
    }
    let sent = tried.iter().filter(|(_, _, sent)| sent.is_ok()).count();
    assert!(sent > 0 && unknown.iter().all(|count| *count > 0), "{sent} sent, {unknown:?} unknown");
}

/// A configuration with this mail server.
fn configuration(place: &Place, mail: &str) -> String {
    let text = place.configuration().replace(
        "public_channel = \"general\"\n\n",
        &format!("public_channel = \"general\"\nannounce_list = \"{LIST}\"\n\n"),
    );
    place.secret("mail-password", ACCOUNT.1);
    format!(
        "{text}\n[policy]\npage = \"https://example.org/security\"\n\n[mail]\n{mail}password_file = \"mail-password\"\nfrom = \"Sécurité <security@example.org>\"\n"
    )
}

/// The bot's message in `topic` that holds these words, once it is there.
async fn answer(place: &Place, bot: &Bot, topic: &str, words: &str) -> Message {
    let here = |message: &Message| message.place.topic_name() == topic && message.content.contains(words);
    let why = || (said(&place.sandbox, topic), bot.log());
    until(why, || by_bot(&place.sandbox).into_iter().rev().find(here)).await
}

/// Opens an incident with a time and a severity; its topic.
async fn planned(place: &Place, bot: &Bot, number: usize) -> String {
    let topic = format!("report {number}");
    let command = format!("!advisory new Fault number {number} in the loader --severity high");
    say(&place.sandbox, MAYA, &topic, &command);
    let room = until(|| bot.log(), || opened(&place.sandbox, &topic)).await;
    say(&place.sandbox, MAYA, &room, "!embargo set +72h");
    answer(place, bot, &room, "✅ Disclosure set to").await;
    room
}

/// Asks for the mail to be sent, and confirms it.
async fn send(place: &Place, bot: &Bot, room: &str) {
    let asks = |message: &&Message| {
        message.place.topic_name() == room && message.content.contains("asks to send this mail")
    };
    let before = by_bot(&place.sandbox).iter().filter(asks).count();
    say(&place.sandbox, MAYA, room, "!notify send");
    let newest = || {
        let all = by_bot(&place.sandbox);
        let all: Vec<&Message> = all.iter().filter(asks).collect();
        (all.len() > before).then(|| all[all.len() - 1].id)
    };
    let request = until(|| bot.log(), newest).await;
    place.sandbox.zulip.react(INES, request, "thumbs_up").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_mail_arrives_by_starttls_and_only_where_the_certificate_is_right() {
    let (server, place) = (Server::start(true), Place::new().await);
    let url = format!("smtp_url = \"smtp://{}@localhost:{}?tls=required\"\n", ACCOUNT.0, server.port);
    let bot = place.start_with(&configuration(&place, &url)).await;
    let room = planned(&place, &bot, 1).await;
    send(&place, &bot, &room).await;
    answer(&place, &bot, &room, "no secure connection to the mail server can be made").await;
    assert!(server.mails().is_empty());
    bot.kill().await;
    let trusted = format!("{url}ca_file = \"{}\"\n", authority().display());
    let bot = place.start_with(&configuration(&place, &trusted)).await;
    send(&place, &bot, &room).await;
    answer(&place, &bot, &room, SENT).await;
    let mails = server.mails();
    let [mail] = mails.as_slice() else { panic!("{mails:#?}") };
    assert_eq!((header(mail, "X-To"), header(mail, "To")), (LIST, LIST));
    assert_eq!(header(mail, "From"), "=?utf-8?b?U8OpY3VyaXTDqQ==?= <security@example.org>");
    assert_eq!(header(mail, "Auto-Submitted"), "auto-generated");
    assert!(header(mail, "Message-ID").ends_with(".1@example.org>"), "{mail}");
    assert!(header(mail, "Subject").starts_with("Security release of WAMR planned for 20"), "{mail}");
    assert!(mail.contains("Highest severity: high\r\n"), "{mail}");
    assert!(mail.contains("https://example.org/security"), "{mail}");
    assert!(!mail.contains("loader") && !mail.contains("GHSA"), "{mail}");
    assert!(!bot.log().contains(ACCOUNT.1), "the password is logged");
    assert!(bot.terminate().await.0.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_dialogue_the_mail_arrives_once_or_the_team_is_told() {
    let (server, place) = (Server::start(false), Place::new().await);
    let url = |port: u16| format!("smtp_url = \"smtp://{}@127.0.0.1:{port}\"\n", ACCOUNT.0);
    let stages: [(Whose, &[u8], usize); 5] = [
        (Whose::Servers, b"220 ", 0),
        (Whose::Clients, b"MAIL FROM", 0),
        (Whose::Clients, b"Subject: ", 0),
        (Whose::Clients, b"\r\n.\r\n", 0),
        (Whose::Servers, b"250 taken", 1),
    ];
    for (number, (whose, words, arrived)) in stages.into_iter().enumerate() {
        let way = held(server.port, whose, words).await;
        let before = server.mails().len();
        let bot = place.start_with(&configuration(&place, &url(way.port))).await;
        let room = planned(&place, &bot, number).await;
        send(&place, &bot, &room).await;
        way.came.notified().await;
        bot.kill().await;
        let bot = place.start_with(&configuration(&place, &url(server.port))).await;
        answer(&place, &bot, &room, UNKNOWN).await;
        assert_eq!(server.mails().len(), before + arrived, "killed at {:?}", str::from_utf8(words));
        // The very same mail, under the same Message-ID: a list that has it drops the second.
        send(&place, &bot, &room).await;
        answer(&place, &bot, &room, SENT).await;
        assert_eq!(server.mails().len(), before + arrived + 1);
        let mails = server.mails();
        let ids: std::collections::BTreeSet<&str> =
            mails.iter().map(|mail| header(mail, "Message-ID")).collect();
        assert_eq!(ids.len(), number + 1, "one mail an incident: {ids:?}");
        assert!(bot.terminate().await.0.success());
    }
}
