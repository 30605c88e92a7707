//! Which request asks for what.

use super::ids::{ChannelId, GroupId, MessageId, UserId};

/// What the address of a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Call {
    Register,
    Events,
    DeleteQueue,
    Send,
    Messages,
    Message(MessageId),
    Edit(MessageId),
    Delete(MessageId),
    History(MessageId),
    React(MessageId),
    Unreact(MessageId),
    Render,
    Me,
    Users,
    User(UserId),
    UserByEmail(String),
    Channels,
    Channel(ChannelId),
    ChannelIdOf,
    Members(ChannelId),
    Topics(ChannelId),
    Subscriptions,
    Subscribe,
    Unsubscribe,
    IsSubscribed(UserId, ChannelId),
    Groups,
    GroupMembers(GroupId),
    GroupMember(GroupId, UserId),
    Subgroups(GroupId),
    ServerSettings,
    Upload,
    TemporaryUrl(String),
    /// A file itself, which is no part of the API.
    File(String),
}

impl Call {
    /// Whether the call goes to the event server, which counts requests by itself.
    pub(super) fn is_events(&self) -> bool {
        *self == Self::Events || *self == Self::DeleteQueue
    }
}

/// Where a request leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// To an endpoint.
    Call(Call),
    /// To an endpoint that takes only these methods.
    WrongMethod(Vec<&'static str>),
    /// Nowhere.
    Unknown,
}

/// Finds what `method` on `path` asks for.
pub(super) fn route(method: &str, path: &str) -> Route {
    let calls = match path.strip_prefix("/api/v1/") {
        Some(path) => endpoint(path),
        None if path.starts_with("/user_uploads/") => vec![("GET", Call::File(decoded(path)))],
        None => return Route::Unknown,
    };
    if calls.is_empty() {
        return Route::Unknown;
    }
    let allowed = || {
        let mut methods: Vec<_> = calls.iter().map(|(method, _)| *method).collect();
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        methods.sort_unstable();
        methods
    };
    match calls.iter().find(|(its, _)| *its == method) {
        Some((_, call)) => Route::Call(call.clone()),
        None => Route::WrongMethod(allowed()),
    }
}

/// The methods of an endpoint, and what each asks for.
fn endpoint(path: &str) -> Vec<(&'static str, Call)> {
    let parts: Vec<&str> = path.split('/').collect();
    let id = |text: &str| text.parse::<u64>().ok();
    let numbers: Vec<Option<u64>> = parts.iter().map(|part| id(part)).collect();
    let message = || numbers.get(1).copied().flatten().map(MessageId);
    match parts.as_slice() {
        ["register"] => vec![("POST", Call::Register)],
        ["events"] => vec![("GET", Call::Events), ("DELETE", Call::DeleteQueue)],
        ["messages"] => vec![("GET", Call::Messages), ("POST", Call::Send)],
        ["messages", "render"] => vec![("POST", Call::Render)],
        ["messages", _] => message().map_or_else(Vec::new, |id| {
            vec![("GET", Call::Message(id)), ("PATCH", Call::Edit(id)), ("DELETE", Call::Delete(id))]
        }),
        ["messages", _, "reactions"] => message()
            .map_or_else(Vec::new, |id| vec![("POST", Call::React(id)), ("DELETE", Call::Unreact(id))]),
        ["messages", _, "history"] => message().map_or_else(Vec::new, |id| vec![("GET", Call::History(id))]),
        ["server_settings"] => vec![("GET", Call::ServerSettings)],
        ["user_uploads"] => vec![("POST", Call::Upload)],
        ["user_uploads", _, _, ..] => vec![("GET", Call::TemporaryUrl(decoded(&format!("/{path}"))))],
        ["users", ..] => user_endpoint(&parts, &numbers),
        ["streams" | "get_stream_id", ..] => channel_endpoint(&parts, &numbers),
        ["user_groups", ..] => group_endpoint(&parts, &numbers),
        _ => Vec::new(),
    }
}

fn user_endpoint(parts: &[&str], numbers: &[Option<u64>]) -> Vec<(&'static str, Call)> {
    match (parts, numbers) {
        (["users"], _) => vec![("GET", Call::Users)],
        (["users", "me"], _) => vec![("GET", Call::Me)],
        (["users", "me", "subscriptions"], _) => {
            vec![("GET", Call::Subscriptions), ("POST", Call::Subscribe), ("DELETE", Call::Unsubscribe)]
        }
        (["users", "me", _, "topics"], [_, _, Some(id), _]) => vec![("GET", Call::Topics(ChannelId(*id)))],
        (["users", _, "subscriptions", _], [_, Some(user), _, Some(channel)]) => {
            vec![("GET", Call::IsSubscribed(UserId(*user), ChannelId(*channel)))]
        }
        (["users", _], [_, Some(id)]) => vec![("GET", Call::User(UserId(*id)))],
        (["users", email], _) if email.contains('@') || email.contains("%40") => {
            vec![("GET", Call::UserByEmail(decoded(email)))]
        }
        _ => Vec::new(),
    }
}

fn channel_endpoint(parts: &[&str], numbers: &[Option<u64>]) -> Vec<(&'static str, Call)> {
    match (parts, numbers) {
        (["get_stream_id"], _) => vec![("GET", Call::ChannelIdOf)],
        (["streams"], _) => vec![("GET", Call::Channels)],
        (["streams", _], [_, Some(id)]) => vec![("GET", Call::Channel(ChannelId(*id)))],
        (["streams", _, "members"], [_, Some(id), _]) => vec![("GET", Call::Members(ChannelId(*id)))],
        _ => Vec::new(),
    }
}

fn group_endpoint(parts: &[&str], numbers: &[Option<u64>]) -> Vec<(&'static str, Call)> {
    match (parts, numbers) {
        (["user_groups"], _) => vec![("GET", Call::Groups)],
        (["user_groups", _, "members"], [_, Some(id), _]) => {
            vec![("GET", Call::GroupMembers(GroupId(*id)))]
        }
        (["user_groups", _, "members", _], [_, Some(id), _, Some(user)]) => {
            vec![("GET", Call::GroupMember(GroupId(*id), UserId(*user)))]
        }
        (["user_groups", _, "subgroups"], [_, Some(id), _]) => {
            vec![("GET", Call::Subgroups(GroupId(*id)))]
        }
        _ => Vec::new(),
    }
}

/// A part of a path without its percent-encoding.
fn decoded(part: &str) -> String {
    // A plus sign stands for itself in a path.
    let form = format!("p={}", part.replace('+', "%2B"));
    form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}
