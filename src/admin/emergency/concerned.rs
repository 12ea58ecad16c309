//! What an emergency would end, for who proposes it and who approves it.

use super::scope;
use crate::admin::frame::errors::Refused;
use crate::admin::guard::visit::Visit;
use crate::admin::parts::list::{Columns, Count};
use crate::admin::parts::session_row::SessionRow;
use crate::admin::parts::sight::Sight;
use crate::admin::role::Permission;
use crate::db::Conn;
use crate::db::emergencies::Emergency;
use crate::db::sessions::Session;

/// How many of the sessions are shown.
const SAMPLE: usize = 10;

/// The sessions that would end.
#[derive(Clone, Debug)]
pub struct Concerned {
    /// Of which scope, and how many, to a bound.
    pub count: String,
    /// Some of those used last, for who may see sessions.
    pub sample: Vec<SessionRow>,
    /// The columns of that table.
    pub columns: Columns,
}

impl Concerned {
    /// What would end: counted to a bound, with some of it for who may look at sessions.
    pub(super) async fn find(visit: &Visit, appid: &str) -> Result<Self, Refused> {
        let sight = Sight::of(visit);
        let (filter, liveness, may_look) =
            (Emergency::concerned(appid), sight.liveness, visit.may(Permission::Browse));
        let read = move |conn: &mut Conn| Session::count_with_newest(conn, &filter, SAMPLE, liveness);
        // what is to be decided does not wait for a number
        let (count, sample) = match visit.state.db.read(read).await {
            Ok((count, sample)) => (Count::from(count).say(sight.words.lists), sample),
            Err(why) => {
                log::warn!(error:% = why; "what an emergency would end was not counted");
                (sight.words.emergency.not_counted.to_owned(), Vec::new())
            }
        };
        let sample = if may_look { sample } else { Vec::new() };
        Ok(Self {
            count: (sight.words.emergency.would_end)(&scope(visit, appid), &count),
            sample: sample.iter().map(|listed| sight.row(listed)).collect(),
            columns: Columns { user: true, brief: true, ..Columns::default() },
        })
    }
}
