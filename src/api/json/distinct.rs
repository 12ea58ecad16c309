//! Refuses JSON in which a key stands twice: parsers differ in which one counts, and that is a way around checks.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use crate::api::error::ApiError;
use crate::error::Fault;

/// Reads all of `text`.
///
/// # Errors
/// The first key that stands twice in one object, or that `text` is no JSON.
pub(super) fn check(text: &[u8]) -> Result<(), ApiError> {
    let twice = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(text);
    let outcome = Value(&twice).deserialize(&mut reader).and_then(|()| reader.end());
    match (twice.into_inner(), outcome) {
        (Some(key), _) => Err(ApiError::Body(key, Fault::Duplicate)),
        // numbers beyond f64 are no data fault of a field we know
        (None, Err(why)) if why.classify() != Category::Data => {
            Err(ApiError::Body(String::new(), Fault::Malformed))
        }
        (None, _) => Ok(()),
    }
}

/// Any value; where a key stands twice, it is noted.
#[derive(Clone, Copy)]
struct Value<'a>(&'a RefCell<Option<String>>);

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any JSON")
    }

    fn visit_bool<E>(self, _value: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _value: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _value: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _value: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _value: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            if let Some(key) = seen.replace(key) {
                *self.0.borrow_mut() = Some(key);
                return Err(A::Error::custom("a key stands twice"));
            }
            entries.next_value_seed(self)?;
        }
        Ok(())
    }
}
