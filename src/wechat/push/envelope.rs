//! The envelope of secure mode: AES-256-CBC over `random(16) length(4, big endian) message appid`, padded to 32 bytes.
//!
//! The key is base64 of `EncodingAESKey` and a `=`; the initial vector, of which WeChat's page says nothing, is the key's
//! first 16 bytes. The padding is PKCS#7 with blocks of 32: one of 17 to 32 bytes is right here and wrong to an unpadder
//! for AES. All is read after the signature was checked, and every fault is the same, so there is no padding oracle.

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
use base64::Engine as _;
use zeroize::Zeroizing;

use crate::wechat::session_key::BASE64;

/// The padding's block in bytes.
const BLOCK: usize = 32;

/// The message in the envelope; none when anything about it is wrong, the appid included.
pub(super) fn open(encrypted: &str, aes_key: &str, appid: &str) -> Option<Zeroizing<Vec<u8>>> {
    let key = Zeroizing::new(BASE64.decode(format!("{aes_key}=")).ok()?);
    let key: &[u8; 32] = key.as_slice().try_into().ok()?;
    let iv: [u8; 16] = *key.first_chunk()?;
    let mut buffer = Zeroizing::new(BASE64.decode(encrypted).ok()?);
    let cipher = cbc::Decryptor::<aes::Aes256>::new(key.into(), &iv.into());
    let plain = unpadded(cipher.decrypt_padded::<NoPadding>(&mut buffer).ok()?)?;
    let (_random, rest) = plain.split_at_checked(16)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (message, tail) = rest.split_at_checked(length)?;
    (tail == appid.as_bytes()).then(|| Zeroizing::new(message.to_vec()))
}

/// Without the padding: as many bytes as each of them says, 1 to 32.
fn unpadded(padded: &[u8]) -> Option<&[u8]> {
    let last = *padded.last()?;
    let count = usize::from(last);
    let (plain, padding) = padded.split_at_checked(padded.len().checked_sub(count)?)?;
    ((1..=BLOCK).contains(&count) && padding.iter().all(|byte| *byte == last)).then_some(plain)
}
