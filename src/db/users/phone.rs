//! Users' phone numbers: sealed, with a keyed digest beside them by which a complete number is found.

use diesel::prelude::*;

use super::User;
use crate::db::conn::Conn;
use crate::db::schema::users;
use crate::error::{Error, Result};
use crate::phone::Phone;
use crate::secret::{KeyRing, Sealed};

/// How many users of one number are found at most.
const MOST: i64 = 50;

/// A number that is about to be stored.
#[derive(Default, AsChangeset, Insertable)]
#[diesel(table_name = users, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct NewPhone {
    #[diesel(column_name = phone_sealed)]
    sealed: Option<Sealed>,
    #[diesel(column_name = phone_index)]
    index: Option<Vec<u8>>,
    #[diesel(column_name = phone_code)]
    code: Option<Vec<u8>>,
}

/// What is known of a user's number.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct StoredPhone {
    id: i64,
    phone_sealed: Option<Sealed>,
    phone_code: Option<Vec<u8>>,
}

/// Where a sealed number belongs: moved to another user it does not open.
fn place(user_id: i64) -> String {
    format!("phone|{user_id}")
}

/// The digest by which a complete number in E.164 (`+8613800001234`) is found.
const INDEX: &str = "phone";
/// The digest of a code that brought a number.
const CODE: &str = "phone_code";

impl NewPhone {
    /// Seals a user's number; `code` is what brought it, if a code did.
    pub fn new(keys: &KeyRing, user_id: i64, phone: &Phone, code: Option<&str>) -> Result<Self> {
        let code = code.map(|code| keys.digest(CODE, code)).transpose()?;
        Ok(Self {
            sealed: Some(keys.seal(&place(user_id), phone.to_sealed_text().as_bytes())?),
            index: Some(keys.digest(INDEX, &phone.e164())?.to_vec()),
            code: code.map(|digest| digest.to_vec()),
        })
    }
}

impl StoredPhone {
    /// The number; none when there is none, or its key is gone.
    #[must_use]
    pub fn open(&self, keys: &KeyRing) -> Option<Phone> {
        let text = keys.open(&place(self.id), self.phone_sealed.as_ref()?)?;
        Phone::from_sealed_text(std::str::from_utf8(&text).ok()?)
    }

    /// Whether this code brought the number.
    pub fn came_by(&self, keys: &KeyRing, code: &str) -> Result<bool> {
        let Some(known) = &self.phone_code else { return Ok(false) };
        Ok(keys.digests(CODE, code)?.iter().any(|digest| digest.as_slice() == known))
    }
}

impl User {
    /// Stores a user's number in place of the one before.
    ///
    /// # Errors
    /// [`Error::SessionRevoked`] when the account was deleted meanwhile: nothing comes back into it.
    pub fn set_phone(conn: &mut Conn, id: i64, phone: NewPhone) -> Result<()> {
        let row = users::table.find(id).filter(users::status.ne("deleted"));
        let stored = diesel::update(row).set(phone).execute(conn)?;
        if stored == 1 { Ok(()) } else { Err(Error::SessionRevoked) }
    }

    /// What is known of a user's number.
    pub fn phone(conn: &mut Conn, id: i64) -> Result<StoredPhone> {
        Ok(users::table.find(id).select(StoredPhone::as_select()).get_result(conn)?)
    }

    /// The users of a complete number in E.164, the newest first, at most 50. Numbers that were stored under an older
    /// key of the ring are found, too.
    pub fn find_by_phone(conn: &mut Conn, keys: &KeyRing, e164: &str) -> Result<Vec<Self>> {
        let digests: Vec<Vec<u8>> = keys.digests(INDEX, e164)?.iter().map(|digest| digest.to_vec()).collect();
        Ok(users::table
            .filter(users::phone_index.assume_not_null().eq_any(digests))
            .filter(users::phone_index.is_not_null())
            .order(users::id.desc())
            .limit(MOST)
            .select(Self::as_select())
            .load(conn)?)
    }
}
