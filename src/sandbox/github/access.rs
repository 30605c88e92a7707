//! Who asks, and what they may see and do.

use jiff::Timestamp;

use super::{
    answer::Refusal,
    model::Advisory,
    seed::{Access, Rights, Role, TokenSeed},
    world::{Repository, World},
};

/// How a caller came in.
#[derive(Debug, Clone)]
pub(super) enum Viewer {
    /// Without credentials.
    Anonymous,
    /// Through the API.
    Token(TokenSeed),
    /// By hand, on the web.
    Web { login: String },
}

/// What a person is to an advisory, whatever their token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bond {
    Stranger,
    /// Invited to this advisory: edits it, and decides nothing.
    Collaborator,
    /// Admin or security manager of the repository.
    Manager,
}

impl Viewer {
    pub(super) fn login(&self) -> Option<&str> {
        match self {
            Self::Anonymous => None,
            Self::Token(token) => Some(&token.login),
            Self::Web { login } => Some(login),
        }
    }

    /// How far the way in goes with a repository's advisories.
    fn reach(&self, repository: &Repository) -> Access {
        match self {
            Self::Anonymous => Access::None,
            Self::Token(token) => token.rights.advisories(repository.owner()),
            Self::Web { .. } => Access::Write,
        }
    }

    /// That the way in allows writing advisories at all; what the person may do comes after.
    pub(super) fn must_reach_for_writing(&self, repository: &Repository) -> Result<(), Refusal> {
        match self {
            Self::Anonymous => Err(Refusal::unauthenticated()),
            Self::Token(_) | Self::Web { .. } if self.reach(repository) == Access::Write => Ok(()),
            Self::Token(_) | Self::Web { .. } => Err(self.forbidden()),
        }
    }

    /// The refusal of a write.
    pub(super) fn forbidden(&self) -> Refusal {
        let refusal = |message: &str| {
            Refusal::new(403, message)
                .with_header("x-accepted-github-permissions", "repository_advisories=write")
        };
        match self {
            Self::Anonymous => Refusal::unauthenticated(),
            Self::Web { .. } => Refusal::new(403, "Must have admin rights to Repository."),
            Self::Token(token) => match token.rights {
                Rights::Classic(_) => refusal("Must have admin rights to Repository.")
                    .with_header("x-accepted-oauth-scopes", "repo, repository_advisories:write"),
                Rights::FineGrained { .. } => refusal("Resource not accessible by personal access token"),
            },
        }
    }
}

impl World {
    /// Finds out who asks. A token that is unknown, ended or of a user gone is a bad credential.
    pub(super) fn authenticate(&self, header: Option<&str>, now: Timestamp) -> Result<Viewer, Refusal> {
        let Some(header) = header else { return Ok(Viewer::Anonymous) };
        let (scheme, secret) = header.split_once(' ').ok_or_else(Refusal::bad_credentials)?;
        if !scheme.eq_ignore_ascii_case("bearer") && !scheme.eq_ignore_ascii_case("token") {
            return Err(Refusal::bad_credentials());
        }
        self.tokens
            .get(secret.trim())
            .filter(|token| token.expires_at.is_none_or(|end| now < end))
            .filter(|token| self.user(&token.login).is_some())
            .map(|token| Viewer::Token(token.clone()))
            .ok_or_else(Refusal::bad_credentials)
    }

    /// The person's role in the repository, if they were given one.
    pub(super) fn role(repository: &Repository, login: &str) -> Option<Role> {
        let mut roles = repository.seed.roles.iter();
        roles.find(|(holder, _)| holder.eq_ignore_ascii_case(login)).map(|(_, role)| *role)
    }

    /// Whether the person decides about the repository's advisories.
    pub(super) fn manages(repository: &Repository, login: &str) -> bool {
        let mut managers = repository.seed.security_managers.iter();
        Self::role(repository, login) == Some(Role::Admin)
            || managers.any(|manager| manager.eq_ignore_ascii_case(login))
    }

    /// Everyone invited to the advisory, by themselves or with a team.
    pub(super) fn collaborators<'world>(
        &'world self,
        repository: &Repository,
        advisory: &'world Advisory,
    ) -> impl Iterator<Item = &'world str> {
        let owner = repository.owner().to_owned();
        let teams = self
            .organisations
            .iter()
            .filter(move |org| org.login.eq_ignore_ascii_case(&owner))
            .flat_map(|org| &org.teams)
            .filter(|team| advisory.collaborating_teams.contains(&team.slug));
        let members = teams.flat_map(|team| &team.members);
        advisory.collaborating_users.iter().chain(members).map(String::as_str)
    }

    /// What `viewer` is to the advisory.
    pub(super) fn bond(&self, viewer: &Viewer, repository: &Repository, advisory: &Advisory) -> Bond {
        let Some(login) = viewer.login() else { return Bond::Stranger };
        if Self::manages(repository, login) {
            return Bond::Manager;
        }
        if self.collaborators(repository, advisory).any(|each| each.eq_ignore_ascii_case(login)) {
            Bond::Collaborator
        } else {
            Bond::Stranger
        }
    }

    /// Whether `viewer` may see the advisory at all.
    pub(super) fn may_see(&self, viewer: &Viewer, repository: &Repository, advisory: &Advisory) -> bool {
        advisory.state.is_public()
            || (viewer.reach(repository) >= Access::Read
                && self.bond(viewer, repository, advisory) > Bond::Stranger)
    }
}
