//! menwei (门卫, "the gatekeeper"): the login backend of WeChat mini-programs.

pub mod admin;
pub mod api;
pub mod assets;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod logger;
pub mod ops;
pub mod password;
pub mod secret;
pub mod server;
pub mod site;
pub mod state;
pub mod text;
pub mod wechat;
