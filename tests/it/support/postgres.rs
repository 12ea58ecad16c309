//! A Postgres for tests: the one of `TEST_POSTGRES_URL`, else a private cluster that ends with this process.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// The URL of a database on it where databases may be made: `postgres://user@/postgres?host=…`.
pub fn url() -> &'static str {
    static URL: OnceLock<(String, Option<Child>)> = OnceLock::new();
    let (url, _cluster) = URL.get_or_init(|| {
        #[expect(clippy::disallowed_methods, reason = "not a setting of menwei")]
        let given = std::env::var("TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty());
        given.map_or_else(start, |url| (url, None))
    });
    url
}

/// `tests/postgres` prints the URL of its cluster, and ends it when its input ends: with this process, however that ends.
fn start() -> (String, Option<Child>) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/postgres");
    let mut cluster = Command::new(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap_or_else(|why| panic!("{script}: {why}"));
    let mut url = String::new();
    BufReader::new(cluster.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let url = url.trim().to_owned();
    assert!(!url.is_empty(), "{script} started no Postgres: it says why above");
    (url, Some(cluster))
}

/// The same server, another database.
pub fn url_of(database: &str) -> String {
    let (server, options) = url().split_once('?').map_or((url(), None), |(url, rest)| (url, Some(rest)));
    let (server, _maintenance) = server.rsplit_once('/').expect("a URL with a database");
    options.map_or_else(|| format!("{server}/{database}"), |options| format!("{server}/{database}?{options}"))
}
