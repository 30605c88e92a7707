//! What is sent, held against GitHub's official description of its interface, where that is at hand.

use std::sync::LazyLock;

use jsonschema::Validator;

use super::*;

/// GitHub's description, kept beside the sources where they are tested.
const DESCRIPTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/openapi/github-rest.json");

static SCHEMAS: LazyLock<Option<(Validator, Validator)>> = LazyLock::new(|| {
    let Ok(text) = std::fs::read_to_string(DESCRIPTION) else {
        skipped();
        return None;
    };
    let description: Value = serde_json::from_str(&text).unwrap();
    let all = &description["components"]["schemas"];
    let needed = [
        "repository-advisory-create",
        "repository-advisory-update",
        "security-advisory-ecosystems",
        "security-advisory-credit-types",
    ];
    let schemas: serde_json::Map<_, _> =
        needed.into_iter().map(|name| (name.to_owned(), with_null_types(&all[name]))).collect();
    let validator = |name: &str| {
        let reference = format!("#/components/schemas/{name}");
        jsonschema::validator_for(&json!({"$ref": reference, "components": {"schemas": schemas}})).unwrap()
    };
    Some((validator(needed[0]), validator(needed[1])))
});

/// Panics when a request's body is not as GitHub describes it.
pub(super) fn check(method: &Method, path: &str, body: &Value) {
    let Some((create, update)) = &*SCHEMAS else { return };
    let schema = match (method.as_str(), path.rsplit('/').next().unwrap_or_default()) {
        ("POST", "cve" | "forks") => return assert_eq!(body, &Value::Null, "{path} takes no body"),
        // Not described yet.
        ("POST", "comments") => return assert!(body["body"].is_string(), "{body}"),
        ("POST", _) => create,
        ("PATCH", _) => update,
        _ => return,
    };
    if let Err(error) = schema.validate(body) {
        panic!("{method} {body}: {error}");
    }
}

/// The schema with `nullable` in the words of JSON Schema.
fn with_null_types(schema: &Value) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(with_null_types).collect(),
        Value::Object(fields) => {
            let nullable = fields.get("nullable") == Some(&json!(true));
            let field = |(key, value): (&String, &Value)| {
                let value = match (key.as_str(), nullable) {
                    ("type", true) => json!([value, "null"]),
                    ("enum", true) => {
                        value.as_array().into_iter().flatten().cloned().chain([Value::Null]).collect()
                    }
                    _ => with_null_types(value),
                };
                (key.clone(), value)
            };
            fields.iter().map(field).collect::<serde_json::Map<_, _>>().into()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}

#[expect(clippy::print_stderr, reason = "a check that is skipped says so")]
fn skipped() {
    eprintln!("skipped: requests are not held against {DESCRIPTION}, which is not there");
}

#[test]
#[should_panic(expected = "POST")]
fn a_body_that_github_does_not_describe_is_noticed() {
    if SCHEMAS.is_none() {
        panic!("POST: skipped");
    }
    check(
        &Method::POST,
        "/security-advisories",
        &json!({"summary": "x", "description": "", "vulnerabilities": [{}]}),
    );
}
