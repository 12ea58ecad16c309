//! The console: HTML for staff, rendered on the server, complete without JavaScript.
//!
//! One file a page or resource, its template struct right above its handler; what all pages share stands in
//! [`frame`], [`page`], [`form`], [`list`] and [`locale`].

pub mod audit;
pub mod avatar;
pub mod csrf;
pub mod errors;
pub mod form;
pub mod frame;
pub mod freeze;
#[cfg(test)]
mod gallery;
pub mod list;
pub mod locale;
pub mod lookup;
pub mod mask;
pub mod origin;
pub mod page;
pub mod query;
pub mod revocation;
pub mod role;
pub mod session;
pub mod session_row;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod user;
pub mod users;
pub mod when;
