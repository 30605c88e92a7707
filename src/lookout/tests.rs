//! The lookout on virtual time, before the embedded GitHub and an engine that only notes and answers.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod public;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use commands::kernel::{
    embargoed::{AdvisoryPage, Embargoed},
    id::{PullNumber, Repository},
    input::Observed,
};
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::sync::{mpsc, watch};

use super::{Bell, Glimpse, Lookout, Pulls, SoughtByRepository, Uptake};
use crate::{
    github::GitHub as Client,
    port::{Clock, Transport, TransportError},
    sandbox::{
        clock::SandboxClock,
        github::{GitHub, Limits, RepositorySeed, Seed},
    },
};

const SEED: u64 = 3;
const OWNER: &str = "bytecodealliance";

/// What becomes of the requests about one repository.
#[derive(Clone, Copy)]
enum Fault {
    Refused,
    Hangs,
    /// What ends like this is not there.
    Hides(&'static str),
    /// Answered after so many seconds.
    Slow(u64),
}

/// The way to GitHub.
struct Way {
    github: Arc<GitHub>,
    faults: Mutex<BTreeMap<&'static str, Fault>>,
}

#[async_trait]
impl Transport for Way {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let path = request.uri().path().to_owned();
        let faults = self.faults.lock().unwrap().clone();
        let fault = faults.iter().find(|(name, _)| path.contains(&format!("{OWNER}/{name}/")));
        match fault {
            Some((_, Fault::Refused)) => Err(TransportError::NotSent),
            Some((_, Fault::Hangs)) => std::future::pending().await,
            Some((_, Fault::Hides(end))) if path.ends_with(end) => Ok(not_there()),
            Some((_, Fault::Slow(seconds))) => {
                tokio::time::sleep(Duration::from_secs(*seconds)).await;
                Ok(self.github.handle(request).await)
            }
            Some((_, Fault::Hides(_))) | None => Ok(self.github.handle(request).await),
        }
    }
}

/// What the engine was shown: seconds since the start, and what.
type Shown = (i64, String);

struct Watched {
    github: Arc<GitHub>,
    clock: Arc<SandboxClock>,
    way: Arc<Way>,
    bell: Bell,
    pulls: watch::Sender<Pulls>,
    sought: watch::Sender<SoughtByRepository>,
    shown: Arc<Mutex<Vec<Shown>>>,
    /// What the engine answers to an advisory, first hand or not; by default as one that knows nothing.
    answers: Arc<Mutex<Vec<Uptake>>>,
}

fn start_time() -> Timestamp {
    "2026-11-18T09:00:00Z".parse().unwrap()
}

/// A lookout over these repositories, at work.
fn watch_over(names: &[&str]) -> Watched {
    watch_within(names, Limits::default())
}

/// The same with other limits on use.
fn watch_within(names: &[&str], limits: Limits) -> Watched {
    let clock = Arc::new(SandboxClock::new(start_time(), 1.0));
    let mut seed = Seed::bytecodealliance(SEED);
    let like = seed.repositories[0].clone();
    let more =
        names.iter().map(|name| RepositorySeed { full_name: format!("{OWNER}/{name}"), ..like.clone() });
    seed.repositories = more.collect();
    seed.limits = limits;
    let github = Arc::new(GitHub::new(Arc::clone(&clock) as Arc<dyn Clock>, seed));
    let way = Arc::new(Way { github: Arc::clone(&github), faults: Mutex::default() });
    let url = "http://localhost/".parse().unwrap();
    let token = Seed::bot_token(SEED).into();
    let client = Client::new(Arc::clone(&way) as _, Arc::clone(&clock) as _, url, token);
    let bell = Bell::default();
    let (pulls, sought) = (watch::Sender::default(), watch::Sender::default());
    let lookout = Lookout {
        github: Arc::new(client),
        clock: Arc::clone(&clock) as _,
        repositories: names.iter().map(|name| format!("{OWNER}/{name}").parse().unwrap()).collect(),
        poll: SignedDuration::from_secs(60),
        pulls: pulls.subscribe(),
        sought: sought.subscribe(),
        bell: bell.clone(),
    };
    let (out, glimpses) = mpsc::channel(1);
    let (shown, answers) = (Arc::default(), Arc::default());
    tokio::spawn(lookout.run(out));
    tokio::spawn(engine(glimpses, Arc::clone(&clock), Arc::clone(&shown), Arc::clone(&answers)));
    Watched { github, clock, way, bell, pulls, sought, shown, answers }
}

/// Notes what it is shown, and answers.
async fn engine(
    mut glimpses: mpsc::Receiver<Glimpse>,
    clock: Arc<SandboxClock>,
    shown: Arc<Mutex<Vec<Shown>>>,
    answers: Arc<Mutex<Vec<Uptake>>>,
) {
    while let Some(Glimpse { observed, first_hand, uptake }) = glimpses.recv().await {
        let (what, answer) = match &observed {
            Observed::Advisory { .. } if first_hand => ("read", Uptake::Taken),
            Observed::Advisory { .. } => ("listed", Uptake::LookCloser),
            Observed::Sight { lost: Some(_), .. } => ("lost", Uptake::Taken),
            Observed::Sight { lost: None, .. } => ("in sight", Uptake::Taken),
            Observed::Pull { .. } => ("pull", Uptake::Taken),
            Observed::Public { .. } => ("public", Uptake::Taken),
            Observed::Directory(_)
            | Observed::Listening { .. }
            | Observed::Moved { .. }
            | Observed::Edited(_) => unreachable!(),
        };
        let of = if let Observed::Pull { pull, .. } = &observed {
            pull.open(&AdvisoryPage::on_github()).number.to_string()
        } else if let Observed::Public { items, .. } = &observed {
            let texts = items.iter().map(|item| item.text.open(&AdvisoryPage::on_github()).trim().to_owned());
            texts.collect::<Vec<_>>().join(", ")
        } else if let Observed::Advisory { repository, .. } | Observed::Sight { repository, .. } = &observed {
            repository.name().to_owned()
        } else {
            unreachable!()
        };
        let second = clock.now().duration_since(start_time()).as_secs();
        shown.lock().unwrap().push((second, format!("{what} {of}")));
        let told = matches!(observed, Observed::Advisory { .. } | Observed::Public { .. })
            .then(|| answers.lock().unwrap().pop());
        uptake.send(told.flatten().unwrap_or(answer)).unwrap();
    }
}

impl Watched {
    async fn pass(&self, seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    /// What the engine was shown of advisories since it was last asked.
    fn shown(&self) -> Vec<Shown> {
        let shown = std::mem::take(&mut *self.shown.lock().unwrap());
        shown.into_iter().filter(|(_, what)| !what.starts_with("in sight")).collect()
    }

    /// Everything the engine was told of whether it sees.
    fn sight(&self) -> Vec<Shown> {
        let shown = std::mem::take(&mut *self.shown.lock().unwrap());
        shown.into_iter().filter(|(_, what)| what.contains("sight") || what.contains("lost")).collect()
    }

    /// The lists GitHub was asked for: when, of which repository, and its status.
    fn lists(&self) -> Vec<(i64, String, u16)> {
        let requests = self.github.requests();
        let lists = requests.iter().filter(|request| request.path.ends_with("/security-advisories"));
        lists
            .map(|request| {
                let name = request.path.split('/').nth(3).unwrap().to_owned();
                (request.at.duration_since(start_time()).as_secs(), name, request.status)
            })
            .collect()
    }

    fn report(&self, name: &str) -> String {
        let fields = json!({
            "summary": "A crafted module reads past the stack",
            "description": "See the attached module.",
            "vulnerabilities": [{"package": {"ecosystem": "other", "name": "wamr"}}],
        });
        self.github.report(&format!("{OWNER}/{name}"), "sofia-k", &fields).unwrap()
    }

    fn fault(&self, name: &'static str, fault: Option<Fault>) {
        let mut faults = self.way.faults.lock().unwrap();
        match fault {
            Some(fault) => faults.insert(name, fault),
            None => faults.remove(name),
        };
    }

    fn answer(&self, answers: &[Uptake]) {
        *self.answers.lock().unwrap() = answers.iter().rev().copied().collect();
    }

    fn ring(&self, name: &str, ghsa: Option<&str>) {
        let repository: Repository = format!("{OWNER}/{name}").parse().unwrap();
        self.bell.ring(repository, ghsa.map(|ghsa| Embargoed::new(ghsa.parse().unwrap())));
    }
}

fn shown(list: &[(i64, &str)]) -> Vec<Shown> {
    list.iter().map(|(second, what)| (*second, (*what).to_owned())).collect()
}

#[tokio::test(start_paused = true)]
async fn each_repository_has_its_turn_in_every_round_and_costs_nothing_while_it_is_quiet() {
    let watched = watch_over(&["a", "b", "c", "d"]);
    watched.pass(119).await;
    let lists = watched.lists();
    let turns: Vec<(i64, &str)> = lists.iter().map(|(at, name, _)| (*at, name.as_str())).collect();
    let wanted = [(0, "a"), (15, "b"), (30, "c"), (45, "d"), (60, "a"), (75, "b"), (90, "c"), (105, "d")];
    assert_eq!(turns, wanted);
    assert!(lists[4..].iter().all(|(_, _, status)| *status == 304), "{lists:?}");
}

#[tokio::test(start_paused = true)]
async fn a_report_is_read_by_itself_once_and_then_known() {
    let watched = watch_over(&["a", "b"]);
    watched.pass(10).await;
    assert_eq!(watched.shown(), []);
    let ghsa = watched.report("b");
    watched.pass(180).await;
    assert_eq!(watched.shown(), shown(&[(30, "listed b"), (30, "read b")]));
    watched.github.accept("maya", &ghsa).unwrap();
    watched.pass(60).await;
    assert_eq!(watched.shown(), shown(&[(210, "listed b"), (210, "read b")]));
}

#[tokio::test(start_paused = true)]
async fn patches_are_looked_at_in_each_round_and_cost_nothing_while_they_are_quiet() {
    let watched = watch_over(&["a", "b"]);
    let ghsa = watched.report("b");
    watched.github.set_fork_delay(Some(SignedDuration::ZERO));
    let fork = Embargoed::new(watched.github.fork_by_hand("maya", &ghsa).unwrap().parse().unwrap());
    watched.github.open_pull("maya", &ghsa, "main", &[]).unwrap();
    watched.pass(40).await;
    watched.shown();
    let (one, gone) = ((fork.clone(), PullNumber(1)), (fork, PullNumber(7)));
    watched.pulls.send_replace([(format!("{OWNER}/b").parse().unwrap(), [one, gone].into())].into());
    watched.pass(120).await;
    assert_eq!(watched.shown(), shown(&[(90, "pull 1"), (150, "pull 1")]), "the other one is not there");
    let requests = watched.github.requests();
    let of_it = |request: &&crate::sandbox::github::RequestRecord| request.path.contains("/pulls/1");
    let statuses: Vec<u16> = requests.iter().filter(of_it).map(|request| request.status).collect();
    assert_eq!(statuses, [200, 200, 200, 304, 304, 304]);
    watched.pulls.send_replace(Pulls::new());
    watched.pass(120).await;
    assert_eq!(watched.shown(), []);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_news_is_not_read_by_itself() {
    let watched = watch_over(&["a"]);
    watched.report("a");
    watched.answer(&[Uptake::Taken]);
    watched.pass(200).await;
    assert_eq!(watched.shown(), shown(&[(0, "listed a")]));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_used_yet_is_handed_over_again_soon_and_then_at_each_turn() {
    let watched = watch_over(&["a"]);
    watched.pass(1).await;
    watched.report("a");
    watched.answer(&[Uptake::Later, Uptake::LookCloser, Uptake::Later, Uptake::Later]);
    watched.pass(250).await;
    let wanted = [(60, "listed a"), (70, "listed a"), (70, "read a"), (120, "listed a")];
    assert_eq!(watched.shown(), shown(&[&wanted[..], &[(180, "listed a"), (180, "read a")]].concat()));
}

#[tokio::test(start_paused = true)]
async fn one_that_hangs_keeps_no_other_waiting() {
    let watched = watch_over(&["a", "b", "c"]);
    watched.fault("a", Some(Fault::Hangs));
    watched.pass(125).await;
    let names: Vec<String> = watched.lists().into_iter().map(|(_, name, _)| name).collect();
    assert_eq!(names, ["b", "c", "b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn one_that_fails_is_tried_less_and_less_and_told_once() {
    let watched = watch_over(&["a", "b"]);
    watched.pass(50).await;
    assert_eq!(watched.sight(), shown(&[(0, "in sight a"), (30, "in sight b")]));
    watched.fault("a", Some(Fault::Refused));
    watched.pass(3600).await;
    assert_eq!(watched.sight(), shown(&[(660, "lost a")]), "ten minutes after the first failure at 60");
    assert_eq!(watched.lists().iter().filter(|(_, name, _)| name == "b").count(), 61);
    watched.fault("a", None);
    watched.pass(700).await;
    let back = watched.sight();
    assert_eq!(back.len(), 1);
    assert_eq!(back[0].1, "in sight a");
    let turns: Vec<i64> =
        watched.lists().into_iter().filter(|(_, name, _)| name == "a").map(|one| one.0).collect();
    assert!(turns.iter().rev().take(2).all(|second| second % 60 == 0), "in its old place: {turns:?}");
}

#[tokio::test(start_paused = true)]
async fn one_that_is_not_there_is_told_at_once() {
    let watched = watch_over(&["a"]);
    watched.github.revoke_token(&Seed::bot_token(SEED));
    watched.pass(1).await;
    assert_eq!(watched.sight(), shown(&[(0, "lost a")]));
}

#[tokio::test(start_paused = true)]
async fn the_bell_has_a_repository_looked_at_at_once_and_an_advisory_read_whatever_the_list_says() {
    let watched = watch_over(&["a", "b"]);
    watched.github.set_list_lag(SignedDuration::from_secs(2));
    watched.pass(33).await;
    let ghsa = watched.report("b");
    watched.ring("B", Some(&ghsa));
    watched.pass(1).await;
    assert_eq!(watched.shown(), shown(&[(33, "read b")]));
    watched.ring("nobodys", None);
    watched.pass(1).await;
    assert_eq!(watched.lists().last().unwrap(), &(33, "b".to_owned(), 304));
}

#[tokio::test(start_paused = true)]
async fn one_that_was_named_and_is_not_there_is_given_up() {
    let watched = watch_over(&["a"]);
    watched.pass(1).await;
    watched.ring("a", Some("GHSA-2222-3333-4444"));
    watched.pass(900).await;
    let looked = watched.github.requests().iter().filter(|request| request.path.contains("ghsa")).count()
        + watched.github.requests().iter().filter(|request| request.path.contains("GHSA")).count();
    assert_eq!(looked, 5);
    assert_eq!(watched.sight(), shown(&[(0, "in sight a")]));
}

#[tokio::test(start_paused = true)]
async fn the_bell_rung_during_a_look_has_another_one_follow() {
    let watched = watch_over(&["a"]);
    watched.fault("a", Some(Fault::Slow(5)));
    watched.pass(1).await;
    assert_eq!(*watched.bell.looking().borrow(), None, "a look is under way");
    watched.fault("a", None);
    watched.ring("a", None);
    watched.pass(10).await;
    let times: Vec<i64> = watched.lists().into_iter().map(|one| one.0).collect();
    assert_eq!(times, [5, 5], "what happened during the look may not be in what it saw");
}

#[tokio::test(start_paused = true)]
async fn when_the_next_look_is_due_can_be_seen() {
    let watched = watch_over(&["a", "b"]);
    let looking = watched.bell.looking();
    assert!(looking.borrow().is_some_and(|due| due <= start_time()));
    watched.pass(1).await;
    assert_eq!(*looking.borrow(), Some(start_time() + SignedDuration::from_secs(30)));
    watched.clock.jump(SignedDuration::from_hours(5));
    watched.pass(1).await;
    let now = watched.clock.now();
    assert!(looking.borrow().is_some_and(|due| due > now && due.duration_since(now).as_secs() <= 30));
    assert_eq!(watched.lists().len(), 3, "each once, however many rounds were missed");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_stops_no_look() {
    let watched = watch_over(&["a"]);
    watched.pass(1).await;
    watched.clock.jump(SignedDuration::from_hours(-30));
    let before = watched.lists().len();
    watched.ring("nobodys", None);
    watched.pass(3 * 3600).await;
    assert!(watched.lists().len() > before + 60);
}

#[tokio::test(start_paused = true)]
async fn looks_are_rarer_while_others_use_up_the_limit() {
    let watched = watch_within(&["a"], Limits { requests_per_hour: 100, ..Limits::default() });
    watched.pass(1).await;
    let spend = |count: u32| {
        for _ in 0..count {
            let _used = futures_util::FutureExt::now_or_never(watched.github.handle(user()));
        }
    };
    spend(81);
    watched.pass(600).await;
    let turns: Vec<i64> = watched.lists().into_iter().map(|one| one.0).collect();
    assert_eq!(turns, [0, 60, 300, 540]);
    spend(15);
    watched.pass(3500).await;
    let turns: Vec<i64> = watched.lists().into_iter().map(|one| one.0).collect();
    assert_eq!(turns[4], 780, "the one that learns of it");
    assert!(turns[5] >= 3600, "and none until the hour is over: {turns:?}");
}

/// Fifty projects.
fn many() -> Vec<String> {
    (0..50).map(|number| format!("project-{number:02}")).collect()
}

/// How many requests of the hour's limit are left, by what GitHub itself says.
async fn left(watched: &Watched) -> i64 {
    let answer = watched.github.handle(user()).await;
    answer.headers()["x-ratelimit-remaining"].to_str().unwrap().parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn fifty_projects_are_each_looked_at_once_a_minute_and_seen_within_it() {
    let names = many();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let watched = watch_over(&names);
    watched.pass(65).await;
    let before = left(&watched).await;
    // An hour in which a project has a report every two minutes.
    for (number, name) in names.iter().cycle().take(30).enumerate() {
        let reported = watched.clock.now().duration_since(start_time()).as_secs();
        watched.report(name);
        watched.pass(120).await;
        let shown = watched.shown();
        let read: Vec<_> = shown.iter().filter(|(_, what)| *what == format!("read {name}")).collect();
        assert_eq!(read.len(), 1, "report {number}: {shown:?}");
        assert!((0..=60).contains(&(read[0].0 - reported)), "reported at {reported}: {shown:?}");
    }
    let lists = watched.lists();
    assert!(lists.iter().all(|(_, _, status)| [200, 304].contains(status)), "GitHub refused none");
    for name in &names {
        let turns: Vec<i64> = lists.iter().filter(|one| one.1 == *name).map(|one| one.0).collect();
        assert!(turns.windows(2).all(|pair| (59..=61).contains(&(pair[1] - pair[0]))), "{name}: {turns:?}");
    }
    // A list that says something new, and the report: nothing else counts.
    assert!(before - left(&watched).await <= 30 * 2 + 1, "of {before}");
}

#[tokio::test(start_paused = true)]
async fn fifty_projects_that_all_change_all_the_time_do_not_use_up_the_limit() {
    let names = many();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let watched = watch_over(&names);
    let ghsas: Vec<String> = names.iter().map(|name| watched.report(name)).collect();
    for minute in 0..120 {
        for ghsa in &ghsas {
            let summary = json!({"summary": format!("As of minute {minute}")});
            watched.github.edit_by_hand("maya", ghsa, &summary).unwrap();
        }
        watched.pass(60).await;
        assert!(left(&watched).await > 5000 / 20 - 150, "minute {minute}: none is left for commands");
    }
    let refused: Vec<_> = watched.lists().into_iter().filter(|one| ![200, 304].contains(&one.2)).collect();
    assert_eq!(refused, []);
}

fn not_there() -> Response<Bytes> {
    let body = Bytes::from_static(b"{\"message\": \"Not Found\"}");
    Response::builder().status(404).body(body).unwrap()
}

/// A request of the same user's that is no business of the bot's.
fn user() -> Request<Bytes> {
    let token = format!("Bearer {}", Seed::bot_token(SEED));
    let request =
        Request::get("http://localhost/user").header("user-agent", "x").header("authorization", token);
    request.body(Bytes::new()).unwrap()
}
