//! The driver's side: people acting by hand on the web, GitHub's own staff, and the switches of
//! the model itself. Everything a person does goes by the same rules as the API.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    GitHub,
    access::Viewer,
    answer::Refusal,
    model::{AdvisoryState, CreditState},
    operations,
    seed::{Rights, Role, TokenSeed},
    world::{LIST_LAG_MAX, World},
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

    /// Numbers come by themselves this long after the request; `None`: only by
    /// [`GitHub::assign_cve`].
    pub fn set_cve_delay(&self, delay: Option<SignedDuration>) {
        self.with(|world, _| world.cve_delay = delay);
        // What is due under the new delay comes at once.
        self.with(|_, _| ());
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

    /// Gives a user a role in a repository, or takes it away. Whoever managed security as a
    /// security manager still does: see [`GitHub::set_security_manager`].
    ///
    /// # Errors
    /// No such repository.
    pub fn set_role(&self, repo: &str, login: &str, role: Option<Role>) -> Result<(), Refusal> {
        self.edit_repository(repo, |seed| {
            seed.roles.retain(|holder, _| !holder.eq_ignore_ascii_case(login));
            seed.roles.extend(role.map(|role| (login.to_owned(), role)));
        })
    }

    /// Makes a user a security manager of a repository, or not.
    ///
    /// # Errors
    /// No such repository.
    pub fn set_security_manager(&self, repo: &str, login: &str, manages: bool) -> Result<(), Refusal> {
        self.edit_repository(repo, |seed| {
            seed.security_managers.retain(|holder| !holder.eq_ignore_ascii_case(login));
            seed.security_managers.extend(manages.then(|| login.to_owned()));
        })
    }

    /// Switches private vulnerability reporting on or off.
    ///
    /// # Errors
    /// No such repository.
    pub fn set_private_reporting(&self, repo: &str, enabled: bool) -> Result<(), Refusal> {
        self.edit_repository(repo, |seed| seed.private_reporting = enabled)
    }

    /// Replaces a repository's branches; the first is the default one.
    ///
    /// # Errors
    /// No such repository.
    pub fn set_branches(&self, repo: &str, branches: &[&str]) -> Result<(), Refusal> {
        self.edit_repository(repo, |seed| {
            seed.branches = branches.iter().map(ToString::to_string).collect();
        })
    }

    fn edit_repository(
        &self,
        repo: &str,
        edit: impl FnOnce(&mut super::seed::RepositorySeed),
    ) -> Result<(), Refusal> {
        self.with(|world, _| {
            let found = world.repositories.get_mut(&repo.to_ascii_lowercase());
            edit(&mut found.ok_or_else(Refusal::not_found)?.seed);
            world.revision += 1;
            Ok(())
        })
    }

    /// Adds a token, or replaces the one with the same secret.
    pub fn add_token(&self, token: TokenSeed) {
        self.with(|world, _| world.tokens.insert(token.secret.clone(), token));
    }

    /// Takes a token back for good.
    pub fn revoke_token(&self, secret: &str) {
        self.with(|world, _| world.tokens.remove(secret));
    }

    /// Sets when a token ends, if ever.
    pub fn set_token_expiry(&self, secret: &str, expires_at: Option<Timestamp>) {
        self.with(|world, _| {
            if let Some(token) = world.tokens.get_mut(secret) {
                token.expires_at = expires_at;
            }
        });
    }

    /// Changes what a token may do.
    pub fn set_token_rights(&self, secret: &str, rights: Rights) {
        self.with(|world, _| {
            if let Some(token) = world.tokens.get_mut(secret) {
                token.rights = rights;
            }
        });
    }

    /// Lists show the state of this long ago, at most an hour; zero at first.
    pub fn set_list_lag(&self, lag: SignedDuration) {
        self.with(|world, _| world.list_lag = lag.clamp(SignedDuration::ZERO, LIST_LAG_MAX));
    }

    /// Where addresses in answers point to: the API's base (a path in it is taken off requests)
    /// and the web pages' base. Neither ends in a slash. At first GitHub's own.
    pub fn set_bases(&self, api: &str, web: &str) {
        self.with(|world, _| {
            world.bases.api = api.trim_end_matches('/').to_owned();
            world.bases.web = web.trim_end_matches('/').to_owned();
        });
    }
}

fn by_hand(world: &World, login: &str) -> Result<Viewer, Refusal> {
    let user = world.user(login).ok_or_else(Refusal::bad_credentials)?;
    Ok(Viewer::Web { login: user.login.clone() })
}

fn repository_of(world: &World, ghsa: &str) -> Result<String, Refusal> {
    let record = world.records.get(ghsa).ok_or_else(Refusal::not_found)?;
    Ok(record.current().repository.clone())
}
