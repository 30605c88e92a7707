//! Accounts: whether they are active, what their role is, and which groups they are in.

use std::collections::BTreeSet;

use serde_json::json;

use super::ids::{GroupId, UserId};
use super::realm::Role;
use super::shape::GITHUB_FIELD;
use super::state::{SYSTEM_GROUPS, State};
use super::wire::Refusal;

impl State {
    /// Deactivates an account, and the bots it owns.
    pub(super) fn deactivate(&mut self, id: UserId) -> Result<(), Refusal> {
        self.user(id)?;
        let bots = self.users.values().filter(|user| user.bot_owner == Some(id) && user.is_active);
        for user in bots.map(|bot| bot.id).chain([id]).collect::<Vec<_>>() {
            self.set_active(user, false);
        }
        Ok(())
    }

    /// Reactivates an account; its bots stay as they are.
    pub(super) fn reactivate(&mut self, id: UserId) -> Result<(), Refusal> {
        self.user(id)?;
        self.set_active(id, true);
        Ok(())
    }

    fn set_active(&mut self, id: UserId, active: bool) {
        let Some(user) = self.users.get_mut(&id).filter(|user| user.is_active != active) else { return };
        // Who is told: everyone active before and after.
        user.is_active = false;
        let onlookers = self.everyone();
        if let Some(user) = self.users.get_mut(&id) {
            user.is_active = active;
        }
        let person = json!({"user_id": id, "is_active": active});
        self.publish(&onlookers, &json!({"type": "realm_user", "op": "update", "person": person}));
        let of = |group: &&super::model::Group| group.members.contains(&id);
        let groups: Vec<GroupId> = self.groups.values().filter(of).map(|group| group.id).collect();
        for group in groups {
            self.tell_of_member(&onlookers, group.0, id, active);
        }
        if active {
            let joined = self.channels.values().filter(|channel| channel.subscribers.contains(&id));
            for channel in joined.map(|channel| channel.id).collect::<Vec<_>>() {
                let sees = |user: &UserId| {
                    *user != id
                        && self.channels.get(&channel).is_some_and(|channel| self.knows(*user, channel))
                };
                let others = onlookers.iter().copied().filter(sees).collect();
                self.publish_peers(&others, "peer_add", channel, id);
            }
        }
    }

    /// Gives an account another role.
    pub(super) fn set_role(&mut self, id: UserId, role: Role) -> Result<(), Refusal> {
        self.user(id)?;
        let groups = || SYSTEM_GROUPS.iter().map(|group| group.id);
        let before: BTreeSet<_> =
            groups().filter(|group| self.system_members(*group).contains(&id)).collect();
        if let Some(user) = self.users.get_mut(&id) {
            user.role = role;
        }
        let after: BTreeSet<_> = groups().filter(|group| self.system_members(*group).contains(&id)).collect();
        let everyone = self.everyone();
        let person = json!({"user_id": id, "role": role.code()});
        self.publish(&everyone, &json!({"type": "realm_user", "op": "update", "person": person}));
        for group in before.difference(&after) {
            self.tell_of_member(&everyone, *group, id, false);
        }
        for group in after.difference(&before) {
            self.tell_of_member(&everyone, *group, id, true);
        }
        Ok(())
    }

    /// Fills in the profile field for the account on GitHub, or empties it.
    pub(super) fn set_github(&mut self, id: UserId, name: Option<&str>) -> Result<(), Refusal> {
        self.user(id)?;
        let Some(user) = self.users.get_mut(&id) else { return Ok(()) };
        if user.github.as_deref() == name {
            return Ok(());
        }
        user.github = name.map(str::to_owned);
        let field = json!({"id": GITHUB_FIELD, "value": name});
        let person = json!({"user_id": id, "custom_profile_field": field});
        let everyone = self.everyone();
        self.publish(&everyone, &json!({"type": "realm_user", "op": "update", "person": person}));
        Ok(())
    }

    /// Adds a member to a group, or takes one from it.
    pub(super) fn set_member(&mut self, id: GroupId, user: UserId, member: bool) -> Result<(), Refusal> {
        self.user(user)?;
        let Some(group) = self.groups.get_mut(&id) else { return Err(Refusal::bad("Invalid user group")) };
        let changed = if member { group.members.insert(user) } else { group.members.remove(&user) };
        if changed {
            let everyone = self.everyone();
            self.tell_of_member(&everyone, id.0, user, member);
        }
        Ok(())
    }

    fn tell_of_member(&mut self, to: &BTreeSet<UserId>, group: u64, user: UserId, member: bool) {
        let op = if member { "add_members" } else { "remove_members" };
        let event = json!({"type": "user_group", "op": op, "group_id": group, "user_ids": [user]});
        self.publish(to, &event);
    }
}
