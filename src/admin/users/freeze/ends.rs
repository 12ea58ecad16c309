//! When a freeze ends by itself.

use std::time::Duration;

use crate::admin::frame::Choice;
use crate::admin::frame::errors::Refusal;
use crate::admin::locale;
use crate::clock::Instant;

/// The ends to choose from: by the form's word, with how long they are away; the first is the default.
const ENDS: [(&str, Option<Duration>); 4] = [
    ("never", None),
    ("1h", Some(Duration::from_hours(1))),
    ("24h", Some(Duration::from_hours(24))),
    ("7d", Some(Duration::from_hours(7 * 24))),
];

/// The ends as a form shows them.
pub(in crate::admin) fn choices(chosen: &str, words: &locale::Freeze) -> Vec<Choice> {
    let label = |code| match code {
        "1h" => words.for_an_hour,
        "24h" => words.for_a_day,
        "7d" => words.for_a_week,
        _ => words.until_undone,
    };
    let known = ENDS.iter().any(|(code, _)| *code == chosen);
    ENDS.iter()
        .enumerate()
        .map(|(place, (code, _))| Choice {
            value: (*code).to_owned(),
            label: label(*code).to_owned(),
            chosen: if known { *code == chosen } else { place == 0 },
        })
        .collect()
}

/// When the freeze of a form ends; none: when somebody undoes it. Refuses a word that is none of ours.
pub(in crate::admin) fn read(code: &str, now: Instant) -> Result<Option<Instant>, Refusal> {
    let code = if code.is_empty() { "never" } else { code };
    let known = ENDS.iter().find(|(known, _)| *known == code);
    let (_, span) = known.ok_or_else(|| Refusal::Parameter("until".to_owned()))?;
    Ok(span.map(|span| now + span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::locale::Lang;

    #[test]
    fn a_freeze_lasts_until_undone_unless_an_end_is_chosen() {
        let now = Instant::from_seconds(1000);
        assert_eq!(read("", now).unwrap(), None);
        assert_eq!(read("1h", now).unwrap(), Some(Instant::from_seconds(4600)));
        assert!(read("forever", now).is_err());
    }

    #[test]
    fn every_end_has_its_words_and_one_is_chosen() {
        for (chosen, value) in [("", "never"), ("24h", "24h"), ("x", "never")] {
            let choices = choices(chosen, Lang::En.words().freeze);
            let marked: Vec<&str> =
                choices.iter().filter(|one| one.chosen).map(|one| one.value.as_str()).collect();
            assert_eq!(marked, [value]);
        }
    }
}
