//! The door: the pages by which staff come in, and prove who they are.

pub mod reauth;
pub mod second_factor;
pub mod setup;
pub mod sign_in;
pub mod throttled;
