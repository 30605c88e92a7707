//! The realm's settings, as `/register` gives them.

use serde_json::{Value, json};

use super::shape::GENERAL_CHAT;
use super::state::{ADMINISTRATORS, EVERYONE, MEMBERS, NOBODY, OWNERS, State};

impl State {
    /// All settings of the realm and of the server that a client may want to know.
    pub(super) fn realm_state(&self) -> Value {
        let mut state = self.realm_limits();
        for part in [self.realm_looks(), realm_permissions(), realm_switches(), server_facts()] {
            if let (Value::Object(state), Value::Object(part)) = (&mut state, part) {
                state.extend(part);
            }
        }
        state
    }

    fn realm_limits(&self) -> Value {
        let limits = &self.limits;
        json!({
            "max_message_length": limits.message_length_max,
            "max_topic_length": limits.topic_length_max,
            "max_stream_name_length": limits.channel_name_length_max,
            "max_stream_description_length": 1024,
            "max_avatar_file_size_mib": 5,
            "max_file_upload_size_mib": limits.upload_mib_max,
            "max_icon_file_size_mib": 5,
            "max_logo_file_size_mib": 5,
            "realm_allow_message_editing": limits.editing,
            "realm_message_content_edit_limit_seconds": limits.edit_limit_seconds,
            "realm_message_content_delete_limit_seconds": limits.delete_limit_seconds,
            "realm_move_messages_within_stream_limit_seconds": limits.move_limit_seconds,
            "realm_move_messages_between_streams_limit_seconds": limits.move_limit_seconds,
            "realm_can_delete_own_message_group": if limits.members_delete_own { EVERYONE } else { ADMINISTRATORS },
            "realm_message_retention_days": -1,
            "realm_upload_quota_mib": null,
            "realm_waiting_period_threshold": 0,
        })
    }

    fn realm_looks(&self) -> Value {
        json!({
            "realm_name": self.name,
            "realm_description": "",
            "realm_url": self.url,
            "realm_uri": self.url,
            "realm_bot_domain": "sandbox.example",
            "realm_date_created": self.created,
            "realm_icon_url": format!("{}/static/images/icon.png", self.url),
            "realm_icon_source": "G",
            "realm_logo_url": format!("{}/static/images/logo.svg", self.url),
            "realm_logo_source": "D",
            "realm_night_logo_url": format!("{}/static/images/logo.svg", self.url),
            "realm_night_logo_source": "D",
            "realm_default_language": "en",
            "realm_default_code_block_language": "",
            "realm_empty_topic_display_name": GENERAL_CHAT,
            "realm_org_type": 0,
            "realm_plan_type": 1,
            "realm_jitsi_server_url": null,
            "realm_video_chat_provider": 0,
            "realm_giphy_rating": 0,
            "realm_digest_weekday": 1,
            "realm_new_stream_announcements_stream_id": -1,
            "realm_signup_announcements_stream_id": -1,
            "realm_zulip_update_announcements_stream_id": -1,
            "realm_moderation_request_channel_id": -1,
            "realm_available_video_chat_providers": {"disabled": {"name": "None", "id": 0}},
            "realm_default_external_accounts": {"github": {
                "name": "GitHub username",
                "text": "GitHub",
                "hint": "",
                "url_pattern": "https://github.com/%(username)s",
            }},
            "realm_authentication_methods": {"Email": {"enabled": true, "available": true}},
        })
    }
}

/// Which groups may do what.
fn realm_permissions() -> Value {
    json!({
        "realm_can_access_all_users_group": EVERYONE,
        "realm_can_add_custom_emoji_group": MEMBERS,
        "realm_can_add_subscribers_group": MEMBERS,
        "realm_can_create_bots_group": MEMBERS,
        "realm_can_create_groups": MEMBERS,
        "realm_can_create_private_channel_group": MEMBERS,
        "realm_can_create_public_channel_group": MEMBERS,
        "realm_can_create_web_public_channel_group": OWNERS,
        "realm_can_create_write_only_bots_group": MEMBERS,
        "realm_can_delete_any_message_group": ADMINISTRATORS,
        "realm_can_invite_users_group": MEMBERS,
        "realm_can_manage_all_groups": OWNERS,
        "realm_can_manage_billing_group": ADMINISTRATORS,
        "realm_can_mention_many_users_group": ADMINISTRATORS,
        "realm_can_move_messages_between_channels_group": MEMBERS,
        "realm_can_move_messages_between_topics_group": MEMBERS,
        "realm_can_resolve_topics_group": MEMBERS,
        "realm_can_summarize_topics_group": NOBODY,
        "realm_create_multiuse_invite_group": ADMINISTRATORS,
        "realm_direct_message_initiator_group": EVERYONE,
        "realm_direct_message_permission_group": EVERYONE,
        "realm_create_private_stream_policy": 1,
        "realm_create_public_stream_policy": 1,
        "realm_create_web_public_stream_policy": 7,
        "realm_wildcard_mention_policy": 5,
    })
}

/// What is on and off in the realm.
fn realm_switches() -> Value {
    json!({
        "realm_allow_edit_history": true,
        "realm_message_edit_history_visibility_policy": "all",
        "realm_avatar_changes_disabled": false,
        "realm_digest_emails_enabled": false,
        "realm_disallow_disposable_email_addresses": true,
        "realm_email_auth_enabled": true,
        "realm_email_changes_disabled": false,
        "realm_emails_restricted_to_domains": false,
        "realm_enable_guest_user_dm_warning": true,
        "realm_enable_guest_user_indicator": true,
        "realm_enable_read_receipts": true,
        "realm_enable_spectator_access": false,
        "realm_inline_image_preview": true,
        "realm_inline_url_embed_preview": false,
        "realm_invite_required": true,
        "realm_is_zephyr_mirror_realm": false,
        "realm_mandatory_topics": false,
        "realm_message_content_allowed_in_email_notifications": true,
        "realm_name_changes_disabled": false,
        "realm_password_auth_enabled": true,
        "realm_presence_disabled": false,
        "realm_push_notifications_enabled": false,
        "realm_push_notifications_enabled_end_timestamp": null,
        "realm_require_unique_names": false,
        "realm_send_welcome_emails": false,
        "realm_want_advertise_in_communities_directory": false,
    })
}

/// What is true of the server, whichever the realm.
fn server_facts() -> Value {
    json!({
        "event_queue_longpoll_timeout_seconds": 90,
        "development_environment": false,
        "giphy_rating_options": {"disabled": {"name": "GIPHY integration disabled", "id": 0}},
        "jitsi_server_url": "https://meet.jit.si",
        "password_max_length": 100,
        "password_min_guesses": 10_000,
        "password_min_length": 6,
        "server_avatar_changes_disabled": false,
        "server_can_summarize_topics": false,
        "server_emoji_data_url": "http://localhost/static/generated/emoji/emoji_api.json",
        "server_generation": 1,
        "server_inline_image_preview": true,
        "server_inline_url_embed_preview": false,
        "server_jitsi_server_url": "https://meet.jit.si",
        "server_max_deactivated_realm_deletion_days": null,
        "server_min_deactivated_realm_deletion_days": 14,
        "server_name_changes_disabled": false,
        "server_needs_upgrade": false,
        "server_presence_offline_threshold_seconds": 200,
        "server_presence_ping_interval_seconds": 60,
        "server_supported_permission_settings": {"realm": {}, "stream": {}, "group": {}},
        "server_thumbnail_formats": [],
        "server_typing_started_expiry_period_milliseconds": 45_000,
        "server_typing_started_wait_period_milliseconds": 30_000,
        "server_typing_stopped_wait_period_milliseconds": 12_000,
        "server_web_public_streams_enabled": true,
        "settings_send_digest_emails": false,
        "upgrade_text_for_wide_organization_logo": "",
        "zulip_plan_is_not_limited": true,
    })
}
