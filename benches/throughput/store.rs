//! The data that the servers begin with.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use menwei::clock::{Clock, Instant};
use menwei::config::Config;
use menwei::db::bulk::{BulkUser, Filling};
use menwei::db::sessions::open::NewSession;
use menwei::db::users::sign_in::Vouched;
use menwei::secret::{self, KeyRing, Token};
use menwei::site::Site;

use crate::load::Load;
use crate::process::Child;
use crate::servers::Kind;

/// How many users there are, with a session each.
pub const USERS: u64 = 10_000;
/// Their mini-program.
pub const APPID: &str = "wxbe00000000000001";

/// The settings of a server on the data in `place`.
pub fn settings(place: &Path, upstream: &str) -> Result<Config> {
    let text = format!(
        "[database]\nurl = 'sqlite://{0}/menwei.db'\n[keys]\nfile = '{0}/menwei.key'\n[avatar]\ndirectory = '{0}/avatars'\n[wechat]\napi_base = '{upstream}'\n\
         [server]\nworkers = 1\n[log]\nlevel = 'warn'\n[[app]]\nappid = '{APPID}'\nsecret = 'bench'",
        place.display()
    );
    Ok(Config::parse(&text, &[])?)
}

/// Makes a database of users with a session each, and writes the sessions' tokens beside it.
pub fn fill(place: &Path) -> Result<()> {
    fs::create_dir_all(place)?;
    let config = settings(place, "http://127.0.0.1:1")?;
    let keys = KeyRing::open_or_create(&config.key_file).map_err(anyhow::Error::msg)?;
    let now = Clock::System.now();
    let mut filling = Filling::begin(&config.database)?;
    let owners = (0..USERS).map(|number| user(&mut filling, &keys, number, now));
    let owners: Vec<(i64, i64)> = owners.collect::<menwei::error::Result<_>>()?;
    let tokens = owners.into_iter().map(|owner| session(&mut filling, owner, now, config.session.lifetime));
    let tokens: Vec<String> = tokens.collect::<menwei::error::Result<_>>()?;
    filling.finish(|_made| Ok(()))?;
    fs::write(place.join("tokens"), tokens.join("\n"))?;
    Ok(())
}

fn user(
    filling: &mut Filling,
    keys: &KeyRing,
    number: u64,
    now: Instant,
) -> menwei::error::Result<(i64, i64)> {
    let user = BulkUser {
        uid: secret::public_id(now)?,
        nickname: format!("张伟{number}"),
        avatar_url: format!("https://avatar.example.com/{number:012x}.jpg"),
        gender: 0,
        country: String::new(),
        province: String::new(),
        city: String::new(),
        language: "zh_CN".to_owned(),
        phone: None,
        freeze: None,
        created_at: now,
        last_login_at: now,
    };
    let openid = format!("o{number:027}");
    let session_key = "tiihtNczf5v6AKRyjwEUhQ==";
    let vouched = Vouched { appid: APPID, openid: &openid, unionid: None, session_key, linked: &[] };
    filling.user(user, &vouched, keys)
}

fn session(
    filling: &mut Filling,
    (user_id, identity_id): (i64, i64),
    now: Instant,
    lifetime: Duration,
) -> menwei::error::Result<String> {
    let token = Token::generate(now)?;
    let session = NewSession {
        digest: token.digest().as_bytes().to_vec(),
        sid: secret::public_id(now)?,
        user_id,
        identity_id,
        appid: APPID.to_owned(),
        created_at: now,
        last_seen_at: now,
        expires_at: now + lifetime,
        ip: "203.0.113.7".to_owned(),
        user_agent: "bench".to_owned(),
        client: "other".to_owned(),
        device: String::new(),
        wechat_version: String::new(),
        app_version: String::new(),
    };
    filling.session(session, None)?;
    Ok(token.reveal())
}

/// The tokens of the sessions in `place`.
pub fn tokens(place: &Path) -> Result<Vec<String>> {
    let file = fs::File::open(place.join("tokens"))?;
    Ok(BufReader::new(file).lines().collect::<std::io::Result<_>>()?)
}

/// Logs in until about everybody whom the load names is known, and makes that the data to begin with.
pub fn let_everybody_in(folder: &Path, upstream: &str) -> Result<()> {
    let base = folder.join("base");
    let place = base.to_str().context("a directory whose name is no UTF-8")?;
    let server = Child::spawn(0, &["serve", Kind::Login.name(), place, upstream])?;
    Load { address: server.said.clone(), kind: Kind::Login, seconds: 4 }.run_apart(place)?;
    drop(server);
    // opening it writes the log back into the file
    Site::open(settings(&base, upstream)?, Clock::System)?;
    Ok(())
}

/// Copies the data in `from`, in place of what is in `to`.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        // there are no avatars in it
        if entry.file_type()?.is_dir() {
            continue;
        }
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
