//! The endpoints for accounts, user groups and the server itself.

use serde_json::{Value, json};

use super::ids::{GroupId, MessageId, UserId, list};
use super::model::User;
use super::realm::Role;
use super::shape::profile_data;
use super::state::{SYSTEM_GROUPS, State};
use super::wire::{Answer, Params, Refusal};

/// The version of Zulip that is modelled.
pub(super) const VERSION: &str = "10.2";
/// Its feature level.
pub(super) const FEATURE_LEVEL: u64 = 372;

impl State {
    /// `GET /users/me`
    pub(super) fn api_me(&self, id: UserId) -> Answer {
        let user = self.user(id)?;
        let mut body = json!({
            "user_id": id,
            "email": user.email,
            "delivery_email": user.email,
            "full_name": user.name,
            "avatar_url": self.avatar(id),
            "avatar_version": 1,
            "is_admin": user.role.is_admin(),
            "is_owner": user.role == Role::Owner,
            "is_guest": user.role == Role::Guest,
            "is_bot": user.is_bot,
            "is_active": true,
            "role": user.role.code(),
            "timezone": "",
            "date_joined": self.date_joined(),
            "max_message_id": self.last_received(id),
        });
        if !user.is_bot {
            body["profile_data"] = profile_data(user);
        }
        Ok(body)
    }

    /// The last message that was delivered to a user, or 0.
    pub(super) fn last_received(&self, user: UserId) -> MessageId {
        let mut seen = self.messages.values().rev().filter(|message| message.received.contains_key(&user));
        seen.next().map_or(MessageId(0), |message| message.id)
    }

    /// `GET /users`
    pub(super) fn api_users(&self, params: &mut Params) -> Answer {
        let gravatar = params.flag("client_gravatar", true)?;
        let profile = params.flag("include_custom_profile_fields", false)?;
        let users = self.users.values().filter(|user| !user.is_system);
        let members: Vec<_> = users.map(|user| self.user_json(user, gravatar, profile)).collect();
        Ok(json!({"members": members}))
    }

    /// `GET /users/{user_id}` and `GET /users/{email}`
    pub(super) fn api_user(&self, user: Option<&User>, params: &mut Params) -> Answer {
        let gravatar = params.flag("client_gravatar", true)?;
        let profile = params.flag("include_custom_profile_fields", false)?;
        let user = user.filter(|user| !user.is_system).ok_or_else(Refusal::no_user)?;
        Ok(json!({"user": self.user_json(user, gravatar, profile)}))
    }

    /// Refuses bots, which several endpoints do not serve.
    pub(super) fn check_human(&self, user: UserId) -> Result<(), Refusal> {
        if self.user(user)?.is_bot {
            return Err(Refusal::bad("This endpoint does not accept bot requests."));
        }
        Ok(())
    }

    /// `GET /user_groups`
    pub(super) fn api_groups(&self, user: UserId, params: &mut Params) -> Answer {
        params.flag("include_deactivated_groups", false)?;
        self.check_human(user)?;
        Ok(json!({"user_groups": self.groups_json()}))
    }

    /// `GET /user_groups/{user_group_id}/members`
    pub(super) fn api_group_members(&self, user: UserId, id: GroupId, params: &mut Params) -> Answer {
        let direct = params.flag("direct_member_only", false)?;
        self.check_human(user)?;
        Ok(json!({"members": list(&self.group_members(id, direct)?)}))
    }

    /// `GET /user_groups/{user_group_id}/members/{user_id}`
    pub(super) fn api_group_member(
        &self,
        user: UserId,
        id: GroupId,
        member: UserId,
        params: &mut Params,
    ) -> Answer {
        let direct = params.flag("direct_member_only", false)?;
        self.check_human(user)?;
        self.user(member)?;
        Ok(json!({"is_user_group_member": self.group_members(id, direct)?.contains(&member)}))
    }

    /// `GET /user_groups/{user_group_id}/subgroups`
    pub(super) fn api_subgroups(&self, user: UserId, id: GroupId, params: &mut Params) -> Answer {
        let direct = params.flag("direct_subgroup_only", false)?;
        self.check_human(user)?;
        self.group_members(id, true)?;
        let mut inner: Vec<u64> = inner_groups(id.0);
        if direct {
            inner.truncate(1);
        }
        Ok(json!({"subgroups": inner}))
    }

    fn group_members(
        &self,
        id: GroupId,
        direct: bool,
    ) -> Result<std::collections::BTreeSet<UserId>, Refusal> {
        if let Some(group) = self.groups.get(&id) {
            return Ok(self.members(group));
        }
        if SYSTEM_GROUPS.iter().all(|group| group.id != id.0) {
            return Err(Refusal::bad("Invalid user group"));
        }
        let inner = if direct { Vec::new() } else { inner_groups(id.0) };
        Ok(inner.into_iter().chain([id.0]).flat_map(|group| self.system_members(group)).collect())
    }

    /// `GET /server_settings`
    pub(super) fn api_server_settings(&self) -> Answer {
        let names = [
            "password",
            "dev",
            "email",
            "ldap",
            "remoteuser",
            "github",
            "azuread",
            "gitlab",
            "apple",
            "google",
            "saml",
            "openid connect",
        ];
        let methods = names.map(|name| (name.to_owned(), Value::from(matches!(name, "password" | "email"))));
        Ok(json!({
            "authentication_methods": Value::Object(methods.into_iter().collect()),
            "external_authentication_methods": [],
            "zulip_feature_level": FEATURE_LEVEL,
            "zulip_version": VERSION,
            "zulip_merge_base": VERSION,
            "push_notifications_enabled": false,
            "is_incompatible": false,
            "email_auth_enabled": true,
            "require_email_format_usernames": true,
            "realm_uri": self.url,
            "realm_url": self.url,
            "realm_name": self.name,
            "realm_icon": format!("{}/static/images/icon.png", self.url),
            "realm_description": "",
            "realm_web_public_access_enabled": false,
        }))
    }
}

/// The groups within a system group, the direct one first.
fn inner_groups(id: u64) -> Vec<u64> {
    let inner = |id: &u64| SYSTEM_GROUPS.iter().find(|group| group.id == *id).and_then(|group| group.inner);
    std::iter::successors(inner(&id), inner).collect()
}
