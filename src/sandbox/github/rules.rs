//! What may become of an advisory: how a change is applied, and which changes of state there are.

use jiff::Timestamp;

use super::{
    answer::Refusal,
    form::Changes,
    model::{Advisory, AdvisoryState, Credit, CreditState},
    scoring,
};

/// The advisory after `changes`, made by `actor`; the old one is untouched, so a refusal changes
/// nothing. The state comes last: publishing together with the missing severity works.
pub(super) fn changed(
    before: &Advisory,
    changes: Changes,
    actor: &str,
    now: Timestamp,
) -> Result<Advisory, Refusal> {
    let mut advisory = before.clone();
    let state = changes.state;
    fill(&mut advisory, changes);
    if let Some(state) = state {
        move_to(&mut advisory, state, actor, now)?;
    }
    // Credits have their own life: changing them alone leaves the date as it was.
    let apart_from_credits = Advisory { credits: before.credits.clone(), ..advisory.clone() };
    if apart_from_credits != *before {
        advisory.updated_at = now;
    }
    Ok(advisory)
}

/// Writes every given field over; lists are replaced whole.
pub(super) fn fill(advisory: &mut Advisory, changes: Changes) {
    fn put<T>(place: &mut T, value: Option<T>) {
        if let Some(value) = value {
            *place = value;
        }
    }
    if let Some(credits) = changes.credits {
        advisory.credits = credits.into_iter().map(|credit| credited(advisory, credit)).collect();
    }
    put(&mut advisory.summary, changes.summary);
    put(&mut advisory.description, changes.description);
    put(&mut advisory.cve_id, changes.cve_id);
    put(&mut advisory.vulnerabilities, changes.vulnerabilities);
    put(&mut advisory.cwe_ids, changes.cwe_ids);
    put(&mut advisory.collaborating_users, changes.collaborating_users);
    put(&mut advisory.collaborating_teams, changes.collaborating_teams);
    match (changes.severity, changes.cvss_vector) {
        (_, Some(Some(vector))) => {
            advisory.severity = scoring::severity(&vector);
            advisory.cvss_vector = Some(vector);
        }
        (Some(Some(severity)), _) => {
            advisory.severity = Some(severity);
            advisory.cvss_vector = None;
        }
        // Taking the vector away takes away the severity it stood for.
        (_, Some(None)) => {
            if advisory.cvss_vector.take().is_some() {
                advisory.severity = None;
            }
        }
        (Some(None), None) if advisory.cvss_vector.is_none() => advisory.severity = None,
        (Some(None) | None, None) => {}
    }
}

/// A credit that was there before keeps its answer; a new one waits for one.
fn credited(advisory: &Advisory, (login, kind): (String, String)) -> Credit {
    let known = advisory.credits.iter().find(|credit| credit.login == login && credit.kind == kind);
    let state = known.map_or(CreditState::Pending, |credit| credit.state);
    Credit { login, kind, state }
}

fn move_to(
    advisory: &mut Advisory,
    wanted: AdvisoryState,
    actor: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    use AdvisoryState::{Closed, Draft, Published, Triage, Withdrawn};
    match (advisory.state, wanted) {
        (Draft, Draft) | (Published, Published) | (Closed, Closed) => {}
        (Triage | Closed, Draft) => {
            advisory.closed_at = None;
            advisory.submission_accepted = advisory.submission_accepted.map(|_| true);
        }
        (Triage | Draft, Closed) => advisory.closed_at = Some(now),
        (Draft, Published) => {
            publishable(advisory)?;
            advisory.published_at = Some(now);
            advisory.publisher = Some(actor.to_owned());
            advisory.private_fork = None;
        }
        (Triage | Closed, Published)
        | (Published | Withdrawn, Draft | Closed)
        | (Withdrawn, Published)
        | (_, Triage | Withdrawn) => {
            let message = format!("State cannot change from {} to {}", advisory.state.word(), wanted.word());
            return Err(Refusal::invalid_field("state", "invalid", message));
        }
    }
    advisory.state = wanted;
    Ok(())
}

/// What an advisory must have to be published.
fn publishable(advisory: &Advisory) -> Result<(), Refusal> {
    let empty = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
    let missing = |field, message| Err(Refusal::invalid_field(field, "missing_field", message));
    if advisory.severity.is_none() {
        return missing("severity", "Severity must be set to publish the advisory");
    }
    if advisory.vulnerabilities.is_empty() {
        return missing("vulnerabilities", "Advisory must have at least one vulnerability");
    }
    if advisory.vulnerabilities.iter().any(|each| empty(&each.package)) {
        return missing("vulnerabilities", "Package name must be set to publish the advisory");
    }
    if advisory.vulnerabilities.iter().any(|each| empty(&each.vulnerable_version_range)) {
        return missing("vulnerabilities", "Affected versions must be set to publish the advisory");
    }
    Ok(())
}
