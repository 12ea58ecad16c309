//! Which of menwei's two languages a reader wants, by `Accept-Language` (RFC 9110 §12.5.4).

use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};

/// A language that menwei speaks completely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Simplified Chinese: the default.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The language that the header prefers. Chinese when it names neither, or both alike.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let ranges = headers.get_all(ACCEPT_LANGUAGE).filter_map(|value| value.to_str().ok());
        let (mut chinese, mut english) = (None, None);
        for (range, weight) in ranges.flat_map(|value| value.split(',')).filter_map(weighted) {
            let primary = range.split('-').next().unwrap_or_default();
            if primary.eq_ignore_ascii_case("zh") {
                chinese = chinese.max(Some(weight));
            } else if primary.eq_ignore_ascii_case("en") {
                english = english.max(Some(weight));
            }
        }
        if english.unwrap_or(0) > chinese.unwrap_or(0) { Self::English } else { Self::Chinese }
    }

    /// The one of a Chinese and an English text that is this language's.
    #[must_use]
    pub const fn pick<'a>(self, (chinese, english): (&'a str, &'a str)) -> &'a str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// The tag for `lang` attributes and `Content-Language`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }
}

/// `en;q=0.8` as `("en", 800)`; none when the weight is none.
fn weighted(part: &str) -> Option<(&str, u16)> {
    let (range, weight) = part.split_once(';').map_or((part, None), |(range, rest)| (range, Some(rest)));
    let weight = match weight {
        None => 1000,
        Some(text) => thousandths(text.trim().strip_prefix("q=")?)?,
    };
    Some((range.trim(), weight))
}

/// `0.75` as 750: at most three digits after the point, at most 1.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 3 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: u16 = whole.parse().ok()?;
    let part: u16 = format!("{part:0<3}").parse().ok()?;
    let weight = whole.checked_mul(1000)?.checked_add(part)?;
    (weight <= 1000).then_some(weight)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn the_heavier_language_wins_and_chinese_when_there_is_none() {
        let cases = [
            ("", Language::Chinese),
            ("en", Language::English),
            ("en-GB,en;q=0.9", Language::English),
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::Chinese),
            ("en;q=0.8, zh;q=0.9", Language::Chinese),
            ("fr, en;q=0.3", Language::English),
            ("en;q=0", Language::Chinese),
            ("en;q=2, de", Language::Chinese),
            ("en, zh", Language::Chinese),
            ("EN-us;q=0.75", Language::English),
            (";;;,q=,en;q=é", Language::Chinese),
        ];
        for (text, language) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_bytes(text.as_bytes()).unwrap());
            assert_eq!(Language::of(&headers), language, "{text:?}");
        }
    }
}
