//! A face for a user without loading an image from anywhere: one character on one of six tints.

/// What the avatar shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar {
    /// The first visible character of the nickname; `?` when there is none.
    pub initial: String,
    /// 0 to 5, the same for the same id.
    pub tint: u8,
}

impl Avatar {
    /// The avatar of the user with this public id and nickname.
    #[must_use]
    pub fn new(uid: &str, nickname: &str) -> Self {
        let first = nickname.chars().find(|character| character.is_alphanumeric() || is_picture(*character));
        let initial = first.map_or_else(|| "?".to_owned(), |character| character.to_uppercase().collect());
        let tint = uid.bytes().fold(0, |sum: u8, byte| sum.wrapping_mul(31).wrapping_add(byte)) % 6;
        Self { initial, tint }
    }
}

/// Emoji and symbols stand for people as well as letters do.
fn is_picture(character: char) -> bool {
    matches!(u32::from(character), 0x2600..=0x27BF | 0x1F300..=0x1FAFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn initial(nickname: &str) -> String {
        Avatar::new("u", nickname).initial
    }

    #[test]
    fn the_initial_is_the_first_character_that_can_be_seen() {
        assert_eq!(["张伟", " ~anna", "🐼熊猫", "<b>"].map(initial), ["张", "A", "🐼", "B"]);
        assert_eq!(["", "\u{200b}\u{202e}", "'\"><"].map(initial), ["?", "?", "?"]);
    }

    #[test]
    fn a_user_keeps_the_tint() {
        assert_eq!(Avatar::new("0192", "a").tint, Avatar::new("0192", "b").tint);
        assert!((0..100).all(|n| Avatar::new(&format!("u{n}"), "a").tint < 6));
    }
}
