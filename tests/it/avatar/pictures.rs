//! Pictures to send: good ones, and such as a stranger would make.

use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

pub const RED: [u8; 3] = [200, 30, 30];
pub const GREEN: [u8; 3] = [30, 180, 40];
pub const BLUE: [u8; 3] = [30, 40, 200];

/// A picture whose left third is red, its middle green, its right third blue.
pub fn stripes(width: u32, height: u32) -> DynamicImage {
    let colour = |x: u32, _| Rgb([RED, GREEN, BLUE][usize::try_from(x * 3 / width).unwrap()]);
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, colour))
}

pub fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn png() -> Vec<u8> {
    encoded(&stripes(300, 300), ImageFormat::Png)
}

pub fn jpeg() -> Vec<u8> {
    encoded(&stripes(300, 300), ImageFormat::Jpeg)
}

pub fn webp() -> Vec<u8> {
    encoded(&stripes(300, 300), ImageFormat::WebP)
}

/// 96 × 96 pixels with loss, transparent where the last third ends below: as a browser makes it.
pub fn lossy_webp() -> Vec<u8> {
    include_bytes!("lossy.webp").to_vec()
}

/// Transparent everywhere.
pub fn glass() -> Vec<u8> {
    encoded(&DynamicImage::ImageRgba8(RgbaImage::from_pixel(64, 64, Rgba([0, 0, 0, 0]))), ImageFormat::Png)
}

/// One chunk of a PNG.
pub fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut checksum = flate2::Crc::new();
    checksum.update(&kind);
    checksum.update(data);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length, kind.as_slice(), data, &checksum.sum().to_be_bytes()].concat()
}

fn header(width: u32, height: u32, depth: u8, colour: u8) -> Vec<u8> {
    let rest = [depth, colour, 0, 0, 0];
    chunk(*b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &rest].concat())
}

/// A whole PNG of zeros: `row` bytes a line, the filter's among them.
pub fn png_of_zeros(width: u32, height: u32, depth: u8, colour: u8, row: usize) -> Vec<u8> {
    let mut data = ZlibEncoder::new(Vec::new(), Compression::best());
    let line = vec![0; row];
    for _ in 0..height {
        data.write_all(&line).unwrap();
    }
    let data = chunk(*b"IDAT", &data.finish().unwrap());
    [b"\x89PNG\r\n\x1a\n".as_slice(), &header(width, height, depth, colour), &data, &chunk(*b"IEND", &[])]
        .concat()
}

/// 20,000 × 20,000 pixels in 60 KB, every one of them really there: 1.2 GB as RGB.
pub fn png_bomb() -> Vec<u8> {
    png_of_zeros(20_000, 20_000, 1, 0, 2501)
}

/// A PNG with a colour profile that unpacks to 200 MB.
pub fn profile_bomb() -> Vec<u8> {
    let mut profile = ZlibEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0; 1024 * 1024];
    for _ in 0..200 {
        profile.write_all(&zeros).unwrap();
    }
    let profile = chunk(*b"iCCP", &[b"x\0\0".as_slice(), &profile.finish().unwrap()].concat());
    inserted(&png(), &profile)
}

/// A PNG with a chunk behind its header.
pub fn inserted(png: &[u8], chunk: &[u8]) -> Vec<u8> {
    let (head, tail) = png.split_at(33);
    [head, chunk, tail].concat()
}

/// A JPEG whose header claims other sides.
pub fn jpeg_of(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = jpeg();
    let frame = bytes.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// A whole progressive JPEG of one shade of grey and full colours: its decoder keeps every coefficient.
pub fn progressive(width: u16, height: u16) -> Vec<u8> {
    let segment = |marker: u8, data: &[u8]| {
        let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker][..], &length, data].concat()
    };
    let [high, low] = height.to_be_bytes();
    let [wide, narrow] = width.to_be_bytes();
    let frame = [8, high, low, wide, narrow, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
    // one code, of one bit: the difference is zero
    let codes = [&[0x00, 1][..], &[0; 15], &[0]].concat();
    let blocks = usize::from(width.div_ceil(8)) * usize::from(height.div_ceil(8)) * 3;
    [
        b"\xff\xd8".to_vec(),
        segment(0xdb, &[&[0][..], &[1; 64]].concat()),
        segment(0xc2, &frame),
        segment(0xc4, &codes),
        segment(0xda, &[3, 1, 0, 2, 0, 3, 0, 0, 0, 0]),
        vec![0; blocks / 8],
        b"\xff\xd9".to_vec(),
    ]
    .concat()
}

/// A lossless WebP whose header claims other sides, of at most 16,384.
pub fn webp_of(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = webp();
    let place = bytes.windows(4).position(|four| four == b"VP8L").unwrap() + 9;
    let kept = u32::from_le_bytes(bytes[place..place + 4].try_into().unwrap()) & 0xf000_0000;
    let bits = kept | (width - 1) | ((height - 1) << 14);
    bytes[place..place + 4].copy_from_slice(&bits.to_le_bytes());
    bytes
}

/// An extended WebP: a canvas of one size around a picture that claims another.
pub fn webp_in_canvas(canvas: u32, inner: &[u8], flags: u8, more: &[u8]) -> Vec<u8> {
    let side = &(canvas - 1).to_le_bytes()[..3];
    let extended = [&[flags, 0, 0, 0][..], side, side].concat();
    let chunks = [b"WEBPVP8X\x0a\0\0\0".as_slice(), &extended, more, &inner[12..]].concat();
    [b"RIFF".as_slice(), &u32::try_from(chunks.len()).unwrap().to_le_bytes(), &chunks].concat()
}

/// EXIF with an orientation and a place, little endian, as phones write it.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x01\0".to_vec();
    tiff.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend_from_slice(b"GPS 23.1291N 113.2644E canary");
    tiff
}

/// A JPEG with EXIF in it.
pub fn jpeg_with_exif(orientation: u8) -> Vec<u8> {
    let data = [b"Exif\0\0".as_slice(), &exif(orientation)].concat();
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    let jpeg = jpeg();
    [&jpeg[..2], b"\xff\xe1", &length, &data, &jpeg[2..]].concat()
}
