//! One try of a name and a password: counted before it is made, and the same to see whatever was wrong with it.

use secrecy::SecretString;

use crate::admin::guard::visit::Visit;
use crate::db::Conn;
use crate::db::audit::{Audit, Entry};
use crate::db::staff::proved::Proved;
use crate::db::staff::{Staff, fold_name};
use crate::db::throttles::{Key, Throttle};
use crate::error::{Error, Result};
use crate::http::client_address::household;
use crate::password::Verdict;
use crate::secret::KeyRing;

/// What one try is counted under. A stranger's failures make the stranger's own network wait, not the account.
#[derive(Clone, Copy)]
struct Counted {
    /// The account's, from anywhere: a cap on those who have many networks.
    account: Key,
    /// The account's from this network.
    pair: Key,
    /// The network's, whatever the account; a try that had to wait counts, too.
    network: Key,
}

impl Counted {
    /// From where an account was last signed in to, it is not kept waiting for what others do elsewhere.
    fn of(visit: &Visit, name: &str, account: Option<&Staff>) -> Result<Self> {
        let (keys, here) = (&visit.state.keys, household(visit.address));
        let known = account.and_then(|account| account.last_sign_in_ip.as_deref()?.parse().ok());
        let is_known = known.is_some_and(|address| household(address) == here);
        let pair = keys.digest("sign_in_pair", &format!("{here} {}", fold_name(name)))?;
        Ok(Self {
            account: Key { holds: !is_known, ..Key::new(account_digest(keys, name)?, 50) },
            pair: Key::new(pair, 5),
            network: Key {
                counts_refused: true,
                ..Key::new(keys.digest("sign_in_network", &here.to_string())?, 30)
            },
        })
    }

    /// In this order always: two tries at once then never wait for each other.
    const fn all(self) -> [Key; 3] {
        [self.account, self.pair, self.network]
    }
}

/// Checks name and password; none when either is wrong. An unknown name takes as long as a known one.
///
/// # Errors
/// [`Error::RateLimited`] after too many failures; [`Error::Busy`]; the database's.
pub(super) async fn attempt(visit: &Visit, name: &str, password: SecretString) -> Result<Option<Staff>> {
    let (state, now, wanted) = (&visit.state, visit.now(), name.to_owned());
    let found = state.db.lookup(move |conn| Staff::find_by_name(conn, &wanted)).await?;
    let (account, stored) = found.filter(|(account, _)| account.disabled_at.is_none()).unzip();
    let counted = Counted::of(visit, name, account.as_ref())?;
    let count = move |conn: &mut Conn| Throttle::attempt(conn, &counted.all(), now);
    if let Some(until) = state.db.write(count).await? {
        return Err(Error::RateLimited { retry_after: until.since(now) });
    }
    let stored: Option<String> = stored.flatten();
    let verdict = match state.passwords.verify(password, stored.clone()).await {
        Ok(verdict) => verdict,
        Err(why) => {
            // we could not look: that is no failure of theirs
            state.db.write(move |conn| Throttle::forgive(conn, &counted.all(), now)).await?;
            return Err(why);
        }
    };
    // what was typed as a name may be a password: only a known name is written down
    let target = account.as_ref().map_or_else(String::new, |account| format!("staff:{}", account.name));
    let entry = visit.entry("staff.sign_in", target, "failed");
    let Some(account) = account.filter(|_| !matches!(verdict, Verdict::Wrong)) else {
        return refuse(visit, entry).await;
    };
    match let_in(visit, &account, (verdict, stored), counted, entry.clone()).await {
        Ok(()) => Ok(Some(account)),
        // it was changed, or disabled, while the password was looked at
        Err(Error::Conflict(_)) => refuse(visit, entry).await,
        Err(why) => Err(why),
    }
}

async fn refuse(visit: &Visit, entry: Entry) -> Result<Option<Staff>> {
    let now = visit.now();
    visit.state.db.write(move |conn| Audit::append(conn, &entry, now)).await?;
    Ok(None)
}

/// Writes down that the password was right.
async fn let_in(
    visit: &Visit,
    account: &Staff,
    (verdict, stored): (Verdict, Option<String>),
    counted: Counted,
    mut entry: Entry,
) -> Result<()> {
    "ok".clone_into(&mut entry.result);
    entry.actor.clone_from(&account.name);
    entry.role.clone_from(&account.role);
    let (id, proved) = (account.id, Proved::from(account));
    let (ip, now) = (visit.address.to_string(), visit.now());
    let done = move |conn: &mut Conn| {
        Throttle::clear(conn, &counted.account)?;
        Throttle::clear(conn, &counted.pair)?;
        Throttle::forgive(conn, &[counted.network], now)?;
        proved.hold(conn, id)?;
        if let (Verdict::RightButWeak(new), Some(old)) = (verdict, stored) {
            Staff::rehash(conn, id, &old, &new)?;
        }
        Staff::signed_in(conn, id, &ip, now)?;
        Audit::append(conn, &entry, now)
    };
    visit.state.db.write(done).await.map(drop)
}

/// What failures of an account are counted under, by its name in any spelling.
pub(in crate::admin) fn account_digest(keys: &KeyRing, name: &str) -> Result<[u8; 32]> {
    keys.digest("sign_in_name", &fold_name(name))
}
