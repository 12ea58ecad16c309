//! What tests stand on: databases of both engines, a running server, a client that speaks raw bytes.

// database: with src/db
// postgres
pub mod raw;
pub mod running;
