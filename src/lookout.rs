//! Looking at GitHub for what others do there: each configured repository in turn, evenly spread over
//! the configured time, side by side where one is slow.
//!
//! What a list shows is hearsay, because GitHub's lists lag behind what was written. So an advisory of
//! which a list says something new is read by itself before anything is decided on it; where the list
//! says nothing new, that read is saved. One that the engine cannot use yet, because the bot itself is
//! changing it, is read and handed over again later. Nothing is stored: after a restart everything is
//! handed over once, and the core finds no difference.

mod bell;
mod look;
mod public;
mod sight;
#[cfg(all(test, feature = "sandbox"))]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use commands::kernel::{
    embargoed::Embargoed,
    id::{GhsaId, PullNumber, Repository},
    input::Observed,
};
use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, oneshot, watch};

use self::look::{Ended, Look, Memory};
pub use self::{
    bell::Bell,
    public::{Sought, SoughtByRepository},
};
use crate::{github::GitHub, port::Clock};

/// How many repositories are looked at side by side: one that does not answer keeps no other waiting.
const LOOKS_AT_ONCE: usize = 4;
/// Each repository is looked at no more often than so many of them allow: GitHub's limit on requests a
/// minute (900 points, facts of REST rate limits) has to do for commands too.
const LOOK_SPACING: SignedDuration = SignedDuration::from_millis(200);
/// And one whose public side is looked at besides takes so much longer: about ten requests more.
const PUBLIC_SPACING: SignedDuration = SignedDuration::from_millis(800);
/// The wait after a look that failed; each further one doubles it.
const BACKOFF_FIRST: SignedDuration = SignedDuration::from_secs(5);
/// The longest wait after a look that failed, unless GitHub asks for more.
const BACKOFF_MAX: SignedDuration = SignedDuration::from_mins(10);
/// How soon there is another look when the engine could not use all of one.
const LATER: SignedDuration = SignedDuration::from_secs(10);
/// When less than this part of GitHub's limit by the hour is left, looks are rarer.
const SCARCE: i64 = 5;
/// And when less than this part is left, there are none until it is whole again.
const SPENT: i64 = 20;
/// The longest wait for a look, whatever was said of limits: a clock that was set back is noticed by it.
const WAIT_MAX: SignedDuration = SignedDuration::from_mins(61);

/// By project's repository, the pull requests in private forks that matter: the patches of open incidents.
pub type Pulls = BTreeMap<Repository, BTreeSet<(Embargoed<Repository>, PullNumber)>>;

/// Something seen on GitHub, on its way to the engine.
pub struct Glimpse {
    /// What.
    pub observed: Observed,
    /// Whether it was read by itself: only then is anything decided on it.
    pub first_hand: bool,
    /// To be answered once what was decided on it is durable.
    pub uptake: oneshot::Sender<Uptake>,
}

/// What the engine did with a [`Glimpse`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uptake {
    /// It is taken in, or says nothing that is not known.
    Taken,
    /// It would be news, and is hearsay: to be read by itself.
    LookCloser,
    /// It cannot be used while the bot itself changes this advisory: to be read again later.
    Later,
}

/// Looks at GitHub.
pub struct Lookout {
    /// GitHub.
    pub github: Arc<GitHub>,
    /// The clock that waits go by.
    pub clock: Arc<dyn Clock>,
    /// What to look at, in the order of the configuration.
    pub repositories: Vec<Repository>,
    /// How often to look at each.
    pub poll: SignedDuration,
    /// The pull requests to look at besides.
    pub pulls: watch::Receiver<Pulls>,
    /// What to look for on the public side of repositories.
    pub sought: watch::Receiver<SoughtByRepository>,
    /// Rung when there is something to see at once.
    pub bell: Bell,
}

/// A repository, and when it is looked at next.
struct Post {
    repository: Repository,
    due: Timestamp,
    /// None while a look is under way.
    memory: Option<Memory>,
    /// Rung for since the look under way began.
    rung: bool,
    /// Looks that failed, one after the other.
    failures: u32,
    /// Whether the last look left something to be handed over again.
    hurried: bool,
    /// Advisories to read by themselves, list or no list.
    named: BTreeSet<Embargoed<GhsaId>>,
}

type UnderWay = BoxFuture<'static, (usize, Memory, Ended)>;

impl Lookout {
    /// Looks until nobody takes what was seen any more.
    pub async fn run(self, out: mpsc::Sender<Glimpse>) {
        let begun = self.clock.now();
        let mut posts: Vec<Post> = self.repositories.iter().map(|one| Post::new(one, begun)).collect();
        for (index, post) in posts.iter_mut().enumerate() {
            post.due = self.place(index).map_or(begun, |place| later(begun, place));
        }
        let mut looks: FuturesUnordered<UnderWay> = FuturesUnordered::new();
        loop {
            take_rings(&self.bell, &mut posts, self.clock.now());
            self.set_out(&mut posts, &mut looks, &out);
            let due = posts.iter().filter(|post| post.memory.is_some()).map(|post| post.due).min();
            let due = due.filter(|_| looks.len() < LOOKS_AT_ONCE).unwrap_or(Timestamp::MAX);
            self.bell.publish(looks.is_empty().then_some(due));
            tokio::select! {
                biased;
                Some((index, memory, ended)) = looks.next() => {
                    self.note(&mut posts, index, begun, memory, &ended);
                }
                () = self.bell.rung() => {}
                () = self.clock.sleep_until(due) => {}
                () = out.closed() => return,
            }
        }
    }

    /// Starts the looks that are due, the longest overdue first.
    fn set_out(
        &self,
        posts: &mut [Post],
        looks: &mut FuturesUnordered<UnderWay>,
        out: &mpsc::Sender<Glimpse>,
    ) {
        let now = self.clock.now();
        let mut due: Vec<(Timestamp, usize)> = Vec::new();
        for (index, post) in posts.iter_mut().enumerate() {
            // A clock that was set back must not keep the bot waiting for what it jumped over.
            post.due = post.due.min(later(now, WAIT_MAX));
            due.extend((post.memory.is_some() && post.due <= now).then_some((post.due, index)));
        }
        due.sort_unstable();
        for (_, index) in due.into_iter().take(LOOKS_AT_ONCE.saturating_sub(looks.len())) {
            let post = &mut posts[index];
            let Some(mut memory) = post.memory.take() else { continue };
            memory.name(std::mem::take(&mut post.named));
            let look = Look {
                github: Arc::clone(&self.github),
                clock: Arc::clone(&self.clock),
                repository: post.repository.clone(),
                pulls: self.pulls.borrow().get(&post.repository).cloned().unwrap_or_default(),
                sought: self.sought.borrow().get(&post.repository).cloned(),
                out: out.clone(),
            };
            let under_way = async move {
                let ended = look.at(&mut memory).await;
                (index, memory, ended)
            };
            looks.push(under_way.boxed());
        }
    }

    /// Takes back what a look remembers, and sets the time of the next.
    fn note(&self, posts: &mut [Post], index: usize, begun: Timestamp, memory: Memory, ended: &Ended) {
        let now = self.clock.now();
        let post = &mut posts[index];
        post.due = match ended {
            Ended::Seen { later: again } => {
                post.failures = 0;
                let soon = *again && !post.hurried;
                post.hurried = *again;
                let turn = match self.thrift(now) {
                    Some(wait) => later(now, wait),
                    None => self.slot(index, begun, now).unwrap_or(now),
                };
                if soon { turn.min(later(now, LATER)) } else { turn }
            }
            Ended::Failed { wait } => {
                let backoff = BACKOFF_FIRST.saturating_mul(2_i32.pow(post.failures.min(7))).min(BACKOFF_MAX);
                post.failures += 1;
                let due = later(now, wait.map_or(backoff, |wait| wait.max(backoff)));
                // Not slept past the moment from which the team is to know.
                memory.telling().filter(|telling| *telling > now).map_or(due, |telling| due.min(telling))
            }
        };
        if std::mem::take(&mut post.rung) {
            post.due = now;
        }
        post.memory = Some(memory);
    }

    /// How long it takes until all had their turn: up to sixty whose public side is watched, a minute.
    fn round(&self) -> SignedDuration {
        let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let private = LOOK_SPACING.saturating_mul(count(self.repositories.len()));
        let public = PUBLIC_SPACING.saturating_mul(count(self.sought.borrow().len()));
        self.poll.max(private.saturating_add(public))
    }

    /// How long to leave a repository alone so that enough of GitHub's limit is left for commands; none
    /// while there is plenty.
    fn thrift(&self, now: Timestamp) -> Option<SignedDuration> {
        let left = self.github.allowance()?;
        let below = |part: i64| left.remaining.saturating_mul(part) < left.limit;
        if below(SPENT) {
            Some(left.reset.duration_since(now).max(self.round()))
        } else {
            below(SCARCE).then(|| self.round().saturating_mul(4))
        }
    }

    /// How long after the beginning of each round the repository's turn comes.
    fn place(&self, index: usize) -> Option<SignedDuration> {
        let count = i32::try_from(self.repositories.len().max(1)).ok()?;
        self.round().checked_div(count)?.checked_mul(i32::try_from(index).ok()?)
    }

    /// When the repository's turn comes after `now`, where the first round began at `begun`. Later than
    /// `now`, also when no time has passed since.
    fn slot(&self, index: usize, begun: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let round = self.round();
        let since = now.duration_since(begun).checked_sub(self.place(index)?)?.as_nanos();
        let left = round.as_nanos() - since.rem_euclid(round.as_nanos());
        let left = std::time::Duration::from_nanos(left.try_into().ok()?);
        now.checked_add(SignedDuration::try_from(left).ok()?).ok()
    }
}

impl Post {
    fn new(repository: &Repository, due: Timestamp) -> Self {
        let (repository, memory) = (repository.clone(), Some(Memory::default()));
        Self { repository, due, memory, rung: false, failures: 0, hurried: false, named: BTreeSet::new() }
    }
}

/// Makes due what the bell was rung for.
fn take_rings(bell: &Bell, posts: &mut [Post], now: Timestamp) {
    let rings: BTreeMap<_, _> = bell.take();
    for (repository, named) in rings {
        // A repository that is not configured is nobody's business here.
        let Some(post) = posts.iter_mut().find(|post| is_same(&post.repository, &repository)) else {
            continue;
        };
        post.named.extend(named);
        post.rung = post.memory.is_none();
        if !post.rung {
            post.due = now;
        }
    }
}

/// GitHub compares names without regard to case.
fn is_same(one: &Repository, other: &Repository) -> bool {
    one.owner().eq_ignore_ascii_case(other.owner()) && one.name().eq_ignore_ascii_case(other.name())
}

/// `wait` after `now`; the end of time stays the end of time.
fn later(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}
