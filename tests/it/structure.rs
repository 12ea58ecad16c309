//! The shape of the source: which part knows which, where dangerous things may stand, and what versions must be there.

use std::path::{Path, PathBuf};

/// A file of the source, by its path under the project.
pub struct Source {
    pub path: String,
    pub text: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under `folder` whose name ends so.
pub fn files(folder: &str, ending: &str) -> Vec<Source> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), ending, &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| Source {
            text: std::fs::read_to_string(&path).unwrap(),
            path: path.strip_prefix(root()).unwrap().to_string_lossy().into_owned(),
        })
        .collect()
}

impl Source {
    /// `db` for `src/db.rs` and `src/db/…`.
    fn part(&self) -> &str {
        let rest = self.path.trim_start_matches("src/");
        rest.split(['/', '.']).next().unwrap()
    }

    /// The lines of code before the file's own tests, without comments.
    pub fn code(&self) -> impl Iterator<Item = &str> {
        let own = self.text.split("#[cfg(test)]\nmod tests").next().unwrap();
        own.lines().map(str::trim_start).filter(|line| !line.starts_with("//"))
    }

    /// The parts of the crate that this file names: `use crate::a::…`, `use crate::{a, b::c}`, `crate::a::f()`.
    fn uses(&self) -> Vec<String> {
        self.named_after("crate::")
    }

    /// What this file names right after `path`.
    fn named_after(&self, path: &str) -> Vec<String> {
        let code: Vec<&str> = self.code().collect();
        let code = code.join("\n");
        let mut found = Vec::new();
        for after in code.split(path).skip(1) {
            let name = |text: &str| {
                text.trim().split(|one: char| !one.is_alphanumeric() && one != '_').next().unwrap().to_owned()
            };
            match after.strip_prefix('{') {
                Some(group) => {
                    let (mut depth, mut item) = (0, String::new());
                    for one in group.chars() {
                        match one {
                            '{' => depth += 1,
                            '}' if depth == 0 => break,
                            '}' => depth -= 1,
                            ',' if depth == 0 => {
                                found.push(name(&std::mem::take(&mut item)));
                                continue;
                            }
                            _ => {}
                        }
                        item.push(one);
                    }
                    found.push(name(&item));
                }
                None => found.push(name(after)),
            }
        }
        found
    }
}

/// Asserts that `what` stands in no line of code but under the given paths.
fn stands_only(what: &str, allowed: &[&str]) {
    for source in files("src", ".rs") {
        if allowed.iter().any(|path| source.path.starts_with(path)) {
            continue;
        }
        let line = source.code().find(|line| line.contains(what));
        assert!(line.is_none(), "{what} in {}: {}", source.path, line.unwrap_or_default());
    }
}

#[test]
fn each_part_knows_only_what_lies_below_it() {
    let lowest = ["clock", "secret", "error", "config", "phone", "avatar"];
    let data = [
        "wechat", "db", "password", "text", "phone", "avatar", "picture", "objects", "clock", "secret",
        "error", "config",
    ];
    let face: Vec<&str> = ["http", "state", "assets"].into_iter().chain(data).collect();
    let allowed = |part: &str| -> Option<Vec<&str>> {
        Some(match part {
            "clock" => vec!["db"], // diesel's derive names the SQL type
            "secret" | "error" | "config" | "wechat" => lowest.to_vec(),
            "text" | "picture" => vec!["error"],
            "avatar" => vec!["config", "error", "secret"],
            "objects" => vec!["avatar", "config", "error", "wechat"],
            "phone" => vec![],
            "password" => vec!["error", "clock", "secret"],
            "db" => ["text"].into_iter().chain(lowest).collect(),
            "state" => data.to_vec(),
            "http" => vec!["clock", "config", "secret"],
            "assets" => vec!["http"],
            "logger" => vec!["clock", "config", "http"],
            "ops" => ["http"].into_iter().chain(data).collect(),
            // its document names the routes of ops, too
            "api" => [face.as_slice(), &["api", "ops"]].concat(),
            "admin" => [face.as_slice(), &["admin"]].concat(),
            // the server gives errors the API's face
            "server" => vec!["api", "ops", "assets", "http", "clock", "config", "error", "secret"],
            "site" | "retention" | "rollup" | "cli" | "demo" | "main" | "lib" => return None,
            other => panic!("{other} is new: say here what it may know"),
        })
    };
    for source in files("src", ".rs") {
        let part = source.part();
        let Some(allowed) = allowed(part) else { continue };
        for used in source.uses() {
            assert!(used == part || allowed.contains(&used.as_str()), "{} knows {used}", source.path);
        }
    }
}

#[test]
fn api_and_console_do_not_know_each_other_and_nobody_below_knows_them() {
    for source in files("src", ".rs") {
        let uses = source.uses();
        let knows = |part: &str| uses.iter().any(|used| used == part);
        match source.part() {
            "api" => assert!(!knows("admin") && !knows("cli") && !knows("site"), "{}", source.path),
            "admin" => assert!(!knows("api") && !knows("cli") && !knows("site"), "{}", source.path),
            "db" | "wechat" | "password" | "config" | "error" | "secret" => {
                assert!(
                    !knows("api") && !knows("admin") && !knows("server") && !knows("state"),
                    "{}",
                    source.path
                );
            }
            _ => {}
        }
    }
}

/// The floors of the console, from the ground up; what is none of them is a page.
const FLOORS: [&[&str]; 5] =
    [&["locale", "query", "role", "term"], &["frame"], &["guard"], &["parts"], &["door"]];

#[test]
fn no_floor_of_the_console_knows_what_stands_on_it() {
    let floor = |name: &str| FLOORS.iter().position(|floor| floor.contains(&name)).unwrap_or(FLOORS.len());
    for source in files("src/admin", ".rs") {
        let rest = source.path.trim_start_matches("src/admin/");
        let own = rest.split(['/', '.']).next().unwrap();
        let mut uses = source.named_after("crate::admin::");
        if !rest.contains('/') {
            uses.extend(source.named_after("super::"));
        }
        // samples are of every page
        for used in uses.iter().filter(|_| own != "gallery") {
            assert!(floor(used) <= floor(own), "{} knows {used}", source.path);
        }
    }
    assert!(files("src/admin/guard", ".rs").len() > 10);
}

#[test]
fn the_reader_of_uses_sees_what_is_there() {
    let read = |text: &str| Source { path: "src/x.rs".to_owned(), text: text.to_owned() }.uses();
    assert_eq!(read("use crate::db::Conn;"), ["db"]);
    assert_eq!(read("use crate::{clock::{Clock, Instant}, error, api::x};"), ["clock", "error", "api"]);
    assert_eq!(read("    crate::secret::hex(x)\n// crate::admin::x"), ["secret"]);
    assert!(files("src", ".rs").len() > 80);
}

#[test]
fn dangerous_things_stand_where_they_may() {
    stands_only("diesel", &["src/db", "src/clock.rs"]);
    stands_only("awc::", &["src/wechat"]);
    stands_only("image::", &["src/picture"]);
    stands_only("object_store", &["src/objects"]);
    stands_only("askama", &["src/admin", "src/api/docs"]);
    stands_only("Utc::now", &["src/clock.rs"]);
    stands_only("SystemTime", &[]);
    stands_only("env::var", &["src/config.rs"]);
    stands_only("getrandom", &["src/secret.rs"]);
    stands_only("sql_query(format!", &[]);
    stands_only("sql_query(&format!", &[]);
    stands_only("unsafe ", &[]);
    stands_only("todo!", &[]);
    stands_only("unimplemented!", &[]);
    stands_only("#[allow", &[]);
}

#[test]
fn what_staff_do_is_written_where_their_session_is_looked_at_again() {
    let doors = [
        "src/admin/guard/standing.rs",
        // sessions themselves
        "src/admin/guard/store.rs",
        // before there is a session, or to get one
        "src/admin/door/sign_in/attempt.rs",
        "src/admin/door/setup.rs",
        "src/admin/door/second_factor.rs",
        "src/admin/door/reauth.rs",
        // the end of a file whose beginning was let through
        "src/admin/exports/flow.rs",
    ];
    for source in files("src/admin", ".rs") {
        let line = source.code().find(|line| line.contains("db.write("));
        assert!(
            line.is_none() || doors.contains(&source.path.as_str()),
            "{}: {}",
            source.path,
            line.unwrap()
        );
    }
}

#[test]
fn files_hold_one_idea_and_modules_have_no_mod_rs() {
    let all: Vec<Source> = ["src", "tests/it"].into_iter().flat_map(|folder| files(folder, ".rs")).collect();
    let mut lengths = Vec::new();
    for source in &all {
        assert!(!source.path.ends_with("mod.rs"), "{}", source.path);
        let lines = source.text.lines().count();
        let own = source.text.split("#[cfg(test)]\nmod tests").next().unwrap().lines().count();
        assert!(own <= 400, "{} has {own} lines before its tests", source.path);
        lengths.push(lines);
    }
    lengths.sort_unstable();
    assert!(lengths[lengths.len() / 2] <= 120, "the median file has {} lines", lengths[lengths.len() / 2]);
}

#[test]
fn templates_escape_everything_and_hold_no_code() {
    for template in files("templates", ".html") {
        for (number, line) in template.text.lines().enumerate() {
            let place = format!("{}:{}", template.path, number + 1);
            let dense: String = line.to_lowercase().split_whitespace().collect();
            assert!(!dense.contains("|safe") && !dense.contains("|escape(\"none"), "{place}");
            assert!(!dense.contains("escape=\"none\"") && !dense.contains("javascript:"), "{place}");
            let words = line.to_lowercase();
            let is_handler = words.split([' ', '\t']).any(|word| {
                word.strip_prefix("on").and_then(|rest| rest.split_once('=')).is_some_and(|(name, _)| {
                    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase())
                })
            });
            assert!(!is_handler && !words.contains(" style="), "{place}: {line}");
            assert!(!words.contains("<script>") && !words.contains("<style"), "{place}: {line}");
        }
    }
}

/// The versions of a package in `Cargo.lock`.
fn versions(name: &str) -> Vec<Vec<u32>> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let mut lines = lock.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        if line == format!("name = \"{name}\"") {
            let version = lines.next().unwrap().trim_start_matches("version = ").trim_matches('"');
            let version = version.split(['+', '-']).next().unwrap();
            found.push(version.split('.').map(|part| part.parse().unwrap()).collect());
        }
    }
    found
}

#[test]
fn versions_with_known_holes_are_not_there() {
    for (name, floor) in [
        ("actix-web", [4, 18, 0]),
        ("actix-http", [3, 18, 11]),
        ("actix-server", [2, 10, 0]),
        ("awc", [3, 11, 0]),
        ("diesel", [2, 3, 10]),
    ] {
        let found = versions(name);
        assert_eq!(found.len(), 1, "{name}");
        assert!(found[0].as_slice() >= floor.as_slice(), "{name} {found:?}");
    }
    for absent in ["aws-lc-rs", "aws-lc-sys", "openssl", "openssl-sys", "native-tls"] {
        assert!(versions(absent).is_empty(), "{absent}");
    }
    assert_eq!(versions("rustls").len(), 1, "one TLS, one provider");
    assert!(!versions("ring").is_empty());
}

#[test]
fn the_sqlite_that_is_built_in_is_one_that_cannot_corrupt_its_log() {
    let mut plain = crate::support::dump::Plain::connect("sqlite://:memory:");
    let version = plain.lines("SELECT sqlite_version() AS line").remove(0);
    let parts: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
    assert!(parts.as_slice() >= [3, 51, 3].as_slice(), "{version}");
}
