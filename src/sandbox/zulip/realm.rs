//! What a realm starts with: its people, channels, groups and limits.

use sha2::{Digest, Sha256};

use super::ids::{ChannelId, GroupId, UserId};

/// Everything the embedded Zulip is started from. The same realm gives the same answers.
#[derive(Debug, Clone)]
pub struct Realm {
    /// The organisation's name.
    pub name: String,
    /// The address the realm says it has, without a slash at the end.
    pub url: String,
    /// From which API keys and queue ids are derived.
    pub seed: u64,
    /// The accounts.
    pub users: Vec<UserSeed>,
    /// The channels.
    pub channels: Vec<ChannelSeed>,
    /// The user groups, beside the system ones that every realm has.
    pub groups: Vec<GroupSeed>,
    /// The settings that bound what can be done.
    pub limits: Limits,
}

/// One account of a [`Realm`].
#[derive(Debug, Clone)]
pub struct UserSeed {
    /// Its id.
    pub id: UserId,
    /// Its full name, as shown and mentioned.
    pub name: String,
    /// Its e-mail address: the user name of its API key.
    pub email: String,
    /// Its role in the organisation.
    pub role: Role,
    /// For a bot, who owns it.
    pub bot_owner: Option<UserId>,
    /// The account on GitHub that its profile names, in the custom field for that.
    pub github: Option<String>,
}

/// One channel of a [`Realm`].
#[derive(Debug, Clone)]
pub struct ChannelSeed {
    /// Its id.
    pub id: ChannelId,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Who can see what.
    pub privacy: Privacy,
    /// Its subscribers.
    pub subscribers: Vec<UserId>,
}

/// One user group of a [`Realm`].
#[derive(Debug, Clone)]
pub struct GroupSeed {
    /// Its id: above 8, which the system groups take.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Its members.
    pub members: Vec<UserId>,
}

/// A user's role in the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// May do everything.
    Owner,
    /// Runs the organisation.
    Administrator,
    /// May move and tidy messages beyond the time limits.
    Moderator,
    /// Everyone else who belongs to it; bots too.
    Member,
    /// Sees only the channels they are subscribed to.
    Guest,
}

impl Role {
    /// The number that stands for the role in the API.
    #[must_use]
    pub fn code(self) -> u64 {
        match self {
            Self::Owner => 100,
            Self::Administrator => 200,
            Self::Moderator => 300,
            Self::Member => 400,
            Self::Guest => 600,
        }
    }

    /// Whether the role runs the organisation.
    #[must_use]
    pub fn is_admin(self) -> bool {
        self <= Self::Administrator
    }
}

/// Who can see a channel and its old messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Privacy {
    /// Only subscribers see it.
    pub invite_only: bool,
    /// Anyone on the web can read it without an account.
    pub web_public: bool,
    /// Later subscribers can read what was said before they came.
    pub history_public: bool,
}

impl Privacy {
    /// All members see it.
    pub const PUBLIC: Self = Self { invite_only: false, web_public: false, history_public: true };
    /// The whole web sees it.
    pub const WEB_PUBLIC: Self = Self { invite_only: false, web_public: true, history_public: true };
    /// Subscribers see it, with all that was said before.
    pub const PRIVATE: Self = Self { invite_only: true, web_public: false, history_public: true };
    /// Subscribers see it, from when they were subscribed.
    pub const PROTECTED: Self = Self { invite_only: true, web_public: false, history_public: false };

    /// What Zulip calls this setting.
    #[must_use]
    pub fn name(self) -> &'static str {
        match (self.web_public, self.invite_only, self.history_public) {
            (true, _, _) => "Web-public",
            (false, false, _) => "Public",
            (false, true, true) => "Private, shared history",
            (false, true, false) => "Private, protected history",
        }
    }
}

/// The settings of a realm that bound what can be done.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How many code points of a message are kept.
    pub message_length_max: usize,
    /// How many code points of a topic are kept.
    pub topic_length_max: usize,
    /// How long a channel's name may be, in code points.
    pub channel_name_length_max: usize,
    /// Whether messages may be edited at all.
    pub editing: bool,
    /// How long after sending content may be edited, in seconds; `None` is for ever.
    pub edit_limit_seconds: Option<i64>,
    /// How long after sending a message may be deleted by its sender, in seconds.
    pub delete_limit_seconds: Option<i64>,
    /// Whether members may delete their own messages.
    pub members_delete_own: bool,
    /// How long after sending a message may change its topic or channel, in seconds.
    pub move_limit_seconds: Option<i64>,
    /// How large an uploaded file may be, in MiB.
    pub upload_mib_max: usize,
    /// How many requests one user may make in [`Limits::rate_window_seconds`].
    pub rate_requests_max: usize,
    /// The window of the rate limit.
    pub rate_window_seconds: i64,
    /// How many subscribers a channel may have for anyone to mention them all.
    pub wildcard_subscribers_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_length_max: 10_000,
            topic_length_max: 60,
            channel_name_length_max: 60,
            editing: true,
            edit_limit_seconds: Some(600),
            delete_limit_seconds: Some(600),
            members_delete_own: true,
            move_limit_seconds: Some(604_800),
            upload_mib_max: 25,
            rate_requests_max: 200,
            rate_window_seconds: 60,
            wildcard_subscribers_max: 15,
        }
    }
}

/// `length` letters and digits that follow from `seed` and `label`, and look random.
pub(super) fn derived(seed: u64, label: &str, length: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let digest = Sha256::digest(format!("{seed}/{label}"));
    digest.iter().take(length).map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}

/// The hexadecimal digest of `label` under `seed`, for ids that look like those of the real server.
pub(super) fn derived_hex(seed: u64, label: &str) -> String {
    Sha256::digest(format!("{seed}/{label}")).iter().map(|byte| format!("{byte:02x}")).collect()
}
