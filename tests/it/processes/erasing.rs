//! SIGKILL while accounts are erased: each is there whole or gone whole, and the next process goes on.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{Process, menwei};
use crate::support::database::TestDatabase;
use crate::support::dump::Plain;
use crate::support::raw::PATIENCE;
use crate::support::site::{START, wechat};

const PEOPLE: i64 = 60;

/// Accounts that are half gone: without an identity though not erased, or erased with something left.
const HALVES: &str = "SELECT COUNT(*) AS number FROM users u WHERE \
     (erased_at IS NULL) <> EXISTS (SELECT 1 FROM identities i WHERE i.user_id = u.id) \
     OR (erased_at IS NOT NULL AND (erase_at IS NOT NULL OR EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = u.id)))";

fn every_account_is_erased_once(url: &str, folder: &Path) {
    let simulator = wechat(&menwei::clock::Clock::fixed(START));
    let start = || Process::start(menwei(folder, url, &simulator.api_base()), folder);
    let process = start();
    for number in 0..PEOPLE {
        let token = process.login(&format!("user{number}-1"));
        assert_eq!(process.ask("DELETE", "/api/account", Some(&token), None).status, 200);
    }
    assert!(process.stop());
    let mut plain = Plain::connect(url);
    let erased =
        |plain: &mut Plain| plain.number("SELECT COUNT(*) AS number FROM users WHERE erased_at IS NOT NULL");
    assert_eq!(erased(&mut plain), 0);
    plain.execute("UPDATE users SET erase_at = deleted_at").unwrap();
    let begun = Instant::now();
    let mut killed_midway = 0;
    for round in 0.. {
        let mut process = start();
        std::thread::sleep(Duration::from_millis(3 + 5 * round));
        process.kill();
        assert_eq!(plain.number(HALVES), 0);
        // the time of the one that died is over
        plain.execute("DELETE FROM leases").unwrap();
        let done = erased(&mut plain);
        killed_midway += u32::from((1..PEOPLE).contains(&done));
        if done == PEOPLE {
            break;
        }
        assert!(begun.elapsed() < PATIENCE * 4, "{done} of {PEOPLE} after {round} rounds");
    }
    assert!(killed_midway > 0, "the job was never interrupted");
    let entries =
        "SELECT COUNT(DISTINCT target) * 1000 + COUNT(*) AS number FROM audit WHERE action = 'account.erase'";
    assert_eq!(plain.number(entries), PEOPLE * 1001);
}

mod an_erasure_that_is_killed_goes_on_in_the_next_process {
    use super::*;

    #[test]
    fn sqlite() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("menwei.db").display());
        every_account_is_erased_once(&url, folder.path());
    }

    #[test]
    fn postgres() {
        let (db, folder) = (TestDatabase::postgres(), tempfile::tempdir().unwrap());
        every_account_is_erased_once(db.url(), folder.path());
    }
}
