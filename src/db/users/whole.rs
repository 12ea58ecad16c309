//! What stands in and beside a user's own row, for the page of one user: read together, since each statement is a way to
//! the database and back.

use diesel::prelude::*;

use super::User;
use super::phone::StoredPhone;
use crate::db::conn::Conn;
use crate::db::identities::Identity;
use crate::db::reviews::Review;
use crate::db::schema::{identities, reviews, sessions, user_notes, users};
use crate::db::sessions::{Liveness, live};
use crate::db::user_notes::UserNote;
use crate::error::{Error, Result};

/// A user with what is theirs, but what they did.
#[derive(Clone, Debug)]
pub struct Whole {
    /// The user.
    pub user: User,
    /// What is known of their number.
    pub phone: StoredPhone,
    /// How many of their sessions are live.
    pub live: i64,
    /// Who they are in the mini-programs, oldest first; none once they are erased.
    pub identities: Vec<Identity>,
    /// What they proposed and is not let pass yet.
    pub reviews: Vec<Review>,
    /// What staff noted, newest first: [`NOTES`] at most.
    pub notes: Vec<UserNote>,
}

/// How many notes are read: one more than are shown.
pub const NOTES: usize = 4;

type Row = (User, StoredPhone, Option<i64>, Option<Identity>, Option<Review>, Option<i64>, Option<UserNote>);

mod alias {
    diesel::alias!(super::user_notes as newer_notes: NewerNotes);
}
use alias::newer_notes;

impl User {
    /// The user of that public id with all of this.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn find_whole(conn: &mut Conn, uid: &str, liveness: Liveness) -> Result<Whole> {
        let own = sessions::table.filter(sessions::user_id.eq(users::id));
        let live = own.filter(live(liveness.now, liveness.idle_since)).count().single_value();
        let newer = |skipped: i64| {
            newer_notes
                .filter(newer_notes.field(user_notes::user_id).eq(users::id))
                .order(newer_notes.field(user_notes::id).desc())
                .select(newer_notes.field(user_notes::id))
                .offset(skipped)
                .single_value()
        };
        let last = i64::try_from(NOTES - 1).unwrap_or(i64::MAX);
        let is_new = user_notes::id.nullable().ge(newer(last)).or(newer(last).is_null());
        let rows: Vec<Row> = users::table
            .left_join(identities::table)
            .left_join(reviews::table)
            .left_join(user_notes::table.on(user_notes::user_id.eq(users::id).and(is_new)))
            .filter(users::uid.eq(uid))
            .order((identities::id, reviews::kind.desc(), user_notes::id.desc()))
            .select((
                Self::as_select(),
                StoredPhone::as_select(),
                live,
                Option::<Identity>::as_select(),
                Option::<Review>::as_select(),
                user_notes::id.nullable(),
                Option::<UserNote>::as_select(),
            ))
            .load(conn)?;
        let (mut whole, mut noted): (Option<Whole>, Vec<Option<i64>>) = (None, Vec::new());
        for (user, phone, live, identity, review, note_id, note) in rows {
            let live = live.unwrap_or_default();
            let whole = whole.get_or_insert_with(|| Whole {
                user,
                phone,
                live,
                identities: Vec::new(),
                reviews: Vec::new(),
                notes: Vec::new(),
            });
            // each stands beside each of the others
            whole
                .identities
                .extend(identity.filter(|one| whole.identities.iter().all(|known| known.id != one.id)));
            whole.reviews.extend(review.filter(|one| whole.reviews.iter().all(|known| known.rid != one.rid)));
            whole.notes.extend(note.filter(|_| !noted.contains(&note_id)));
            noted.push(note_id);
        }
        whole.ok_or(Error::NotFound)
    }
}
