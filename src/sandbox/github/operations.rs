//! The operations, each as one function from a call to its answer.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    access::{Bond, Viewer},
    answer::{Answer, Refusal},
    checks, comments, files,
    form::{self, Changes, Form},
    list, merging,
    model::{Advisory, AdvisoryState, Credit, CreditState},
    proposals, public_lists, pulls, refs, render, render_account, render_repository,
    route::Route,
    route_release::ReleaseRoute,
    rules,
    seed::{Rights, Role},
    version::ApiVersion,
    webhooks::Told,
    workflows,
    world::World,
};

/// One call of an operation.
pub(super) struct Call<'call> {
    pub(super) viewer: &'call Viewer,
    pub(super) version: ApiVersion,
    pub(super) query: &'call str,
    pub(super) body: Value,
    pub(super) now: Timestamp,
}

type Outcome = Result<Answer, Refusal>;

/// Carries out the operation that `route` names.
pub(super) fn carry_out(world: &mut World, route: &Route, call: &Call<'_>) -> Outcome {
    match route {
        Route::CurrentUser => current_user(world, call),
        // Answered before it could be counted; here only for completeness.
        Route::RateLimit | Route::Unknown => Err(Refusal::not_found()),
        Route::User { login } => {
            let user = world.user(login).ok_or_else(Refusal::not_found)?;
            Ok(Answer::ok(render_account::public_user(world, user)))
        }
        Route::Repository { repo } => {
            let repository = world.readable(repo, call.viewer, call.now)?;
            Ok(Answer::ok(render_repository::repository(world, call.viewer.login(), &repository)))
        }
        Route::Branches { repo } => public_lists::branches(world, repo, call),
        Route::Commits { repo } => public_lists::commits(world, repo, call),
        Route::Tags { repo } => public_lists::tags(world, repo, call),
        Route::Releases { repo } => public_lists::releases(world, repo, call),
        Route::Issues { repo } => public_lists::issues(world, repo, call),
        Route::IssueComments { repo } => public_lists::comments(world, repo, false, call),
        Route::ReviewComments { repo } => public_lists::comments(world, repo, true, call),
        Route::Branch { repo, branch } => self::branch(world, repo, branch, call),
        Route::Permission { repo, login } => permission(world, repo, login, call),
        Route::PrivateReporting { repo } => {
            Ok(Answer::ok(json!({"enabled": world.repository(repo)?.seed.private_reporting})))
        }
        Route::ListAdvisories { repo } => {
            list::page(world, call.viewer, repo, call.query, call.version, call.now)
        }
        Route::CreateAdvisory { repo } => {
            let made = create(world, repo, call.viewer, &call.body, call.now)?;
            Ok(Answer::new(201, render::advisory(world, &made, call.version)))
        }
        Route::ReportVulnerability { repo } => {
            let made = report(world, repo, call.viewer, &call.body, call.now)?;
            Ok(Answer::new(201, render::advisory(world, &made, call.version)))
        }
        Route::GetAdvisory { repo, ghsa } => get(world, repo, ghsa, call),
        Route::UpdateAdvisory { repo, ghsa } => {
            let changed = update(world, repo, ghsa, call.viewer, &call.body, call.now)?;
            Ok(Answer::ok(render::advisory(world, &changed, call.version)))
        }
        Route::RequestCve { repo, ghsa } => {
            request_cve(world, repo, ghsa, call.viewer, call.now)?;
            Ok(Answer::new(202, json!({})))
        }
        Route::CreateFork { repo, ghsa } => {
            let fork = world.start_fork(repo, ghsa, call.viewer, call.now)?;
            Ok(Answer::new(202, render_repository::repository(world, call.viewer.login(), &fork)))
        }
        Route::ListPulls { repo } => pulls::list(world, repo, call),
        Route::GetPull { repo, number } => pulls::get(world, repo, *number, call),
        Route::PullCommits { repo, number } => pulls::commits(world, repo, *number, call),
        Route::PullFiles { repo, number } => pulls::files(world, repo, *number, call),
        Route::PullReviews { repo, number } => pulls::reviews(world, repo, *number, call),
        Route::ListComments { repo, ghsa } => comments::list(world, repo, ghsa, call),
        Route::CreateComment { repo, ghsa } => comments::create(world, repo, ghsa, call),
        Route::GetComment { repo, ghsa, id } => comments::get(world, repo, ghsa, *id, call),
        Route::UpdateComment { repo, ghsa, id } => comments::update(world, repo, ghsa, *id, call),
        Route::Release { repo, what } => for_release(world, repo, what, call),
        Route::GlobalAdvisory { ghsa } => {
            let record = world.records.get(ghsa).ok_or_else(Refusal::not_found)?;
            if !record.current().state.is_public() {
                return Err(Refusal::not_found());
            }
            Ok(Answer::ok(render::global(world, record.current(), call.version)))
        }
    }
}

fn for_release(world: &mut World, repo: &str, what: &ReleaseRoute, call: &Call<'_>) -> Outcome {
    match what {
        ReleaseRoute::DeleteRepository => refs::delete(world, repo, call),
        ReleaseRoute::OpenPull => proposals::create(world, repo, call),
        ReleaseRoute::UpdatePull(number) => proposals::update(world, repo, *number, call),
        ReleaseRoute::MergePull(number) => merging::merge(world, repo, *number, call),
        ReleaseRoute::CheckRuns { sha } => checks::runs(world, repo, sha, call),
        ReleaseRoute::CombinedStatus { sha } => checks::status(world, repo, sha, call),
        ReleaseRoute::GetRef { name } => refs::get(world, repo, name, call),
        ReleaseRoute::CreateRef => refs::create(world, repo, call),
        ReleaseRoute::MergeUpstream => refs::merge_upstream(world, repo, call),
        ReleaseRoute::GetFile { path } => files::get(world, repo, path, call),
        ReleaseRoute::PutFile { path } => files::put(world, repo, path, call),
        ReleaseRoute::Dispatch { file } => workflows::start(world, repo, file, call),
        ReleaseRoute::Runs { file } => workflows::runs(world, repo, file, call),
    }
}

/// What an answer says about the token it was asked with.
pub(super) fn token_headers(viewer: &Viewer) -> Vec<(&'static str, String)> {
    let mut headers = Vec::new();
    if let Viewer::Token(token) = viewer {
        if let Rights::Classic(scopes) = &token.rights {
            let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
            headers.push(("x-oauth-scopes", scopes.join(", ")));
        }
        if let Some(end) = token.expires_at {
            let end = end.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
            headers.push(("github-authentication-token-expiration", end));
        }
    }
    headers
}

fn current_user(world: &World, call: &Call<'_>) -> Outcome {
    let login = call.viewer.login().ok_or_else(Refusal::unauthenticated)?;
    let user = world.user(login).ok_or_else(Refusal::bad_credentials)?;
    Ok(Answer::ok(render_account::private_user(world, user)))
}

fn branch(world: &World, repo: &str, branch: &String, call: &Call<'_>) -> Outcome {
    let repository = world.readable(repo, call.viewer, call.now)?;
    if !repository.seed.branches.contains(branch) {
        return Err(Refusal::new(404, "Branch not found"));
    }
    Ok(Answer::ok(render_repository::branch(world, &repository, branch)))
}

fn permission(world: &World, repo: &str, login: &str, call: &Call<'_>) -> Outcome {
    let repository = world.repository(repo)?;
    let own = call.viewer.login().ok_or_else(Refusal::unauthenticated)?;
    if World::role(repository, own) < Some(Role::Write) {
        return Err(Refusal::new(403, "Must have push access to view collaborator permission."));
    }
    let user = world.user(login).ok_or_else(Refusal::not_found)?;
    Ok(Answer::ok(render_account::permission(&world.bases, user, World::role(repository, login))))
}

fn get(world: &World, repo: &str, ghsa: &str, call: &Call<'_>) -> Outcome {
    let repository = world.repository(repo)?;
    let advisory = world.record(repo, ghsa)?.current();
    if !world.may_see(call.viewer, repository, advisory) {
        return Err(Refusal::not_found());
    }
    let changed_at = advisory.updated_at.to_zoned(TimeZone::UTC);
    Ok(Answer::ok(render::advisory(world, advisory, call.version))
        .with_header("last-modified", changed_at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()))
}

/// Drafts a new advisory.
pub(super) fn create(
    world: &mut World,
    repo: &str,
    viewer: &Viewer,
    body: &Value,
    now: Timestamp,
) -> Result<Advisory, Refusal> {
    let repository = world.repository(repo)?;
    viewer.must_reach_for_writing(repository)?;
    let author = viewer.login().ok_or_else(Refusal::unauthenticated)?;
    if !World::manages(repository, author) {
        return Err(viewer.forbidden());
    }
    let full_name = repository.seed.full_name.clone();
    let changes = names_resolved(world, &full_name, form::read(Form::Create, body)?)?;
    let mut made = blank(world, full_name, author, now);
    let forks = changes.start_private_fork;
    rules::fill(&mut made, changes);
    world.add(made.clone());
    if forks { world.attach_fork(&made.ghsa_id, now) } else { Ok(made) }
}

/// Takes a private report, from anyone who is signed in. The reporter stays with the advisory: as
/// a collaborator, and proposed for credit.
pub(super) fn report(
    world: &mut World,
    repo: &str,
    viewer: &Viewer,
    body: &Value,
    now: Timestamp,
) -> Result<Advisory, Refusal> {
    let repository = world.repository(repo)?;
    viewer.must_reach_for_writing(repository)?;
    let reporter = viewer.login().ok_or_else(Refusal::unauthenticated)?;
    if !repository.seed.private_reporting {
        let name = &repository.seed.full_name;
        let message = format!("{name} does not have private vulnerability reporting enabled");
        return Err(Refusal::new(403, message));
    }
    let changes = form::read(Form::Report, body)?;
    let full_name = repository.seed.full_name.clone();
    let mut made = blank(world, full_name, reporter, now);
    let forks = changes.start_private_fork;
    rules::fill(&mut made, changes);
    made.state = AdvisoryState::Triage;
    made.submission_accepted = Some(false);
    made.collaborating_users = vec![made.author.clone()];
    made.credits =
        vec![Credit { login: made.author.clone(), kind: "reporter".to_owned(), state: CreditState::Pending }];
    world.add(made.clone());
    if forks {
        made = world.attach_fork(&made.ghsa_id, now)?;
    }
    let author = made.author.clone();
    world.tell(Told::Reported, &made, &author, now);
    Ok(made)
}

fn blank(world: &mut World, repository: String, author: &str, now: Timestamp) -> Advisory {
    Advisory {
        ghsa_id: world.identifiers.ghsa(),
        repository,
        cve_id: None,
        summary: String::new(),
        description: String::new(),
        severity: None,
        cvss_vector: None,
        vulnerabilities: Vec::new(),
        cwe_ids: Vec::new(),
        credits: Vec::new(),
        collaborating_users: Vec::new(),
        collaborating_teams: Vec::new(),
        private_fork: None,
        state: AdvisoryState::Draft,
        author: world.user(author).map_or_else(|| author.to_owned(), |user| user.login.clone()),
        publisher: None,
        submission_accepted: None,
        created_at: now,
        updated_at: now,
        published_at: None,
        closed_at: None,
        withdrawn_at: None,
    }
}

/// Changes an advisory: all that is asked for, or nothing.
pub(super) fn update(
    world: &mut World,
    repo: &str,
    ghsa: &str,
    viewer: &Viewer,
    body: &Value,
    now: Timestamp,
) -> Result<Advisory, Refusal> {
    let repository = world.repository(repo)?;
    viewer.must_reach_for_writing(repository)?;
    let actor = viewer.login().ok_or_else(Refusal::unauthenticated)?;
    let before = world.record(repo, ghsa)?.current();
    if !world.may_see(viewer, repository, before) {
        return Err(Refusal::not_found());
    }
    let bond = world.bond(viewer, repository, before);
    let changes = form::read(Form::Update, body)?;
    let decides = changes.state.is_some()
        || changes.collaborating_users.is_some()
        || changes.collaborating_teams.is_some();
    let allowed = match bond {
        Bond::Stranger => false,
        Bond::Collaborator => !decides,
        Bond::Manager => true,
    };
    if !allowed {
        return Err(viewer.forbidden());
    }
    let changes = names_resolved(world, &repository.seed.full_name, changes)?;
    let mut after = rules::changed(before, changes, actor, now)?;
    let closed = after.state == AdvisoryState::Closed;
    let published = before.state == AdvisoryState::Draft && after.state == AdvisoryState::Published;
    let actor = actor.to_owned();
    let has_open =
        || world.records.get(ghsa).is_some_and(|record| record.pulls.iter().any(|pull| pull.is_open));
    if published && world.wants_pulls_closed && has_open() {
        let message = "Advisory cannot be published while its temporary private fork has open pull requests";
        return Err(Refusal::invalid_field("state", "invalid", message));
    }
    if world.forks_stay {
        after.private_fork.clone_from(&before.private_fork);
    }
    world.write(after.clone(), now);
    if published {
        world.tell(Told::Published, &after, &actor, now);
    }
    if let Some(record) = world.records.get_mut(ghsa).filter(|_| closed || after.cve_id.is_some()) {
        record.cve_requested_at = None;
    }
    Ok(after)
}

/// Logins as GitHub spells them and teams that exist; anything unknown is refused.
fn names_resolved(world: &World, full_name: &str, mut changes: Changes) -> Result<Changes, Refusal> {
    let resolved = |field: &str, login: &mut String| {
        let user = world.user(login).ok_or_else(|| {
            Refusal::invalid_field(field, "invalid", format!("{login} is not a GitHub user"))
        })?;
        login.clone_from(&user.login);
        Ok::<(), Refusal>(())
    };
    for (login, _) in changes.credits.iter_mut().flatten() {
        resolved("credits", login)?;
    }
    for login in changes.collaborating_users.iter_mut().flatten() {
        resolved("collaborating_users", login)?;
    }
    let owner = full_name.split('/').next().unwrap_or_default();
    for slug in changes.collaborating_teams.iter().flatten() {
        let mut owners = world.organisations.iter().filter(|org| org.login.eq_ignore_ascii_case(owner));
        if !owners.any(|org| org.teams.iter().any(|team| team.slug == *slug)) {
            let message = format!("{slug} is not a team of {owner}");
            return Err(Refusal::invalid_field("collaborating_teams", "invalid", message));
        }
    }
    Ok(changes)
}

/// Files a request for a CVE number. Asking again is accepted and changes nothing.
pub(super) fn request_cve(
    world: &mut World,
    repo: &str,
    ghsa: &str,
    viewer: &Viewer,
    now: Timestamp,
) -> Result<(), Refusal> {
    let repository = world.repository(repo)?;
    viewer.must_reach_for_writing(repository)?;
    let advisory = world.record(repo, ghsa)?.current();
    if !world.may_see(viewer, repository, advisory) {
        return Err(Refusal::not_found());
    }
    if world.bond(viewer, repository, advisory) < Bond::Manager {
        return Err(viewer.forbidden());
    }
    if advisory.cve_id.is_some() {
        return Err(Refusal::invalid_field("cve_id", "already_exists", "Advisory already has a CVE ID"));
    }
    match advisory.state {
        AdvisoryState::Draft | AdvisoryState::Published => {}
        AdvisoryState::Triage | AdvisoryState::Closed | AdvisoryState::Withdrawn => {
            let message = format!("A CVE cannot be requested in state {}", advisory.state.word());
            return Err(Refusal::invalid_field("state", "invalid", message));
        }
    }
    if let Some(record) = world.records.get_mut(ghsa) {
        record.cve_requested_at.get_or_insert(now);
        world.revision += 1;
    }
    Ok(())
}
