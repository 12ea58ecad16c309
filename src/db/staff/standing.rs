//! What a member of staff is, and whether they still are: role, disabled, the last owner.
//!
//! Each change ends their console sessions in the same transaction (OWASP ASVS 8.3.2): it holds on the next request.

use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::Staff;
use crate::clock::Instant;
use crate::db::conn::Conn;
use crate::db::schema::staff;
use crate::error::{Error, Result};

/// Who can sign in: not disabled, and with a password. Who was only invited cannot yet.
#[auto_type(no_type_alias)]
pub(in crate::db) fn can_sign_in() -> _ {
    staff::disabled_at.is_null().and(staff::password_at.is_not_null())
}

impl Staff {
    /// Disables an account and ends its console sessions.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is the last owner who can sign in.
    pub fn disable(conn: &mut Conn, id: i64, now: Instant) -> Result<()> {
        Self::leave_an_owner(conn, id)?;
        diesel::update(staff::table.find(id)).set(staff::disabled_at.eq(Some(now))).execute(conn)?;
        Self::end_sessions(conn, id, "disabled", now)
    }

    /// Lets a disabled account sign in again.
    pub fn enable(conn: &mut Conn, id: i64) -> Result<()> {
        diesel::update(staff::table.find(id)).set(staff::disabled_at.eq(None::<Instant>)).execute(conn)?;
        Ok(())
    }

    /// Gives an account another role and ends its console sessions.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is the last owner who can sign in.
    pub fn set_role(conn: &mut Conn, id: i64, role: &str, now: Instant) -> Result<()> {
        if role != "owner" {
            Self::leave_an_owner(conn, id)?;
        }
        diesel::update(staff::table.find(id))
            .set((staff::role.eq(role), staff::role_at.eq(Some(now))))
            .execute(conn)?;
        Self::end_sessions(conn, id, "role_changed", now)
    }

    /// How many people can sign in, and how many of them are owners.
    pub fn standing(conn: &mut Conn) -> Result<(usize, usize)> {
        let roles: Vec<String> = staff::table.filter(can_sign_in()).select(staff::role).load(conn)?;
        Ok((roles.len(), roles.iter().filter(|role| *role == "owner").count()))
    }

    /// Refuses to take the last owner who can sign in. The owners' rows are held: of two who take each other away at once,
    /// one is told no.
    fn leave_an_owner(conn: &mut Conn, id: i64) -> Result<()> {
        let owners = staff::table
            .filter(staff::role.eq("owner"))
            .filter(can_sign_in())
            .order(staff::id)
            .select(staff::id);
        let owners: Vec<i64> = match conn {
            Conn::Postgres(conn) => owners.for_update().load(conn)?,
            Conn::Sqlite(conn) => owners.load(conn)?,
        };
        if owners == [id] { Err(Error::Conflict("the last owner")) } else { Ok(()) }
    }
}
