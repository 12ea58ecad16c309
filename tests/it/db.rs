//! The data doors and tables, on both databases.

mod after_epoch;
mod audit;
mod chain;
mod edges;
mod epochs;
mod hourly;
mod hourly_live;
mod jobs;
mod linking;
mod migrations;
mod model;
mod narrowed;
mod paging;
mod parity;
mod search;
mod session_keys;
mod steps;
mod trouble;
mod writer;

use menwei::clock::Instant;
use menwei::db::Conn;
use menwei::db::sessions::Liveness;
use menwei::db::sessions::Session;
use menwei::db::sessions::open::NewSession;
use menwei::db::users::User;
use menwei::db::users::sign_in::{SignedIn, Vouched};
use menwei::error::Result;
use menwei::secret::{self, KeyRing, Token, TokenDigest};

pub const APPID: &str = "wx0123456789abcdef";
const KEY: &str = "tiihtNczf5v6AKRyjwEUhQ==";

/// Signs somebody in.
pub fn sign_in(conn: &mut Conn, keys: &KeyRing, openid: &str, now: Instant) -> Result<SignedIn> {
    let vouched = Vouched { appid: APPID, openid, unionid: None, session_key: KEY, linked: &[] };
    User::sign_in(conn, &vouched, keys, now)
}

/// A session that lasts until `expires`.
fn new_session(signed_in: &SignedIn, now: Instant, expires: Instant) -> (NewSession, TokenDigest) {
    let digest = Token::generate(now).unwrap().digest();
    let new = NewSession {
        digest: digest.as_bytes().to_vec(),
        sid: secret::public_id(now).unwrap(),
        user_id: signed_in.user.id,
        identity_id: signed_in.identity_id,
        appid: APPID.to_owned(),
        created_at: now,
        last_seen_at: now,
        expires_at: expires,
        ip: "192.0.2.1".to_owned(),
        user_agent: String::new(),
        client: "ios".to_owned(),
        device: String::new(),
        wechat_version: String::new(),
        app_version: "1".to_owned(),
    };
    (new, digest)
}

/// Signs somebody in and opens a session, as a login does; its key and how many it displaced.
fn log_in(
    conn: &mut Conn,
    keys: &KeyRing,
    openid: &str,
    lifetime: std::time::Duration,
    per_user: i64,
    liveness: Liveness,
) -> Result<(i64, TokenDigest, String, usize)> {
    let signed_in = sign_in(conn, keys, openid, liveness.now)?;
    let (new, digest) = new_session(&signed_in, liveness.now, liveness.now + lifetime);
    let displaced = Session::open(conn, &new, per_user, liveness)?;
    Ok((signed_in.user.id, digest, new.sid, displaced))
}
