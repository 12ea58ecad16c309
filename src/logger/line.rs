//! One record as one line.

use std::fmt::Write as _;

use log::Record;
use log::kv::{Error, Key, Value, VisitSource};
use serde_json::Map;

use crate::clock::Instant;
use crate::http::request_id::Current;

/// The record's fields, in their order, each as JSON.
struct Fields(Vec<(String, serde_json::Value)>);

impl Fields {
    /// The fields of `record`; the request under way is the first, unless the record names one itself.
    fn of(record: &Record<'_>) -> Self {
        let mut fields = Self(Vec::new());
        // a value that cannot be read is left out: a log line must not fail
        let _ = record.key_values().visit(&mut fields);
        if !fields.0.iter().any(|(name, _)| name == "request_id")
            && let Some(current) = Current::get()
        {
            fields.0.insert(0, ("request_id".to_owned(), (*current.id).into()));
        }
        fields
    }
}

impl<'kvs> VisitSource<'kvs> for Fields {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        let value = value
            .to_u64()
            .map(serde_json::Value::from)
            .or_else(|| value.to_i64().map(serde_json::Value::from))
            .or_else(|| value.to_bool().map(serde_json::Value::from))
            .unwrap_or_else(|| value.to_string().into());
        self.0.push((key.to_string(), value));
        Ok(())
    }
}

/// `2026-11-22T03:04:05.678Z INFO  menwei::access answered request_id=… status=200`
pub(super) fn text(now: Instant, record: &Record<'_>) -> String {
    let mut line = format!("{} {:<5} {} ", now.rfc3339(), record.level(), escaped(record.target()));
    line.push_str(&escaped(&record.args().to_string()));
    for (name, value) in Fields::of(record).0 {
        let value = match value {
            serde_json::Value::String(text) if is_word(&text) => text,
            serde_json::Value::String(text) => format!("\"{}\"", escaped(&text).replace('"', "\\\"")),
            other => other.to_string(),
        };
        // writing to a String cannot fail
        let _ = write!(line, " {}={value}", escaped(&name));
    }
    line
}

/// `{"time":…,"level":…,"target":…,"message":…,"request_id":…,…}`
pub(super) fn json(now: Instant, record: &Record<'_>) -> String {
    let mut object = Map::new();
    object.insert("time".to_owned(), now.rfc3339().into());
    object.insert("level".to_owned(), record.level().as_str().into());
    object.insert("target".to_owned(), record.target().into());
    object.insert("message".to_owned(), record.args().to_string().into());
    for (name, value) in Fields::of(record).0 {
        object.entry(name).or_insert(value);
    }
    let line = serde_json::Value::Object(object).to_string();
    // what serde_json leaves as it is stands in strings only, where \u is understood
    line.chars().fold(String::with_capacity(line.len()), |mut safe, character| {
        if is_dangerous(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(character);
        }
        safe
    })
}

/// Whether a value needs no quotes.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'='))
}

/// The text with everything escaped that could end a line or steer a terminal; backslashes doubled, so that nobody can
/// write an escape of ours.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, character| {
        match character {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\\' => safe.push_str("\\\\"),
            _ if is_dangerous(character) => safe.extend(character.escape_unicode()),
            _ => safe.push(character),
        }
        safe
    })
}

/// Control characters (ANSI sequences begin with one), line and paragraph separators, and what turns text around.
fn is_dangerous(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use log::Level;

    use super::*;

    const HOSTILE: &str = "张伟\r\n2026 ERROR forged\u{1b}[2J\u{202e}\u{2066}\u{2028}\u{9b}\\n\"";

    fn lines(level: Level, fields: &[(&str, &str)]) -> (String, String) {
        let args = format_args!("hello {HOSTILE}");
        let record =
            Record::builder().level(level).target("menwei::test").args(args).key_values(&fields).build();
        (text(Instant::EPOCH, &record), json(Instant::EPOCH, &record))
    }

    #[test]
    fn hostile_text_stays_on_its_line_and_cannot_steer_a_terminal() {
        let (text, json) = lines(Level::Warn, &[("nickname", HOSTILE)]);
        for line in [&text, &json] {
            assert!(!line.chars().any(is_dangerous), "{line}");
            assert!(line.contains("张伟"), "{line}");
        }
    }

    #[test]
    fn a_json_line_gives_back_what_was_logged() {
        let (_, json) = lines(Level::Info, &[("nickname", HOSTILE), ("message", "forged")]);
        let object: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(object["nickname"], HOSTILE);
        assert_eq!(object["message"], format!("hello {HOSTILE}"));
        assert_eq!(object["time"], "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn the_request_under_way_is_named() {
        let current = Current { id: "0193-one".into(), language: crate::http::Language::Chinese };
        let (text, json) = current.during(|| lines(Level::Info, &[]));
        assert!(text.ends_with(" request_id=0193-one") && json.contains(r#""request_id":"0193-one""#));
    }
}
