//! What a file is by its own structure, without unpacking anything.

use super::{LARGEST, LONGEST_SIDE, MOST_PIXELS, jpeg, png, webp};
use crate::error::{Error, Result};

/// The formats that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Png,
    Jpeg,
    WebP,
}

/// Width and height in pixels.
pub(super) type Size = (u32, u32);

/// The format of a file by its first bytes; its whole structure is checked.
///
/// # Errors
/// [`Error::AvatarInvalid`] when it is no whole, still picture; [`Error::AvatarTooLarge`].
pub(super) fn check(file: &[u8]) -> Result<Format> {
    if file.len() > LARGEST {
        return Err(Error::AvatarTooLarge);
    }
    let still = |size: Option<Size>| size.map(|size| (size, 1));
    let (format, found) = if let Some(rest) = file.strip_prefix(png::SIGNATURE) {
        (Format::Png, still(png::size(rest)))
    } else if let Some(rest) = file.strip_prefix(b"\xff\xd8") {
        (Format::Jpeg, jpeg::size(rest))
    } else if let Some(rest) = file.strip_prefix(b"RIFF") {
        let found = webp::size(rest);
        if found.is_some_and(|(_, lossless)| lossless > webp::MOST_LOSSLESS) {
            return Err(Error::AvatarTooLarge);
        }
        (Format::WebP, still(found.map(|(size, _)| size)))
    } else {
        return Err(Error::AvatarInvalid);
    };
    let ((width, height), weight) = found.ok_or(Error::AvatarInvalid)?;
    if width == 0 || height == 0 {
        return Err(Error::AvatarInvalid);
    }
    let pixels = u64::from(width) * u64::from(height);
    let is_large = width.max(height) > LONGEST_SIDE || pixels * weight > MOST_PIXELS;
    if is_large { Err(Error::AvatarTooLarge) } else { Ok(format) }
}

/// The larger of two sizes, side by side: a file that contradicts itself is measured by its largest claim.
pub(super) fn larger(one: Size, other: Size) -> Size {
    (one.0.max(other.0), one.1.max(other.1))
}
