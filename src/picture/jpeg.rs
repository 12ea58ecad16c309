//! JPEG: segments and scans from SOI to EOI (ITU T.81 §B).

use super::frame::{Size, larger};

/// The most scans: progressive files have about ten; each walks over the whole picture again.
const MOST_SCANS: usize = 40;

/// What a pixel of a progressive file weighs; one of any other weighs 1.
const PROGRESSIVE: u64 = 2;

/// The size of a whole JPEG behind its SOI, and what its pixels weigh; none for anything else.
///
/// Behind the end may stand further JPEGs, as phones append previews and depth maps; nothing else.
pub(super) fn size(file: &[u8]) -> Option<(Size, u64)> {
    let (found, mut tail) = one(file)?;
    while !tail.is_empty() {
        let (_, after) = one(tail.strip_prefix(b"\xff\xd8")?)?;
        tail = after;
    }
    Some(found)
}

/// Walks over one picture; its size, its weight, and what stands behind its EOI.
fn one(mut rest: &[u8]) -> Option<((Size, u64), &[u8])> {
    let mut size: Option<Size> = None;
    let mut weight = 1;
    let mut scans = 0;
    loop {
        let (marker, after) = marker(rest)?;
        match marker {
            0xd9 if scans > 0 => return Some(((size?, weight), after)),
            // nothing ends before it has begun, and nothing begins twice
            0xd8 | 0xd9 => return None,
            0x01 | 0xd0..=0xd7 => rest = after,
            _ => {
                let (length, body) = after.split_first_chunk()?;
                let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2)?;
                let (segment, after) = body.split_at_checked(length)?;
                rest = after;
                if is_frame(marker) {
                    let found = frame(segment)?;
                    size = Some(size.map_or(found, |size| larger(size, found)));
                    // sequential are C0, C1 and their like at C5 and C9
                    if !matches!(marker & 0b11, 0 | 1) {
                        weight = PROGRESSIVE;
                    }
                }
                if marker == 0xda {
                    scans += 1;
                    rest = after_scan(rest)?;
                }
                if scans > MOST_SCANS {
                    return None;
                }
            }
        }
    }
}

/// The next marker; any number of fill bytes may stand before its code.
fn marker(rest: &[u8]) -> Option<(u8, &[u8])> {
    let mut rest = rest.strip_prefix(b"\xff")?;
    while let Some(after) = rest.strip_prefix(b"\xff") {
        rest = after;
    }
    rest.split_first().map(|(marker, after)| (*marker, after))
}

/// Start of frame, of any coding: C0 to CF but DHT, JPG and DAC.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// Precision, height, width.
fn frame(segment: &[u8]) -> Option<Size> {
    let (_precision, rest) = segment.split_first()?;
    let (height, rest) = rest.split_first_chunk()?;
    let (width, _) = rest.split_first_chunk()?;
    Some((u16::from_be_bytes(*width).into(), u16::from_be_bytes(*height).into()))
}

/// What follows the coded data of a scan: there FF is followed by 00 or by a restart marker, a real one ends it.
fn after_scan(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        let at = rest.iter().position(|byte| *byte == 0xff)?;
        let (_, found) = rest.split_at_checked(at)?;
        match found.get(1)? {
            0x00 | 0xd0..=0xd7 => rest = found.get(2..)?,
            0xff => rest = found.get(1..)?,
            _ => return Some(found),
        }
    }
}
