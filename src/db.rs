//! The doors to the data.

#[expect(missing_docs, reason = "items that MultiConnection derives")]
pub mod conn;
pub mod types;

pub use conn::Conn;
