//! What tests stand on: databases of both engines, a running server, a client that speaks raw bytes.

pub mod browser;
pub mod cases;
pub mod database;
pub mod dump;
pub mod named;
pub mod postgres;
pub mod raw;
pub mod running;
pub mod second_factor;
pub mod site;
