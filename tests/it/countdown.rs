//! A week's embargo by a clock that is set, with a bot that is stopped and killed: every reminder comes
//! once, in order, and one that comes late says so.

use std::time::Duration;

use advisory_bot::{port::Clock as _, sandbox::zulip::seed::MAYA};
use jiff::{SignedDuration, Timestamp};

use crate::{chat, inside::Inside};

/// What a reminder calls itself, and how many minutes before the disclosure time it is due.
const COUNTDOWN: [(&str, i64); 7] = [
    ("⏳ **7 days** to", 7 * 24 * 60),
    ("⏳ **3 days** to", 3 * 24 * 60),
    ("⏳ **24 hours** to", 24 * 60),
    ("⏳ **6 hours** to", 6 * 60),
    ("⏳ **1 hour** to", 60),
    ("⏳ **15 minutes** to", 15),
    ("⏳ **The disclosure time has come**", 0),
];
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(2);
/// How long a message may be on its way, and a glance at the clock may take.
const SLACK: SignedDuration = SignedDuration::from_secs(15);
const DOWNTIMES: u64 = 20;
const STEPS: u64 = 12;

/// What happens to the bot and its clock.
enum Event {
    Stopped(Duration),
    Killed(Duration),
    ClockMoved(SignedDuration),
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// What happens in the week, and how many minutes after the one before: between two downtimes of up to
/// five hours each the clock is moved now and then, by up to an hour.
fn events(dice: &mut Dice) -> Vec<(u64, Event)> {
    let mut events: Vec<Event> = (0..DOWNTIMES)
        .map(|_| {
            let length = Duration::from_secs(60 * (1 + dice.below(5 * 60)));
            if dice.below(2) == 0 { Event::Stopped(length) } else { Event::Killed(length) }
        })
        .collect();
    for _ in 0..STEPS {
        let minutes = i64::try_from(dice.below(121)).unwrap() - 60;
        let at = usize::try_from(dice.below(events.len() as u64 + 1)).unwrap();
        events.insert(at, Event::ClockMoved(SignedDuration::from_mins(minutes)));
    }
    events.into_iter().map(|event| (dice.below(8 * 60), event)).collect()
}

/// The reminders that were sent, in order: when, and in which words.
fn reminders(inside: &Inside) -> Vec<(Timestamp, String)> {
    let said = chat::by_bot(&inside.sandbox).into_iter();
    let is_one = |text: &str| COUNTDOWN.iter().any(|(name, _)| text.starts_with(name));
    said.filter(|message| is_one(&message.content)).map(|message| (message.sent, message.content)).collect()
}

/// Lives through a week; tells how many of its reminders were late.
async fn a_week(seed: u64) -> usize {
    let mut dice = Dice(seed);
    let mut inside = Inside::start().await;
    let incident = inside.open("An overflow in the loader").await;
    let until = inside.sandbox.clock.now() + SignedDuration::from_hours(7 * 24 + 3);
    let stamp = until.strftime("%Y-%m-%dT%H:%M:%SZ");
    inside.ask(MAYA, &incident, &format!("!embargo set {stamp}")).await;
    let until: Timestamp = stamp.to_string().parse().unwrap();
    for (minutes, event) in events(&mut dice) {
        inside.pass(Duration::from_secs(60 * minutes)).await;
        match event {
            Event::ClockMoved(step) => inside.sandbox.clock.jump(step),
            Event::Stopped(length) => {
                inside.sleep().await;
                inside.pass(length).await;
                inside.wake(|_| {}).await;
            }
            Event::Killed(length) => {
                inside.crash();
                inside.pass(length).await;
                inside.wake(|_| {}).await;
            }
        }
    }
    let left = until.duration_since(inside.sandbox.clock.now()) + SignedDuration::from_mins(5);
    inside.pass(Duration::try_from(left).unwrap_or_default()).await;
    inside.rest().await;
    let sent = reminders(&inside);
    assert_eq!(sent.len(), COUNTDOWN.len(), "seed {seed}: each once: {sent:#?}");
    let mut late = 0;
    for ((at, text), (name, minutes)) in sent.iter().zip(COUNTDOWN) {
        assert!(text.starts_with(name), "seed {seed}: in order: {sent:#?}");
        let due = until - SignedDuration::from_mins(minutes);
        let after = at.duration_since(due);
        assert!(after >= -SLACK, "seed {seed}: {text} came early, by {after:#}");
        let is_marked = text.contains("This reminder is late");
        assert!(
            is_marked || after <= LATE_AFTER + SLACK,
            "seed {seed}: late and not marked: {after:#} {text}"
        );
        assert!(!is_marked || after > LATE_AFTER, "seed {seed}: marked and not late: {after:#} {text}");
        late += usize::from(is_marked);
    }
    late
}

#[tokio::test(start_paused = true)]
async fn through_a_week_of_downtimes_and_a_clock_that_is_set_each_reminder_comes_once() {
    let mut late = 0;
    let seeds = 1..=2;
    let all = seeds.clone().count() * COUNTDOWN.len();
    for seed in seeds {
        late += a_week(seed).await;
    }
    assert!(late > 0 && late < all, "some of the {all} reminders come late and some in time: {late}");
}
