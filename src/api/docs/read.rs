//! The document, as the page shows it.

use serde_json::Value;

use super::code;
use super::schema::{self, Field};
use super::words::Words;

/// Operations of one tag.
pub(super) struct Group {
    pub(super) tag: String,
    pub(super) about: String,
    pub(super) operations: Vec<Operation>,
}

/// One method of one path.
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) summary: String,
    pub(super) about: Vec<Piece>,
    /// Who may ask, in words; none: everybody.
    pub(super) lock: Option<&'static str>,
    pub(super) parameters: Vec<Field>,
    pub(super) body: Option<Body>,
    pub(super) answers: Vec<Answer>,
    /// A command that asks.
    pub(super) command: String,
    /// What a success holds, as JSON.
    pub(super) example: Option<String>,
}

/// What is sent.
pub(super) struct Body {
    pub(super) kinds: String,
    pub(super) fields: Vec<Field>,
}

/// One status.
pub(super) struct Answer {
    pub(super) status: String,
    pub(super) is_success: bool,
    pub(super) about: Vec<Piece>,
    pub(super) codes: Vec<String>,
    pub(super) fields: Vec<Field>,
}

/// A stretch of text; what stood between backticks is code.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) is_code: bool,
}

/// A text with backticks.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let parts = text.split('`').enumerate();
    parts
        .map(|(place, part)| Piece { text: part.to_owned(), is_code: place % 2 == 1 })
        .filter(|piece| !piece.text.is_empty())
        .collect()
}

/// All operations by tag, in the order of the document; `url` is where menwei is.
pub(super) fn groups(document: &Value, words: &'static Words, url: &str) -> Vec<Group> {
    let tags = document.get("tags").and_then(Value::as_array);
    tags.into_iter()
        .flatten()
        .map(|tag| {
            let name = text(tag, "name");
            Group {
                operations: operations(document, words, url, &name),
                about: text(tag, "description").trim_end_matches(['.', '。']).to_owned(),
                tag: name,
            }
        })
        .collect()
}

fn operations(document: &Value, words: &'static Words, url: &str, tag: &str) -> Vec<Operation> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
    });
    all.filter(|(_, _, operation)| operation.pointer("/tags/0").is_some_and(|one| one == tag))
        .map(|(path, method, own)| operation(document, words, url, (path, method, own)))
        .collect()
}

fn operation(
    document: &Value,
    words: &'static Words,
    url: &str,
    (path, method, own): (&str, &str, &Value),
) -> Operation {
    let content = own.pointer("/requestBody/content").and_then(Value::as_object);
    let body = content.map(|content| Body {
        kinds: content.keys().map(String::as_str).collect::<Vec<_>>().join(" · "),
        fields: content.values().take(1).flat_map(|one| of_content(document, one, words)).collect(),
    });
    let answers = own.get("responses").and_then(Value::as_object).into_iter().flatten();
    let parameters = own.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let of_parameter = |one: &Value| {
        let schema = one.get("schema").unwrap_or(&Value::Null);
        let is_required = one.get("required").is_some_and(|required| required == true);
        let field = schema::field(document, schema, words, text(one, "name"), is_required);
        Field { about: pieces(&text(one, "description")), ..field }
    };
    Operation {
        id: text(own, "operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(own, "summary"),
        about: pieces(&text(own, "description")),
        lock: lock(own, words),
        parameters: parameters.map(of_parameter).collect(),
        body,
        answers: answers.map(|(status, one)| answer(document, words, status, one)).collect(),
        command: code::command(document, url, path, method, own),
        example: code::answer(document, own),
    }
}

fn lock(operation: &Value, words: &'static Words) -> Option<&'static str> {
    let locks = operation.get("security")?.as_array()?;
    let has = |name: &str| locks.iter().any(|lock| lock.get(name).is_some());
    let is_optional = locks.iter().any(|lock| lock.as_object().is_some_and(serde_json::Map::is_empty));
    match (has("token"), has("client"), is_optional) {
        (true, _, true) => Some(words.may_token),
        (true, ..) => Some(words.needs_token),
        (_, true, _) => Some(words.needs_client),
        _ => None,
    }
}

fn answer(document: &Value, words: &Words, status: &str, own: &Value) -> Answer {
    let codes: Vec<String> = own
        .get("x-codes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|code| code.as_str().map(str::to_owned))
        .collect();
    let is_success = status.starts_with('2');
    let content = own.get("content").and_then(Value::as_object).into_iter().flatten().next();
    Answer {
        status: status.to_owned(),
        is_success,
        // the codes say it, each with its row in the table
        about: if codes.is_empty() { pieces(&text(own, "description")) } else { Vec::new() },
        codes,
        fields: content
            .filter(|_| is_success)
            .map(|(_, one)| of_content(document, one, words))
            .unwrap_or_default(),
    }
}

fn of_content(document: &Value, content: &Value, words: &Words) -> Vec<Field> {
    content.get("schema").map(|schema| schema::fields(document, schema, words)).unwrap_or_default()
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}
