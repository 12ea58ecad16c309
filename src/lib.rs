//! menwei (门卫, "the gatekeeper"): the login backend of WeChat mini-programs.

pub mod admin;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod secret;
