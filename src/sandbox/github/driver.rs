//! The driver's side: people acting by hand on the web, and GitHub's own staff. Everything a person
//! does goes by the same rules as the API.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    GitHub,
    access::Viewer,
    answer::Refusal,
    comments,
    model::{AdvisoryState, Comment, CreditState},
    operations,
    pulls::{Pull, Verdict},
    webhooks::Delivery,
    workflows::ACTIONS_BOT,
    world::{Account, World},
};

impl GitHub {
    /// Someone reports a vulnerability privately: an advisory in triage. `fields` as in the body
    /// of the API's report operation. Returns the advisory's identifier.
    ///
    /// # Errors
    /// As the API: reporting switched off, fields that do not fit.
    pub fn report(&self, repo: &str, reporter: &str, fields: &Value) -> Result<String, Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, reporter)?;
            operations::report(world, repo, &viewer, fields, now).map(|made| made.ghsa_id)
        })
    }

    /// A maintainer drafts an advisory. `fields` as in the body of the API's create operation.
    ///
    /// # Errors
    /// As the API: no rights, fields that do not fit.
    pub fn draft_by_hand(&self, who: &str, repo: &str, fields: &Value) -> Result<String, Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            operations::create(world, repo, &viewer, fields, now).map(|made| made.ghsa_id)
        })
    }

    /// Someone edits an advisory. `fields` as in the body of the API's update operation.
    ///
    /// # Errors
    /// As the API: not visible, no rights, fields that do not fit, a change of state there is not.
    pub fn edit_by_hand(&self, who: &str, ghsa: &str, fields: &Value) -> Result<(), Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            let repo = repository_of(world, ghsa)?;
            operations::update(world, &repo, ghsa, &viewer, fields, now).map(|_| ())
        })
    }

    /// A maintainer accepts a report: it becomes a draft.
    ///
    /// # Errors
    /// As [`GitHub::edit_by_hand`].
    pub fn accept(&self, who: &str, ghsa: &str) -> Result<(), Refusal> {
        self.edit_by_hand(who, ghsa, &json!({"state": "draft"}))
    }

    /// A maintainer closes a report or a draft.
    ///
    /// # Errors
    /// As [`GitHub::edit_by_hand`].
    pub fn close(&self, who: &str, ghsa: &str) -> Result<(), Refusal> {
        self.edit_by_hand(who, ghsa, &json!({"state": "closed"}))
    }

    /// A maintainer publishes a draft.
    ///
    /// # Errors
    /// As [`GitHub::edit_by_hand`].
    pub fn publish_by_hand(&self, who: &str, ghsa: &str) -> Result<(), Refusal> {
        self.edit_by_hand(who, ghsa, &json!({"state": "published"}))
    }

    /// A maintainer asks for a CVE number on the advisory's page.
    ///
    /// # Errors
    /// As the API's operation.
    pub fn request_cve_by_hand(&self, who: &str, ghsa: &str) -> Result<(), Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            let repo = repository_of(world, ghsa)?;
            operations::request_cve(world, &repo, ghsa, &viewer, now)
        })
    }

    /// Advisories that wait for a CVE number, with the time of the first request. The API does not
    /// show this.
    pub fn cve_requests(&self) -> Vec<(String, Timestamp)> {
        self.with(|world, _| {
            let records = world.records.iter();
            records.filter_map(|(ghsa, record)| Some((ghsa.clone(), record.cve_requested_at?))).collect()
        })
    }

    /// GitHub's staff answer a request with a number; nothing where no request is open.
    pub fn assign_cve(&self, ghsa: &str) -> Option<String> {
        self.with(|world, now| world.assign_cve(ghsa, now))
    }

    /// GitHub's staff turn a request down; whether one was open. The API shows nothing of it.
    pub fn refuse_cve(&self, ghsa: &str) -> bool {
        self.with(|world, _| {
            let refused = world.records.get_mut(ghsa).and_then(|record| record.cve_requested_at.take());
            refused.is_some()
        })
    }

    /// A maintainer starts a temporary private fork on the advisory's page. Returns its full name.
    ///
    /// # Errors
    /// As the API's operation.
    pub fn fork_by_hand(&self, who: &str, ghsa: &str) -> Result<String, Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            let repo = repository_of(world, ghsa)?;
            world.start_fork(&repo, ghsa, &viewer, now).map(|fork| fork.seed.full_name)
        })
    }

    /// Somebody opens a pull request in the advisory's private fork that changes these files. Returns its
    /// number.
    ///
    /// # Errors
    /// No fork that can be used, not theirs, or no such branch.
    pub fn open_pull(&self, who: &str, ghsa: &str, base: &str, files: &[String]) -> Result<u64, Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            world.open_pull((ghsa, base), &viewer, files, now)
        })
    }

    /// Somebody pushes a commit that changes these files to a pull request.
    ///
    /// # Errors
    /// As [`GitHub::open_pull`]; no such pull request.
    pub fn push_to_pull(&self, who: &str, ghsa: &str, number: u64, files: &[String]) -> Result<(), Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            world.push_to_pull((ghsa, number), &viewer, files, now)
        })
    }

    /// Somebody reviews a pull request's newest commit.
    ///
    /// # Errors
    /// As [`GitHub::push_to_pull`]; it is their own.
    pub fn review_pull(&self, who: &str, ghsa: &str, number: u64, verdict: Verdict) -> Result<(), Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            world.review_pull((ghsa, number), &viewer, verdict, now)
        })
    }

    /// Somebody changes a pull request otherwise: opens or closes it, makes it a draft, sends it to another
    /// branch, makes it conflict.
    ///
    /// # Errors
    /// No such pull request.
    pub fn change_pull(
        &self,
        ghsa: &str,
        number: u64,
        change: impl FnOnce(&mut Pull),
    ) -> Result<(), Refusal> {
        self.with(|world, now| {
            let pull = world.pull_mut(ghsa, number)?;
            change(pull);
            pull.updated_at = now;
            Ok(())
        })
    }

    /// The logins of everyone, in the order of the alphabet.
    pub fn users(&self) -> Vec<String> {
        self.with(|world, _| {
            let is_person = |account: &&Account| !account.is_organisation && account.login != ACTIONS_BOT;
            let people = world.accounts.values().filter(is_person);
            people.map(|account| account.login.clone()).collect()
        })
    }

    /// The full names of the repositories, in the order of the alphabet.
    pub fn repositories(&self) -> Vec<String> {
        self.with(|world, _| {
            world.repositories.values().map(|repository| repository.seed.full_name.clone()).collect()
        })
    }

    /// Somebody invites a user, by login, or a team, by slug, to the advisory; those there already stay.
    ///
    /// # Errors
    /// As [`GitHub::edit_by_hand`].
    pub fn invite_by_hand(&self, who: &str, ghsa: &str, login_or_team: &str) -> Result<(), Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            let repo = repository_of(world, ghsa)?;
            let advisory = world.record(&repo, ghsa)?.current();
            let is_user = world.user(login_or_team).is_some();
            let (field, there) = if is_user {
                ("collaborating_users", &advisory.collaborating_users)
            } else {
                ("collaborating_teams", &advisory.collaborating_teams)
            };
            let mut invited = there.clone();
            if !invited.iter().any(|each| each.eq_ignore_ascii_case(login_or_team)) {
                invited.push(login_or_team.to_owned());
            }
            operations::update(world, &repo, ghsa, &viewer, &json!({field: invited}), now).map(|_| ())
        })
    }

    /// Somebody says something on the advisory's page. Returns the comment's number.
    ///
    /// # Errors
    /// As the API's operation.
    pub fn comment_by_hand(&self, who: &str, ghsa: &str, text: &str) -> Result<u64, Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            let repo = repository_of(world, ghsa)?;
            comments::say(world, &repo, ghsa, &viewer, &json!({"body": text}), now)
        })
    }

    /// Somebody changes a comment.
    ///
    /// # Errors
    /// As the API's operation.
    pub fn edit_comment_by_hand(&self, who: &str, ghsa: &str, id: u64, text: &str) -> Result<(), Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            let repo = repository_of(world, ghsa)?;
            comments::change(world, &repo, (ghsa, id), &viewer, &json!({"body": text}), now)
        })
    }

    /// What was said on an advisory's page, oldest first; kept beyond its publication.
    pub fn comments(&self, ghsa: &str) -> Vec<Comment> {
        self.with(|world, _| {
            world.records.get(ghsa).map(|record| record.comments.clone()).unwrap_or_default()
        })
    }

    /// The deliveries to be sent now, oldest first. Whoever takes them sends each once, and says what
    /// came of it with [`GitHub::delivered`].
    pub fn take_deliveries(&self) -> Vec<Delivery> {
        self.with(|world, _| world.deliveries.iter_mut().filter_map(Delivery::take).collect())
    }

    /// Notes what sending a delivery came to: the status of the answer, `None` without one in time.
    pub fn delivered(&self, id: &str, status: Option<u16>) {
        self.with(|world, _| {
            let sent = world.deliveries.iter_mut().find(|delivery| delivery.id == id);
            sent.into_iter().for_each(|delivery| delivery.attempts.push(status));
        });
    }

    /// Somebody presses *Redeliver* on the hook's page; whether there is such a delivery.
    pub fn redeliver(&self, id: &str) -> bool {
        self.with(|world, _| {
            let Some(delivery) = world.deliveries.iter_mut().find(|delivery| delivery.id == id) else {
                return false;
            };
            delivery.want_again();
            world.revision += 1;
            true
        })
    }

    /// Every delivery so far, oldest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.with(|world, _| world.deliveries.clone())
    }

    /// Whether deliveries are still to be sent, or under way.
    pub fn delivers(&self) -> bool {
        self.with(|world, _| world.deliveries.iter().any(Delivery::is_due))
    }

    /// GitHub's staff withdraw a published advisory; whether there was one.
    pub fn withdraw_by_staff(&self, ghsa: &str) -> bool {
        self.with(|world, now| {
            let Some(record) = world.records.get(ghsa) else { return false };
            let mut advisory = record.current().clone();
            if advisory.state != AdvisoryState::Published {
                return false;
            }
            advisory.state = AdvisoryState::Withdrawn;
            advisory.withdrawn_at = Some(now);
            advisory.updated_at = now;
            world.write(advisory, now);
            true
        })
    }

    /// GitHub's staff delete an advisory without a trace; whether there was one.
    pub fn delete_by_staff(&self, ghsa: &str) -> bool {
        self.with(|world, _| {
            let deleted = world.records.remove(ghsa).is_some();
            world.revision += u64::from(deleted);
            deleted
        })
    }

    /// A credited person answers; whether they were credited.
    pub fn answer_credit(&self, ghsa: &str, login: &str, answer: CreditState) -> bool {
        self.with(|world, now| world.answer_credit(ghsa, login, answer, now))
    }
}

pub(super) fn by_hand(world: &World, login: &str) -> Result<Viewer, Refusal> {
    let user = world.user(login).ok_or_else(Refusal::bad_credentials)?;
    Ok(Viewer::Web { login: user.login.clone() })
}

fn repository_of(world: &World, ghsa: &str) -> Result<String, Refusal> {
    let record = world.records.get(ghsa).ok_or_else(Refusal::not_found)?;
    Ok(record.current().repository.clone())
}
