//! Carrying out one effect: through the guard, to Zulip, GitHub or the mail server, looked for first where it may have
//! happened already.

mod work;

use std::{collections::BTreeSet, sync::Arc};

use commands::kernel::{
    content::{Content, EmbargoedAdvisory},
    directory::Channel,
    effect::{Action, Failure, FailureKind, OpenPlace, Outcome, Purpose, RecordedEffect, Service, TeamPlace},
    embargoed::{AdvisoryPage, Embargoed, PrivateRoom, TeamText},
    id::{ChannelId, EffectId, GhsaId, MessageId, Repository},
    notice::PublicNotice,
};

use crate::{
    github::{GitHub, Written},
    guard::{self, Guard},
    port::{Again, Clock, Git, Letter, Mail, Setback},
    zulip::{EditOutcome, Target, Zulip},
};

/// One try at an effect, with what the core knew when it was started.
pub struct Attempt {
    /// Which effect.
    pub id: EffectId,
    /// The effect.
    pub recorded: RecordedEffect,
    /// Whether it may have happened already.
    pub look_first: bool,
    /// The channel it posts to, as Zulip's events last told, when they are fresh and the effect answers
    /// a command. None: it is read from Zulip.
    pub channel: Option<Channel>,
    /// The guard, for what the public will read.
    pub guard: Option<Guard>,
    /// The advisories that belong to incidents already.
    pub claimed: BTreeSet<Embargoed<GhsaId>>,
}

/// Carries effects out.
pub struct Performer {
    /// Chat.
    pub zulip: Arc<Zulip>,
    /// Advisories.
    pub github: Arc<GitHub>,
    /// Git.
    pub git: Arc<dyn Git>,
    /// Mail, where there is a server for it.
    pub mail: Option<Arc<dyn Mail>>,
    /// The addresses that mail may go to, to the letter: the announcement lists of the configuration.
    pub lists: BTreeSet<String>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Performer {
    /// Tries `attempt` once.
    ///
    /// # Errors
    /// A [`Setback`] when it has not been done, or may not have been.
    pub async fn perform(&self, attempt: &Attempt) -> Result<Outcome, Setback> {
        let after = attempt.look_first.then_some(attempt.recorded.after);
        match &attempt.recorded.effect.action {
            Action::Post { to, text } => self.post(attempt, to, text, after).await,
            Action::Edit { channel, message, text } => self.edit(attempt, *channel, *message, text).await,
            Action::React { message, emoji } => {
                self.zulip.react(*message, *emoji).await.map(|()| Outcome::Done)
            }
            Action::Notify { to, notice } => self.notify(attempt, to, notice, after).await,
            Action::Upload { name, content, .. } => self.upload(name, content).await,
            Action::CreateAdvisory { repository, content } => self.create(attempt, repository, content).await,
            Action::PublishAdvisory { repository, ghsa, ground } => {
                self.publish(attempt, repository, ghsa, ground.as_ref()).await
            }
            Action::Comment { repository, ghsa, text } => self.comment(attempt, repository, ghsa, text).await,
            Action::FetchAdvisory { repository, ghsa } => {
                self.github.fetch(repository, ghsa).await.map(advisory)
            }
            // All that follow read first, and do nothing where nothing is left to do.
            Action::UpdateAdvisory { repository, ghsa, change, ground } => {
                self.github.update(repository, ghsa, change, ground.as_ref()).await.map(written)
            }
            Action::AcceptReport { repository, ghsa } => {
                self.github.accept_report(repository, ghsa).await.map(advisory)
            }
            Action::CloseAdvisory { repository, ghsa, from } => {
                self.github.close_advisory(repository, ghsa, *from).await.map(written)
            }
            Action::ChangeCollaborators { repository, ghsa, add, remove } => {
                self.github.change_collaborators(repository, ghsa, add, remove).await.map(advisory)
            }
            Action::AddCredit { repository, ghsa, credit } => {
                self.github.add_credit(repository, ghsa, credit).await.map(advisory)
            }
            Action::RequestCve { repository, ghsa } => {
                let has_one = self.github.request_cve(repository, ghsa).await?;
                Ok(has_one.map_or(Outcome::Done, advisory))
            }
            Action::SetCve { repository, ghsa, cve } => {
                self.github.set_cve(repository, ghsa, cve).await.map(written)
            }
            Action::CreateFork { repository, ghsa } => {
                self.github.create_fork(repository, ghsa).await.map(Outcome::Fork)
            }
            Action::ReadPulls { fork, pulls } => self.github.pulls(fork, pulls).await.map(Outcome::Pulls),
            Action::AwaitFork { fork } => self.github.fork_ready(fork).await.map(|()| Outcome::Done),
            Action::SendMail { list, mail, message_id, answers } => {
                let mail = mail.get();
                if mail.time.is_some_and(|time| time <= self.clock.now()) && !attempt.look_first {
                    return Ok(refused("the time that it names has come"));
                }
                let text = (mail.subject(), mail.body());
                self.mail(attempt, list, text, (message_id, answers.as_ref())).await
            }
            Action::Work(work) => self.work(attempt, work).await,
            Action::MailRelease { list, mail, message_id, answers } => {
                let text = (mail.subject(), mail.body());
                self.mail(attempt, list, text, (message_id, answers.as_ref())).await
            }
        }
    }

    async fn create(
        &self,
        attempt: &Attempt,
        repository: &Repository,
        content: &Embargoed<Content>,
    ) -> Result<Outcome, Setback> {
        if attempt.look_first {
            let (since, claimed) = (attempt.recorded.at, &attempt.claimed);
            let found = self.github.find_created(repository, content, since, claimed).await?;
            if let Some(found) = found {
                return Ok(advisory(found));
            }
        }
        self.github.create(repository, content).await.map(advisory)
    }

    async fn publish(
        &self,
        attempt: &Attempt,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
        ground: Option<&Embargoed<Content>>,
    ) -> Result<Outcome, Setback> {
        let current = self.github.fetch(repository, ghsa).await?;
        let content = &current.open(&AdvisoryPage::on_github()).content;
        let guard = attempt.guard.as_ref().ok_or_else(no_guard)?;
        if let Err(incidents) = guard.pass(&content.summary).and_then(|()| guard.pass(&content.description)) {
            return Ok(Outcome::Blocked(incidents));
        }
        self.github.publish(repository, ghsa, ground).await.map(written)
    }

    async fn comment(
        &self,
        attempt: &Attempt,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
        text: &TeamText,
    ) -> Result<Outcome, Setback> {
        let since = attempt.recorded.at;
        if attempt.look_first && self.github.find_comment(repository, ghsa, text, since).await? {
            return Ok(Outcome::Done);
        }
        self.github.comment(repository, ghsa, text).await.map(|()| Outcome::Done)
    }

    /// One mail, once. What may have been tried before is not tried again: there is nowhere to look.
    async fn mail(
        &self,
        attempt: &Attempt,
        list: &str,
        (subject, body): (String, String),
        (message_id, answers): (&str, Option<&String>),
    ) -> Result<Outcome, Setback> {
        if attempt.look_first {
            return Ok(Outcome::Unknown(of_mail(FailureKind::Unreachable, "")));
        }
        let Some(server) = self.mail.as_ref().filter(|_| self.lists.contains(list)) else {
            return Ok(refused("the configuration does not name that address any more"));
        };
        let letter = Letter {
            to: list.to_owned(),
            message_id: message_id.to_owned(),
            answers: answers.cloned(),
            date: self.clock.now().into(),
            subject,
            body,
        };
        let guard = attempt.guard.as_ref().ok_or_else(no_guard)?;
        let sender = server.sender();
        let Letter { to, message_id, subject, body, .. } = &letter;
        let whole = [&sender, to, message_id, subject, body].into_iter().chain(answers);
        if let Some(incidents) = whole.filter_map(|part| guard.pass(part).err()).next() {
            return Ok(Outcome::Blocked(incidents));
        }
        match server.send(&letter).await {
            Ok(()) => Ok(Outcome::Done),
            Err(Setback { failure, again: Again::Unknown }) => Ok(Outcome::Unknown(failure)),
            Err(setback) => Err(setback),
        }
    }

    async fn upload(&self, name: &str, content: &TeamText) -> Result<Outcome, Setback> {
        // Nobody else sees it before it is linked in a message for the team. One that is kept twice
        // does no harm.
        let unlinked = PrivateRoom::direct_message_to_team();
        let bytes = content.open(&unlinked).as_bytes().to_vec();
        self.zulip.upload(name, bytes).await.map(Outcome::Uploaded)
    }

    async fn post(
        &self,
        attempt: &Attempt,
        to: &TeamPlace,
        text: &TeamText,
        after: Option<MessageId>,
    ) -> Result<Outcome, Setback> {
        let (target, room) = match to {
            TeamPlace::Topic(channel, topic) => {
                let Some(room) = self.room(attempt, *channel).await? else {
                    return Ok(Outcome::NotPrivate(*channel));
                };
                (Target::Topic(*channel, topic.clone()), room)
            }
            TeamPlace::Person(user) => (Target::Person(*user), PrivateRoom::direct_message_to_team()),
        };
        self.say(&target, text.open(&room), after).await
    }

    async fn edit(
        &self,
        attempt: &Attempt,
        channel: ChannelId,
        message: MessageId,
        text: &TeamText,
    ) -> Result<Outcome, Setback> {
        let Some(room) = self.room(attempt, channel).await? else { return Ok(Outcome::NotPrivate(channel)) };
        match self.zulip.edit(message, text.open(&room)).await? {
            EditOutcome::Edited => Ok(Outcome::Done),
            EditOutcome::TooLate => Ok(Outcome::Failed(Failure {
                service: Service::Zulip,
                kind: FailureKind::Refused,
                detail: Embargoed::new(String::new()),
            })),
        }
    }

    async fn notify(
        &self,
        attempt: &Attempt,
        to: &OpenPlace,
        notice: &PublicNotice,
        after: Option<MessageId>,
    ) -> Result<Outcome, Setback> {
        let text = notice.text();
        let target = match to {
            OpenPlace::Topic(channel, topic) => Target::Topic(*channel, topic.clone()),
            OpenPlace::Person(user) => Target::Person(*user),
        };
        let place = match to {
            // A topic that people in public wrote themselves is no leak of the bot's.
            OpenPlace::Topic(_, topic)
                if !matches!(attempt.recorded.effect.purpose, Purpose::Answer { .. }) =>
            {
                topic.0.as_str()
            }
            OpenPlace::Topic(..) | OpenPlace::Person(_) => "",
        };
        let guard = attempt.guard.as_ref().ok_or_else(no_guard)?;
        match guard.pass(&text).and_then(|()| guard.pass(place)) {
            Ok(()) => self.say(&target, &text, after).await,
            Err(incidents) => Ok(Outcome::Blocked(incidents)),
        }
    }

    async fn say(&self, target: &Target, text: &str, after: Option<MessageId>) -> Result<Outcome, Setback> {
        if let Some(after) = after
            && let Some(found) = self.zulip.find_own(target, text, after).await?
        {
            return Ok(Outcome::Posted(found));
        }
        self.zulip.post(target, text).await.map(Outcome::Posted)
    }

    /// The channel as a private room, by Zulip's state at this moment.
    async fn room(&self, attempt: &Attempt, channel: ChannelId) -> Result<Option<PrivateRoom>, Setback> {
        if let Some(known) = attempt.channel.as_ref().filter(|known| known.id == channel) {
            return Ok(guard::room(Some(known)));
        }
        Ok(guard::room(self.zulip.channel(channel).await?.as_ref()))
    }
}

fn advisory(advisory: EmbargoedAdvisory) -> Outcome {
    Outcome::Advisory(Box::new(advisory))
}

fn written(written: Written) -> Outcome {
    match written {
        Written::Holds(held) => advisory(held),
        Written::Conflict(held, parts) => Outcome::Conflict(Box::new(held), parts),
    }
}

fn of_mail(kind: FailureKind, why: &str) -> Failure {
    Failure { service: Service::Mail, kind, detail: Embargoed::new(why.to_owned()) }
}

/// A mail that is not sent, and why.
fn refused(why: &str) -> Outcome {
    Outcome::Failed(of_mail(FailureKind::Refused, why))
}

/// Without a guard nothing goes out in public.
fn no_guard() -> Setback {
    let detail = Embargoed::new("no guard".to_owned());
    Setback {
        failure: Failure { service: Service::Zulip, kind: FailureKind::Broken, detail },
        again: Again::Never,
    }
}
