//! Leases: of several processes one does a job. Who holds one renews it while working; who dies is replaced when its
//! time is over. The jobs themselves bear being done twice, so clocks that differ spoil nothing.

use std::time::Duration;

use diesel::prelude::*;

use super::conn::{Conn, both};
use super::schema::leases;
use crate::clock::Instant;
use crate::error::Result;

/// How long a lease lasts unless it is renewed: far longer than a batch takes.
pub const SPAN: Duration = Duration::from_secs(30);

/// Who may do a job.
#[derive(Clone, Copy, Debug)]
pub struct Lease;

impl Lease {
    /// Takes or renews the lease of that name; false while another holder has it.
    pub fn take(conn: &mut Conn, name: &str, holder: &str, now: Instant) -> Result<bool> {
        let expires_at = now + SPAN;
        let fresh = (leases::name.eq(name), leases::holder.eq(holder), leases::expires_at.eq(expires_at));
        let made = both!(conn => diesel::insert_into(leases::table).values(fresh).on_conflict_do_nothing().execute(conn))?;
        if made > 0 {
            return Ok(true);
        }
        let free = leases::holder.eq(holder).or(leases::expires_at.le(now));
        let taken = diesel::update(leases::table.find(name).filter(free))
            .set((leases::holder.eq(holder), leases::expires_at.eq(expires_at)))
            .execute(conn)?;
        Ok(taken > 0)
    }

    /// Gives a lease back, if it is this holder's.
    pub fn release(conn: &mut Conn, name: &str, holder: &str) -> Result<()> {
        diesel::delete(leases::table.find(name).filter(leases::holder.eq(holder))).execute(conn)?;
        Ok(())
    }
}
