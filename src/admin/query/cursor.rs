//! Places in a list: opaque, signed, and bound to the list's filters.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::error::Result;
use crate::secret::KeyRing;

/// How much of the signature is kept: 128 bits.
const SIGNATURE: usize = 16;

/// The last row of a screen: what the list is ordered by, and the row's internal key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The ordering time, in microseconds since 1970.
    pub at: i64,
    /// The internal key, which decides among equal times.
    pub id: i64,
}

impl Cursor {
    /// The cursor as it stands in the URL of the list with these filters.
    ///
    /// # Errors
    /// When the key ring is empty.
    pub fn write(self, keys: &KeyRing, filters: &str) -> Result<String> {
        let place = self.bytes();
        let signature = sign(keys, filters, &place)?;
        let bytes: Vec<u8> = place.into_iter().chain(signature.into_iter().take(SIGNATURE)).collect();
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The cursor that the URL holds; none when it is forged, cut, or of a list with other filters.
    ///
    /// # Errors
    /// When the key ring is empty.
    pub fn read(keys: &KeyRing, filters: &str, text: &str) -> Result<Option<Self>> {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(text) else { return Ok(None) };
        let Some((place, signature)) = bytes.split_first_chunk::<16>() else { return Ok(None) };
        let expected: Vec<u8> = sign(keys, filters, place)?.into_iter().take(SIGNATURE).collect();
        if !bool::from(expected.as_slice().ct_eq(signature)) {
            return Ok(None);
        }
        let number = u128::from_be_bytes(*place);
        let half = |number: u128| u64::try_from(number & u128::from(u64::MAX)).unwrap_or(0).cast_signed();
        Ok(Some(Self { at: half(number >> 64), id: half(number) }))
    }

    fn bytes(self) -> [u8; 16] {
        let (at, id) = (u128::from(self.at.cast_unsigned()), u128::from(self.id.cast_unsigned()));
        (at << 64 | id).to_be_bytes()
    }
}

fn sign(keys: &KeyRing, filters: &str, place: &[u8; 16]) -> Result<[u8; 32]> {
    keys.digest("cursor", &format!("{} {filters}", crate::secret::hex(place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACES: [Cursor; 3] = [
        Cursor { at: 1_800_000_000_000_000, id: 42 },
        Cursor { at: -1, id: i64::MAX },
        Cursor { at: i64::MIN, id: -7 },
    ];

    #[test]
    fn a_cursor_comes_back_in_the_list_that_wrote_it() {
        let keys = KeyRing::generate().unwrap();
        for place in PLACES {
            let text = place.write(&keys, "users q=a").unwrap();
            assert_eq!(Cursor::read(&keys, "users q=a", &text).unwrap(), Some(place));
            assert_eq!(Cursor::read(&keys, "users q=b", &text).unwrap(), None);
        }
    }

    #[test]
    fn a_forged_or_foreign_cursor_is_none() {
        let keys = KeyRing::generate().unwrap();
        let text = PLACES[0].write(&keys, "").unwrap();
        let foreign = PLACES[0].write(&KeyRing::generate().unwrap(), "").unwrap();
        let changed = format!("B{}", &text[1..]);
        for wrong in ["", "x", &text[..40], &changed, &foreign, &format!("{text}AA"), "€"] {
            assert_eq!(Cursor::read(&keys, "", wrong).unwrap(), None, "{wrong}");
        }
    }
}
