//! The data that the servers begin with.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::{Context as _, Result};
use menwei::clock::{Clock, Instant};
use menwei::config::Config;
use menwei::db::Conn;
use menwei::db::bulk::{BulkUser, store_session};
use menwei::db::sessions::open::NewSession;
use menwei::db::users::sign_in::Vouched;
use menwei::secret::{self, Token};
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
        "[database]\nurl = 'sqlite://{0}/menwei.db'\n[keys]\nfile = '{0}/menwei.key'\n[wechat]\napi_base = '{upstream}'\n\
         [server]\nworkers = 1\n[log]\nlevel = 'warn'\n[[app]]\nappid = '{APPID}'\nsecret = 'bench'",
        place.display()
    );
    Ok(Config::parse(&text, &[])?)
}

/// Makes a database of users with a session each, and writes the sessions' tokens beside it.
pub fn fill(place: &Path) -> Result<()> {
    let site = Site::open(settings(place, "http://127.0.0.1:1")?, Clock::System)?;
    let tokens =
        site.state.db.write_now(|conn| (0..USERS).map(|number| store(conn, &site, number)).collect())?;
    let tokens: Vec<String> = tokens;
    fs::write(place.join("tokens"), tokens.join("\n"))?;
    Ok(())
}

fn store(conn: &mut Conn, site: &Site, number: u64) -> menwei::error::Result<String> {
    let now: Instant = site.state.now();
    let user = BulkUser {
        uid: secret::public_id(now)?,
        nickname: format!("张伟{number}"),
        avatar_url: format!("https://avatar.example.com/{number:012x}.jpg"),
        gender: 0,
        country: String::new(),
        province: String::new(),
        city: String::new(),
        language: "zh_CN".to_owned(),
        created_at: now,
        last_login_at: now,
    };
    let openid = format!("o{number:027}");
    let vouched =
        Vouched { appid: APPID, openid: &openid, unionid: None, session_key: "tiihtNczf5v6AKRyjwEUhQ==" };
    let (user_id, identity_id) = user.store(conn, &vouched, &site.state.keys)?;
    let token = Token::generate(now)?;
    let session = NewSession {
        digest: token.digest().as_bytes().to_vec(),
        sid: secret::public_id(now)?,
        user_id,
        identity_id,
        appid: APPID.to_owned(),
        created_at: now,
        last_seen_at: now,
        expires_at: now + site.state.config.session.lifetime,
        ip: "203.0.113.7".to_owned(),
        user_agent: "bench".to_owned(),
        client: "other".to_owned(),
        device: String::new(),
        wechat_version: String::new(),
        app_version: String::new(),
    };
    store_session(conn, &session, None)?;
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
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
