//! Advisories as the API shows them.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    answer::moment,
    cwe,
    model::{Advisory, Credit, CreditState, Vulnerability},
    render_account::{simple_user, team},
    render_repository,
    scoring::{self, Generation},
    version::ApiVersion,
    world::World,
};

/// An advisory of a repository, whole.
pub(super) fn advisory(world: &World, advisory: &Advisory, version: ApiVersion) -> Value {
    let user = |login: &str| world.user(login).map(|account| simple_user(&world.bases, account));
    let date = |at: Option<Timestamp>| at.map(moment);
    let path = format!("{}/security-advisories/{}", advisory.repository, advisory.ghsa_id);
    let owner = advisory.repository.split('/').next().unwrap_or_default();
    let teams = world
        .organisations
        .iter()
        .filter(|org| org.login.eq_ignore_ascii_case(owner))
        .flat_map(|org| org.teams.iter().map(move |each| (org, each)))
        .filter(|(_, each)| advisory.collaborating_teams.contains(&each.slug))
        .map(|(org, each)| team(world, org, each));
    let mut shown = json!({
        "ghsa_id": advisory.ghsa_id,
        "cve_id": advisory.cve_id,
        "url": format!("{}/repos/{path}", world.bases.api),
        "html_url": html_url(world, advisory),
        "summary": advisory.summary,
        "description": advisory.description,
        "severity": advisory.severity.map(|severity| severity.word()),
        "author": user(&advisory.author),
        "publisher": advisory.publisher.as_deref().and_then(user),
        "identifiers": identifiers(advisory),
        "state": advisory.state.word(),
        "created_at": moment(advisory.created_at),
        "updated_at": moment(advisory.updated_at),
        "published_at": date(advisory.published_at),
        "closed_at": date(advisory.closed_at),
        "withdrawn_at": date(advisory.withdrawn_at),
        "submission": advisory.submission_accepted.map(|accepted| json!({"accepted": accepted})),
        "vulnerabilities": advisory.vulnerabilities.iter().map(vulnerability).collect::<Vec<_>>(),
        "cwes": cwes(advisory),
        "cwe_ids": advisory.cwe_ids,
        "credits": advisory.credits.iter().map(credit).collect::<Vec<_>>(),
        "credits_detailed": advisory.credits.iter().map(|each| json!({
            "user": user(&each.login),
            "type": each.kind,
            "state": each.state.word(),
        })).collect::<Vec<_>>(),
        "collaborating_users": advisory.collaborating_users.iter().filter_map(|each| user(each)).collect::<Vec<_>>(),
        "collaborating_teams": teams.collect::<Vec<_>>(),
        "private_fork": world.fork_of(advisory).map(|fork| render_repository::repository(world, None, &fork)),
    });
    add_scores(&mut shown, advisory, version);
    shown
}

/// A published advisory as the global database shows it.
pub(super) fn global(world: &World, advisory: &Advisory, version: ApiVersion) -> Value {
    let credits = advisory.credits.iter().filter(|each| each.state == CreditState::Accepted);
    let credits = credits.filter_map(|each| {
        let user = simple_user(&world.bases, world.user(&each.login)?);
        Some(json!({"user": user, "type": each.kind}))
    });
    let path = format!("{}/security-advisories/{}", advisory.repository, advisory.ghsa_id);
    let mut shown = json!({
        "ghsa_id": advisory.ghsa_id,
        "cve_id": advisory.cve_id,
        "url": format!("{}/advisories/{}", world.bases.api, advisory.ghsa_id),
        "html_url": format!("{}/advisories/{}", world.bases.web, advisory.ghsa_id),
        "repository_advisory_url": format!("{}/repos/{path}", world.bases.api),
        "summary": advisory.summary,
        "description": advisory.description,
        "type": "reviewed",
        "severity": advisory.severity.map_or("unknown", |severity| severity.word()),
        "source_code_location": format!("{}/{}", world.bases.web, advisory.repository),
        "identifiers": identifiers(advisory),
        "references": [html_url(world, advisory)],
        "published_at": moment(advisory.published_at.unwrap_or(advisory.updated_at)),
        "updated_at": moment(advisory.updated_at),
        "github_reviewed_at": advisory.published_at.map(moment),
        "nvd_published_at": null,
        "withdrawn_at": advisory.withdrawn_at.map(moment),
        "vulnerabilities": advisory.vulnerabilities.iter().map(global_vulnerability).collect::<Vec<_>>(),
        "cwes": cwes(advisory),
        "credits": credits.collect::<Vec<_>>(),
    });
    add_scores(&mut shown, advisory, version);
    shown
}

/// The advisory's page.
pub(super) fn html_url(world: &World, advisory: &Advisory) -> String {
    format!("{}/{}/security/advisories/{}", world.bases.web, advisory.repository, advisory.ghsa_id)
}

/// `cvss` is left out from the version on that dropped it.
fn add_scores(shown: &mut Value, advisory: &Advisory, version: ApiVersion) {
    let scored =
        |vector: Option<&str>| json!({"vector_string": vector, "score": vector.and_then(scoring::score)});
    let vector = advisory.cvss_vector.as_deref();
    let of = |wanted: Generation| vector.filter(|vector| scoring::generation(vector) == wanted);
    shown["cvss_severities"] =
        json!({"cvss_v3": scored(of(Generation::Third)), "cvss_v4": scored(of(Generation::Fourth))});
    match version {
        ApiVersion::V20221128 => shown["cvss"] = scored(vector),
        ApiVersion::V20260310 => {}
    }
}

fn identifiers(advisory: &Advisory) -> Value {
    let mut identifiers = vec![json!({"type": "GHSA", "value": advisory.ghsa_id})];
    if let Some(cve) = &advisory.cve_id {
        identifiers.push(json!({"type": "CVE", "value": cve}));
    }
    Value::Array(identifiers)
}

fn cwes(advisory: &Advisory) -> Value {
    advisory.cwe_ids.iter().map(|id| json!({"cwe_id": id, "name": cwe::name(id)})).collect()
}

fn credit(credit: &Credit) -> Value {
    json!({"login": credit.login, "type": credit.kind})
}

fn vulnerability(vulnerability: &Vulnerability) -> Value {
    json!({
        "package": {"ecosystem": vulnerability.ecosystem, "name": vulnerability.package},
        "vulnerable_version_range": vulnerability.vulnerable_version_range,
        "patched_versions": vulnerability.patched_versions,
        "vulnerable_functions": vulnerability.vulnerable_functions,
    })
}

fn global_vulnerability(vulnerability: &Vulnerability) -> Value {
    let first = vulnerability.patched_versions.as_deref().and_then(|versions| versions.split(',').next());
    let first = first.map(|version| version.trim_start_matches([' ', '>', '=', '~', '^']).trim());
    json!({
        "package": {"ecosystem": vulnerability.ecosystem, "name": vulnerability.package},
        "vulnerable_version_range": vulnerability.vulnerable_version_range,
        "first_patched_version": first,
        "vulnerable_functions": vulnerability.vulnerable_functions,
    })
}
