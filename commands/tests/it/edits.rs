//! Edited commands, and commands that were missed.

use commands::kernel::input::{Input, Said};

use crate::{kit::Chat, realm::*};

#[test]
fn a_command_that_failed_runs_once_it_is_edited() {
    let mut chat = Chat::new();
    let message = chat.message(MAYA, &team(), "!advisory lsit");
    insta::assert_snapshot!(chat.happen(&Input::Said(Said::Message(message.clone()))), @"[#wamr-security > triage] Not done: there is no `!advisory lsit`. The nearest is `!advisory list`.");
    chat.wait("10m");
    insta::assert_snapshot!(chat.edit(&message, "!advisory list"), @"[#wamr-security > triage] No open incident. `!advisory new SUMMARY` opens one.");
    assert_eq!(chat.edit(&message, "!advisory list --all"), "", "it has worked");
}

#[test]
fn an_edit_comes_too_late_after_ten_minutes() {
    let mut chat = Chat::new();
    let message = chat.message(MAYA, &team(), "!advisory lsit");
    chat.happen(&Input::Said(Said::Message(message.clone())));
    chat.wait("601s");
    assert_eq!(chat.edit(&message, "!advisory list"), "");
}

#[test]
fn the_same_words_are_no_new_command_and_nor_are_another_editors() {
    let mut chat = Chat::new();
    let message = chat.message(MAYA, &team(), "!advisory lsit");
    chat.happen(&Input::Said(Said::Message(message.clone())));
    assert_eq!(chat.edit(&message, "!advisory lsit"), "");
    assert_eq!(chat.edit(&message, "!advisory lsit\n"), "");
    assert_eq!(chat.edit_by(&message, INES, "!advisory list"), "");
}

#[test]
fn plain_talk_that_becomes_a_command_runs() {
    let mut chat = Chat::new();
    let message = chat.message(MAYA, &team(), "advisory list");
    assert_eq!(chat.happen(&Input::Said(Said::Message(message.clone()))), "");
    insta::assert_snapshot!(chat.edit(&message, "!advisory list"), @"[#wamr-security > triage] No open incident. `!advisory new SUMMARY` opens one.");
}

#[test]
fn a_command_that_worked_never_runs_again() {
    let mut chat = Chat::new();
    let message = chat.message(MAYA, &team(), "!advisory new Overflow");
    chat.happen(&Input::Said(Said::Message(message.clone())));
    assert_eq!(chat.edit(&message, "!advisory new Overflow in the loader"), "");
    assert_eq!(chat.happen(&Input::Said(Said::Message(message))), "", "heard twice");
    assert_eq!(chat.world.incidents().count(), 1);
}

#[test]
fn a_refusal_in_public_that_is_edited_is_refused_no_louder() {
    let mut chat = Chat::new();
    let message = chat.message(RAVI, &public(), "!help");
    chat.happen(&Input::Said(Said::Message(message.clone())));
    assert_eq!(chat.edit(&message, "!advisory list"), "");
}

#[test]
fn what_was_said_before_the_first_start_is_no_command() {
    let mut chat = Chat::new();
    let mut message = chat.message(MAYA, &team(), "!advisory list");
    message.id = commands::kernel::id::MessageId(100);
    assert_eq!(chat.happen(&Input::Said(Said::Message(message.clone()))), "");
    assert_eq!(chat.edit(&message, "!advisory list --all"), "");
}

#[test]
fn a_command_missed_for_more_than_a_day_is_not_run() {
    let mut chat = Chat::new();
    let old = chat.message(MAYA, &team(), "!advisory new Overflow");
    chat.sleep("86401s");
    insta::assert_snapshot!(chat.happen(&Input::Said(Said::Message(old))), @"[#wamr-security > triage] Not done: I was away and read this only now, 1 day later. If it still holds, give the command again.");
    let late = chat.message(MAYA, &team(), "!advisory new Overflow");
    chat.sleep("86400s");
    let answer = chat.happen(&Input::Said(Said::Message(late)));
    assert!(answer.contains("Incident opened"), "{answer}");
}

#[test]
fn an_urgent_command_missed_for_a_quarter_of_an_hour_is_not_run() {
    let mut chat = Chat::new();
    let number = chat.due();
    let go = chat.message(MAYA, &chat.room(number), "!release go");
    chat.sleep("901s");
    insta::assert_snapshot!(chat.happen(&Input::Said(Said::Message(go))), @"[#wamr-security > amber-heron · WAMR] Not done: I was away and read this only now, 15 minutes later. If it still holds, give the command again.");
    let go = chat.message(MAYA, &chat.room(number), "!release go");
    chat.sleep("900s");
    let answer = chat.happen(&Input::Said(Said::Message(go)));
    assert!(answer.contains("asks to release"), "{answer}");
    let approve = chat.message(INES, &chat.room(number), "!release approve");
    chat.sleep("901s");
    insta::assert_snapshot!(chat.happen(&Input::Said(Said::Message(approve))), @"[#wamr-security > amber-heron · WAMR] Not done: I was away and read this only now, 15 minutes later. If it still holds, give the command again.");
}
