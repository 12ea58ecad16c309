//! Public ids, as addresses and forms have them.

use crate::admin::frame::errors::{Refusal, Refused};

/// A public id out of a path.
///
/// # Errors
/// [`Refusal::NotFound`] when it cannot be one.
pub fn id(text: &str) -> Result<String, Refused> {
    let is_id = text.len() == 36 && uuid::Uuid::try_parse(text).is_ok();
    if is_id { Ok(text.to_ascii_lowercase()) } else { Err(Refusal::NotFound.into()) }
}
