//! The console's accounts: one of each role, with passwords that exist in this run only.

use secrecy::{ExposeSecret as _, SecretString};

use crate::cli::Failure;
use crate::clock::Instant;
use crate::db::audit::{Audit, Entry};
use crate::db::staff::Staff;
use crate::password;
use crate::secret;
use crate::site::Site;

/// An account, with its password in clear: for the screen.
pub struct Account {
    /// What they sign in with.
    pub name: &'static str,
    /// What they may do.
    pub role: &'static str,
    /// The password.
    pub password: SecretString,
}

/// Name and role of each account.
pub const ACCOUNTS: [(&str, &str); 4] = [
    ("demo-support", "support"),
    ("demo-admin", "admin"),
    ("demo-auditor", "auditor"),
    ("demo-owner", "owner"),
];

/// Sixteen words for each half of a byte: easy to read out, easy to type.
const WORDS: [&str; 16] = [
    "amber", "bamboo", "cedar", "delta", "ember", "forest", "ginger", "harbor", "indigo", "jasmine",
    "kettle", "lotus", "maple", "nutmeg", "orchid", "pepper",
];

/// Makes the accounts, `since` being when they began to work here.
pub fn create(site: &Site, since: Instant) -> Result<Vec<Account>, Failure> {
    let runtime = actix_web::rt::System::new();
    let mut accounts = Vec::new();
    for (name, role) in ACCOUNTS {
        let password = new_password()?;
        password::check_new(&password, &[name])?;
        let phc = runtime.block_on(site.state.passwords.hash(password.clone()))?;
        site.state.db.write_now(|conn| {
            let id = Staff::create(conn, name, role, since)?;
            Staff::set_password(conn, id, &phc, since)?;
            let entry = Entry {
                actor: "system".to_owned(),
                role: "cli".to_owned(),
                action: "staff.add".to_owned(),
                target: format!("staff:{name}"),
                reason: role.to_owned(),
                result: "ok".to_owned(),
                ..Entry::default()
            };
            Audit::append(conn, &entry, since)
        })?;
        accounts.push(Account { name, role, password });
    }
    Ok(accounts)
}

/// Six words and four digits, `cedar-lotus-…-0427`: 24 bits of words and 13 of digits, against a throttled sign-in on a
/// loopback address.
fn new_password() -> Result<SecretString, Failure> {
    let bytes: [u8; 8] = secret::random()?;
    let [words @ .., high, low] = bytes;
    let words = words.iter().map(|byte| WORDS.get(usize::from(byte % 16)).copied().unwrap_or_default());
    let words: Vec<&str> = words.collect();
    let number = u16::from_be_bytes([high, low]) % 10_000;
    Ok(format!("{}-{number:04}", words.join("-")).into())
}

impl Account {
    /// `name  password  role`, each column as wide as its longest.
    pub fn table(accounts: &[Self]) -> String {
        let width = accounts.iter().map(|one| one.password.expose_secret().len()).max().unwrap_or(0);
        let line =
            |name: &str, password: &str, role: &str| format!("  {name:<14}{password:<width$}  {role}\n");
        let rows = accounts.iter().map(|one| {
            let chinese = match one.role {
                "support" => "客服",
                "admin" => "管理员",
                "auditor" => "审计员",
                _ => "系统管理员",
            };
            line(one.name, one.password.expose_secret(), &format!("{} {chinese}", one.role))
        });
        rows.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_differ_and_are_good_enough_for_the_console() {
        let (one, two) = (new_password().unwrap(), new_password().unwrap());
        assert_ne!(one.expose_secret(), two.expose_secret());
        for (name, _) in ACCOUNTS {
            assert!(password::check_new(&one, &[name]).is_ok());
            assert!(crate::db::staff::check_name(name).is_ok());
        }
    }
}
