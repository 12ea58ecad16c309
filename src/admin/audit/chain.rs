//! Whether the end of the chain is whole: as much of it as a page has time for.

use crate::admin::guard::visit::Visit;
use crate::admin::locale::Audit as Names;
use crate::admin::locale::zone::Zone;
use crate::db::audit::Audit;
use crate::db::audit::chain::{Flaw, Verdict};

/// How many entries are checked: a few milliseconds.
const CHECKED: i64 = 1000;

/// What the check found.
#[derive(Clone, Debug)]
pub struct Chain {
    /// Whether nothing is wrong.
    pub is_whole: bool,
    /// That in a sentence, with the first broken link if there is one.
    pub text: String,
}

impl Chain {
    /// The icon beside it.
    #[must_use]
    pub const fn icon(&self) -> &'static str {
        if self.is_whole { "done" } else { "warn" }
    }

    /// What a verdict says to the reader.
    #[must_use]
    pub fn of(verdict: &Verdict, names: &Names, zone: Zone) -> Self {
        let text = match verdict {
            Ok(sound) => match sound.from.zip(sound.to) {
                Some((from, to)) => {
                    let entries = u64::try_from(sound.entries).unwrap_or(0);
                    (names.chain_whole)(entries, &zone.absolute(from), &zone.absolute(to))
                }
                None => names.chain_none.to_owned(),
            },
            Err(found) => (names.chain_broken)(found.id, flaw(found.flaw, names)),
        };
        Self { is_whole: verdict.is_ok(), text }
    }
}

const fn flaw(flaw: Flaw, names: &Names) -> &'static str {
    match flaw {
        Flaw::Missing => names.flaw_missing,
        Flaw::Hash => names.flaw_hash,
        Flaw::Previous => names.flaw_previous,
        Flaw::Unreadable => names.flaw_unreadable,
        Flaw::Head | Flaw::Beyond | Flaw::Noted => names.flaw_head,
    }
}

/// Checks; a database that is too slow for it is no failure of the page.
pub(super) async fn check(visit: &Visit) -> Option<Chain> {
    match visit.state.db.read(|conn| Audit::verify_end(conn, CHECKED)).await {
        Ok(verdict) => {
            if let Err(found) = &verdict {
                log::error!(entry = found.id, flaw:% = found.flaw; "the audit trail is broken");
            }
            Some(Chain::of(&verdict, visit.words().audit, visit.zone()))
        }
        Err(why) => {
            log::warn!(error:% = why; "the audit trail was not checked");
            None
        }
    }
}
