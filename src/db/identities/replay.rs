//! Encrypted data is taken once: what WeChat made at or before the time of the last that was taken is a replay.

use diesel::prelude::*;

use super::Identity;
use crate::clock::Instant;
use crate::db::conn::Conn;
use crate::db::schema::identities;
use crate::error::{Error, Result};

/// What was encrypted. Each kind has a time of its own: a client may send an older profile after a newer number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nickname, avatar and so on.
    Profile,
    /// A phone number.
    Phone,
}

impl Identity {
    /// Notes that data of that time was taken: call it in the transaction that stores the data.
    ///
    /// # Errors
    /// [`Error::OpenDataInvalid`] when data of that time, or later, was taken before.
    pub fn take_sealed(conn: &mut Conn, id: i64, kind: Kind, sealed_at: Instant) -> Result<()> {
        let row = identities::table.find(id);
        let taken = match kind {
            Kind::Profile => {
                let last = identities::profile_sealed_at;
                let is_new = last.is_null().or(last.lt(sealed_at).assume_not_null());
                diesel::update(row.filter(is_new)).set(last.eq(sealed_at)).execute(conn)?
            }
            Kind::Phone => {
                let last = identities::phone_sealed_at;
                let is_new = last.is_null().or(last.lt(sealed_at).assume_not_null());
                diesel::update(row.filter(is_new)).set(last.eq(sealed_at)).execute(conn)?
            }
        };
        if taken == 1 { Ok(()) } else { Err(Error::OpenDataInvalid) }
    }
}
