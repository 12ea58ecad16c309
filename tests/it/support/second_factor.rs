//! An authenticator app.

use menwei::db::Conn;
use menwei::db::second_factors::SecondFactor;
use menwei::db::staff::Staff;
use menwei::secret::totp::TotpSecret;

use super::browser::{Browser, between, each};
use super::site::TestSite;

/// The code that the account's app shows now, out of what stands in the database.
pub fn code(site: &TestSite, name: &str) -> String {
    let state = &site.site.state;
    let find = |conn: &mut Conn| {
        let (account, _) = Staff::find_by_name(conn, name)?.unwrap();
        SecondFactor::find(conn, account.id)
    };
    let factor = state.db.write_now(find).unwrap();
    let secret = TotpSecret::open(&state.keys, factor.id, &factor.totp_secret.unwrap()).unwrap();
    secret.code(site.clock.now()).unwrap()
}

/// The code of a secret as an app reads it.
pub fn code_of(site: &TestSite, base32: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(base32).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret.as_bytes().to_vec()).build().unwrap();
    totp.generate(u64::try_from(site.clock.now().seconds()).unwrap()).to_string()
}

/// Sets a second factor up for whoever is signed in; the recovery codes.
pub fn enrol(site: &TestSite, browser: &mut Browser) -> Vec<String> {
    let page = browser.get("/admin/account/totp").body;
    let typed = between(&page, "<code class=\"long\">", "</code>").unwrap().replace(' ', "");
    let shown = browser.send("/admin/account/totp", &[("code", &code_of(site, &typed))]);
    assert_eq!(shown.status, 200, "{}", shown.body);
    each(&shown.body, "<li><code>", "</code>")
}
