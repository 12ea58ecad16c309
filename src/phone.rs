//! Phone numbers, in one form: what WeChat and staff write becomes E.164, and what is shown is masked.

use std::fmt;

use zeroize::Zeroizing;

/// The most digits of a whole number (ITU-T E.164 §6.2.1), and of the country code in it.
const MOST_DIGITS: usize = 15;
const MOST_COUNTRY_DIGITS: usize = 3;
/// The fewest digits after the country code that a number can have.
const FEWEST_NATIONAL: usize = 4;
/// The digits that are starred at least when a number is shown.
const LEAST_STARRED: usize = 2;
/// China: written without its country code.
const CHINA: &str = "86";

/// A phone number: country code and national number, digits only. Does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone {
    country: Zeroizing<String>,
    national: Zeroizing<String>,
}

impl Phone {
    /// The number of a country code (`86` or `+86`) and a national number; spaces, hyphens and brackets are dropped,
    /// full-width digits become plain. None when it cannot be a number.
    #[must_use]
    pub fn new(country: &str, national: &str) -> Option<Self> {
        let country = digits(country.trim().trim_start_matches(['+', '＋']))?;
        let national = digits(national)?;
        let is_number = (1..=MOST_COUNTRY_DIGITS).contains(&country.len())
            && !country.starts_with('0')
            && national.len() >= FEWEST_NATIONAL
            && country.len() + national.len() <= MOST_DIGITS;
        is_number.then_some(Self { country, national })
    }

    /// `+8613800001234`: the form that is looked for.
    #[must_use]
    pub fn e164(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("+{}{}", *self.country, *self.national))
    }

    /// The form that is sealed, which keeps where the country code ends: `86 13800001234`.
    #[must_use]
    pub fn to_sealed_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{} {}", *self.country, *self.national))
    }

    /// Reads [`Phone::to_sealed_text`].
    #[must_use]
    pub fn from_sealed_text(text: &str) -> Option<Self> {
        let (country, national) = text.split_once(' ')?;
        Self::new(country, national)
    }

    /// The number as everybody sees it, by WeChat's rule for display: of 10 digits or more the first 3 and the last 2
    /// stay (`138******34`), of fewer the first 2 and the last 2. At least two are starred: of the shortest fewer of the
    /// first stay. A country code other than China's is shown.
    #[must_use]
    pub fn masked(&self) -> String {
        let length = self.national.len();
        let first = if length >= 10 { 3 } else { 2 }.min(length.saturating_sub(2 + LEAST_STARRED));
        let shown = self.national.chars().enumerate().map(|(place, digit)| {
            let is_shown = place < first || place + 2 >= length;
            if is_shown { digit } else { '*' }
        });
        let country = (*self.country != CHINA).then(|| format!("+{} ", *self.country));
        country.unwrap_or_default().chars().chain(shown).collect()
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Phone(…)")
    }
}

/// A complete number as people type it, in E.164: after `+` or `00` with its country code, else 11 digits of China
/// that begin with 1, before which 86 may stand. None when it is anything else.
#[must_use]
pub fn typed(text: &str) -> Option<Zeroizing<String>> {
    let text = text.trim();
    let international = text.strip_prefix(['+', '＋']).or_else(|| text.strip_prefix("00"));
    let whole = if let Some(rest) = international {
        digits(rest)?
    } else {
        let digits = digits(text)?;
        let national = digits.strip_prefix(CHINA).filter(|rest| rest.len() == 11).unwrap_or(&digits);
        let is_mobile = national.len() == 11 && national.starts_with('1');
        is_mobile.then(|| Zeroizing::new([CHINA, national].concat()))?
    };
    let is_number = (FEWEST_NATIONAL + 1..=MOST_DIGITS).contains(&whole.len()) && !whole.starts_with('0');
    is_number.then(|| Zeroizing::new(format!("+{}", *whole)))
}

/// The digits of a text that has nothing but digits and what people set between them.
fn digits(text: &str) -> Option<Zeroizing<String>> {
    let mut digits = Zeroizing::new(String::with_capacity(MOST_DIGITS));
    for one in text.chars() {
        match one {
            '0'..='9' => digits.push(one),
            '０'..='９' => digits.push(char::from_digit(u32::from(one).checked_sub(0xff10)?, 10)?),
            ' ' | '-' | '(' | ')' | '\u{a0}' => {}
            _ => return None,
        }
        if digits.len() > MOST_DIGITS {
            return None;
        }
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(country: &str, national: &str) -> Phone {
        Phone::new(country, national).unwrap()
    }

    #[test]
    fn numbers_become_e164() {
        assert_eq!(*phone("86", "13800001234").e164(), "+8613800001234");
        assert_eq!(*phone("+852", "5123 4567").e164(), "+85251234567");
        for (country, national) in [
            ("", "13800001234"),
            ("086", "13800001234"),
            ("86", "110"),
            ("86", "1380000123x"),
            ("8600", "13800001"),
        ] {
            assert!(Phone::new(country, national).is_none(), "{country} {national}");
        }
        assert!(Phone::new("86", "1234567890123").is_some() && Phone::new("86", "12345678901234").is_none());
    }

    #[test]
    fn the_mask_keeps_three_and_two_digits_or_two_and_two() {
        assert_eq!(phone("86", "13812345634").masked(), "138******34");
        assert_eq!(phone("1", "2025550143").masked(), "+1 202*****43");
        assert_eq!(phone("852", "51234567").masked(), "+852 51****67");
        assert_eq!(
            ["123456", "12345", "1234"].map(|short| phone("290", short).masked()),
            ["+290 12**56", "+290 1**45", "+290 **34"]
        );
    }

    #[test]
    fn what_is_sealed_reads_back() {
        let known = phone("852", "51234567");
        assert_eq!(Phone::from_sealed_text(&known.to_sealed_text()), Some(known));
    }

    #[test]
    fn a_complete_number_is_recognised_however_it_is_typed() {
        for text in [
            "13812345634",
            "138 1234-5634",
            "+86 13812345634",
            "008613812345634",
            "8613812345634",
            "１３８１２３４５６３４",
        ] {
            assert_eq!(typed(text).as_deref().map(String::as_str), Some("+8613812345634"), "{text}");
        }
        for text in [
            "1381234563",
            "138123456345",
            "8623812345634",
            "23812345634",
            "203.0.113.7",
            "张伟",
            "",
            "+",
            "+0123456",
        ] {
            assert!(typed(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_number_does_not_print() {
        assert_eq!(format!("{:?}", phone("86", "13812345634")), "Phone(…)");
    }
}
