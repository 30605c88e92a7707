//! Users, organisations and teams as the API shows them.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde_json::{Map, Value, json};

use super::{
    answer::moment,
    seed::{OrganisationSeed, Role, TeamSeed},
    world::{Account, Bases, World},
};

/// Addresses below a user's own.
const USER_ADDRESSES: [(&str, &str); 9] = [
    ("followers_url", "/followers"),
    ("following_url", "/following{/other_user}"),
    ("gists_url", "/gists{/gist_id}"),
    ("starred_url", "/starred{/owner}{/repo}"),
    ("subscriptions_url", "/subscriptions"),
    ("organizations_url", "/orgs"),
    ("repos_url", "/repos"),
    ("events_url", "/events{/privacy}"),
    ("received_events_url", "/received_events"),
];

/// An opaque identifier of the other API.
pub(super) fn node_id(kind: &str, id: u64) -> String {
    format!("{kind}_{}", STANDARD_NO_PAD.encode(id.to_be_bytes()))
}

/// The short form, as authors and owners are shown.
pub(super) fn simple_user(bases: &Bases, account: &Account) -> Value {
    Value::Object(user_fields(bases, account))
}

fn user_fields(bases: &Bases, account: &Account) -> Map<String, Value> {
    let own = format!("{}/users/{}", bases.api, account.login);
    let (prefix, kind) = if account.is_organisation { ("O", "Organization") } else { ("U", "User") };
    let mut fields = Map::new();
    let mut put = |key: &str, value: Value| fields.insert(key.to_owned(), value);
    put("login", json!(account.login));
    put("id", json!(account.id));
    put("node_id", json!(node_id(prefix, account.id)));
    put("avatar_url", json!(format!("{}/avatars/u/{}", bases.web, account.id)));
    put("gravatar_id", json!(""));
    put("html_url", json!(format!("{}/{}", bases.web, account.login)));
    put("type", json!(kind));
    put("user_view_type", json!("public"));
    put("site_admin", json!(false));
    for (key, below) in USER_ADDRESSES {
        put(key, json!(format!("{own}{below}")));
    }
    put("url", json!(own));
    fields
}

/// The long form that anyone may see.
pub(super) fn public_user(world: &World, account: &Account) -> Value {
    let mut fields = user_fields(&world.bases, account);
    let mut put = |key: &str, value: Value| fields.insert(key.to_owned(), value);
    put("name", json!(account.name));
    for key in ["company", "location", "email", "hireable", "bio"] {
        put(key, Value::Null);
    }
    put("blog", json!(""));
    for key in ["public_repos", "public_gists", "followers", "following"] {
        put(key, json!(0));
    }
    put("created_at", json!(moment(world.started_at)));
    put("updated_at", json!(moment(world.started_at)));
    Value::Object(fields)
}

/// The long form that only the user may see.
pub(super) fn private_user(world: &World, account: &Account) -> Value {
    let mut shown = public_user(world, account);
    shown["user_view_type"] = json!("private");
    for key in ["private_gists", "total_private_repos", "owned_private_repos", "disk_usage", "collaborators"]
    {
        shown[key] = json!(0);
    }
    shown["two_factor_authentication"] = json!(true);
    shown
}

/// A user's permission in a repository. Anyone at least reads a public one.
pub(super) fn permission(bases: &Bases, account: &Account, role: Option<Role>) -> Value {
    let role = role.unwrap_or(Role::Read);
    // The older word knows three steps only.
    let permission = match role {
        Role::Read | Role::Triage => "read",
        Role::Write | Role::Maintain => "write",
        Role::Admin => "admin",
    };
    let mut user = simple_user(bases, account);
    user["role_name"] = json!(role.word());
    user["permissions"] = permissions(Some(role));
    json!({"permission": permission, "role_name": role.word(), "user": user})
}

/// The same, spelt out for each step.
pub(super) fn permissions(role: Option<Role>) -> Value {
    let role = role.unwrap_or(Role::Read);
    json!({
        "admin": role >= Role::Admin,
        "maintain": role >= Role::Maintain,
        "push": role >= Role::Write,
        "triage": role >= Role::Triage,
        "pull": true,
    })
}

/// A team as an advisory shows it.
pub(super) fn team(world: &World, organisation: &OrganisationSeed, team: &TeamSeed) -> Value {
    let position = organisation.teams.iter().position(|each| each.slug == team.slug).unwrap_or(0);
    let id = 9_001 + u64::try_from(position).unwrap_or(0);
    let account = world.accounts.get(&organisation.login.to_ascii_lowercase());
    let own = format!("{}/organizations/{}/team/{id}", world.bases.api, account.map_or(0, |org| org.id));
    json!({
        "id": id,
        "node_id": node_id("T", id),
        "name": team.slug,
        "slug": team.slug,
        "description": null,
        "privacy": "closed",
        "notification_setting": "notifications_enabled",
        "permission": "pull",
        "url": own,
        "html_url": format!("{}/orgs/{}/teams/{}", world.bases.web, organisation.login, team.slug),
        "members_url": format!("{own}/members{{/member}}"),
        "repositories_url": format!("{own}/repos"),
        "type": "organization",
        "organization_id": account.map_or(0, |org| org.id),
        "parent": null,
    })
}
