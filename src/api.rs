//! The JSON API of mini-programs.

pub mod error;
pub mod json;
