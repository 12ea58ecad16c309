//! What whoever operates the machine revokes, without asking anybody: they could replace the database as well.

use diesel::prelude::*;

use super::Emergency;
use crate::clock::Instant;
use crate::db::audit::Entry;
use crate::db::conn::Conn;
use crate::db::schema::emergencies;
use crate::error::Result;
use crate::secret;

/// Who is named as the one that revoked.
const OPERATOR: &str = "system";

impl Emergency {
    /// Makes every session of a mini-program (empty: of all) dead that is open now, and leaves them to a job to end. It
    /// stands among the emergencies and in the audit trail, as `cli`'s.
    pub fn impose(conn: &mut Conn, appid: &str, note: &str, now: Instant) -> Result<()> {
        let eid = secret::public_id(now)?;
        diesel::insert_into(emergencies::table)
            .values((
                (emergencies::eid.eq(&eid), emergencies::appid.eq(appid), emergencies::state.eq("done")),
                (emergencies::reason.eq("other"), emergencies::note.eq(note), emergencies::ticket.eq("")),
                (emergencies::proposed_by.eq(OPERATOR), emergencies::proposed_at.eq(now)),
                (emergencies::expires_at.eq(now), emergencies::decided_by.eq(OPERATOR)),
                emergencies::decided_at.eq(now),
            ))
            .execute(conn)?;
        let imposed: Self = emergencies::table.find(&eid).select(Self::as_select()).get_result(conn)?;
        imposed.carry_out(conn, now)?;
        let entry = Entry {
            actor: OPERATOR.to_owned(),
            role: "cli".to_owned(),
            note: note.to_owned(),
            result: "ok".to_owned(),
            ..Entry::default()
        };
        imposed.record(conn, "emergency.carry_out", &entry, now).map(drop)
    }
}
