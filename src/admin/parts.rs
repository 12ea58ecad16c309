//! What many pages have: lists and the way through them, forms, and how rows of the database look to the reader.

pub mod avatar;
pub mod browser;
pub mod form;
pub mod identity_bar;
pub mod list;
pub mod mask;
pub mod paging;
pub mod public_id;
pub mod session_row;
pub mod sight;
