//! PNG: a row of chunks from IHDR to IEND (W3C PNG §5).

use super::frame::Size;

/// Begins every file.
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The chunks that a decoder gets: pixels, their colours, which way is up. Others, such as colour profiles and texts, can
/// unpack to more than the picture.
const KEPT: [&[u8; 4]; 6] = [b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"IEND"];

struct Chunk<'a> {
    kind: &'a [u8; 4],
    data: &'a [u8],
    /// All of it, with its length and checksum.
    whole: &'a [u8],
}

/// The first chunk, and what follows it.
fn chunk(rest: &[u8]) -> Option<(Chunk<'_>, &[u8])> {
    let (length, after) = rest.split_first_chunk()?;
    let (kind, after) = after.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let data = after.get(..length)?;
    let (whole, after) = rest.split_at_checked(length.checked_add(12)?)?;
    Some((Chunk { kind, data, whole }, after))
}

/// The size of a still, whole PNG without its signature; none for anything else, such as one with a tail.
pub(super) fn size(mut rest: &[u8]) -> Option<Size> {
    let mut size = None;
    loop {
        let (Chunk { kind, data, .. }, after) = chunk(rest)?;
        match (kind, size) {
            (b"IHDR", None) => {
                let (width, data) = data.split_first_chunk()?;
                let (height, _) = data.split_first_chunk()?;
                size = Some((u32::from_be_bytes(*width), u32::from_be_bytes(*height)));
            }
            // a second header; an animation; anything before the header
            (b"IHDR" | b"acTL" | b"fcTL" | b"fdAT", _) | (_, None) => return None,
            (b"IEND", _) => return size.filter(|_| after.is_empty()),
            _ => {}
        }
        rest = after;
    }
}

/// The same picture with nothing but its pixels and how to show them.
pub(super) fn bare(file: &[u8]) -> Vec<u8> {
    let mut bare = SIGNATURE.to_vec();
    bare.reserve_exact(file.len());
    let mut rest = file.strip_prefix(SIGNATURE).unwrap_or_default();
    while let Some((found, after)) = chunk(rest) {
        if KEPT.contains(&found.kind) {
            bare.extend_from_slice(found.whole);
        }
        rest = after;
    }
    bare
}
