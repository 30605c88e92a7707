//! Holding exchanges to an OpenAPI 3.0 description: what was asked, and what was answered.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Request, Response, header};
use jsonschema::{Draft, Validator};
use serde_json::{Map, Value};

/// Checks one exchange against the operation of `doc` that the request asks for: its path, query and
/// form parameters, its JSON body, and the answer's body for the answer's status.
///
/// Statuses of 400 and above that the operation does not describe are let through: they are common
/// to all operations.
pub fn check_exchange(
    doc: &Value,
    request: &Request<Bytes>,
    response: &Response<Bytes>,
) -> Result<(), String> {
    let path = strip_server(doc, request.uri().path());
    let method = request.method().as_str().to_lowercase();
    let mut failures = Vec::new();
    for (template, arguments) in candidates(doc, path) {
        let operation = &doc["paths"][&template][&method];
        if operation.is_null() {
            continue;
        }
        let item = &doc["paths"][&template];
        let asked = check_request(doc, item, operation, &arguments, request);
        match asked.and_then(|()| check_response(doc, operation, response)) {
            Ok(()) => return Ok(()),
            Err(failure) => failures.push(format!("{method} {template}: {failure}")),
        }
    }
    if failures.is_empty() {
        return Err(format!("the description has no {method} {path}"));
    }
    Err(failures.join("; "))
}

/// The path below the first server's address.
fn strip_server<'a>(doc: &Value, path: &'a str) -> &'a str {
    let server = doc["servers"][0]["url"].as_str().unwrap_or_default();
    let below = server.split_once("://").map_or(server, |(_, rest)| rest);
    let prefix = below.find('/').map_or("", |at| &below[at..]).trim_end_matches('/');
    path.strip_prefix(prefix).unwrap_or(path)
}

/// The paths that match, the most literal first, with what stands for their parameters.
fn candidates(doc: &Value, path: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let parts: Vec<&str> = path.split('/').collect();
    let mut found = Vec::new();
    for template in doc["paths"].as_object().into_iter().flat_map(Map::keys) {
        let names: Vec<&str> = template.split('/').collect();
        let parts = joined(&names, &parts);
        let mut arguments = BTreeMap::new();
        let fits = names.len() == parts.len()
            && names.iter().zip(&parts).all(|(name, part)| {
                match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                    Some(name) => {
                        arguments.insert(name.to_owned(), decoded(part));
                        true
                    }
                    None => name == part,
                }
            });
        if fits {
            found.push((template.clone(), arguments));
        }
    }
    found.sort_by_key(|(_, arguments)| arguments.len());
    let fewest = found.first().map_or(0, |(_, arguments)| arguments.len());
    found.retain(|(_, arguments)| arguments.len() == fewest);
    found
}

/// The parts of a path, the last ones as one where the description has one name for a whole path.
fn joined(names: &[&str], parts: &[&str]) -> Vec<String> {
    let takes_all = matches!(names, [.., "contents", "{path}"] | [.., "ref" | "refs", "{ref}"]);
    let (one_by_one, rest) = match names.len().checked_sub(1).filter(|_| takes_all) {
        Some(own) if own < parts.len() => parts.split_at(own),
        _ => (parts, [].as_slice()),
    };
    let mut joined: Vec<String> = one_by_one.iter().map(ToString::to_string).collect();
    joined.extend((!rest.is_empty()).then(|| rest.join("/")));
    joined
}

fn decoded(part: &str) -> String {
    let form = format!("p={}", part.replace('+', "%2B"));
    form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// Follows references until there is something.
fn resolve<'a>(doc: &'a Value, mut value: &'a Value) -> &'a Value {
    while let Some(reference) = value["$ref"].as_str() {
        value = doc.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null);
    }
    value
}

fn check_request(
    doc: &Value,
    item: &Value,
    operation: &Value,
    arguments: &BTreeMap<String, String>,
    request: &Request<Bytes>,
) -> Result<(), String> {
    let kind = header_text(request.headers(), header::CONTENT_TYPE);
    let mut given: BTreeMap<String, String> = BTreeMap::new();
    let query = request.uri().query().unwrap_or_default();
    given.extend(pairs(query.as_bytes()));
    let is_form = kind.starts_with("application/x-www-form-urlencoded");
    if is_form {
        given.extend(pairs(request.body()));
    }
    let lists = [item, operation].map(|owner| owner["parameters"].as_array().cloned().unwrap_or_default());
    for parameter in lists.concat() {
        let parameter = resolve(doc, &parameter).clone();
        let name = parameter["name"].as_str().unwrap_or_default();
        let value = match parameter["in"].as_str() {
            Some("path") => arguments.get(name).cloned(),
            Some("query") => given.remove(name),
            _ => continue,
        };
        let json = parameter["content"].is_object();
        let schema =
            if json { &parameter["content"]["application/json"]["schema"] } else { &parameter["schema"] };
        match value {
            Some(text) => check_text(doc, schema, json, &text).map_err(|why| format!("{name}: {why}"))?,
            None if parameter["required"] == true => return Err(format!("{name} is missing")),
            None => {}
        }
    }
    let body = resolve(doc, &operation["requestBody"]);
    if is_form || !given.is_empty() {
        return check_form(doc, &body["content"]["application/x-www-form-urlencoded"], given);
    }
    if kind.starts_with("application/json") && !request.body().is_empty() {
        let value = serde_json::from_slice(request.body()).map_err(|error| error.to_string())?;
        return validate(doc, &body["content"]["application/json"]["schema"], &value, false)
            .map_err(|why| format!("body: {why}"));
    }
    if body["required"] == true && request.body().is_empty() {
        return Err("the body is missing".to_owned());
    }
    Ok(())
}

/// Checks the fields of a form, or what of them stood in the query.
fn check_form(doc: &Value, media: &Value, mut given: BTreeMap<String, String>) -> Result<(), String> {
    let schema = resolve(doc, &media["schema"]);
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let Some(text) = given.remove(name) else {
            let required =
                schema["required"].as_array().is_some_and(|names| names.contains(&name.as_str().into()));
            if required {
                return Err(format!("{name} is missing"));
            }
            continue;
        };
        let json = media["encoding"][name]["contentType"] == "application/json";
        check_text(doc, property, json, &text).map_err(|why| format!("{name}: {why}"))?;
    }
    match given.keys().next() {
        Some(name) => Err(format!("{name} is not described")),
        None => Ok(()),
    }
}

/// Checks a parameter's text: as JSON where it must be, and where the schema asks for no string.
fn check_text(doc: &Value, schema: &Value, json: bool, text: &str) -> Result<(), String> {
    let parsed = serde_json::from_str::<Value>(text);
    if json {
        // A union that also takes a bare string takes text that is no JSON.
        let value = parsed.unwrap_or_else(|_| text.into());
        return validate(doc, schema, &value, false);
    }
    let plain = validate(doc, schema, &text.into(), false);
    match (plain, parsed) {
        (Ok(()), _) => Ok(()),
        (Err(_), Ok(value)) => validate(doc, schema, &value, false),
        (Err(why), Err(_)) => Err(why),
    }
}

fn check_response(doc: &Value, operation: &Value, response: &Response<Bytes>) -> Result<(), String> {
    let status = response.status().as_u16();
    let responses = &operation["responses"];
    let range = format!("{}XX", status / 100);
    let described = [status.to_string(), range, "default".to_owned()];
    let described = described.iter().map(|name| &responses[name]).find(|one| !one.is_null());
    let Some(described) = described.map(|one| resolve(doc, one)) else {
        return if status >= 400 { Ok(()) } else { Err(format!("status {status} is not described")) };
    };
    let Some(content) = described["content"].as_object() else {
        return if response.body().is_empty() {
            Ok(())
        } else {
            Err("the answer should be empty".to_owned())
        };
    };
    let kind = header_text(response.headers(), header::CONTENT_TYPE);
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let Some(media) = content.get(kind) else { return Err(format!("content type {kind} is not described")) };
    if kind != "application/json" && !kind.ends_with("+json") {
        return Ok(());
    }
    let value = serde_json::from_slice(response.body()).map_err(|error| error.to_string())?;
    let checked = validate(doc, &media["schema"], &value, status >= 400);
    if status < 400 || checked.is_ok() {
        return checked.map_err(|why| format!("answer {status}: {why}"));
    }
    // Errors common to all operations are described once, among the components.
    let errors = doc["components"]["schemas"].as_object().into_iter().flatten();
    let mut errors = errors.filter(|(name, _)| name.to_lowercase().ends_with("error"));
    if errors.any(|(_, schema)| validate(doc, schema, &value, true).is_ok()) {
        return Ok(());
    }
    checked.map_err(|why| format!("answer {status}: {why}"))
}

fn pairs(text: &[u8]) -> impl Iterator<Item = (String, String)> + '_ {
    form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned()))
}

fn header_text(headers: &http::HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Validates a value against one of the document's schemas. Where `loose`, a value may fit several
/// alternatives of a `oneOf`: descriptions of errors are rarely exclusive.
fn validate(doc: &Value, schema: &Value, value: &Value, loose: bool) -> Result<(), String> {
    let validator = validator(doc, schema, loose)?;
    let failures: Vec<String> = validator.iter_errors(value).take(3).map(|error| explain(&error)).collect();
    if failures.is_empty() { Ok(()) } else { Err(failures.join(", ")) }
}

fn explain(error: &jsonschema::ValidationError<'_>) -> String {
    let mut text = error.to_string();
    if let Some((at, _)) = text.char_indices().nth(600) {
        text.truncate(at);
    }
    format!("{text} (at {})", error.instance_path())
}

fn validator(doc: &Value, schema: &Value, loose: bool) -> Result<Validator, String> {
    // Only what the schema refers to is carried along: whole documents are large.
    let mut root = Map::new();
    root.insert("allOf".to_owned(), Value::Array(vec![adapted(schema, loose)]));
    let mut components = Map::new();
    collect(doc, schema, loose, &mut components);
    root.insert("components".to_owned(), serde_json::json!({"schemas": components}));
    let options = jsonschema::options().with_draft(Draft::Draft7).should_validate_formats(false);
    options.build(&Value::Object(root)).map_err(|error| format!("the schema is broken: {error}"))
}

/// Gathers the components that a schema refers to, directly or not.
fn collect(doc: &Value, schema: &Value, loose: bool, into: &mut Map<String, Value>) {
    match schema {
        Value::Object(fields) => {
            let name = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/components/schemas/"));
            if let Some(name) = name.filter(|name| !into.contains_key(*name)) {
                let component = &doc["components"]["schemas"][name];
                into.insert(name.to_owned(), adapted(component, loose));
                collect(doc, component, loose, into);
            }
            fields.values().for_each(|field| collect(doc, field, loose, into));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(doc, item, loose, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// An OpenAPI schema as a JSON schema: `nullable` is spelled out, and what is no schema left away.
fn adapted(schema: &Value, loose: bool) -> Value {
    if let Value::Array(items) = schema {
        return items.iter().map(|item| adapted(item, loose)).collect();
    }
    let Value::Object(fields) = schema else { return schema.clone() };
    let mut out = Map::new();
    for (name, field) in fields {
        match (name.as_str(), field) {
            ("properties", Value::Object(properties)) => {
                let properties = properties.iter().map(|(name, field)| (name.clone(), adapted(field, loose)));
                out.insert(name.clone(), Value::Object(properties.collect()));
            }
            ("oneOf", _) if loose => {
                out.insert("anyOf".to_owned(), adapted(field, loose));
            }
            ("nullable" | "example" | "examples" | "description" | "discriminator" | "default", _) => {}
            ("enum" | "required", _) => {
                out.insert(name.clone(), field.clone());
            }
            _ => {
                out.insert(name.clone(), adapted(field, loose));
            }
        }
    }
    if fields.get("nullable") == Some(&Value::Bool(true)) {
        return serde_json::json!({"anyOf": [out, {"type": "null"}]});
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn doc() -> Value {
        let thing = json!({
            "type": "object",
            "required": ["id", "name"],
            "additionalProperties": false,
            "properties": {"id": {"type": "integer"}, "name": {"type": "string", "nullable": true}},
        });
        json!({
            "servers": [{"url": "https://{host}/api/v1"}],
            "components": {"schemas": {"Thing": thing}},
            "paths": {"/things/{id}": {"post": {
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}},
                    {"name": "deep", "in": "query", "schema": {"type": "boolean"}},
                ],
                "requestBody": {"content": {"application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": ["tags"],
                        "properties": {"tags": {"type": "array", "items": {"type": "string"}}},
                    },
                    "encoding": {"tags": {"contentType": "application/json"}},
                }}},
                "responses": {"200": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Thing"},
                }}}},
            }}},
        })
    }

    fn checked(path: &str, form: &str, status: u16, answer: &str) -> Result<(), String> {
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::copy_from_slice(form.as_bytes()))
            .map_err(|error| error.to_string())?;
        let response = Response::builder()
            .status(status)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Bytes::copy_from_slice(answer.as_bytes()))
            .map_err(|error| error.to_string())?;
        check_exchange(&doc(), &request, &response)
    }

    #[test]
    fn what_fits_is_accepted() {
        let tags = "tags=%5B%22a%22%5D";
        assert_eq!(checked("/api/v1/things/1?deep=true", tags, 200, r#"{"id": 1, "name": null}"#), Ok(()));
        assert_eq!(checked("/api/v1/things/1", tags, 429, "{}"), Ok(()), "not described, common to all");
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let good = r#"{"id": 1, "name": "x"}"#;
        let tags = "tags=%5B%22a%22%5D";
        let cases = [
            ("/api/v1/others/1", tags, 200, good, "has no post"),
            ("/api/v1/things/x", tags, 200, good, "id:"),
            ("/api/v1/things/1?deep=very", tags, 200, good, "deep:"),
            ("/api/v1/things/1", "", 200, good, "tags is missing"),
            ("/api/v1/things/1", "tags=%5B1%5D", 200, good, "tags:"),
            ("/api/v1/things/1", "tags=%5B%5D&more=1", 200, good, "more is not described"),
            ("/api/v1/things/1", tags, 201, good, "status 201 is not described"),
            ("/api/v1/things/1", tags, 200, r#"{"id": 1}"#, "\"name\" is a required property"),
            ("/api/v1/things/1", tags, 200, r#"{"id": null, "name": "x"}"#, "(at /id)"),
            ("/api/v1/things/1", tags, 200, r#"{"id": 1, "name": "x", "x": 1}"#, "'x' was unexpected"),
        ];
        for (path, form, status, answer, why) in cases {
            let failure = checked(path, form, status, answer).expect_err(why);
            assert!(failure.contains(why), "{failure}");
        }
    }
}
