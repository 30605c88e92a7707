//! GitHub's answers made sense of, leniently: what the bot does not need may be missing or new.

use std::str::FromStr;

use bytes::Bytes;
use commands::kernel::{
    collaborator::{Collaborator, Collaborators, Credit, CreditKind},
    content::{
        Advisory, AdvisoryState, AffectedPackage, AffectedRange, Content, Cvss, Ecosystem, Package, Severity,
    },
    id::{GhsaId, Repository},
};
use http::Response;
use jiff::{SignedDuration, Timestamp};
use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use url::Url;

use super::Account;

/// What an answer is instead of what it should be. Never GitHub's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BadAnswer(pub(super) &'static str);

/// Reads an answer's body.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, BadAnswer> {
    serde_json::from_slice(body).map_err(|_| BadAnswer("not what its interface promises"))
}

/// An advisory as GitHub writes it. Has no `Debug`: all of it is embargoed.
#[derive(Deserialize)]
pub(super) struct RawAdvisory {
    ghsa_id: Option<String>,
    html_url: Option<String>,
    state: Option<String>,
    cve_id: Option<String>,
    created_at: Option<String>,
    summary: Option<String>,
    description: Option<String>,
    severity: Option<String>,
    cvss: Option<RawVector>,
    cvss_severities: Option<RawVectors>,
    cwe_ids: Option<Vec<Option<String>>>,
    vulnerabilities: Option<Vec<RawRow>>,
    submission: Option<IgnoredAny>,
    author: Option<RawUser>,
    publisher: Option<RawUser>,
    collaborating_users: Option<Vec<Option<RawUser>>>,
    collaborating_teams: Option<Vec<Option<RawTeam>>>,
    credits: Option<Vec<RawCredit>>,
    private_fork: Option<RawRepository>,
}

/// An entry of a list of advisories: one that makes no sense does not hide the others.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Listed {
    /// One that does.
    Advisory(Box<RawAdvisory>),
    /// One that does not.
    Odd(IgnoredAny),
}

#[derive(Deserialize)]
struct RawUser {
    login: Option<String>,
}

#[derive(Deserialize)]
struct RawTeam {
    slug: Option<String>,
}

/// An entry of `credits`, in the form in which it is sent back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RawCredit {
    pub(super) login: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
}

/// A repository, by its name.
#[derive(Deserialize)]
pub(super) struct RawRepository {
    full_name: Option<String>,
}

impl RawRepository {
    /// Its name, when it is one.
    pub(super) fn name(&self) -> Option<Repository> {
        self.full_name.as_deref()?.parse().ok()
    }
}

/// A comment on an advisory's page.
#[derive(Deserialize)]
pub(super) struct RawComment {
    pub(super) body: Option<String>,
}

#[derive(Deserialize)]
struct RawVector {
    vector_string: Option<String>,
}

#[derive(Deserialize)]
struct RawVectors {
    cvss_v3: Option<RawVector>,
    cvss_v4: Option<RawVector>,
}

/// A row of `vulnerabilities`, with everything that may be sent back in one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RawRow {
    pub(super) package: Option<RawPackage>,
    pub(super) vulnerable_version_range: Option<String>,
    pub(super) patched_versions: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) vulnerable_functions: Option<Vec<String>>,
}

/// The package of a row.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RawPackage {
    pub(super) ecosystem: String,
    pub(super) name: Option<String>,
}

impl RawRow {
    /// The package it is about; an ecosystem that is new to the bot counts as `other`.
    pub(super) fn package(&self) -> Package {
        let (ecosystem, name) = self.package.as_ref().map_or(("other", ""), |package| {
            (&package.ecosystem, package.name.as_deref().unwrap_or_default())
        });
        let known = ecosystem.parse::<Ecosystem>().or_else(|_| "other".parse());
        let ecosystem = known.expect("`other` is one of GitHub's ecosystems");
        Package { ecosystem, name: name.to_owned() }
    }

    fn range(&self) -> AffectedRange {
        let patched = self.patched_versions.clone().filter(|versions| !versions.trim().is_empty());
        AffectedRange { affected: self.vulnerable_version_range.clone().unwrap_or_default(), patched }
    }
}

impl RawAdvisory {
    /// The rows about affected packages, in GitHub's order.
    pub(super) fn rows(&self) -> &[RawRow] {
        self.vulnerabilities.as_deref().unwrap_or_default()
    }

    /// What the bot needs of it. `now` stands in for a creation time that GitHub withholds.
    pub(super) fn advisory(&self, now: Timestamp) -> Result<Advisory, BadAnswer> {
        let ghsa: Option<GhsaId> = self.ghsa_id.as_deref().and_then(|id| id.parse().ok());
        let url = self.html_url.as_deref().and_then(|url| Url::parse(url).ok());
        let created = self.created_at.as_deref().and_then(|time| time.parse().ok());
        Ok(Advisory {
            ghsa: ghsa.ok_or(BadAnswer("an advisory without an id"))?,
            url: url
                .filter(|url| matches!(url.scheme(), "https" | "http"))
                .ok_or(BadAnswer("an advisory without a page"))?
                .into(),
            state: self.state()?,
            cve: self.cve_id.as_deref().and_then(|id| id.parse().ok()),
            created: created.unwrap_or(now),
            content: self.content(),
            reported: self.submission.is_some(),
            author: self.author.as_ref().and_then(|user| parsed(user.login.as_deref())),
            publisher: self.publisher.as_ref().and_then(|user| parsed(user.login.as_deref())),
            collaborators: self.collaborators(),
            credits: self.credits().iter().filter_map(RawCredit::credit).collect(),
            fork: self.fork(),
        })
    }

    /// Its temporary private fork.
    pub(super) fn fork(&self) -> Option<Repository> {
        self.private_fork.as_ref().and_then(RawRepository::name)
    }

    /// Whether it names something as such, whatever that is.
    pub(super) const fn names_a_fork(&self) -> bool {
        self.private_fork.is_some()
    }

    /// The logins of those given access; none when GitHub does not show them.
    pub(super) fn users(&self) -> Option<Vec<&str>> {
        let users = self.collaborating_users.as_ref()?.iter().flatten();
        Some(users.filter_map(|user| user.login.as_deref()).collect())
    }

    /// The slugs of the teams given access; none when GitHub does not show them.
    pub(super) fn teams(&self) -> Option<Vec<&str>> {
        let teams = self.collaborating_teams.as_ref()?.iter().flatten();
        Some(teams.filter_map(|team| team.slug.as_deref()).collect())
    }

    /// The credits, in GitHub's order.
    fn credits(&self) -> &[RawCredit] {
        self.credits.as_deref().unwrap_or_default()
    }

    /// The same in a form that GitHub takes: it wants a login and a kind.
    pub(super) fn sendable_credits(&self) -> Vec<RawCredit> {
        let named = self.credits().iter().filter(|credit| credit.login.is_some()).cloned();
        let other = || Some(CreditKind::OTHER.as_str().to_owned());
        named.map(|credit| RawCredit { kind: credit.kind.or_else(other), ..credit }).collect()
    }

    fn collaborators(&self) -> Collaborators {
        let users = self.users().unwrap_or_default().into_iter();
        let teams = self.teams().unwrap_or_default().into_iter();
        let users = users.filter_map(|login| login.parse().ok()).map(Collaborator::User);
        users.chain(teams.filter_map(|slug| slug.parse().ok()).map(Collaborator::Team)).collect()
    }

    fn state(&self) -> Result<AdvisoryState, BadAnswer> {
        match self.state.as_deref() {
            Some("triage") => Ok(AdvisoryState::Triage),
            Some("draft") => Ok(AdvisoryState::Draft),
            // A withdrawn advisory was published and stays public.
            Some("published" | "withdrawn") => Ok(AdvisoryState::Published),
            Some("closed") => Ok(AdvisoryState::Closed),
            _ => Err(BadAnswer("an advisory in a state that is new to the bot")),
        }
    }

    fn content(&self) -> Content {
        let cwes = self.cwe_ids.iter().flatten().flatten().filter_map(|id| id.parse().ok()).collect();
        Content {
            summary: self.summary.clone().unwrap_or_default(),
            description: self.description.clone().unwrap_or_default(),
            severity: self.severity(),
            cwes,
            affected: self.affected(),
        }
    }

    /// The vector, the newest version first, or else the level.
    fn severity(&self) -> Option<Severity> {
        let newer = self.cvss_severities.as_ref();
        let vectors = [
            newer.and_then(|all| all.cvss_v4.as_ref()),
            newer.and_then(|all| all.cvss_v3.as_ref()),
            self.cvss.as_ref(),
        ];
        let vector = vectors
            .into_iter()
            .flatten()
            .find_map(|vector| vector.vector_string.as_deref()?.parse::<Cvss>().ok());
        let level = || self.severity.as_deref().and_then(|level| level.parse().ok()).map(Severity::Level);
        vector.map(Severity::Cvss).or_else(level)
    }

    /// The rows, those about one package together where the first of them stands.
    fn affected(&self) -> Vec<AffectedPackage> {
        let mut packages: Vec<AffectedPackage> = Vec::new();
        for row in self.rows() {
            let package = row.package();
            match packages.iter_mut().find(|known| known.package == package) {
                Some(known) => known.ranges.push(row.range()),
                None => packages.push(AffectedPackage { package, ranges: vec![row.range()] }),
            }
        }
        packages
    }
}

impl RawCredit {
    /// Who is credited for what; a kind that is new to the bot counts as `other`.
    fn credit(&self) -> Option<Credit> {
        let kind = parsed(self.kind.as_deref()).unwrap_or(CreditKind::OTHER);
        Some(Credit { login: parsed(self.login.as_deref())?, kind })
    }
}

fn parsed<T: FromStr>(text: Option<&str>) -> Option<T> {
    text?.parse().ok()
}

/// Reads the answer to `GET /user`.
pub(super) fn account(response: &Response<Bytes>) -> Result<Account, BadAnswer> {
    let user: RawUser = parse(response.body())?;
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let scopes = header("x-oauth-scopes").map(|scopes| {
        scopes.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
    });
    let expires = header("github-authentication-token-expiration").and_then(expiry);
    let login = user.login.ok_or(BadAnswer("an account without a login"))?;
    Ok(Account { login, scopes, expires })
}

/// Reads `2023-06-28 17:58:10 UTC`, and the same with an offset.
fn expiry(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(utc) = text.strip_suffix("UTC") {
        return format!("{}Z", utc.trim()).parse().ok();
    }
    let (time, offset) = text.rsplit_once(' ')?;
    let (sign, digits) = (offset.get(..1)?, offset.get(1..)?);
    let (hours, minutes) = (digits.get(..2)?.parse::<i64>().ok()?, digits.get(2..)?.parse::<i64>().ok()?);
    let ahead = SignedDuration::from_mins(hours * 60 + minutes);
    let local: Timestamp = format!("{time}Z").parse().ok()?;
    match sign {
        "+" => local.checked_sub(ahead).ok(),
        "-" => local.checked_add(ahead).ok(),
        _ => None,
    }
}
