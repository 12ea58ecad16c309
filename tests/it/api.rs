//! The API from a client's side, over real sockets, on both databases.

mod apps;
mod bad_input;
mod bearer;
mod cap;
mod content_check;
mod crowds;
mod hanging;
mod introspect;
mod limits;
mod login;
mod mass_assignment;
mod open_data;
mod phone;
mod phone_sealed;
mod profile;
mod session_check;
mod sessions;
mod text;
mod verify;
