//! Being in every public channel that is watched for leaks: Zulip tells edits to subscribers only.

use commands::kernel::{directory::Channel, id::ChannelId, input::Input};
use http::Method;
use serde_json::{Value, json};

use crate::{
    port::{Again, Setback},
    zulip::{Narrow, Zulip, catchup::OVERLAP_MESSAGES, listener::Session},
};

/// How many channels are joined with one request.
const JOINED_AT_ONCE: usize = 200;

impl Zulip {
    /// Subscribes the bot to public channels. Those it is in already stay as they are; those that Zulip
    /// does not let it into are left out. Zulip knows no other way than by name, and makes a channel of a
    /// name it does not know: give it only names that it has just told.
    ///
    /// # Errors
    /// When it was not done, or may not have been.
    pub async fn subscribe(&self, names: &[&str]) -> Result<(), Setback> {
        let wanted: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
        let parameters = [
            ("subscriptions", Value::from(wanted).to_string()),
            ("authorization_errors_fatal", "false".to_owned()),
        ];
        let _: Value = self.call(Method::POST, "users/me/subscriptions", &parameters).await?;
        Ok(())
    }
}

impl Session {
    /// Joins the watched channels that the bot is not in; returns those it joined. A refusal stops
    /// nothing; a service that does not answer is asked again with the next events.
    pub(super) async fn join(&mut self) -> Vec<ChannelId> {
        let me = self.directory.me.as_ref().map(|(me, _)| *me);
        let is_in = |channel: &&Channel| me.is_some_and(|me| channel.subscribers.contains(&me));
        self.joined.extend(self.directory.channels.values().filter(is_in).map(|channel| channel.id));
        let missing: Vec<(ChannelId, String)> = self
            .directory
            .channels
            .values()
            .filter(|channel| self.is_to_be_joined(channel))
            .map(|channel| (channel.id, channel.name.clone()))
            .collect();
        let mut joined = Vec::new();
        for channels in missing.chunks(JOINED_AT_ONCE) {
            let (ids, names): (Vec<ChannelId>, Vec<&str>) =
                channels.iter().map(|(id, name)| (*id, name.as_str())).unzip();
            match self.zulip.subscribe(&names).await {
                Ok(()) => {
                    tracing::info!(channels = ids.len(), "subscribed to public channels, to watch for leaks");
                    joined.extend(&ids);
                }
                Err(setback) if setback.again == Again::Never => {
                    tracing::warn!(
                        channels = ?ids, kind = ?setback.failure.kind,
                        "zulip does not let the bot subscribe to public channels: edits there go unseen"
                    );
                }
                Err(setback) => {
                    tracing::warn!(kind = ?setback.failure.kind, "public channels are not joined yet");
                    continue;
                }
            }
            self.joined.extend(ids);
        }
        joined
    }

    /// Joins the watched channels that are new, and tells what was said there before the bot was.
    pub(super) async fn join_newcomers(&mut self, inputs: &mut Vec<Input>) -> Option<()> {
        for channel in self.join().await {
            let page = self.read_page(Narrow::Channel(channel), None, OVERLAP_MESSAGES, 0).await?;
            for found in page.into_iter().flat_map(|page| page.messages) {
                inputs.extend(self.earlier_texts(&found));
                self.hear(found, inputs);
            }
        }
        Some(())
    }

    /// Not one it was in since it last registered: whoever takes the bot out has their way until then.
    fn is_to_be_joined(&self, channel: &Channel) -> bool {
        let watched = self.watch.as_ref().is_none_or(|only| only.contains(&channel.id));
        watched && channel.is_public() && !self.joined.contains(&channel.id)
    }
}
