//! WebP: RIFF chunks (RFC 9649 §2).

use super::frame::{Size, larger};

/// The most bytes that may be coded without loss, the picture's or its transparency's. Eleven of them can describe a Huffman
/// code for which the decoder makes a table of 4 KiB, however few pixels there are, and it makes as many as there are: by its
/// worst code 512 times as much memory as file, 16 MiB at most.
pub(super) const MOST_LOSSLESS: usize = 32 * 1024;

/// The size of a still, whole WebP without its `RIFF`, and how many of its bytes are coded without loss; none for anything
/// else, such as one with a tail.
pub(super) fn size(rest: &[u8]) -> Option<(Size, usize)> {
    let (length, rest) = rest.split_first_chunk()?;
    if usize::try_from(u32::from_le_bytes(*length)).ok()? != rest.len() {
        return None;
    }
    let mut rest = rest.strip_prefix(b"WEBP")?;
    let mut largest: Option<Size> = None;
    let (mut pictures, mut lossless_bytes) = (0, 0);
    while !rest.is_empty() {
        let (kind, after) = rest.split_first_chunk::<4>()?;
        let (length, after) = after.split_first_chunk()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (data, after) = after.split_at_checked(length)?;
        // chunks begin at even places
        rest = if length % 2 == 1 { after.get(1..)? } else { after };
        let found = match kind {
            b"VP8 " => Some(lossy(data)?),
            b"VP8L" => Some(lossless(data)?),
            b"VP8X" => Some(canvas(data)?),
            b"ANIM" | b"ANMF" => return None,
            _ => None,
        };
        pictures += usize::from(matches!(kind, b"VP8 " | b"VP8L"));
        if is_lossless(*kind, data) {
            lossless_bytes += length;
        }
        if let Some(found) = found {
            largest = Some(largest.map_or(found, |largest| larger(largest, found)));
        }
    }
    largest.filter(|_| pictures == 1).map(|largest| (largest, lossless_bytes))
}

/// Whether a chunk is for the lossless decoder: a picture, or transparency, unless its method says that it lies there plain
/// (RFC 9649 §2.7.1.2).
fn is_lossless(kind: [u8; 4], data: &[u8]) -> bool {
    let is_plain = data.first().is_some_and(|about| about % 4 == 0);
    kind == *b"VP8L" || (kind == *b"ALPH" && !is_plain)
}

/// A key frame of VP8: its tag, its start code, 14 bits each (RFC 6386 §9.1).
fn lossy(data: &[u8]) -> Option<Size> {
    let rest = data.get(3..)?.strip_prefix(b"\x9d\x01\x2a")?;
    let (width, rest) = rest.split_first_chunk()?;
    let (height, _) = rest.split_first_chunk()?;
    let side = |bytes: [u8; 2]| u32::from(u16::from_le_bytes(bytes) & 0x3fff);
    Some((side(*width), side(*height)))
}

/// VP8L: 14 bits each, less one (RFC 9649 §3.4).
fn lossless(data: &[u8]) -> Option<Size> {
    let (bits, _) = data.strip_prefix(b"\x2f")?.split_first_chunk()?;
    let bits = u32::from_le_bytes(*bits);
    Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
}

/// The canvas of an extended file: flags, then 24 bits each, less one. The second flag is that of an animation.
fn canvas(data: &[u8]) -> Option<Size> {
    let (flags, rest) = data.split_first_chunk::<4>()?;
    let (width, rest) = rest.split_first_chunk::<3>()?;
    let (height, _) = rest.split_first_chunk::<3>()?;
    let side = |[low, middle, high]: [u8; 3]| u32::from_le_bytes([low, middle, high, 0]) + 1;
    let is_animated = flags.first()? & 0b10 != 0;
    (!is_animated).then_some((side(*width), side(*height)))
}
