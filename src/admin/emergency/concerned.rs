//! What an emergency would end, for who proposes it and who approves it.

use super::scope;
use crate::admin::errors::Refused;
use crate::admin::list::{Columns, Count};
use crate::admin::role::Permission;
use crate::admin::session_row::SessionRow;
use crate::admin::sight::Sight;
use crate::admin::visit::Visit;
use crate::db::Conn;
use crate::db::emergencies::Emergency;
use crate::db::page::Start;
use crate::db::sessions::Session;
use crate::db::sessions::list::Order;

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
        let read = move |conn: &mut Conn| {
            let count = Session::count(conn, &filter, liveness)?;
            let sample = if may_look {
                Session::list(conn, &filter, Order::SeenDown, &Start::First, SAMPLE, liveness)?.rows
            } else {
                Vec::new()
            };
            Ok((count, sample))
        };
        let (count, sample) = visit.state.db.read(read).await?;
        let count = Count::from(count).say(sight.words.lists);
        Ok(Self {
            count: (sight.words.emergency.would_end)(&scope(visit, appid), &count),
            sample: sample.iter().map(|listed| sight.row(listed)).collect(),
            columns: Columns { user: true, brief: true, ..Columns::default() },
        })
    }
}
