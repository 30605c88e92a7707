//! Custom profile fields, as far as they tell somebody's login on GitHub.
//!
//! A realm that has such a field has one of the type for accounts elsewhere, whose `field_data` is
//! `{"subtype":"github"}` as JSON text. What people wrote there is their own word.

use commands::kernel::collaborator::Login;
use serde_json::Value;

/// The type number of fields that name an account on another service (`EXTERNAL_ACCOUNT` in the answer
/// to a registration).
const EXTERNAL_ACCOUNT: u64 = 7;
/// The `subtype` of those that name one on GitHub.
const GITHUB: &str = "github";

/// The fields of a realm that hold a login on GitHub, in the realm's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GitHubFields(Vec<u64>);

impl GitHubFields {
    /// Finds them among a realm's custom profile fields; what cannot be read is none.
    #[must_use]
    pub fn read(fields: &[Value]) -> Self {
        let holds = |field: &&Value| field["type"] == EXTERNAL_ACCOUNT && is_github(&field["field_data"]);
        Self(fields.iter().filter(holds).filter_map(|field| field["id"].as_u64()).collect())
    }

    /// The login in a user's `profile_data`: that of the first field that has one.
    #[must_use]
    pub fn login(&self, profile: &Value) -> Option<Login> {
        self.0.iter().find_map(|id| login(&profile[id.to_string()]["value"]))
    }

    /// What a user's change of one field (`custom_profile_field`) makes of the login; none where the
    /// field is another one. An emptied field is a login that is gone.
    #[must_use]
    pub fn changed(&self, field: &Value) -> Option<Option<Login>> {
        let id = field["id"].as_u64()?;
        self.0.contains(&id).then(|| login(&field["value"]))
    }
}

fn is_github(data: &Value) -> bool {
    let told = data.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let subtype = told.as_ref().unwrap_or(data)["subtype"].as_str();
    subtype.is_some_and(|subtype| subtype.eq_ignore_ascii_case(GITHUB))
}

/// A login as people write it: with an `@`, or as the address of their page.
fn login(value: &Value) -> Option<Login> {
    let text = value.as_str()?.trim().trim_end_matches('/');
    let last = text.rsplit('/').next().unwrap_or(text);
    last.trim_start_matches('@').parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields() -> GitHubFields {
        GitHubFields::read(&[
            json!({"id": 1, "type": 1, "name": "GitHub", "field_data": ""}),
            json!({"id": 2, "type": 7, "field_data": "{\"subtype\":\"twitter\"}"}),
            json!({"id": 3, "type": 7, "field_data": "{\"subtype\":\"github\"}"}),
            json!({"id": 4, "type": 7, "field_data": "no JSON"}),
            json!({"id": 5, "type": 7}),
            json!("no field"),
        ])
    }

    fn told(value: &str) -> Option<String> {
        let login = fields().login(&json!({"3": {"value": value}}));
        login.map(|login| login.as_str().to_owned())
    }

    #[test]
    fn the_field_is_told_by_its_type_and_not_by_its_name() {
        assert_eq!(fields(), GitHubFields(vec![3]));
        let profile = json!({"1": {"value": "one"}, "2": {"value": "two"}, "4": {"value": "four"}});
        assert_eq!(fields().login(&profile), None);
        assert_eq!(GitHubFields::default().login(&json!({"3": {"value": "maya"}})), None);
    }

    #[test]
    fn a_login_is_read_as_people_write_it() {
        for text in ["maya", " @maya ", "https://github.com/maya", "github.com/maya/"] {
            assert_eq!(told(text).as_deref(), Some("maya"), "{text}");
        }
        for text in ["", "maya and ines", "@", "https://"] {
            assert_eq!(told(text), None, "{text}");
        }
        assert_eq!(fields().login(&json!({"3": "maya"})), None);
        assert_eq!(fields().login(&Value::Null), None);
    }

    #[test]
    fn a_change_of_another_field_changes_nothing() {
        let changed = |id: u64, value: Value| fields().changed(&json!({"id": id, "value": value}));
        assert_eq!(changed(1, "maya".into()), None);
        assert_eq!(changed(3, "maya".into()), Some(Some("maya".parse().unwrap())));
        assert_eq!(changed(3, Value::Null), Some(None));
        assert_eq!(fields().changed(&json!({"value": "maya"})), None);
    }
}
