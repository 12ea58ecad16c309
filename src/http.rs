//! The parts of HTTP that both faces need: who calls, what the request is called, in which language, its body, its routes.

pub mod body;
pub mod client_address;
pub mod language;
pub mod request_id;
pub mod route;

pub use client_address::{ClientAddress, TrustedProxies};
pub use language::Language;
