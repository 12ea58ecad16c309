//! The document and what is really there.

mod document;
mod fuzz;
mod rig;
mod statuses;
