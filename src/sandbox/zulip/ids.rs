//! The numbers Zulip gives to what it holds. Each kind has its own type, so that they cannot be mixed up.

use std::fmt;

use serde_json::Value;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }

        impl From<$name> for Value {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }
    };
}

id! {
    /// A person's or bot's account.
    UserId
}
id! {
    /// A channel; it keeps its id through every rename.
    ChannelId
}
id! {
    /// A message. Ids rise with time, over the whole realm.
    MessageId
}
id! {
    /// A user group.
    GroupId
}

/// The JSON list of some ids, in their order.
pub(super) fn list<'a, I, T>(ids: I) -> Value
where
    I: IntoIterator<Item = &'a T>,
    T: Copy + Into<Value> + 'a,
{
    Value::Array(ids.into_iter().map(|id| (*id).into()).collect())
}
