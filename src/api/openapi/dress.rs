//! What holds for every operation, put into the document in one place.

use serde_json::{Map, Value, json};

use super::refusals::{CODES, RETRIES};
use crate::api::error::{Problem, catalog};
use crate::http::Language;

/// Puts problems, headers and the token's second place into the document.
pub(super) fn dress(document: &mut Value, language: Language) {
    let problems = catalog::all();
    let schemas = document.pointer("/components/schemas").cloned().unwrap_or_default();
    flatten(document, &schemas);
    for operation in operations(document) {
        let is_by_token = operation.get("security").is_some_and(|locks| locks.to_string().contains("token"));
        if is_by_token && let Some(locks) = operation.get_mut("security").and_then(Value::as_array_mut) {
            locks.insert(1, json!({ "skey": [] }));
        }
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        for (status, response) in responses.into_iter().flatten() {
            if let Some(response) = response.as_object_mut() {
                refuse(status, response, &problems, language);
                name(response);
            }
        }
    }
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
    if let Some(code) = document.pointer_mut("/components/schemas/Problem/properties/code") {
        insert(code, "enum", json!(codes));
    }
    if let Some(components) = document.get_mut("components") {
        insert(components, "headers", headers());
    }
}

/// What is flattened into an object and may be absent as a whole: its fields may be absent, and it is never `null`.
fn flatten(value: &mut Value, schemas: &Value) {
    let is_null = |one: &&Value| one.get("type").is_some_and(|kind| kind == "null");
    for part in value.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        let choice = part.get("oneOf").and_then(Value::as_array).into_iter().flatten();
        let (nulls, others): (Vec<&Value>, Vec<&Value>) = choice.partition(is_null);
        if let ([_], [one]) = (nulls.as_slice(), others.as_slice()) {
            let name = one.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
            let mut target = name.and_then(|name| schemas.get(name)).cloned().unwrap_or_default();
            if let Some(map) = target.as_object_mut() {
                map.remove("required");
                map.extend(one.get("description").map(|said| ("description".to_owned(), said.clone())));
            }
            *part = target;
        }
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| flatten(item, schemas)),
        Value::Object(map) => map.iter_mut().for_each(|(_, item)| flatten(item, schemas)),
        _ => {}
    }
}

/// Every operation of the document.
fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    paths.filter_map(|(_, item)| item.as_object_mut()).flatten().map(|(_, operation)| operation)
}

/// A response that has codes gets the problem's shape, its sentences and its headers.
fn refuse(status: &str, response: &mut Map<String, Value>, problems: &[Problem], language: Language) {
    let Some(codes) = response.get(CODES).and_then(Value::as_array).cloned() else { return };
    let said = codes.iter().filter_map(Value::as_str).filter_map(|code| {
        let problem = problems.iter().find(|problem| problem.code == code)?;
        Some(format!("`{code}`: {}", problem.detail(language)))
    });
    let said: Vec<String> = said.collect();
    response.insert("description".to_owned(), said.join("\n\n").into());
    let schema = json!({ "allOf": [
        { "$ref": "#/components/schemas/Problem" },
        { "properties": { "code": { "enum": codes } } },
    ] });
    response.insert("content".to_owned(), json!({ "application/problem+json": { "schema": schema } }));
    if status == "401" {
        put_header(response, "WWW-Authenticate", "WWW-Authenticate");
    }
    match response.remove(RETRIES).as_ref().and_then(Value::as_str) {
        Some("always") => put_header(response, "Retry-After", "Retry-After"),
        Some(_) => put_header(response, "Retry-After", "Retry-After-Often"),
        None => {}
    }
}

/// Every answer has a name, and none is kept by caches but what says so itself.
fn name(response: &mut Map<String, Value>) {
    put_header(response, "X-Request-Id", "X-Request-Id");
    if response.get("headers").is_none_or(|headers| headers.get("Cache-Control").is_none()) {
        put_header(response, "Cache-Control", "Cache-Control");
    }
}

fn put_header(response: &mut Map<String, Value>, name: &str, component: &str) {
    let headers = response.entry("headers").or_insert_with(|| json!({}));
    insert(headers, name, json!({ "$ref": format!("#/components/headers/{component}") }));
}

fn headers() -> Value {
    let text = |description: &str| json!({ "description": description, "required": true, "schema": { "type": "string" } });
    let seconds = |is_required: bool, description: &str| json!({ "description": description, "required": is_required, "schema": { "type": "integer", "minimum": 1 } });
    json!({
        "X-Request-Id": text("The request's name, in our log, too."),
        "Cache-Control": { "description": "Nothing is kept.", "required": true, "schema": { "type": "string", "const": "no-store" } },
        "WWW-Authenticate": text("What would prove who one is."),
        "Retry-After": seconds(true, "Seconds after which it is worth trying again."),
        "Retry-After-Often": seconds(false, "Seconds after which it is worth trying again; not where only an operator can mend it."),
    })
}

fn insert(value: &mut Value, key: &str, content: Value) {
    if let Some(map) = value.as_object_mut() {
        map.insert(key.to_owned(), content);
    }
}
