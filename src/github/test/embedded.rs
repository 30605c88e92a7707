//! The adapter against the embedded GitHub, which keeps to the real one's rules.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering},
};

use commands::kernel::{
    content::{AdvisoryState, ContentChange},
    effect::FailureKind,
};
use jiff::SignedDuration;

use super::*;
use crate::{
    port::Again,
    sandbox::{
        clock::SandboxClock,
        github::{GitHub as Embedded, Limits, Seed},
    },
};

pub(super) const NUMBER: u64 = 11;
pub(super) const REPOSITORY: &str = "bytecodealliance/wasmtime";

/// The way to the embedded GitHub, which may lose an answer on the way back.
pub(super) struct Wire {
    pub(super) embedded: Embedded,
    lose_answer: Mutex<bool>,
    /// Which answer from now on is lost.
    lose_later: Mutex<Option<u32>>,
    lose_write: AtomicBool,
    /// Which answer to a request that changes something is lost, from now on.
    lose_write_later: Mutex<Option<u32>>,
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let path = request.uri().path().to_owned();
        schema::check(request.method(), &path, &serde_json::from_slice(request.body()).unwrap_or_default());
        let writes = request.method() != Method::GET;
        // Whatever else wants to happen meanwhile, happens.
        tokio::task::yield_now().await;
        let response = self.embedded.handle(request).await;
        tokio::task::yield_now().await;
        let lost = std::mem::take(&mut *self.lose_answer.lock().unwrap())
            | counts_down(&self.lose_later)
            | (writes && counts_down(&self.lose_write_later));
        match lost || (writes && self.lose_write.swap(false, Ordering::Relaxed)) {
            true => Err(TransportError::AnswerLost),
            false => Ok(response),
        }
    }
}

impl Wire {
    /// Loses the second answer from now on.
    pub(super) fn lose_second_answer(&self) {
        *self.lose_later.lock().unwrap() = Some(1);
    }

    /// Loses the answer to the request that changes something after that many others.
    pub(super) fn lose_write_after(&self, others: u32) {
        *self.lose_write_later.lock().unwrap() = Some(others);
    }
}

/// Whether it is time.
fn counts_down(left: &Mutex<Option<u32>>) -> bool {
    let mut left = left.lock().unwrap();
    let now = *left == Some(0);
    *left = left.and_then(|left| left.checked_sub(1));
    now
}

pub(super) struct World {
    pub(super) wire: Arc<Wire>,
    pub(super) clock: Arc<SandboxClock>,
    pub(super) github: GitHub,
}

impl World {
    pub(super) fn new() -> Self {
        Self::with(Seed::bytecodealliance(NUMBER), &Seed::bot_token(NUMBER))
    }

    pub(super) fn with(seed: Seed, token: &str) -> Self {
        let clock = Arc::new(SandboxClock::new("2026-11-18T09:00:00Z".parse().unwrap(), 1.0));
        let wire = Arc::new(Wire {
            embedded: Embedded::new(clock.clone(), seed),
            lose_answer: Mutex::default(),
            lose_later: Mutex::default(),
            lose_write: AtomicBool::default(),
            lose_write_later: Mutex::default(),
        });
        let api_url = "https://api.github.com".parse().unwrap();
        let github = GitHub::new(wire.clone(), clock.clone(), api_url, token.into());
        Self { wire, clock, github }
    }

    /// Loses the answer to the next request that changes something.
    pub(super) fn lose_next_write(&self) {
        self.wire.lose_write.store(true, Ordering::Relaxed);
    }

    pub(super) async fn created(&self) -> Embargoed<GhsaId> {
        let made = self.github.create(&repository(), &Embargoed::new(content())).await;
        Embargoed::new(must(made).ghsa)
    }

    pub(super) fn statuses(&self) -> Vec<u16> {
        self.wire.embedded.requests().iter().map(|request| request.status).collect()
    }
}

fn change(row: AffectedPackage) -> Embargoed<ContentChange> {
    Embargoed::new(ContentChange { affected: Some(row), ..Default::default() })
}

#[tokio::test(start_paused = true)]
async fn what_was_created_is_what_was_sent_and_is_read_for_free_while_unchanged() {
    let world = World::new();
    let ghsa = world.created().await;
    for _ in 0..3 {
        assert!(must(world.github.fetch(&repository(), &ghsa).await).content == content());
    }
    assert_eq!(world.statuses(), [201, 200, 304, 304]);
    let name = ghsa.open(&AdvisoryPage::on_github()).as_str().to_owned();
    world.wire.embedded.edit_by_hand("maya", &name, &json!({"summary": "By hand"})).unwrap();
    assert_eq!(must(world.github.fetch(&repository(), &ghsa).await).content.summary, "By hand");
}

#[tokio::test(start_paused = true)]
async fn a_creation_whose_answer_was_lost_is_found_and_not_made_twice() {
    let world = World::new();
    let since = world.clock.now();
    let earlier = world.created().await;
    *world.wire.lose_answer.lock().unwrap() = true;
    let lost = world.github.create(&repository(), &Embargoed::new(content())).await.unwrap_err();
    assert_eq!(lost.again, Again::Unknown);
    let mut claimed = BTreeSet::from([earlier]);
    let content = Embargoed::new(content());
    let found = world.github.find_created(&repository(), &content, since, &claimed).await.unwrap().unwrap();
    claimed.insert(Embargoed::new(opened(&found).ghsa.clone()));
    let none = world.github.find_created(&repository(), &content, since, &claimed).await.unwrap();
    assert!(none.is_none());
    assert_eq!(world.wire.embedded.advisories(REPOSITORY).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_update_keeps_what_others_wrote_and_repeats_without_writing() {
    let world = World::new();
    let ghsa = world.created().await;
    let name = ghsa.open(&AdvisoryPage::on_github()).as_str().to_owned();
    let by_hand = json!({"vulnerabilities": [
        row("wasmtime", "< 36.0.14", &json!([])),
        row("wasi-common", "< 2", &json!(["path_open"])),
    ]});
    world.wire.embedded.edit_by_hand("tomasz", &name, &by_hand).unwrap();
    let change = change(affected("wasmtime", "< 24 || >= 25, < 36"));
    for _ in 0..2 {
        let updated = must_hold(world.github.update(&repository(), &ghsa, &change, None).await);
        let packages: Vec<_> = updated.content.affected.iter().map(|row| row.package.to_string()).collect();
        assert_eq!(packages, ["rust:wasmtime", "rust:wasi-common"]);
    }
    let requests = world.wire.embedded.requests();
    let patches = requests.iter().filter(|request| request.method == Method::PATCH);
    assert_eq!(patches.count(), 1);
    let held = world.wire.embedded.advisory(&name).unwrap();
    assert_eq!(held.vulnerabilities.len(), 3);
    assert_eq!(held.vulnerabilities[2].vulnerable_functions, ["path_open"]);
}

#[tokio::test(start_paused = true)]
async fn updates_at_the_same_time_do_not_undo_each_other() {
    let world = World::new();
    let ghsa = world.created().await;
    let (one, other) = (change(affected("wiggle", "< 3")), change(affected("wasi-common", "< 2")));
    let (repository, github) = (repository(), &world.github);
    let both = tokio::join!(
        github.update(&repository, &ghsa, &one, None),
        github.update(&repository, &ghsa, &other, None)
    );
    must_hold(both.0);
    assert_eq!(must_hold(both.1).content.affected.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn an_incomplete_advisory_is_refused_publication_in_words() {
    let world = World::new();
    let mut bare = content();
    bare.severity = None;
    for package in &mut bare.affected {
        package.ranges[0].affected = String::new();
    }
    let made = must(world.github.create(&repository(), &Embargoed::new(bare)).await);
    let ghsa = Embargoed::new(made.ghsa);
    let refused = world.github.publish(&repository(), &ghsa, None).await.unwrap_err();
    assert_eq!((&refused.failure.kind, refused.again), (&FailureKind::Refused, Again::Never));
    assert!(detail(&refused).split_whitespace().count() > 3, "{}", detail(&refused));
}

#[tokio::test(start_paused = true)]
async fn publication_is_done_once_whoever_did_it() {
    let world = World::new();
    let ghsa = world.created().await;
    for _ in 0..2 {
        let advisory =
            must(world.github.publish(&repository(), &ghsa, None).await.map(crate::github::Written::held));
        assert_eq!(advisory.state, AdvisoryState::Published);
    }
    assert_eq!(world.statuses(), [201, 200, 200, 200]);
}

#[tokio::test(start_paused = true)]
async fn a_weak_token_is_told_what_it_lacks_and_a_revoked_one_that_it_is_none() {
    let world = World::with(Seed::bytecodealliance(NUMBER), &Seed::weak_token(NUMBER));
    let refused = world.github.create(&repository(), &Embargoed::new(content())).await.unwrap_err();
    assert!(
        matches!(&refused.failure.kind, FailureKind::Permission(right) if right.contains("repository_advisories")),
        "{refused:?}"
    );
    assert!(world.github.user().await.unwrap().login.contains("bot"));
    world.wire.embedded.revoke_token(&Seed::weak_token(NUMBER));
    assert_eq!(world.github.user().await.unwrap_err().failure.kind, FailureKind::Credentials);
}

#[tokio::test(start_paused = true)]
async fn both_limits_are_kept_to() {
    let mut seed = Seed::bytecodealliance(NUMBER);
    seed.limits = Limits { writes_per_minute: 1, requests_per_hour: 4, ..Limits::default() };
    let world = World::with(seed, &Seed::bot_token(NUMBER));
    world.created().await;
    let create = || async { world.github.create(&repository(), &Embargoed::new(content())).await };
    let Again::NotDone { wait: Some(wait) } = create().await.unwrap_err().again else { panic!("no wait") };
    assert!(wait <= SignedDuration::from_mins(1), "{wait:?}");
    let asked = world.statuses().len();
    assert!(create().await.is_err());
    assert_eq!(world.statuses().len(), asked, "nothing is asked while the limit lasts");
    world.clock.jump(wait);
    must(create().await);
    // The rest of the hour's requests, then a wait for the next hour.
    let hour = loop {
        if let Err(setback) = world.github.user().await {
            break setback.again;
        }
    };
    let Again::NotDone { wait: Some(wait) } = hour else { panic!("no wait") };
    assert!(wait > SignedDuration::from_mins(50), "{wait:?}");
    world.clock.jump(wait);
    world.github.user().await.unwrap();
}
