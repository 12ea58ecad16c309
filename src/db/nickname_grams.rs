//! The search index of nicknames: every one and two characters of the folded name, as keys.
//!
//! SQLite's trigram index finds nothing for two characters, Postgres' nothing for Chinese under some locales, and most
//! Chinese names have two or three. With one and two characters as keys any needle is an index seek, newest user first.
//! Grams at the beginning of a name are marked with `^`, so that names that begin with the needle come first.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::nickname_grams;
use crate::error::Result;

/// The mark of a gram that begins a name. No folded name holds it at its beginning twice: it is a key, not a text.
const BEGIN: char = '^';

/// The keys under which a folded name is found.
#[must_use]
pub fn of_name(folded: &str) -> BTreeSet<String> {
    let chars: Vec<char> = folded.chars().collect();
    let inside = chars.iter().skip(1).map(char::to_string);
    let inside_pairs = chars.windows(2).skip(1).map(|pair| pair.iter().collect());
    let begin = chars.first().map(|one| format!("{BEGIN}{one}"));
    let begin_pair = chars.get(..2).map(|pair| std::iter::once(&BEGIN).chain(pair).collect());
    inside.chain(inside_pairs).chain(begin).chain(begin_pair).collect()
}

/// The keys that every name has which begins with the needle; the rarest is likely the last.
#[must_use]
pub fn of_beginning(folded: &str) -> Vec<String> {
    let chars: Vec<char> = folded.chars().collect();
    let begin: String = std::iter::once(&BEGIN).chain(chars.iter().take(2)).collect();
    std::iter::once(begin).chain(chars.windows(2).skip(1).map(|pair| pair.iter().collect())).collect()
}

/// The keys that every name has which holds the needle after its beginning.
#[must_use]
pub fn of_inside(folded: &str) -> Vec<String> {
    let chars: Vec<char> = folded.chars().collect();
    match chars.as_slice() {
        [one] => vec![one.to_string()],
        more => more.windows(2).map(|pair| pair.iter().collect()).collect(),
    }
}

/// Makes the index say that a user's folded name is `to`, which was `from`.
pub(super) fn replace(conn: &mut Conn, user_id: i64, from: &str, to: &str) -> Result<()> {
    let (old, new) = (of_name(from), of_name(to));
    for gram in old.difference(&new) {
        diesel::delete(nickname_grams::table.find((gram, user_id))).execute(conn)?;
    }
    for gram in new.difference(&old) {
        diesel::insert_into(nickname_grams::table)
            .values((nickname_grams::gram.eq(gram), nickname_grams::user_id.eq(user_id)))
            .execute(conn)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    #[test]
    fn a_name_has_every_key_that_a_part_of_it_asks_for() {
        let name = fold("王小明🌸");
        let chars: Vec<char> = name.chars().collect();
        let keys = of_name(&name);
        for from in 0..chars.len() {
            for to in from + 1..=chars.len() {
                let needle: String = chars[from..to].iter().collect();
                let asked = if from == 0 { of_beginning(&needle) } else { of_inside(&needle) };
                assert!(asked.iter().all(|key| keys.contains(key)), "{needle}: {asked:?}");
            }
        }
    }
}
