//! Looking at the public side of repositories: fairly, within GitHub's limits, and for nothing while it is
//! quiet.

use commands::kernel::leak::Identifier;

use super::*;
use crate::{lookout::Sought, sandbox::github::Written};

const NOTE: Written<'static> = Written { title: "A question", body: "How?" };

impl Watched {
    fn repo(name: &str) -> Repository {
        format!("{OWNER}/{name}").parse().unwrap()
    }

    /// The engine has incidents under embargo in these, named by `word`.
    fn seek(&self, names: &[&str], word: &str) {
        let identifier = Embargoed::new(Identifier::Term(word.to_owned()));
        let sought = Sought { identifiers: [identifier].into(), ..Sought::default() };
        self.sought.send_replace(names.iter().map(|name| (Self::repo(name), sought.clone())).collect());
    }

    fn issue(&self, name: &str, title: &str) {
        let repo = format!("{OWNER}/{name}");
        self.github.open_by_hand("ravi", &repo, Written { title, body: "" }, None).unwrap();
    }

    /// The requests about what is public of `name` so far: their status.
    fn asked(&self, name: &str) -> Vec<u16> {
        let requests = self.github.requests();
        let of_it = |request: &&crate::sandbox::github::RequestRecord| {
            let path = &request.path;
            path.starts_with(&format!("/repos/{OWNER}/{name}")) && !path.contains("security-advisories")
        };
        requests.iter().filter(of_it).map(|request| request.status).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_looked_at_only_while_something_is_sought_there() {
    let watched = watch_over(&["a", "b"]);
    watched.issue("a", "Before");
    watched.pass(70).await;
    assert_eq!(watched.asked("a"), [0; 0]);
    watched.seek(&["a"], "heron");
    watched.pass(60).await;
    let shown = watched.shown();
    assert!(shown.iter().any(|(at, what)| *at == 120 && what.contains("Before")), "{shown:?}");
    assert_eq!(watched.asked("b"), [0; 0]);
    watched.sought.send_replace(SoughtByRepository::new());
    let before = watched.asked("a").len();
    watched.issue("a", "After");
    watched.pass(120).await;
    assert_eq!((watched.asked("a").len(), watched.shown()), (before, Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn what_is_new_is_handed_over_once_within_a_round_and_quiet_costs_nothing() {
    let watched = watch_over(&["a"]);
    watched.seek(&["a"], "heron");
    watched.pass(1).await;
    watched.shown();
    let (before, limit) = (watched.asked("a").len(), left(&watched).await);
    watched.pass(1200).await;
    assert_eq!(watched.asked("a")[before..], [304; 20 * 8]);
    assert_eq!((left(&watched).await, watched.shown()), (limit - 1, Vec::new()), "asking for the limit is 1");
    watched.issue("a", "First");
    let repo = format!("{OWNER}/a");
    watched.github.push_by_hand("maya", (&repo, "topic"), "Second", None).unwrap();
    watched.pass(120).await;
    assert_eq!(
        watched.shown(),
        shown(&[(1260, "public topic"), (1260, "public First"), (1260, "public Second")])
    );
    // Three lists that say something new, and the commits of the branch.
    assert_eq!(left(&watched).await, limit - 1 - 1 - 3);
}

#[tokio::test(start_paused = true)]
async fn what_the_engine_could_not_take_and_what_is_newly_sought_is_handed_over_again() {
    let watched = watch_over(&["a"]);
    watched.seek(&["a"], "heron");
    watched.pass(1).await;
    watched.shown();
    watched.issue("a", "A word");
    watched.answer(&[Uptake::Later]);
    watched.pass(130).await;
    let words = |shown: Vec<Shown>| -> Vec<i64> {
        shown.into_iter().filter(|(_, what)| what.contains("A word")).map(|(at, _)| at).collect()
    };
    assert_eq!(words(watched.shown()), [60, 120]);
    watched.seek(&["a"], "egret");
    watched.pass(120).await;
    assert_eq!(words(watched.shown()), [180]);
}

#[tokio::test(start_paused = true)]
async fn much_at_once_is_handed_over_in_portions() {
    let watched = watch_over(&["a"]);
    for number in 0..45 {
        watched.issue("a", &format!("Issue {number}"));
    }
    watched.seek(&["a"], "heron");
    watched.pass(1).await;
    let shown = watched.shown();
    let sizes: Vec<usize> = shown.iter().map(|(_, what)| what.matches("Issue").count()).collect();
    assert_eq!(sizes.iter().filter(|size| **size > 0).copied().collect::<Vec<_>>(), [20, 20, 5]);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_github_does_not_show_keeps_nothing_else_from_being_seen() {
    let watched = watch_over(&["a"]);
    watched.fault("a", Some(Fault::Hides("/pulls")));
    watched.seek(&["a"], "heron");
    watched.issue("a", "A word");
    watched.pass(1).await;
    let shown = watched.shown();
    assert!(shown.iter().any(|(_, what)| what.contains("A word")), "{shown:?}");
    assert_eq!(watched.sight(), [], "told as seen before");
}

#[tokio::test(start_paused = true)]
async fn nothing_of_a_private_repository_is_handed_over() {
    let watched = watch_over(&["a"]);
    let repo = format!("{OWNER}/a");
    watched.github.set_private(&repo, true).unwrap();
    watched.github.open_by_hand("maya", &repo, NOTE, None).unwrap();
    watched.seek(&["a"], "heron");
    watched.pass(70).await;
    assert_eq!((watched.shown(), watched.asked("a")), (Vec::new(), vec![200, 304]));
}

#[tokio::test(start_paused = true)]
async fn what_stood_there_long_ago_is_followed_only_while_there_is_plenty_to_spend() {
    let watched = watch_within(&["a"], Limits { requests_per_hour: 100, ..Limits::default() });
    let repo = format!("{OWNER}/a");
    for number in 0..70 {
        let branch = format!("topic-{number}");
        watched.github.push_by_hand("maya", (&repo, &branch), &branch, None).unwrap();
    }
    watched.seek(&["a"], "heron");
    watched.pass(900).await;
    let left = left(&watched).await;
    assert!((45..=51).contains(&left), "{left}");
    watched.github.push_by_hand("maya", (&repo, "fresh"), "Fresh news", None).unwrap();
    watched.pass(60).await;
    let shown = watched.shown();
    assert!(shown.iter().any(|(at, what)| *at >= 900 && what.contains("Fresh news")), "{shown:?}");
}

#[tokio::test(start_paused = true)]
async fn fifty_projects_under_embargo_are_each_seen_within_a_minute_and_inside_the_limit() {
    let names = many();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let watched = watch_over(&names);
    watched.seek(&names, "heron");
    watched.pass(130).await;
    let before = left(&watched).await;
    assert!(before > 5000 - 50 * 20, "a first look costs few requests each: {before}");
    watched.shown();
    for (number, name) in names.iter().cycle().take(8).enumerate() {
        let opened = watched.clock.now().duration_since(start_time()).as_secs();
        watched.issue(name, "A word");
        watched.pass(120).await;
        let shown = watched.shown();
        assert_eq!(shown.len(), 1, "issue {number}: {shown:?}");
        assert!((0..=60).contains(&(shown[0].0 - opened)), "opened at {opened}: {shown:?}");
    }
    assert!(before - left(&watched).await <= 8 + 8, "one list for each, of {before}");
    let refused = watched.github.requests().iter().filter(|one| ![200, 304].contains(&one.status)).count();
    assert_eq!(refused, 0);
}

#[tokio::test(start_paused = true)]
async fn fifty_projects_that_are_busy_all_the_time_do_not_use_up_the_limit() {
    let names = many();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let watched = watch_over(&names);
    watched.seek(&names, "heron");
    for minute in 0..40 {
        for name in &names {
            watched.issue(name, "A word");
            let repo = format!("{OWNER}/{name}");
            watched.github.push_by_hand("maya", (&repo, "main"), &format!("{minute}"), None).unwrap();
        }
        watched.pass(60).await;
        let left = left(&watched).await;
        assert!(left > 5000 / 20 - 250, "minute {minute}: {left}");
    }
}
