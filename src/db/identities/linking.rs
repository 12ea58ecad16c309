//! One person in several mini-programs: what a unionid tells, and what it must not do.
//!
//! Within mini-programs that are linked, an identity that is new joins the user who has its unionid. Users that exist
//! are never merged, and no identity moves: the team's other services know users by their id. When a unionid that comes
//! late, or linking that is switched on late, shows that two users are one person, or when WeChat tells another unionid
//! than before, that is a conflict: recorded once, in a table and in the audit trail, for people to look at.

use diesel::prelude::*;
use serde::Serialize;

use super::Identity;
use crate::clock::Instant;
use crate::db::audit::Entry;
use crate::db::conn::{Conn, both};
use crate::db::schema::{identities, unionid_conflicts, users};
use crate::db::users::User;
use crate::db::users::sign_in::Vouched;
use crate::error::Result;
use crate::secret::KeyRing;

/// Whom a unionid means.
#[derive(Clone, Debug)]
pub(in crate::db) struct Linked {
    /// The user; of several, the one whose identity is the oldest.
    pub user: User,
    /// Whether they are known by another openid in the very mini-program that asks.
    pub is_in_app: bool,
}

/// What the audit trail tells of a conflict. Not who the other user is: the trail is for good, and an erasure must take
/// that with it; until then the users' pages tell.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail<'a> {
    app_id: &'a str,
    /// `late`: the unionid, or linking, came after the user; `changed`: it is not the one that was told before.
    kind: &'a str,
}

impl Identity {
    /// The user whom the unionid means within the linked mini-programs; none when there is nothing to link by.
    ///
    /// Takes the unionid until the transaction ends: two first logins of one person in two mini-programs come one after
    /// the other.
    pub(in crate::db) fn linked_user(conn: &mut Conn, vouched: &Vouched<'_>) -> Result<Option<Linked>> {
        Self::hold_unionid(conn, vouched)?;
        Self::look_for_linked(conn, vouched)
    }

    /// Keeps other logins with this unionid waiting until the transaction ends.
    fn hold_unionid(conn: &mut Conn, vouched: &Vouched<'_>) -> Result<()> {
        match vouched.unionid {
            Some(unionid) if !vouched.linked.is_empty() => Self::hold_place(conn, "unionid", unionid),
            _ => Ok(()),
        }
    }

    fn look_for_linked(conn: &mut Conn, vouched: &Vouched<'_>) -> Result<Option<Linked>> {
        let Some(unionid) = vouched.unionid.filter(|_| !vouched.linked.is_empty()) else { return Ok(None) };
        let known: Vec<(User, String)> = both!(conn => identities::table
            .inner_join(users::table)
            .filter(identities::unionid.assume_not_null().eq(unionid))
            .filter(identities::appid.eq_any(vouched.linked))
            .filter(identities::openid.ne(vouched.openid).or(identities::appid.ne(vouched.appid)))
            .order(identities::id)
            .select((User::as_select(), identities::appid))
            .load(conn))?;
        let Some((user, _)) = known.first().cloned() else { return Ok(None) };
        let is_in_app = known.iter().any(|(other, appid)| other.id == user.id && appid == vouched.appid);
        Ok(Some(Linked { user, is_in_app }))
    }

    /// Who else has the unionid that WeChat tells of this identity, unless that is recorded already.
    ///
    /// Asked before the user's row is taken: locks are taken in one order everywhere, the unionid's first. A unionid that
    /// is no news costs one look; its owner may have become two users while mini-programs were not linked.
    pub(in crate::db) fn stranger(&self, conn: &mut Conn, vouched: &Vouched<'_>) -> Result<Option<User>> {
        let is_news = self.unionid.as_deref() != vouched.unionid;
        if is_news {
            Self::hold_unionid(conn, vouched)?;
        }
        let linked = Self::look_for_linked(conn, vouched)?.map(|linked| linked.user);
        let Some(stranger) = linked.filter(|user| user.id != self.user_id) else { return Ok(None) };
        if is_news {
            return Ok(Some(stranger));
        }
        if self.is_recorded(conn, &stranger)? {
            return Ok(None);
        }
        // each of the two may log in at this moment: the second finds what the first recorded
        Self::hold_unionid(conn, vouched)?;
        Ok(if self.is_recorded(conn, &stranger)? { None } else { Some(stranger) })
    }

    /// Whether a conflict of this identity's user and that one is recorded, by whichever of them.
    fn is_recorded(&self, conn: &mut Conn, other: &User) -> Result<bool> {
        Ok(Self::same_person(conn, self.user_id)?.iter().any(|known| known.id == other.id))
    }

    /// Takes a unionid in that comes late, and records what contradicts; what the trail is to say of it. It is filled in
    /// once and never overwritten: one that changes means that the mini-program was bound to another 开放平台 account.
    pub(in crate::db) fn learn_unionid(
        &self,
        conn: &mut Conn,
        vouched: &Vouched<'_>,
        stranger: Option<&User>,
        keys: &KeyRing,
        now: Instant,
    ) -> Result<Option<Entry>> {
        let Some(told) = vouched.unionid else { return Ok(None) };
        if self.unionid.is_none() {
            let this = diesel::update(identities::table.find(self.id));
            this.set(identities::unionid.eq(told)).execute(conn)?;
        }
        let is_changed = self.unionid.as_deref().is_some_and(|known| known != told);
        if stranger.is_none() && !is_changed {
            return Ok(None);
        }
        self.record_conflict(conn, vouched, stranger, keys, now)
    }

    /// Records that this identity's unionid is not as it should be, unless that is recorded already; what the trail is to
    /// say of it. `other` is the user who has that unionid. The unionid itself stands there as a keyed digest, so that
    /// erasing the identity is enough.
    pub(in crate::db) fn record_conflict(
        &self,
        conn: &mut Conn,
        vouched: &Vouched<'_>,
        other: Option<&User>,
        keys: &KeyRing,
        now: Instant,
    ) -> Result<Option<Entry>> {
        let digest = keys.digest("unionid conflict", vouched.unionid.unwrap_or_default())?.to_vec();
        let row = (
            unionid_conflicts::identity_id.eq(self.id),
            unionid_conflicts::digest.eq(digest),
            unionid_conflicts::other_user_id.eq(other.map(|other| other.id)),
            unionid_conflicts::at.eq(now),
        );
        let recorded = both!(conn => diesel::insert_into(unionid_conflicts::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(conn))?;
        if recorded == 0 {
            return Ok(None);
        }
        let is_changed = self.unionid.as_deref().is_some_and(|known| Some(known) != vouched.unionid);
        let detail = Detail { app_id: vouched.appid, kind: if is_changed { "changed" } else { "late" } };
        let user = User::get(conn, self.user_id)?;
        Ok(Some(Entry {
            actor: "system".to_owned(),
            role: "wechat".to_owned(),
            action: "identity.unionid_conflict".to_owned(),
            target: format!("user:{}", user.uid),
            result: "ok".to_owned(),
            detail: serde_json::to_string(&detail).unwrap_or_default(),
            ..Entry::default()
        }))
    }

    /// The other users who are the same person by what was recorded of this one, oldest first: at most 20.
    pub fn same_person(conn: &mut Conn, user_id: i64) -> Result<Vec<User>> {
        let told = unionid_conflicts::table
            .inner_join(identities::table)
            .filter(identities::user_id.eq(user_id))
            .select(unionid_conflicts::other_user_id);
        let telling = unionid_conflicts::table
            .inner_join(identities::table)
            .filter(unionid_conflicts::other_user_id.assume_not_null().eq(user_id))
            .select(identities::user_id.nullable());
        let is_known = users::id.nullable().eq_any(told).or(users::id.nullable().eq_any(telling));
        let known = users::table.filter(is_known.assume_not_null()).order(users::id).limit(20);
        Ok(known.select(User::as_select()).load(conn)?)
    }
}
