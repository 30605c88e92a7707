//! What is sent, held against GitHub's official description of its interface, where that is at hand.

use std::{collections::BTreeMap, sync::LazyLock};

use jsonschema::Validator;

use super::*;

/// GitHub's description, kept beside the sources where they are tested.
const DESCRIPTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/openapi/github-rest.json");

/// What is sent in public and by git's side doors, each described where it is used.
const INLINE: [(&str, &str); 6] = [
    ("post", "/repos/{owner}/{repo}/pulls"),
    ("patch", "/repos/{owner}/{repo}/pulls/{pull_number}"),
    ("put", "/repos/{owner}/{repo}/pulls/{pull_number}/merge"),
    ("post", "/repos/{owner}/{repo}/git/refs"),
    ("put", "/repos/{owner}/{repo}/contents/{path}"),
    ("post", "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches"),
];

struct Schemas {
    create: Validator,
    update: Validator,
    inline: BTreeMap<(&'static str, &'static str), (Validator, Vec<String>)>,
}

static SCHEMAS: LazyLock<Option<Schemas>> = LazyLock::new(|| {
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
    let inline = INLINE.map(|(method, path)| {
        let schema =
            &description["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"];
        let schema = with_null_types(schema);
        // It takes what else is sent for a slip, which the bot makes none of.
        let properties = schema["properties"].as_object().unwrap().keys().cloned().collect();
        ((method, path), (jsonschema::validator_for(&schema).unwrap(), properties))
    });
    let (create, update) = (validator(needed[0]), validator(needed[1]));
    Some(Schemas { create, update, inline: inline.into() })
});

/// Panics when a request's body is not as GitHub describes it.
pub(super) fn check(method: &Method, path: &str, body: &Value) {
    let Some(Schemas { create, update, inline }) = &*SCHEMAS else { return };
    if *method == Method::GET || *method == Method::DELETE {
        return assert_eq!(body, &Value::Null, "{method} {path} takes no body");
    }
    let parts: Vec<&str> = path.split('/').skip(4).collect();
    let schema = match (method.as_str(), parts.as_slice()) {
        ("POST", ["security-advisories", _, "cve" | "forks"]) => {
            return assert_eq!(body, &Value::Null, "{path} takes no body");
        }
        // Not described yet, or not in the description at hand.
        ("POST", ["security-advisories", _, "comments"]) => {
            return assert!(body["body"].is_string(), "{body}");
        }
        ("POST", ["merge-upstream"]) => return assert!(body["branch"].is_string(), "{body}"),
        ("POST", ["security-advisories"]) => create,
        ("PATCH", ["security-advisories", _]) => update,
        (_, parts) => {
            let fits = |template: &str| {
                let names: Vec<&str> = template.split('/').skip(4).collect();
                let open = names.last() == Some(&"{path}");
                let fits = names.iter().zip(parts).all(|(name, part)| name.starts_with('{') || name == part);
                fits && (names.len() == parts.len() || open && names.len() < parts.len())
            };
            let small = method.as_str().to_lowercase();
            let mut those = inline.iter().filter(|((method, path), _)| *method == small && fits(path));
            let (_, (schema, properties)) =
                those.next().unwrap_or_else(|| panic!("{method} {path}: what is it?"));
            for key in body.as_object().into_iter().flatten().map(|(key, _)| key) {
                assert!(properties.contains(key), "{method} {path}: {key}");
            }
            schema
        }
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
        "/repos/o/r/security-advisories",
        &json!({"summary": "x", "description": "", "vulnerabilities": [{}]}),
    );
}

#[test]
#[should_panic(expected = "POST /repos/o/r/pulls: branch")]
fn a_field_that_github_does_not_describe_is_noticed() {
    if SCHEMAS.is_none() {
        panic!("POST /repos/o/r/pulls: branch: skipped");
    }
    check(&Method::POST, "/repos/o/r/pulls", &json!({"head": "a", "base": "b", "branch": "c"}));
}
