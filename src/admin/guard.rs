//! The guard: who makes a request, whether it comes from a page of ours, and whether they may. What it does not let in it
//! answers itself.

pub mod allowed;
pub mod ask;
pub mod cookies;
pub mod csrf;
pub mod method;
pub mod networks;
pub mod origin;
pub mod personal;
pub mod signed_in;
pub mod standing;
pub mod store;
pub mod submission;
pub mod visit;
pub mod way_back;
