//! The console from outside, as a browser without JavaScript sees it.

mod account;
mod budgets;
mod bulk;
mod deletion;
mod emergency;
mod exports;
mod forms;
mod half_sent;
mod jobs;
mod kept;
mod lists;
mod lookup;
mod notes;
mod operation;
mod overview;
mod phone;
mod preferences;
mod reveal;
mod reviews;
mod revoking;
pub mod roles;
mod signing_in;
mod staff;
mod trail;
mod weight;
