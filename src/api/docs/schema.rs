//! Schemas of the document, as lists of fields and as examples.

use serde_json::{Map, Value, json};

use super::read::{Piece, pieces};
use super::words::Words;

/// One field.
pub(super) struct Field {
    /// With the path to it: `user.nickName`, `sessions[].sid`.
    pub(super) name: String,
    /// Its type, in words.
    pub(super) kind: String,
    pub(super) required: bool,
    pub(super) limits: String,
    pub(super) about: Vec<Piece>,
}

/// What a `$ref` of the document points to; any other schema is itself.
pub(super) fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix('#'));
    target.and_then(|path| document.pointer(path)).unwrap_or(schema)
}

/// The parts of which a schema is put together, or between which it chooses.
fn parts<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    let schema = resolved(document, schema);
    let lists = ["allOf", "oneOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
    let parts: Vec<&Value> = lists.flat_map(|part| parts(document, part)).collect();
    if parts.is_empty() { vec![schema] } else { parts }
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

/// The fields of an object, those of objects in it behind their path.
pub(super) fn fields(document: &Value, schema: &Value, words: &Words) -> Vec<Field> {
    let mut found = Vec::new();
    collect(document, schema, words, "", &mut found);
    found
}

fn collect(document: &Value, schema: &Value, words: &Words, path: &str, found: &mut Vec<Field>) {
    for part in parts(document, schema) {
        let required = part.get("required").and_then(Value::as_array);
        for (name, own) in properties(part) {
            let full = format!("{path}{name}");
            if found.iter().any(|field: &Field| field.name == full) {
                continue;
            }
            let is_required = required.is_some_and(|names| names.iter().any(|one| one == name));
            found.push(field(document, own, words, full.clone(), is_required));
            let inner = resolved(document, own);
            match inner.get("items") {
                Some(items) => collect(document, items, words, &format!("{full}[]."), found),
                None => collect(document, inner, words, &format!("{full}."), found),
            }
        }
    }
}

/// One field, by its schema.
pub(super) fn field(document: &Value, own: &Value, words: &Words, name: String, required: bool) -> Field {
    let target = resolved(document, own);
    let about = own.get("description").or_else(|| target.get("description")).and_then(Value::as_str);
    Field {
        name,
        kind: kind(target, words),
        required,
        limits: limits(target, words),
        about: pieces(about.unwrap_or_default()),
    }
}

fn kind(schema: &Value, words: &Words) -> String {
    if schema.get("format").is_some_and(|format| format == "date-time") {
        return words.time.to_owned();
    }
    let name = match schema.get("type") {
        Some(Value::Array(types)) => types.iter().find(|one| *one != "null"),
        one => one,
    };
    match name.and_then(Value::as_str) {
        Some("string") => words.text,
        Some("integer" | "number") => words.number,
        Some("boolean") => words.switch,
        Some("array") => words.list,
        None if schema.get("properties").is_none() => words.anything,
        _ => words.object,
    }
    .to_owned()
}

fn limits(schema: &Value, words: &Words) -> String {
    let number = |key: &str| schema.get(key).and_then(Value::as_i64);
    match (number("minLength"), number("maxLength"), number("minimum"), number("maximum")) {
        (Some(least), Some(most), ..) => format!("{least}–{most} {}", words.characters),
        (None, Some(most), ..) => format!("{} {most} {}", words.at_most, words.characters),
        (Some(least), None, ..) => format!("{} {least} {}", words.at_least, words.characters),
        (.., Some(least), Some(most)) => format!("{least}–{most}"),
        _ => String::new(),
    }
}

/// An example of a schema: what its annotations say, else something of its type. Optional fields without an example are
/// left out.
pub(super) fn example(document: &Value, schema: &Value) -> Value {
    let schema = resolved(document, schema);
    if let Some(example) = schema.get("example").or_else(|| schema.pointer("/examples/0")) {
        return example.clone();
    }
    let one_of = schema.pointer("/oneOf/0");
    if let Some(first) = one_of {
        return example(document, first);
    }
    let mut object = Map::new();
    for part in parts(document, schema) {
        let required = part.get("required").and_then(Value::as_array);
        for (name, own) in properties(part) {
            let is_required = required.is_some_and(|names| names.iter().any(|one| one == name));
            if is_required || resolved(document, own).get("example").is_some() {
                object.insert(name.clone(), example(document, own));
            }
        }
    }
    if !object.is_empty() {
        return Value::Object(object);
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => schema.get("items").map_or(json!([]), |items| json!([example(document, items)])),
        Some("integer") => schema.get("minimum").cloned().unwrap_or_else(|| json!(1_800_000_000)),
        Some("boolean") => json!(true),
        _ => json!("…"),
    }
}
