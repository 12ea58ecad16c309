//! What operators ask.

pub mod health;
