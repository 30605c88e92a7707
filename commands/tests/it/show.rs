//! What the bot does, as text.

use std::fmt::Write as _;

use commands::kernel::{
    collaborator::{Collaborator, Collaborators},
    effect::{Action, Effect, Emoji, OpenPlace, Outcome, Purpose, TeamPlace},
    embargoed::{AdvisoryPage, Embargoed, PrivateRoom},
    id::{ChannelId, Topic, UserId},
    work::Work,
    world::World,
};

/// Adds a line, or a few, for `effect`. Of an edited card it is said only that it was.
pub(crate) fn effect(world: &World, effect: &Effect, outcome: Option<&Outcome>, shown: &mut String) {
    let room = PrivateRoom::direct_message_to_team();
    let what = match &effect.action {
        Action::Post { to, text } if matches!(effect.purpose, Purpose::Card { .. }) => {
            let lines = text.open(&room).lines().next().unwrap_or_default().to_owned();
            format!("[{}] (card) {lines}", team_place(world, to))
        }
        Action::Post { to, text } => format!("[{}] {}", team_place(world, to), text.open(&room)),
        Action::Edit { .. } => "(card edited)".to_owned(),
        Action::React { message, emoji } => {
            let emoji = match emoji {
                Emoji::Working => "👀",
                Emoji::Done => "✅",
                Emoji::Failed => "❌",
            };
            format!("({emoji} on {message})")
        }
        Action::Notify { to, notice } => format!("[PUBLIC {}] {}", open_place(world, to), notice.text()),
        Action::CreateAdvisory { repository, content } => {
            let content = content.open(&AdvisoryPage::on_github());
            format!("(GitHub: new in {repository}: {:?})", content.summary)
        }
        Action::FetchAdvisory { repository, .. } => format!("(GitHub: read from {repository})"),
        Action::UpdateAdvisory { .. } => "(GitHub: change)".to_owned(),
        Action::PublishAdvisory { .. } => "(GitHub: PUBLISH)".to_owned(),
        Action::AcceptReport { .. } => "(GitHub: accept the report)".to_owned(),
        Action::CloseAdvisory { .. } => "(GitHub: close)".to_owned(),
        Action::ChangeCollaborators { add, remove, .. } => {
            let names = |who: &Embargoed<Collaborators>| {
                who.open(&AdvisoryPage::on_github()).iter().map(Collaborator::typed).collect::<Vec<_>>()
            };
            format!("(GitHub: collaborators +{:?} -{:?})", names(add), names(remove))
        }
        Action::AddCredit { credit, .. } => {
            let credit = credit.open(&AdvisoryPage::on_github());
            format!("(GitHub: credit {} as {})", credit.login.as_str(), credit.kind.as_str())
        }
        Action::RequestCve { .. } => "(GitHub: ask for a CVE number)".to_owned(),
        Action::SetCve { cve, .. } => {
            format!("(GitHub: enter {})", cve.open(&AdvisoryPage::on_github()).as_str())
        }
        Action::CreateFork { .. } => "(GitHub: make the fork)".to_owned(),
        Action::ReadPulls { pulls, .. } => {
            let numbers: Vec<String> = pulls.iter().map(|number| format!("#{number}")).collect();
            format!("(GitHub: read {})", numbers.join(", "))
        }
        Action::AwaitFork { .. } => "(GitHub: is the fork there?)".to_owned(),
        Action::Comment { text, .. } => {
            format!("(GitHub: comment) {}", text.open(&AdvisoryPage::on_github()))
        }
        Action::Work(work) => work_line(work),
        Action::SendMail { list, mail, message_id, answers } => {
            let mail = mail.get();
            sent(list, (mail.subject(), mail.body()), message_id, answers.as_deref())
        }
        Action::MailRelease { list, mail, message_id, answers } => {
            sent(list, (mail.subject(), mail.body()), message_id, answers.as_deref())
        }
        // The other forms of a timeline are looked at by themselves.
        Action::Upload { name, content, .. } if name.ends_with(".md") => {
            format!("(upload {name})\n{}", content.open(&room))
        }
        Action::Upload { name, .. } => format!("(upload {name})"),
    };
    let became = became(outcome);
    let _ = writeln!(shown, "{what}{became}");
}

fn became(outcome: Option<&Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Failed(_)) => " → failed",
        Some(Outcome::Blocked(_)) => " → stopped by the guard",
        Some(Outcome::NotPrivate(_)) => " → channel not private",
        Some(Outcome::Delayed(_)) => " → delayed",
        Some(Outcome::Unknown(_)) => " → fate unknown",
        Some(Outcome::Conflict(..)) => " → conflict",
        Some(
            Outcome::Done
            | Outcome::Posted(_)
            | Outcome::Advisory(_)
            | Outcome::Fork(_)
            | Outcome::Pulls(_)
            | Outcome::Uploaded(_)
            | Outcome::Found(_),
        )
        | None => "",
    }
}

fn sent(list: &str, (subject, body): (String, String), message_id: &str, answers: Option<&str>) -> String {
    let answers = answers.map_or_else(String::new, |id| format!(" answering <{id}>"));
    format!("[MAIL to {list}] <{message_id}>{answers}\nSubject: {subject}\n{body}")
}

fn team_place(world: &World, place: &TeamPlace) -> String {
    match place {
        TeamPlace::Topic(channel, topic) => topic_of(world, *channel, topic),
        TeamPlace::Person(user) => person(world, *user),
    }
}

fn open_place(world: &World, place: &OpenPlace) -> String {
    match place {
        OpenPlace::Topic(channel, topic) => topic_of(world, *channel, topic),
        OpenPlace::Person(user) => person(world, *user),
    }
}

fn topic_of(world: &World, channel: ChannelId, topic: &Topic) -> String {
    let name = world.directory.channels.get(&channel).map_or("?", |channel| channel.name.as_str());
    format!("#{name} > {}", topic.0)
}

fn person(world: &World, user: UserId) -> String {
    let name = world.directory.users.get(&user).map_or("?", |user| user.name.as_str());
    format!("DM to {name}")
}

fn work_line(work: &Work) -> String {
    let page = AdvisoryPage::on_github();
    match work {
        Work::Push { commit, branch, .. } => {
            format!("(git: push {} as {branch})", commit.open(&page).short())
        }
        Work::OpenPull { head, base, text, .. } => {
            format!("(OUTSIDE GitHub: open {head} into {base}: {} | {})", text.title(), text.body())
        }
        Work::AwaitPull { base, .. } => format!("(GitHub: wait for the pull request into {base})"),
        Work::Merge { number, base, .. } => format!("(GitHub: MERGE #{number} into {base})"),
        Work::Dispatch { workflow, branch, .. } => format!("(GitHub: start {workflow} on {branch})"),
        Work::AwaitTag { tag, .. } => format!("(GitHub: wait for {tag})"),
        Work::Snapshot { .. } => "(git: bundle)".to_owned(),
        Work::ClosePulls { .. } => "(GitHub: close the fork's pull requests)".to_owned(),
        Work::RemoveFork { .. } => "(GitHub: is the fork gone?)".to_owned(),
        Work::Propose(proposed) => {
            let file = proposed.file.get();
            format!("(OUTSIDE GitHub: propose {} in {}: {})", file.path, proposed.repository, file.title)
        }
        Work::AwaitMerge { path, .. } => format!("(GitHub: wait for {path} to be merged)"),
    }
}
