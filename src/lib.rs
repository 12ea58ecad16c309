//! menwei (门卫, "the gatekeeper"): the login backend of WeChat mini-programs.
//!
//! # One login, through the files
//!
//! A mini-program posts the code that `wx.login` gave it. [`server`] accepts the connection, keeps slow senders at bay and
//! names the request ([`http::request_id`]); [`api::login`] reads the body and hands the code to [`api::sign_in`]. There
//! [`wechat::codes`] asks whether this code is being exchanged already, and [`wechat`] exchanges it: one deadline, one retry at
//! most, behind a breaker. What comes back names an openid, and a session key that is sealed by [`secret::keys`] before it is
//! stored.
//!
//! Then one transaction, [`db::Database::write`]: [`db::users::sign_in`] finds or creates the user and holds the row,
//! [`db::sessions::open`] ends the oldest session over the cap and stores the new one under the digest of a fresh
//! [`secret::Token`], [`db::logins`] notes the attempt. On SQLite the writer thread joins it with whatever else is waiting
//! into one commit; the answer goes out after that commit.
//!
//! From then on every request brings the token: [`api::caller`] looks its digest up, once, and [`db::sessions`] decides
//! whether it is live. When a support agent revokes it in [`admin`], the row says so, and the next look-up finds it.

pub mod admin;
pub mod api;
pub mod assets;
pub mod avatar;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod http;
pub mod logger;
pub mod objects;
pub mod ops;
pub mod password;
pub mod phone;
pub mod picture;
pub mod retention;
pub mod rollup;
pub mod secret;
pub mod server;
pub mod site;
pub mod state;
pub mod text;
pub mod wechat;
