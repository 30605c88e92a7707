//! What a sandbox GitHub starts with: people, organisations, repositories, tokens.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::identifier;

/// Everything there is at the start. Change the lists before handing it to `GitHub::new`.
#[derive(Debug, Clone)]
pub struct Seed {
    /// Where identifiers come from.
    pub number: u64,
    /// The people and machine users.
    pub users: Vec<UserSeed>,
    /// The organisations.
    pub organisations: Vec<OrganisationSeed>,
    /// The repositories.
    pub repositories: Vec<RepositorySeed>,
    /// The tokens.
    pub tokens: Vec<TokenSeed>,
    /// The limits on use.
    pub limits: Limits,
}

/// A user.
#[derive(Debug, Clone)]
pub struct UserSeed {
    /// The name in addresses and mentions.
    pub login: String,
    /// The name shown.
    pub name: String,
}

/// An organisation.
#[derive(Debug, Clone)]
pub struct OrganisationSeed {
    /// The name in addresses.
    pub login: String,
    /// The name shown.
    pub name: String,
    /// Its teams.
    pub teams: Vec<TeamSeed>,
}

/// A team of an organisation.
#[derive(Debug, Clone)]
pub struct TeamSeed {
    /// The name in addresses.
    pub slug: String,
    /// Logins of its members.
    pub members: BTreeSet<String>,
}

/// A user's role in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// May read.
    Read,
    /// May sort issues.
    Triage,
    /// May push.
    Write,
    /// May manage, but nothing destructive.
    Maintain,
    /// May do everything.
    Admin,
}

impl Role {
    /// The role's own name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        }
    }
}

/// A repository.
#[derive(Debug, Clone)]
pub struct RepositorySeed {
    /// `owner/name`.
    pub full_name: String,
    /// What it is for.
    pub description: String,
    /// The main programming language.
    pub language: String,
    /// Its branches; the first is the default one.
    pub branches: Vec<String>,
    /// Who has which role.
    pub roles: BTreeMap<String, Role>,
    /// Who manages its security besides the admins.
    pub security_managers: BTreeSet<String>,
    /// Whether anyone may report a vulnerability privately.
    pub private_reporting: bool,
    /// Whether only those with a role can see it.
    pub is_private: bool,
    /// The repository that it is a fork of, if it is one.
    pub fork_of: Option<String>,
    /// Its workflows that people start.
    pub workflows: Vec<WorkflowSeed>,
}

/// A workflow that bumps a version: a minute after it was started it opens a pull request into the branch that
/// it was started on. `{branch}` and `{version}` stand in what it makes for that branch, and for the version:
/// its input of that name, or else what comes next there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowSeed {
    /// The file's name.
    pub file: String,
    /// The branch that it pushes to, such as `ci/release-{branch}`.
    pub head: String,
    /// The tag that is there a minute after its pull request was merged, if any.
    pub tag: Option<String>,
    /// By branch, the version that comes next.
    pub next: BTreeMap<String, String>,
}

/// How far a permission of a token goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Not granted.
    None,
    /// To read.
    Read,
    /// To read and write.
    Write,
}

/// What a token may do, at most; its user's own roles limit it further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rights {
    /// A classic token and its scopes, such as `repo` or `repository_advisories:read`.
    Classic(BTreeSet<String>),
    /// A fine-grained token, for the repositories of one owner.
    FineGrained {
        /// The owner of the repositories.
        owner: String,
        /// Permissions, such as `repository_advisories`.
        permissions: BTreeMap<String, Access>,
    },
}

impl Rights {
    /// A classic token's rights.
    #[must_use]
    pub fn classic(scopes: &[&str]) -> Self {
        Self::Classic(scopes.iter().map(ToString::to_string).collect())
    }

    /// A fine-grained token's rights.
    #[must_use]
    pub fn fine_grained(owner: &str, permissions: &[(&str, Access)]) -> Self {
        let permissions = permissions.iter().map(|(name, access)| ((*name).to_owned(), *access)).collect();
        Self::FineGrained { owner: owner.to_owned(), permissions }
    }

    /// How far the token goes with the advisories of `owner`'s repositories.
    #[must_use]
    pub fn advisories(&self, owner: &str) -> Access {
        match self {
            Self::Classic(scopes) => {
                let has = |scope: &str| scopes.contains(scope);
                if has("repo") || has("repository_advisories:write") {
                    Access::Write
                } else if has("repository_advisories:read") {
                    Access::Read
                } else {
                    Access::None
                }
            }
            Self::FineGrained { owner: own, permissions } if own.eq_ignore_ascii_case(owner) => {
                permissions.get("repository_advisories").copied().unwrap_or(Access::None)
            }
            Self::FineGrained { .. } => Access::None,
        }
    }

    /// How far a permission goes in `owner`'s repositories, for a fine-grained token; nothing for a
    /// classic one, which has scopes instead.
    fn granted(&self, owner: &str, wanted: impl Fn(&str) -> bool) -> Access {
        match self {
            Self::FineGrained { owner: own, permissions } if own.eq_ignore_ascii_case(owner) => {
                let granted = permissions.iter().filter(|(name, _)| wanted(name)).map(|(_, access)| *access);
                granted.max().unwrap_or(Access::None)
            }
            Self::Classic(_) | Self::FineGrained { .. } => Access::None,
        }
    }

    /// Whether the token may make the fork of an advisory of `owner`'s repositories. A fine-grained one
    /// needs to read advisories, and to administer the repository.
    #[must_use]
    pub fn forks(&self, owner: &str) -> bool {
        match self {
            Self::Classic(_) => self.advisories(owner) == Access::Write,
            Self::FineGrained { .. } => {
                self.advisories(owner) >= Access::Read
                    && self.granted(owner, |name| name == "administration") == Access::Write
            }
        }
    }

    /// How far the token goes with the pull requests of `owner`'s private repositories.
    #[must_use]
    pub fn pull_requests(&self, owner: &str) -> Access {
        match self {
            Self::Classic(_) => self.private_repositories(owner),
            Self::FineGrained { .. } => self.granted(owner, |name| name == "pull_requests"),
        }
    }

    /// Whether the token may write what a fine-grained one needs `permission` for in `owner`'s repositories.
    #[must_use]
    pub fn writes(&self, owner: &str, permission: &str) -> bool {
        match self {
            Self::Classic(scopes) => scopes.contains("repo") || scopes.contains("public_repo"),
            Self::FineGrained { .. } => self.granted(owner, |name| name == permission) == Access::Write,
        }
    }

    /// Whether the token may delete repositories of `owner`.
    #[must_use]
    pub fn deletes(&self, owner: &str) -> bool {
        match self {
            Self::Classic(scopes) => scopes.contains("delete_repo"),
            Self::FineGrained { .. } => self.writes(owner, "administration"),
        }
    }

    /// How far the token goes with `owner`'s private repositories. Metadata alone are what a token
    /// for public repositories has too.
    #[must_use]
    pub fn private_repositories(&self, owner: &str) -> Access {
        match self {
            Self::Classic(scopes) if scopes.contains("repo") => Access::Write,
            Self::Classic(_) => Access::None,
            Self::FineGrained { .. } => self.granted(owner, |name| name != "metadata"),
        }
    }
}

/// A token.
#[derive(Debug, Clone)]
pub struct TokenSeed {
    /// The token itself.
    pub secret: String,
    /// Whose it is.
    pub login: String,
    /// What it may do.
    pub rights: Rights,
    /// When it ends, if ever.
    pub expires_at: Option<Timestamp>,
}

/// The limits on use, per user.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Requests an hour for someone signed in.
    pub requests_per_hour: u32,
    /// Requests an hour for everyone else together.
    pub anonymous_requests_per_hour: u32,
    /// Requests that create or change something, a minute.
    pub writes_per_minute: usize,
    /// Requests that create or change something, an hour.
    pub writes_per_hour: usize,
    /// Points a minute: a read costs one, a write five.
    pub points_per_minute: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_hour: 5000,
            anonymous_requests_per_hour: 60,
            writes_per_minute: 80,
            writes_per_hour: 500,
            points_per_minute: 900,
        }
    }
}

/// The organisation the bot works for.
const ORGANISATION: &str = "bytecodealliance";
/// The bot's machine user.
pub const BOT_LOGIN: &str = "advisory-bot-account";

impl Seed {
    /// The Bytecode Alliance with two of its repositories: two people who manage their security (maya
    /// and tomasz), a plain member (ines, of the team wamr-core), two outsiders (ravi, and sofia-k, who
    /// is not on Zulip) and the bot's machine user.
    #[must_use]
    pub fn bytecodealliance(number: u64) -> Self {
        let user = |login: &str, name: &str| UserSeed { login: login.to_owned(), name: name.to_owned() };
        let managers: BTreeSet<String> = ["maya", "tomasz"].map(str::to_owned).into();
        let token = |secret: String, rights: Rights| TokenSeed {
            secret,
            login: BOT_LOGIN.to_owned(),
            rights,
            expires_at: None,
        };
        Self {
            number,
            users: vec![
                user("maya", "Maya Lindqvist"),
                user("ines", "Ines Duarte"),
                user("tomasz", "Tomasz Zielak"),
                user("ravi", "Ravi Menon"),
                user("sofia-k", "Sofia Keller"),
                user(BOT_LOGIN, "Advisory bot"),
            ],
            organisations: vec![OrganisationSeed {
                login: ORGANISATION.to_owned(),
                name: "Bytecode Alliance".to_owned(),
                teams: vec![
                    TeamSeed { slug: "security".to_owned(), members: managers.clone() },
                    TeamSeed {
                        slug: "wamr-core".to_owned(),
                        members: ["ines", "tomasz"].map(str::to_owned).into(),
                    },
                ],
            }],
            repositories: repositories(&managers),
            tokens: vec![
                token(Self::bot_token(number), Rights::classic(&["repo", "delete_repo"])),
                token(
                    Self::weak_token(number),
                    Rights::fine_grained(ORGANISATION, &[("metadata", Access::Read)]),
                ),
            ],
            limits: Limits::default(),
        }
    }

    /// The bot's token, which may do all that its user may.
    #[must_use]
    pub fn bot_token(number: u64) -> String {
        identifier::token(number, "bot")
    }

    /// A token of the bot's user that reads public things and nothing else.
    #[must_use]
    pub fn weak_token(number: u64) -> String {
        identifier::token(number, "weak").replacen("ghp_", "github_pat_", 1)
    }
}

/// The repositories of the Bytecode Alliance, each with a workflow that bumps its version.
fn repositories(managers: &BTreeSet<String>) -> Vec<RepositorySeed> {
    let mut roles: BTreeMap<String, Role> =
        managers.iter().map(|login| (login.clone(), Role::Admin)).collect();
    roles.insert(BOT_LOGIN.to_owned(), Role::Admin);
    // Each branch comes with the version that is next there.
    let repository = |(name, description, language): (&str, &str, &str), tag: &str, next: &[(&str, &str)]| {
        let workflow = WorkflowSeed {
            file: "release.yml".to_owned(),
            head: "ci/release-{branch}".to_owned(),
            tag: Some(tag.to_owned()),
            next: next
                .iter()
                .map(|(branch, version)| ((*branch).to_owned(), (*version).to_owned()))
                .collect(),
        };
        RepositorySeed {
            full_name: format!("{ORGANISATION}/{name}"),
            description: description.to_owned(),
            language: language.to_owned(),
            branches: next.iter().map(|(branch, _)| (*branch).to_owned()).collect(),
            roles: roles.clone(),
            security_managers: managers.clone(),
            private_reporting: true,
            is_private: false,
            fork_of: None,
            workflows: vec![workflow],
        }
    };
    vec![
        repository(
            ("wasm-micro-runtime", "WebAssembly Micro Runtime (WAMR)", "C"),
            "WAMR-{version}",
            &[("main", "2.5.0"), ("release/2.4.x", "2.4.4")],
        ),
        repository(
            ("wasmtime", "A lightweight WebAssembly runtime", "Rust"),
            "v{version}",
            &[
                ("main", "48.0.0"),
                ("release-36.0.0", "36.0.14"),
                ("release-46.0.0", "46.0.2"),
                ("release-47.0.0", "47.0.1"),
            ],
        ),
    ]
}
