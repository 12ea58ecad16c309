//! What users want to be called or seen as, until it is let pass: one proposal of each kind, the newest.
//!
//! A proposal that is let pass becomes part of the profile, in the transaction that says so, and its row goes. Whoever
//! decides names the proposal by its `rid`: of one that was replaced meanwhile, nothing comes any more.

pub mod settle;
pub mod share;

use std::time::Duration;

use diesel::prelude::*;

use super::avatars::Avatar;
use super::conn::{Conn, both};
use super::page::rows_for;
use super::schema::{reviews, users};
use crate::clock::Instant;
use crate::error::Result;
use crate::secret;

/// Until a proposal is asked about again by the loop: whoever proposed it asks at once.
const HEAD_START: Duration = Duration::from_secs(30);
/// The longest between two tries.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// The verdict on a picture comes within 30 minutes, WeChat says.
const VERDICT_WITHIN: Duration = Duration::from_mins(45);
/// After so many tries, about two days of them, a person decides.
const MOST_TRIES: i64 = 48;

/// What is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A nickname.
    Nickname,
    /// Where an avatar is.
    Avatar,
}

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// WeChat has not said yet.
    Pending,
    /// Staff should look.
    Review,
    /// It was refused.
    Risky,
}

/// A proposal.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = reviews)]
pub struct Review {
    /// Whose.
    pub user_id: i64,
    /// `nickname` or `avatar`.
    kind: String,
    /// Public id: UUID version 7.
    pub rid: String,
    /// Under which identity it was proposed: WeChat wants the openid.
    pub identity_id: i64,
    /// What is proposed: a nickname, or what would stand in `users.avatar_url`.
    pub value: String,
    /// `pending`, `review` or `risky`.
    state: String,
    /// WeChat's number of what is wrong with it.
    pub label: Option<i64>,
    /// Under which trace WeChat checks a picture.
    pub trace_id: Option<String>,
    /// How often WeChat was asked.
    pub tries: i64,
    /// When WeChat is asked again; none: not by itself.
    pub next_at: Option<Instant>,
    /// When it was proposed.
    pub created_at: Instant,
}

impl Kind {
    /// The word in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nickname => "nickname",
            Self::Avatar => "avatar",
        }
    }
}

impl State {
    /// The word in the table, and in answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Review => "review",
            Self::Risky => "risky",
        }
    }
}

impl Review {
    /// What is proposed.
    #[must_use]
    pub fn kind(&self) -> Kind {
        if self.kind == Kind::Nickname.code() { Kind::Nickname } else { Kind::Avatar }
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> State {
        let known = [State::Pending, State::Risky].into_iter().find(|state| state.code() == self.state);
        known.unwrap_or(State::Review)
    }

    /// Puts a proposal in the place of the one before.
    pub fn propose(
        conn: &mut Conn,
        (user_id, identity_id): (i64, i64),
        kind: Kind,
        value: &str,
        now: Instant,
    ) -> Result<Self> {
        Self::forget(conn, user_id, kind)?;
        let row = (
            (reviews::user_id.eq(user_id), reviews::kind.eq(kind.code())),
            (reviews::rid.eq(secret::public_id(now)?), reviews::identity_id.eq(identity_id)),
            (reviews::value.eq(value), reviews::state.eq(State::Pending.code())),
            (reviews::label.eq(None::<i64>), reviews::trace_id.eq(None::<String>)),
            (reviews::tries.eq(1), reviews::next_at.eq(now + HEAD_START)),
            reviews::created_at.eq(now),
        );
        both!(conn => diesel::insert_into(reviews::table).values(row).execute(conn))?;
        Ok(reviews::table.find((user_id, kind.code())).select(Self::as_select()).get_result(conn)?)
    }

    /// Forgets what a user proposed of a kind, with what may come of it.
    pub fn forget(conn: &mut Conn, user_id: i64, kind: Kind) -> Result<()> {
        let own = reviews::table.find((user_id, kind.code()));
        if kind == Kind::Avatar {
            let value: Option<String> = own.select(reviews::value).get_result(conn).optional()?;
            value.map_or(Ok(()), |value| Avatar::drop_proposed(conn, &value))?;
        }
        diesel::delete(own).execute(conn)?;
        Ok(())
    }

    /// What a user proposed: at most one of each kind.
    pub fn of_user(conn: &mut Conn, user_id: i64) -> Result<Vec<Self>> {
        let own = reviews::table.filter(reviews::user_id.eq(user_id)).order(reviews::kind.desc());
        Ok(own.select(Self::as_select()).load(conn)?)
    }

    /// The proposals that wait for a person, the oldest first, with whose they are (uid, nickname): one more than `size`
    /// when there are more.
    pub fn waiting(conn: &mut Conn, size: usize) -> Result<Vec<(Self, String, String)>> {
        Ok(reviews::table
            .inner_join(users::table)
            .filter(reviews::state.eq(State::Review.code()))
            .order((reviews::created_at, reviews::rid))
            .select((Self::as_select(), users::uid, users::nickname))
            .limit(rows_for(size))
            .load(conn)?)
    }

    /// A proposal by its public id, with its user's.
    pub fn find(conn: &mut Conn, rid: &str) -> Result<Option<(Self, String)>> {
        let found = reviews::table.inner_join(users::table).filter(reviews::rid.eq(rid));
        Ok(found.select((Self::as_select(), users::uid)).get_result(conn).optional()?)
    }

    /// The proposal whose picture is checked under that trace.
    pub fn find_by_trace(conn: &mut Conn, trace_id: &str) -> Result<Option<Self>> {
        let traced = reviews::table.filter(reviews::trace_id.assume_not_null().eq(trace_id));
        Ok(traced.select(Self::as_select()).get_result(conn).optional()?)
    }

    /// The next proposals that WeChat is to be asked about, the longest overdue first.
    pub fn due(conn: &mut Conn, now: Instant) -> Result<Vec<Self>> {
        Ok(reviews::table
            .filter(reviews::next_at.assume_not_null().le(now))
            .order(reviews::next_at)
            .select(Self::as_select())
            .limit(50)
            .load(conn)?)
    }

    /// Takes a proposal that is due: whether nobody else did.
    pub fn claim(&self, conn: &mut Conn, now: Instant) -> Result<bool> {
        let doublings = u32::try_from(self.tries).unwrap_or(u32::MAX).min(8);
        let wait = HEAD_START.saturating_mul(1 << doublings).min(LONGEST_WAIT);
        let due = reviews::table
            .filter(reviews::rid.eq(&self.rid))
            .filter(reviews::tries.eq(self.tries))
            .filter(reviews::next_at.is_not_null());
        let changes = (reviews::tries.eq(self.tries + 1), reviews::next_at.eq(now + wait));
        Ok(diesel::update(due).set(changes).execute(conn)? > 0)
    }

    /// Whether WeChat was asked so often that a person should decide.
    #[must_use]
    pub const fn is_hopeless(&self) -> bool {
        self.tries >= MOST_TRIES
    }

    /// Notes under which trace a picture is checked, and waits for the verdict.
    pub fn note_trace(conn: &mut Conn, rid: &str, trace_id: &str, now: Instant) -> Result<()> {
        let changes = (reviews::trace_id.eq(trace_id), reviews::next_at.eq(now + VERDICT_WITHIN));
        diesel::update(reviews::table.filter(reviews::rid.eq(rid))).set(changes).execute(conn)?;
        Ok(())
    }

    /// Waits for the user to come back.
    pub fn park(conn: &mut Conn, rid: &str) -> Result<()> {
        let proposal = reviews::table.filter(reviews::rid.eq(rid));
        diesel::update(proposal).set(reviews::next_at.eq(None::<Instant>)).execute(conn)?;
        Ok(())
    }

    /// The user is back: what waits for that is due.
    pub fn wake(conn: &mut Conn, user_id: i64, now: Instant) -> Result<()> {
        let parked = reviews::table
            .filter(reviews::user_id.eq(user_id))
            .filter(reviews::state.eq(State::Pending.code()))
            .filter(reviews::next_at.is_null());
        diesel::update(parked).set(reviews::next_at.eq(now)).execute(conn)?;
        Ok(())
    }
}
