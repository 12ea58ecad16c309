//! The body of a push, JSON or XML as the mini-program's owner chose: a flat list of fields.
//!
//! Names and values are trimmed, since WeChat's own samples have blanks around them. Of XML only elements, text, CDATA
//! and the five predefined entities are understood: a DOCTYPE, and with it every entity of its own, is refused.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};
use serde_json::Value;

/// The fields by name; numbers as text. The parts of [`PARTED`] stand as `result.suggest`; what else has parts of its own
/// is left out.
pub(super) type Fields = BTreeMap<String, String>;

/// The field whose parts are read.
const PARTED: &str = "result";

/// How deep elements may stand in one another; WeChat's go to 4.
const DEEPEST: usize = 16;

/// The fields of a body; none when it is neither JSON nor XML of WeChat's form.
pub(super) fn read(body: &[u8]) -> Option<Fields> {
    let text = std::str::from_utf8(body).ok()?.trim_start_matches('\u{feff}').trim();
    if text.starts_with('{') { json(text) } else { xml(text) }
}

fn json(text: &str) -> Option<Fields> {
    let Value::Object(object) = serde_json::from_str(text).ok()? else { return None };
    let mut fields = Fields::new();
    for (name, value) in object {
        match value {
            Value::Object(parts) if name.trim() == PARTED => {
                for (part, value) in &parts {
                    put_scalar(&mut fields, &format!("{PARTED}.{}", part.trim()), value)?;
                }
            }
            value => put_scalar(&mut fields, &name, &value)?,
        }
    }
    Some(fields)
}

fn put_scalar(fields: &mut Fields, name: &str, value: &Value) -> Option<()> {
    match value {
        Value::String(text) => put(fields, name, text),
        Value::Number(number) => put(fields, name, &number.to_string()),
        _ => Some(()),
    }
}

/// Keeps a field; none when it is there already: of two values nobody knows which is meant.
fn put(fields: &mut Fields, name: &str, value: &str) -> Option<()> {
    fields.insert(name.trim().to_owned(), value.trim().to_owned()).is_none().then_some(())
}

/// What is open while XML is read.
#[derive(Default)]
struct Open {
    depth: usize,
    is_over: bool,
    /// The element right below the root.
    name: String,
    text: String,
    /// Whether it has elements of its own.
    has_parts: bool,
    /// The element below that.
    part: String,
    part_text: String,
}

fn xml(text: &str) -> Option<Fields> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let (mut fields, mut open) = (Fields::new(), Open::default());
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) => open.start(element.name().into_inner())?,
            Event::Empty(element) => {
                open.start(element.name().into_inner())?;
                open.end(&mut fields)?;
            }
            Event::End(_) => open.end(&mut fields)?,
            Event::Text(text) => open.add(&text)?,
            Event::CData(text) => open.add(&text)?,
            Event::GeneralRef(entity) => open.add(&predefined(&entity)?)?,
            Event::Comment(_) | Event::Decl(_) => {}
            Event::DocType(_) | Event::PI(_) => return None,
            Event::Eof => return (open.is_over && open.depth == 0).then_some(fields),
        }
    }
}

impl Open {
    fn start(&mut self, name: &str) -> Option<()> {
        match self.depth {
            0 if self.is_over || name != "xml" => return None,
            1 => (self.name, self.text, self.has_parts) = (name.to_owned(), String::new(), false),
            2 => {
                self.has_parts = true;
                (self.part, self.part_text) = (name.to_owned(), String::new());
            }
            _ => {}
        }
        self.depth += 1;
        (self.depth <= DEEPEST).then_some(())
    }

    fn end(&mut self, fields: &mut Fields) -> Option<()> {
        self.depth = self.depth.checked_sub(1)?;
        self.is_over = self.depth == 0;
        match self.depth {
            1 if !self.has_parts => put(fields, &self.name, &self.text),
            2 if self.name.trim() == PARTED => {
                put(fields, &format!("{PARTED}.{}", self.part.trim()), &self.part_text)
            }
            _ => Some(()),
        }
    }

    /// Text counts within a field; elsewhere only blanks may stand.
    fn add(&mut self, text: &str) -> Option<()> {
        match self.depth {
            2 => self.text.push_str(text),
            3 => self.part_text.push_str(text),
            _ => {}
        }
        (self.depth >= 2 || text.trim().is_empty()).then_some(())
    }
}

/// A character by number, or one of XML's own five; none for an entity that a document would have to define.
fn predefined(entity: &BytesRef<'_>) -> Option<String> {
    if entity.is_char_ref() {
        return entity.resolve_char_ref().ok()?.map(String::from);
    }
    quick_xml::escape::resolve_predefined_entity(entity).map(str::to_owned)
}
