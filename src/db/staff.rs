//! Staff accounts of the console.

pub mod proved;
pub mod standing;

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{staff, staff_sessions};
use super::setup_links::SetupLink;
use crate::clock::Instant;
use crate::error::{Error, Fault, Result};

/// A member of staff's row, without the password's hash.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = staff)]
pub struct Staff {
    /// Internal key.
    pub id: i64,
    /// What they sign in with.
    pub name: String,
    /// `support`, `admin`, `auditor` or `owner`.
    pub role: String,
    /// The language they chose: `zh` or `en`.
    pub language: Option<String>,
    /// When the account was made.
    pub created_at: Instant,
    /// When the password was chosen; none: not yet.
    pub password_at: Option<Instant>,
    /// When the account was disabled.
    pub disabled_at: Option<Instant>,
    /// When they last signed in.
    pub last_sign_in_at: Option<Instant>,
    /// From which address.
    pub last_sign_in_ip: Option<String>,
    /// Since when they have a second factor.
    pub totp_at: Option<Instant>,
    /// How many rows a list shows them, when they chose: 25, 50 or 100.
    pub rows_per_page: Option<i64>,
    /// Since when they have the role; none: since the account was made.
    pub role_at: Option<Instant>,
    /// By whose clock times are shown to them, when they chose: hours east of UTC.
    pub zone: Option<i64>,
}

/// What a member of staff chooses about the console; none leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = staff)]
pub struct Preference {
    /// The language: `zh-CN` or `en`.
    pub language: Option<&'static str>,
    /// How many rows a list shows: 25, 50 or 100.
    pub rows_per_page: Option<i64>,
    /// By whose clock times are shown: hours east of UTC.
    pub zone: Option<i64>,
}

/// Names that attackers try first (WeChat's security guide, §1.5), and those that records use for nobody of the staff.
const FORBIDDEN: [&str; 7] = ["admin", "root", "administrator", "administer", "master", "system", "user"];

/// The form under which names are told apart: `Li` and `li` are one.
#[must_use]
pub fn fold_name(name: &str) -> String {
    crate::text::fold(name)
}

/// Checks a name for a new account: 2 to 32 letters, digits, `.`, `-`, `_`; none that attackers try first.
///
/// # Errors
/// The fault of field `name`.
pub fn check_name(name: &str) -> Result<()> {
    let fault = if name.chars().count() < 2 {
        Some(Fault::TooShort(2))
    } else if name.chars().count() > 32 {
        Some(Fault::TooLong(32))
    } else if !name.chars().all(|one| one.is_alphanumeric() || ['.', '-', '_'].contains(&one)) {
        Some(Fault::Characters)
    } else if FORBIDDEN.contains(&fold_name(name).as_str()) {
        Some(Fault::NotAllowed)
    } else {
        None
    };
    fault.map_or(Ok(()), |fault| Err(Error::field("name", fault)))
}

impl Staff {
    /// Makes an account without a password; its key.
    ///
    /// # Errors
    /// A fault of `name`; [`Error::Conflict`] when the name is taken.
    pub fn create(conn: &mut Conn, name: &str, role: &str, now: Instant) -> Result<i64> {
        check_name(name)?;
        Ok(diesel::insert_into(staff::table)
            .values((
                staff::name.eq(name),
                staff::name_folded.eq(fold_name(name)),
                staff::role.eq(role),
                staff::created_at.eq(now),
            ))
            .returning(staff::id)
            .get_result(conn)?)
    }

    /// The account of that name, with its password's PHC string.
    pub fn find_by_name(conn: &mut Conn, name: &str) -> Result<Option<(Self, Option<String>)>> {
        Ok(staff::table
            .filter(staff::name_folded.eq(fold_name(name)))
            .select((Self::as_select(), staff::password))
            .get_result(conn)
            .optional()?)
    }

    /// The account of that key.
    pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Self>> {
        Ok(staff::table.find(id).select(Self::as_select()).get_result(conn).optional()?)
    }

    /// All accounts, oldest first: staff are few.
    pub fn list(conn: &mut Conn) -> Result<Vec<Self>> {
        Ok(staff::table.order(staff::id).select(Self::as_select()).load(conn)?)
    }

    /// Whether there is any account yet.
    pub fn any(conn: &mut Conn) -> Result<bool> {
        Ok(diesel::select(diesel::dsl::exists(staff::table.select(staff::id))).get_result(conn)?)
    }

    /// Sets the password's PHC string, and ends every console session of the account.
    pub fn set_password(conn: &mut Conn, id: i64, phc: &str, now: Instant) -> Result<()> {
        Self::change_password(conn, id, phc, now)?;
        Self::end_sessions(conn, id, "password_changed", now)
    }

    /// Replaces a hash of weaker parameters by a stronger one of the same password, unless it changed meanwhile.
    pub fn rehash(conn: &mut Conn, id: i64, old: &str, new: &str) -> Result<()> {
        diesel::update(staff::table.find(id))
            .filter(staff::password.eq(old))
            .set(staff::password.eq(new))
            .execute(conn)?;
        Ok(())
    }

    /// Notes a sign-in.
    pub fn signed_in(conn: &mut Conn, id: i64, ip: &str, now: Instant) -> Result<()> {
        diesel::update(staff::table.find(id))
            .set((staff::last_sign_in_at.eq(now), staff::last_sign_in_ip.eq(ip)))
            .execute(conn)?;
        Ok(())
    }

    /// Remembers what a member of staff chose.
    pub fn prefer(conn: &mut Conn, id: i64, preference: &Preference) -> Result<()> {
        if *preference != Preference::default() {
            diesel::update(staff::table.find(id)).set(preference).execute(conn)?;
        }
        Ok(())
    }

    /// Sets a new password of a member of staff who is signed in; their sessions are left to the caller. Links to choose
    /// one no longer work: whoever has such a link could undo it.
    pub fn change_password(conn: &mut Conn, id: i64, phc: &str, now: Instant) -> Result<()> {
        SetupLink::revoke(conn, id)?;
        diesel::update(staff::table.find(id))
            .set((staff::password.eq(phc), staff::password_at.eq(now)))
            .execute(conn)?;
        Ok(())
    }

    /// The password's hash, to prove once more that it is they.
    pub fn password(conn: &mut Conn, id: i64) -> Result<Option<String>> {
        Ok(staff::table.find(id).select(staff::password).get_result(conn)?)
    }

    /// Ends all of an account's console sessions.
    pub fn end_sessions(conn: &mut Conn, id: i64, reason: &str, now: Instant) -> Result<()> {
        diesel::update(staff_sessions::table)
            .filter(staff_sessions::staff_id.eq(id))
            .filter(staff_sessions::ended_at.is_null())
            .set((staff_sessions::ended_at.eq(now), staff_sessions::ended_reason.eq(reason)))
            .execute(conn)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_attackers_try_first_are_refused() {
        for name in ["admin", "Root", "ADMINISTRATOR", "ｍａｓｔｅｒ", "a", "a b", "<b>", &"x".repeat(33)]
        {
            assert!(check_name(name).is_err(), "{name}");
        }
        assert!(["li.na", "王芳", "ops_2"].iter().all(|name| check_name(name).is_ok()));
    }
}
