//! The console from outside, as a browser without JavaScript sees it.

mod forms;
mod lists;
mod phone;
mod revoking;
mod roles;
mod signing_in;
