//! The switches of the model itself: rights, tokens, delays, addresses.

use jiff::{SignedDuration, Timestamp};

use super::{
    GitHub,
    answer::Refusal,
    seed::{RepositorySeed, Rights, Role, TokenSeed},
    world::LIST_LAG_MAX,
};

impl GitHub {
    /// Numbers come by themselves this long after the request; `None`: only by
    /// [`GitHub::assign_cve`].
    pub fn set_cve_delay(&self, delay: Option<SignedDuration>) {
        self.with(|world, _| world.cve_delay = delay);
        // What is due under the new delay comes at once.
        self.with(|_, _| ());
    }

    /// A fork can be read this long after it was asked for, 40 s at first; `None`: never.
    pub fn set_fork_delay(&self, delay: Option<SignedDuration>) {
        self.with(|world, _| world.fork_delay = delay);
    }

    /// Whether there is the API for comments on advisories, which is in preview; there is at first.
    pub fn set_comments_preview(&self, there: bool) {
        self.with(|world, _| world.comments_preview = there);
    }

    /// Sets where the webhook of a repository, or of all, delivers to. Without a secret, deliveries
    /// are not signed. Whoever serves the model sends them: see `sandbox::webhook`.
    ///
    /// # Errors
    /// No such repository.
    pub fn set_webhook(&self, repo: Option<&str>, url: &str, secret: &str) -> Result<(), Refusal> {
        self.with(|world, _| {
            repo.map(|repo| world.repository(repo).map(|_| ())).transpose()?;
            world.set_hook(repo, url, secret);
            Ok(())
        })
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

    /// Makes a repository private, or public.
    ///
    /// # Errors
    /// No such repository.
    pub fn set_private(&self, repo: &str, is_private: bool) -> Result<(), Refusal> {
        self.edit_repository(repo, |seed| seed.is_private = is_private)
    }

    /// Replaces a repository's branches; the first is the default one.
    ///
    /// # Errors
    /// No such repository.
    pub fn set_branches(&self, repo: &str, branches: &[&str]) -> Result<(), Refusal> {
        self.with(|world, _| {
            let repository = world.repositories.get_mut(&repo.to_ascii_lowercase());
            let seed = &mut repository.ok_or_else(Refusal::not_found)?.seed;
            seed.branches = branches.iter().map(ToString::to_string).collect();
            let of = seed.fork_of.as_ref().unwrap_or(&seed.full_name);
            branches.iter().for_each(|branch| drop(world.objects.begin(of, branch)));
            world.revision += 1;
            Ok(())
        })
    }

    fn edit_repository(&self, repo: &str, edit: impl FnOnce(&mut RepositorySeed)) -> Result<(), Refusal> {
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
