//! The document's Chinese. Its English stands beside the handlers, and is what a text is found by here.

mod account;
mod ground;
mod operation;
mod profile;
mod services;
mod session;
mod wechat;

use serde_json::Value;

/// An English text, on one line, and its Chinese.
type Text = (&'static str, &'static str);

static TEXTS: [&[Text]; 7] = [
    account::TEXTS,
    ground::TEXTS,
    session::TEXTS,
    profile::TEXTS,
    services::TEXTS,
    wechat::TEXTS,
    operation::TEXTS,
];

/// The Chinese of an English text, whose line ends count as spaces.
fn chinese(english: &str) -> Option<&'static str> {
    let english = english.split_whitespace().collect::<Vec<_>>().join(" ");
    TEXTS.iter().copied().flatten().find(|(text, _)| *text == english).map(|(_, chinese)| *chinese)
}

/// Puts Chinese in the place of every summary and description that has some.
pub(super) fn translate(document: &mut Value) {
    each_text(document, &mut |text| {
        if let Some(chinese) = chinese(text) {
            chinese.clone_into(text);
        }
    });
}

/// Every text for people.
fn each_text(value: &mut Value, visit: &mut impl FnMut(&mut String)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, visit)),
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if matches!(key.as_str(), "summary" | "description") => visit(text),
                    _ => each_text(value, visit),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::api::openapi::document;
    use crate::http::Language;

    fn texts(language: Language) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        each_text(&mut document(language).clone(), &mut |text| {
            found.insert(text.split_whitespace().collect::<Vec<_>>().join(" "));
        });
        found
    }

    #[test]
    fn every_text_of_the_document_has_its_chinese() {
        let is_chinese = |text: &String| text.chars().any(|one| ('\u{4e00}'..='\u{9fff}').contains(&one));
        let left: Vec<String> =
            texts(Language::Chinese).into_iter().filter(|text| !is_chinese(text)).collect();
        assert!(left.is_empty(), "say these in src/api/openapi/chinese: {left:#?}");
    }

    #[test]
    fn no_chinese_is_left_over_from_a_text_that_changed() {
        let english = texts(Language::English);
        let left: Vec<&str> = TEXTS
            .iter()
            .copied()
            .flatten()
            .map(|(text, _)| *text)
            .filter(|text| !english.contains(*text))
            .collect();
        assert!(left.is_empty(), "nothing says these any more: {left:#?}");
    }
}
