//! The search by a part of the nickname against `str::contains`.

use std::cmp::Reverse;

use menwei::clock::Instant;
use menwei::db::Conn;
use menwei::db::page::Start;
use menwei::db::sessions::Liveness;
use menwei::db::users::User;
use menwei::db::users::list::Filter;
use menwei::db::users::profile::ProfileChange;
use menwei::secret::KeyRing;
use menwei::text;
use proptest::prelude::*;

use super::sign_in;
use crate::support::cases::runner;
use crate::support::database::TestDatabase;

/// Few signs, so that names share parts: marks of LIKE and of our index, cases, forms, emoji, two planes.
const SIGNS: &[&str] = &[
    "张",
    "小",
    "明",
    "a",
    "A",
    "Ａ",
    "b",
    "%",
    "_",
    "\\",
    "^",
    " ",
    "é",
    "e\u{301}",
    "ß",
    "İ",
    "ﬀ",
    "🌸",
    "👨‍👩‍👧",
    "𠮷",
    "'",
    "ǅ",
    "Σ",
    "ς",
];

fn name() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(SIGNS), 0..7).prop_map(|signs| signs.concat())
}

fn finds_what_contains_finds(db: &TestDatabase) {
    let system = actix_web::rt::System::new();
    let case = std::cell::Cell::new(0_i64);
    let input = (
        proptest::collection::vec((name(), name()), 0..25),
        proptest::collection::vec(proptest::collection::vec(proptest::sample::select(SIGNS), 1..4), 1..8),
        1..5_usize,
    );
    let outcome = runner(40).run(&input, |(names, needles, size)| {
        case.set(case.get() + 1);
        let begun = Instant::from_seconds(1_000_000_000 + case.get() * 86_400);
        let (prefix, keys) = (format!("o{}", case.get()), KeyRing::generate().unwrap());
        let work = move |conn: &mut Conn| {
            let mut all = Vec::new();
            for (number, (before, after)) in names.into_iter().enumerate() {
                let user = sign_in(conn, &keys, &format!("{prefix}-{number}"), begun)?.user;
                let mut last = user;
                // the index must forget the name before
                for name in [before, after] {
                    let nickname = text::clean(&name, 64).ok();
                    let change = ProfileChange { nickname, ..ProfileChange::default() };
                    last = User::change_profile(conn, last.id, change)?;
                }
                all.push(last);
            }
            Ok(all)
        };
        let all = system.block_on(db.write(work)).unwrap();
        let needles: Vec<String> = needles
            .into_iter()
            .map(|signs| text::fold(&signs.concat()))
            // whole names, too
            .chain(all.iter().take(3).map(|user| text::fold(&user.nickname)))
            .filter(|needle| !needle.is_empty())
            .collect();
        let work = move |conn: &mut Conn| {
            for needle in &needles {
                found_as_expected(conn, &all, needle, begun, size);
            }
            Ok(())
        };
        system.block_on(db.read(work)).unwrap();
        Ok(())
    });
    outcome.unwrap_or_else(|why| panic!("{why}"));
}

/// Exact, then those that begin with it, then the rest, newest first; forwards and backwards.
fn found_as_expected(conn: &mut Conn, all: &[User], needle: &str, begun: Instant, size: usize) {
    let mut expected: Vec<&User> =
        all.iter().filter(|user| text::fold(&user.nickname).contains(needle)).collect();
    let rank = |user: &User| {
        let name = text::fold(&user.nickname);
        if name == needle { 0 } else { 2 - i32::from(name.starts_with(needle)) }
    };
    expected.sort_by_key(|user| (rank(user), Reverse(user.id)));
    let expected: Vec<i64> = expected.iter().map(|user| user.id).collect();
    let filter = Filter { created: (Some(begun), None), ..Filter::default() };
    let liveness = Liveness::at(begun, std::time::Duration::from_secs(60));
    let mut search = |start: &Start<_>| User::search(conn, needle, &filter, start, size, liveness).unwrap();
    let mut found = Vec::new();
    let mut start = Start::First;
    loop {
        let screen = search(&start);
        assert!(screen.rows.len() <= size);
        found.extend(screen.rows.iter().map(|user| user.id));
        match screen.rows.last() {
            Some(last) if screen.has_after => start = Start::After(last.search_key(needle)),
            _ => break,
        }
    }
    assert_eq!(found, expected, "{needle:?} forwards");
    let mut found = Vec::new();
    let mut start = Start::Last;
    loop {
        let screen = search(&start);
        found.extend(screen.rows.iter().rev().map(|user| user.id));
        match screen.rows.first() {
            Some(first) if screen.has_before => start = Start::Before(first.search_key(needle)),
            _ => break,
        }
    }
    found.reverse();
    assert_eq!(found, expected, "{needle:?} backwards");
}

mod the_search_finds_exactly_what_contains_the_needle {
    use super::*;

    #[test]
    fn sqlite() {
        finds_what_contains_finds(&TestDatabase::sqlite());
    }

    #[test]
    fn postgres() {
        finds_what_contains_finds(&TestDatabase::postgres());
    }
}
