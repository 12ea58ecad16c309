//! What people type: which characters may be stored, and the form in which names are searched.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::CodePointSetData;
use icu_properties::props::{DefaultIgnorableCodePoint, Emoji, EmojiModifier, ExtendedPictographic};

use crate::error::Fault;

const JOINER: char = '\u{200d}';
const EMOJI_SELECTOR: char = '\u{fe0f}';
const BLACK_FLAG: char = '\u{1f3f4}';

/// A text as it is stored: NFC, no space around it, at most `most` characters.
///
/// Control characters, line separators and noncharacters are refused. Invisible and direction-changing characters are
/// taken out, so that two names that look alike are alike, and none turns the rest of a line round; what holds emoji
/// together stays.
///
/// # Errors
/// [`Fault::Characters`], also when nothing visible is left; [`Fault::TooLong`].
pub fn clean(text: &str, most: usize) -> Result<String, Fault> {
    if text.chars().any(is_refused) {
        return Err(Fault::Characters);
    }
    let visible = without_invisible(text);
    let clean = ComposingNormalizerBorrowed::new_nfc().normalize(visible.trim()).into_owned();
    if clean.is_empty() && !text.trim().is_empty() {
        Err(Fault::Characters)
    } else if clean.chars().count() > most {
        Err(Fault::TooLong(most))
    } else {
        Ok(clean)
    }
}

/// A name as it is searched: NFKC, lower case, nothing invisible, no space around it.
#[must_use]
pub fn fold(name: &str) -> String {
    let invisible = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let visible: String = name.chars().filter(|one| !invisible.contains(*one)).collect();
    let normal = ComposingNormalizerBorrowed::new_nfkc();
    // lower case can undo the normal form, and the normal form can bring upper case back
    normal.normalize(&normal.normalize(visible.trim()).to_lowercase()).into_owned()
}

/// A term as it is looked for: NFKC, so that full-width letters and digits are plain, nothing invisible, no space
/// around it. Case stays: some ids have both.
#[must_use]
pub fn plain(term: &str) -> String {
    let invisible = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let visible: String =
        term.chars().filter(|one| !invisible.contains(*one) && !is_direction(*one)).collect();
    ComposingNormalizerBorrowed::new_nfkc().normalize(visible.trim()).trim().to_owned()
}

fn is_refused(one: char) -> bool {
    let is_noncharacter = u32::from(one) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&one);
    one.is_control() || matches!(one, '\u{2028}' | '\u{2029}') || is_noncharacter
}

fn without_invisible(text: &str) -> String {
    let invisible = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(one) = rest.next() {
        let is_kept = if is_direction(one) {
            false
        } else if invisible.contains(one) {
            holds_emoji(one, &kept, rest.peek().copied())
        } else {
            true
        };
        if is_kept {
            kept.push(one);
        }
    }
    kept
}

/// Marks, embeddings, overrides and isolates of the bidirectional algorithm (UAX 9).
fn is_direction(one: char) -> bool {
    matches!(one, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether an invisible character is part of an emoji (UTS 51): the joiner of a family, the selector of a heart, the
/// tags of a flag.
fn holds_emoji(one: char, before: &str, next: Option<char>) -> bool {
    let Some(last) = before.chars().next_back() else { return false };
    let is_picture = |one: char| CodePointSetData::new::<ExtendedPictographic>().contains(one);
    match one {
        JOINER => {
            let modifier = CodePointSetData::new::<EmojiModifier>().contains(last);
            (is_picture(last) || last == EMOJI_SELECTOR || modifier) && next.is_some_and(is_picture)
        }
        EMOJI_SELECTOR => CodePointSetData::new::<Emoji>().contains(last),
        '\u{e0020}'..='\u{e007f}' => last == BLACK_FLAG || ('\u{e0020}'..='\u{e007e}').contains(&last),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_world_and_their_emoji_stay_as_they_are() {
        for name in ["张伟", "José", "Ольга", "สมชาย", "👨‍👩‍👧‍👦", "❤️", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👍🏽", "🇨🇳", "a b", "“引号”", "#️⃣"]
        {
            assert_eq!(clean(name, 64).as_deref(), Ok(name));
        }
    }

    #[test]
    fn what_cannot_be_seen_is_taken_out() {
        for (text, name) in [
            ("\u{202e}gnp.张", "gnp.张"),
            ("a\u{200b}b\u{2060}c\u{feff}", "abc"),
            ("张\u{200d}伟", "张伟"),
            ("\u{fe0f}x", "x"),
            ("x\u{2067}y\u{2069}", "xy"),
            ("e\u{301}", "é"),
            ("  x  ", "x"),
        ] {
            assert_eq!(clean(text, 64).as_deref(), Ok(name), "{text:?}");
        }
    }

    #[test]
    fn what_breaks_lines_or_is_no_character_is_refused() {
        for text in ["a\nb", "\0", "\u{1b}[2J", "\u{2028}", "\u{ffff}", "\u{fdd0}", "\u{200b}\u{200b}"] {
            assert_eq!(clean(text, 64), Err(Fault::Characters), "{text:?}");
        }
    }

    #[test]
    fn length_counts_characters_after_they_are_composed() {
        assert!(clean(&"e\u{301}".repeat(64), 64).is_ok());
        assert_eq!(clean(&"张".repeat(65), 64), Err(Fault::TooLong(64)));
    }

    #[test]
    fn a_term_is_looked_for_as_it_looks() {
        for (typed, term) in [
            ("\u{feff} ＡＢｃ１２３\u{3000}", "ABc123"),
            ("a\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}b", "ab"),
            ("\u{200b}", ""),
            ("2001：db8：：1", "2001:db8::1"),
        ] {
            assert_eq!(plain(typed), term, "{typed:?}");
        }
    }

    #[test]
    fn names_are_folded_alike_however_they_are_typed() {
        assert_eq!(fold(" ＡＢＣ "), "abc");
        assert_eq!(fold("张\u{200b}伟"), "张伟");
        assert_eq!(fold("ﬀ İ"), fold("FF i\u{307}"));
        assert_eq!(fold("Ⅷ"), "viii");
    }
}
