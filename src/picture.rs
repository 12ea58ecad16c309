//! Pictures from strangers: looked at before they are decoded, and drawn anew as a small JPEG.
//!
//! What a file claims to be does not count. [`frame`] walks its structure, which costs no memory, and refuses what is
//! none of PNG, JPEG and WebP, is cut, moves, carries something behind its end, or is larger than it may be. Only
//! then is it decoded; nothing of the file itself, metadata above all, reaches the result.

mod frame;
mod jpeg;
mod png;
mod portrait;
mod webp;

pub use portrait::{SIDE, portrait};

/// The largest file, in bytes.
pub const LARGEST: usize = 4 * 1024 * 1024;
/// The most pixels, 2048 × 1536: what phones hand over as an avatar has fewer, and what they unpack to is the process's
/// memory. A progressive JPEG may have half as many, as its decoder keeps every coefficient of it.
pub const MOST_PIXELS: u64 = 3_145_728;
/// The longest side, in pixels.
pub const LONGEST_SIDE: u32 = 8192;
