//! The bodies of requests about advisories: read, and held to the operation's schema.

use serde_json::{Map, Value};

use super::{
    answer::Refusal,
    cwe,
    model::{AdvisoryState, CREDIT_TYPES, ECOSYSTEMS, Severity, Vulnerability},
    scoring,
};

/// The longest title, in characters.
const SUMMARY_CHARS_MAX: usize = 1024;
/// The longest text, in characters.
const DESCRIPTION_CHARS_MAX: usize = 65_535;

/// Which operation a body belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Create,
    Update,
    Report,
}

impl Form {
    fn permitted(self) -> &'static [&'static str] {
        match self {
            Self::Create => &[
                "summary",
                "description",
                "cve_id",
                "vulnerabilities",
                "cwe_ids",
                "credits",
                "severity",
                "cvss_vector_string",
                "start_private_fork",
            ],
            Self::Update => &[
                "summary",
                "description",
                "cve_id",
                "vulnerabilities",
                "cwe_ids",
                "credits",
                "severity",
                "cvss_vector_string",
                "state",
                "collaborating_users",
                "collaborating_teams",
            ],
            Self::Report => &[
                "summary",
                "description",
                "vulnerabilities",
                "cwe_ids",
                "severity",
                "cvss_vector_string",
                "start_private_fork",
            ],
        }
    }

    fn required(self) -> &'static [&'static str] {
        match self {
            Self::Create => &["summary", "description", "vulnerabilities"],
            Self::Update => &[],
            Self::Report => &["summary", "description"],
        }
    }
}

/// What a body asks for. `None`: left out, to be kept. `Some(None)`: sent as null.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) summary: Option<String>,
    pub(super) description: Option<String>,
    pub(super) cve_id: Option<Option<String>>,
    pub(super) vulnerabilities: Option<Vec<Vulnerability>>,
    pub(super) cwe_ids: Option<Vec<String>>,
    /// Login and type.
    pub(super) credits: Option<Vec<(String, String)>>,
    pub(super) severity: Option<Option<Severity>>,
    pub(super) cvss_vector: Option<Option<String>>,
    pub(super) state: Option<AdvisoryState>,
    pub(super) collaborating_users: Option<Vec<String>>,
    pub(super) collaborating_teams: Option<Vec<String>>,
    pub(super) start_private_fork: bool,
}

/// Reads a body. First everything the schema says (all complaints at once), then what it does not.
pub(super) fn read(form: Form, body: &Value) -> Result<Changes, Refusal> {
    let Value::Object(fields) = body else {
        return Err(Refusal::new(400, "Body should be a JSON object"));
    };
    let mut reader = Reader { fields, complaints: Vec::new() };
    reader.check_keys(form);
    let changes = Changes {
        summary: reader.text("summary", SUMMARY_CHARS_MAX),
        description: reader.text("description", DESCRIPTION_CHARS_MAX),
        cve_id: reader.nullable_text("cve_id"),
        vulnerabilities: reader.vulnerabilities(form),
        cwe_ids: reader.texts("cwe_ids"),
        credits: reader.credits(),
        severity: reader.severity(),
        cvss_vector: reader.nullable_text("cvss_vector_string"),
        state: reader.state(),
        collaborating_users: reader.texts("collaborating_users"),
        collaborating_teams: reader.texts("collaborating_teams"),
        start_private_fork: reader.flag("start_private_fork"),
    };
    if reader.complaints.is_empty() {
        check_values(form, &changes)?;
        Ok(changes)
    } else {
        Err(Refusal::invalid_request(&reader.complaints))
    }
}

/// What holds beyond the schema, whatever the advisory is like.
fn check_values(form: Form, changes: &Changes) -> Result<(), Refusal> {
    if changes.summary.as_deref().is_some_and(|summary| summary.trim().is_empty()) {
        return Err(Refusal::invalid_field("summary", "missing_field", "Summary can't be blank"));
    }
    if let (Some(Some(_)), Some(Some(_))) = (&changes.severity, &changes.cvss_vector) {
        let message = "Only one of severity and cvss_vector_string can be set";
        return Err(Refusal::invalid_field("severity", "invalid", message));
    }
    if let Some(Some(vector)) = &changes.cvss_vector
        && scoring::score(vector).is_none()
    {
        let message = "CVSS vector string is not a valid CVSS 3 or CVSS 4 vector";
        return Err(Refusal::invalid_field("cvss_vector_string", "invalid", message));
    }
    if let Some(bad) = changes.cwe_ids.iter().flatten().find(|id| !cwe::is_well_formed(id)) {
        return Err(Refusal::invalid_field("cwe_ids", "invalid", format!("{bad} is not a valid CWE ID")));
    }
    if let Some(Some(id)) = &changes.cve_id
        && !is_cve(id)
    {
        return Err(Refusal::invalid_field("cve_id", "invalid", "CVE ID is not valid"));
    }
    if form == Form::Update && changes.vulnerabilities.as_ref().is_some_and(Vec::is_empty) {
        return Err(Refusal::new(422, "Advisory must have at least one vulnerability"));
    }
    Ok(())
}

fn is_cve(id: &str) -> bool {
    let mut parts = id.split('-');
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    parts.next() == Some("CVE")
        && parts.next().is_some_and(|year| year.len() == 4 && all_digits(year))
        && parts.next().is_some_and(|number| number.len() >= 4 && all_digits(number))
        && parts.next().is_none()
}

/// A body being read; complaints gather until the end.
struct Reader<'body> {
    fields: &'body Map<String, Value>,
    complaints: Vec<String>,
}

impl Reader<'_> {
    fn check_keys(&mut self, form: Form) {
        for key in self.fields.keys().filter(|key| !form.permitted().contains(&key.as_str())) {
            self.complaints.push(format!("\"{key}\" is not a permitted key."));
        }
        let missing: Vec<String> = form
            .required()
            .iter()
            .filter(|key| !self.fields.contains_key(**key))
            .map(|key| format!("\"{key}\""))
            .collect();
        if !missing.is_empty() {
            let verb = if missing.len() == 1 { "wasn't" } else { "weren't" };
            self.complaints.push(format!("{} {verb} supplied.", missing.join(", ")));
        }
    }

    fn mistyped(&mut self, key: &str, value: &Value, wanted: &str) {
        let shown = if value.is_null() { "nil".to_owned() } else { value.to_string() };
        self.complaints.push(format!("For 'properties/{key}', {shown} is not {wanted}."));
    }

    fn not_a_member(&mut self, key: &str, value: &str, members: &[&str]) {
        self.complaints.push(format!("For 'properties/{key}', {value} is not a member of {members:?}."));
    }

    fn text(&mut self, key: &str, chars_max: usize) -> Option<String> {
        let value = self.fields.get(key)?;
        let Value::String(text) = value else {
            self.mistyped(key, value, "a string");
            return None;
        };
        let chars = text.chars().count();
        if chars > chars_max {
            self.complaints.push(format!(
                "For 'properties/{key}', only {chars_max} characters are allowed; {chars} were supplied."
            ));
        }
        Some(text.clone())
    }

    fn nullable_text(&mut self, key: &str) -> Option<Option<String>> {
        let value = self.fields.get(key)?;
        if !value.is_null() && !value.is_string() {
            self.mistyped(key, value, "a string");
            return None;
        }
        Some(value.as_str().map(str::to_owned))
    }

    fn flag(&mut self, key: &str) -> bool {
        let Some(value) = self.fields.get(key) else { return false };
        value.as_bool().unwrap_or_else(|| {
            self.mistyped(key, value, "a boolean");
            false
        })
    }

    /// A list's items; null counts as an empty list.
    fn items(&mut self, key: &str) -> Option<Vec<Value>> {
        let value = self.fields.get(key)?;
        if !value.is_null() && !value.is_array() {
            self.mistyped(key, value, "an array");
            return None;
        }
        Some(value.as_array().cloned().unwrap_or_default())
    }

    fn texts(&mut self, key: &str) -> Option<Vec<String>> {
        let mut texts = Vec::new();
        for item in self.items(key)? {
            if let Some(text) = item.as_str() {
                texts.push(text.to_owned());
            } else {
                self.mistyped(key, &item, "a string");
            }
        }
        Some(texts)
    }

    fn severity(&mut self) -> Option<Option<Severity>> {
        let word = self.nullable_text("severity")?;
        let Some(word) = word else { return Some(None) };
        let known = Severity::ALL.into_iter().find(|severity| severity.word() == word);
        if known.is_none() {
            self.not_a_member("severity", &word, &["critical", "high", "medium", "low"]);
        }
        Some(known)
    }

    fn state(&mut self) -> Option<AdvisoryState> {
        let word = self.text("state", usize::MAX)?;
        let settable = [AdvisoryState::Published, AdvisoryState::Closed, AdvisoryState::Draft];
        let known = settable.into_iter().find(|state| state.word() == word);
        if known.is_none() {
            self.not_a_member("state", &word, &settable.map(AdvisoryState::word));
        }
        known
    }

    fn credits(&mut self) -> Option<Vec<(String, String)>> {
        let mut credits = Vec::new();
        for item in self.items("credits")? {
            let field = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
            let (Some(login), Some(kind)) = (field("login"), field("type")) else {
                self.mistyped("credits/items", &item, "an object with \"login\" and \"type\"");
                continue;
            };
            if !CREDIT_TYPES.contains(&kind.as_str()) {
                self.not_a_member("credits/items/type", &kind, &CREDIT_TYPES);
            }
            credits.push((login, kind));
        }
        Some(credits)
    }

    fn vulnerabilities(&mut self, form: Form) -> Option<Vec<Vulnerability>> {
        let value = self.fields.get("vulnerabilities")?;
        if value.is_null() && form != Form::Report {
            self.mistyped("vulnerabilities", value, "an array");
            return None;
        }
        let items = self.items("vulnerabilities")?;
        Some(items.iter().filter_map(|item| self.vulnerability(item)).collect())
    }

    fn vulnerability(&mut self, item: &Value) -> Option<Vulnerability> {
        const PLACE: &str = "vulnerabilities/items";
        const KEYS: [&str; 4] =
            ["package", "vulnerable_version_range", "patched_versions", "vulnerable_functions"];
        let Value::Object(fields) = item else {
            self.mistyped(PLACE, item, "an object");
            return None;
        };
        for key in fields.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            self.complaints.push(format!("\"{key}\" is not a permitted key."));
        }
        let Some(Value::Object(package)) = fields.get("package") else {
            self.complaints.push("\"package\" wasn't supplied.".to_owned());
            return None;
        };
        let Some(ecosystem) = package.get("ecosystem").and_then(Value::as_str) else {
            self.complaints.push("\"ecosystem\" wasn't supplied.".to_owned());
            return None;
        };
        if !ECOSYSTEMS.contains(&ecosystem) {
            self.not_a_member(&format!("{PLACE}/package/ecosystem"), ecosystem, &ECOSYSTEMS);
        }
        let mut inner = Reader { fields, complaints: Vec::new() };
        let mut named = Reader { fields: package, complaints: Vec::new() };
        let vulnerability = Vulnerability {
            ecosystem: ecosystem.to_owned(),
            package: named.nullable_text("name").flatten(),
            vulnerable_version_range: inner.nullable_text("vulnerable_version_range").flatten(),
            patched_versions: inner.nullable_text("patched_versions").flatten(),
            vulnerable_functions: inner.texts("vulnerable_functions").unwrap_or_default(),
        };
        self.complaints.append(&mut inner.complaints);
        self.complaints.append(&mut named.complaints);
        Some(vulnerability)
    }
}
