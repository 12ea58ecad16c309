//! The picture that is kept: square, small, upright, without metadata.

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{
    DynamicImage, GenericImageView as _, ImageDecoder, ImageResult, Limits, Rgb, RgbImage, RgbaImage,
};

use super::frame::{self, Format};
use super::{LONGEST_SIDE, MOST_PIXELS, png};
use crate::error::{Error, Result};

/// Width and height of the result, in pixels.
pub const SIDE: u32 = 256;
/// About 15 KB for a photograph.
const QUALITY: u8 = 85;
/// The most bytes that a picture may unpack to: all pixels with transparency, 8 bits a colour.
const MOST_BYTES: u64 = MOST_PIXELS * 4;

/// The middle of a picture as a JPEG of [`SIDE`] × [`SIDE`] pixels, turned as its EXIF says, on white where it is
/// transparent. Blocks for as long as decoding takes.
///
/// # Errors
/// [`Error::AvatarInvalid`] when it is no whole, still PNG, JPEG or WebP; [`Error::AvatarTooLarge`].
pub fn portrait(file: &[u8]) -> Result<Vec<u8>> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_BYTES);
    let (picture, orientation) = match frame::check(file)? {
        Format::Png => decode(PngDecoder::with_limits(Cursor::new(png::bare(file)), limits.clone()), limits),
        Format::Jpeg => decode(JpegDecoder::new(Cursor::new(file)), limits),
        Format::WebP => decode(WebPDecoder::new(Cursor::new(file)), limits),
    }?;
    let mut small = DynamicImage::ImageRgba8(middle(&picture));
    drop(picture);
    // a square turns as well small as large
    small.apply_orientation(orientation);
    let mut jpeg = Vec::with_capacity(32 * 1024);
    let drawn = on_white(&small.into_rgba8());
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode_image(&drawn)
        .map_err(|_cause| Error::Internal("a picture was not encoded"))?;
    Ok(jpeg)
}

fn decode<D: ImageDecoder>(decoder: ImageResult<D>, limits: Limits) -> Result<(DynamicImage, Orientation)> {
    let mut decoder = decoder.map_err(|why| refusal(&why))?;
    if decoder.total_bytes() > MOST_BYTES {
        return Err(Error::AvatarTooLarge);
    }
    decoder.set_limits(limits).map_err(|why| refusal(&why))?;
    // EXIF that cannot be read turns nothing
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|why| refusal(&why))?;
    Ok((picture, orientation))
}

fn refusal(why: &image::ImageError) -> Error {
    match why {
        image::ImageError::Limits(_) => Error::AvatarTooLarge,
        _ => Error::AvatarInvalid,
    }
}

/// The largest square in the middle, scaled.
fn middle(picture: &DynamicImage) -> RgbaImage {
    let (width, height) = picture.dimensions();
    let side = width.min(height);
    let square = imageops::crop_imm(picture, (width - side) / 2, (height - side) / 2, side, side);
    if side > SIDE {
        imageops::thumbnail(&*square, SIDE, SIDE)
    } else {
        imageops::resize(&*square, SIDE, SIDE, FilterType::Triangle)
    }
}

/// JPEG knows no transparency.
fn on_white(picture: &RgbaImage) -> RgbImage {
    let blend = |colour: u8, alpha: u8| {
        let mixed = u32::from(colour) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
        u8::try_from(mixed / 255).unwrap_or(255)
    };
    let (width, height) = picture.dimensions();
    RgbImage::from_fn(width, height, |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        Rgb([blend(red, alpha), blend(green, alpha), blend(blue, alpha)])
    })
}
