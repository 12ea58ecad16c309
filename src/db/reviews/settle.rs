//! What comes of a proposal.

use diesel::prelude::*;

use super::{Kind, Review, State};
use crate::avatar::Name;
use crate::clock::Instant;
use crate::db::avatars::Avatar;
use crate::db::conn::Conn;
use crate::db::schema::reviews;
use crate::db::users::User;
use crate::db::users::profile::ProfileChange;
use crate::error::Result;

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It becomes part of the profile.
    Pass,
    /// Staff should look, at what WeChat calls by that number.
    Review(Option<i64>),
    /// It is refused.
    Risky(Option<i64>),
}

impl Review {
    /// Carries a decision out: whether the proposal was still there. Nothing else of the user changes.
    pub fn settle(conn: &mut Conn, rid: &str, decision: Decision) -> Result<bool> {
        let proposal = reviews::table.filter(reviews::rid.eq(rid)).select(Self::as_select());
        let Some(review) = proposal.get_result(conn).optional()? else { return Ok(false) };
        // one decision after the other: a user's row is taken before their proposals
        User::hold(conn, review.user_id)?;
        let (state, label) = match decision {
            Decision::Pass => return review.accept(conn),
            Decision::Review(label) => (State::Review, label),
            Decision::Risky(label) => {
                if review.kind() == Kind::Avatar {
                    Avatar::drop_proposed(conn, &review.value)?;
                }
                (State::Risky, label)
            }
        };
        let changes = (
            (reviews::state.eq(state.code()), reviews::label.eq(label)),
            (reviews::next_at.eq(None::<Instant>), reviews::trace_id.eq(None::<String>)),
        );
        let changed =
            diesel::update(reviews::table.filter(reviews::rid.eq(rid))).set(changes).execute(conn)?;
        Ok(changed > 0)
    }

    fn accept(self, conn: &mut Conn) -> Result<bool> {
        let taken = diesel::delete(reviews::table.filter(reviews::rid.eq(&self.rid))).execute(conn)?;
        if taken == 0 {
            return Ok(false);
        }
        if let Some(name) = Name::of_stored(&self.value)
            && !Avatar::mark_shown(conn, self.user_id, &name)?
        {
            return Ok(false);
        }
        let change = match self.kind() {
            Kind::Nickname => ProfileChange { nickname: Some(self.value), ..ProfileChange::default() },
            Kind::Avatar => ProfileChange { avatar_url: Some(self.value), ..ProfileChange::default() },
        };
        // also of a user who is leaving: they may come back, and otherwise it goes with the rest
        User::store_profile(conn, self.user_id, change)?;
        Ok(true)
    }

    /// What WeChat could not check is asked about again, soon.
    pub fn retry(conn: &mut Conn, rid: &str, now: Instant) -> Result<()> {
        let changes = (reviews::trace_id.eq(None::<String>), reviews::next_at.eq(now + super::HEAD_START));
        diesel::update(reviews::table.filter(reviews::rid.eq(rid))).set(changes).execute(conn)?;
        Ok(())
    }
}
