//! What keeps a frozen user out after their account was erased: a keyed digest of each openid and unionid they had.
//!
//! Nobody without the key ring can tell whose it is, or try openids out. A key that is taken off the ring takes its
//! tombstones' effect with it.

use diesel::prelude::*;

use super::conn::Conn;
use super::identities::Identity;
use super::schema::tombstones;
use super::users::Freeze;
use super::users::sign_in::Vouched;
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::secret::KeyRing;

/// What keeps erased users out.
#[derive(Clone, Copy, Debug)]
pub struct Tombstone;

/// What is digested, so that an openid is never taken for a unionid.
const OPENID: &str = "tombstone openid";
const UNIONID: &str = "tombstone unionid";

impl Tombstone {
    /// Raises the tombstones of a user who is being erased, in place of older ones of the same person.
    pub(super) fn raise(
        conn: &mut Conn,
        uid: &str,
        freeze: &Freeze,
        known: &[Identity],
        keys: &KeyRing,
        now: Instant,
    ) -> Result<()> {
        for Identity { appid, openid, unionid, .. } in known {
            let by_unionid = unionid.as_deref().map(|unionid| (UNIONID, unionid));
            for (kind, id) in [Some((OPENID, openid.as_str())), by_unionid].into_iter().flatten() {
                let digest = keys.digest(kind, &format!("{appid}|{id}"))?.to_vec();
                diesel::delete(tombstones::table.find(&digest)).execute(conn)?;
                diesel::insert_into(tombstones::table)
                    .values((
                        tombstones::digest.eq(&digest),
                        tombstones::uid.eq(uid),
                        tombstones::frozen_until.eq(freeze.until),
                        tombstones::reason.eq(&freeze.reason),
                        tombstones::created_at.eq(now),
                    ))
                    .execute(conn)?;
            }
        }
        Ok(())
    }

    /// Lets somebody in whom no tombstone keeps out. For those who are seen for the first time only: one query.
    ///
    /// # Errors
    /// [`Error::UserFrozen`]
    pub fn check(conn: &mut Conn, vouched: &Vouched<'_>, keys: &KeyRing, now: Instant) -> Result<()> {
        let mut digests = keys.digests(OPENID, &format!("{}|{}", vouched.appid, vouched.openid))?;
        if let Some(unionid) = vouched.unionid {
            for appid in vouched.linked {
                digests.extend(keys.digests(UNIONID, &format!("{appid}|{unionid}"))?);
            }
        }
        let digests: Vec<Vec<u8>> = digests.iter().map(|digest| digest.to_vec()).collect();
        let query = tombstones::table.filter(tombstones::digest.eq_any(digests));
        let found = query.select((tombstones::frozen_until, tombstones::reason)).load(conn)?;
        longest(found, now).map_or(Ok(()), |freeze| Err(Error::UserFrozen { until: freeze.until }))
    }

    /// The freeze that is left of an erased user.
    pub fn of(conn: &mut Conn, uid: &str, now: Instant) -> Result<Option<Freeze>> {
        let query = tombstones::table.filter(tombstones::uid.eq(uid));
        let found = query.select((tombstones::frozen_until, tombstones::reason)).limit(100).load(conn)?;
        Ok(longest(found, now))
    }

    /// Takes the tombstones of an erased user away: they may come back; whether there were any.
    pub fn lift(conn: &mut Conn, uid: &str) -> Result<bool> {
        Ok(diesel::delete(tombstones::table.filter(tombstones::uid.eq(uid))).execute(conn)? > 0)
    }
}

/// Of several freezes that hold the one without an end, else the one that ends last.
fn longest(found: Vec<(Option<Instant>, Option<String>)>, now: Instant) -> Option<Freeze> {
    let freezes = found.into_iter().map(|(until, reason)| Freeze { until, reason });
    let lasting = freezes.filter(|freeze| freeze.is_lasting(now));
    lasting.max_by_key(|freeze| (freeze.until.is_none(), freeze.until))
}
