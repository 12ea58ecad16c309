//! Schemathesis over the whole document against the real binary, and then whatever chance does not find.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use super::rig::{CLIENT, Operation, PUSH_TOKEN, Rig, Seen};
use super::statuses;
use crate::support::site::APPID;

/// How many cases there are at least; `SCHEMATHESIS_CASES` asks for more.
const CASES: usize = 2_000;
/// Its phases that are not left to chance make so many, whatever is asked for.
const FIXED: usize = 300;

#[expect(clippy::disallowed_methods, reason = "not a setting of menwei")]
fn given(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

/// Where tests/run put it.
fn schemathesis() -> PathBuf {
    let target = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/target")).unwrap();
    let fetched = || {
        let programs = target.map(|entry| entry.unwrap().path().join("bin/schemathesis"));
        programs.filter(|path| path.is_file()).max()
    };
    given("SCHEMATHESIS")
        .map(PathBuf::from)
        .or_else(fetched)
        .expect("SCHEMATHESIS is not set and schemathesis was not installed: run tests/run")
}

/// Runs all checks; how many cases there were.
fn fuzz(rig: &Rig, cases: usize) -> usize {
    let operations = Operation::all().len();
    let url = format!("http://{}", rig.process.address);
    let each = cases.saturating_sub(FIXED).div_ceil(operations) * 3 / 2;
    // it leaves things behind where it runs
    let folder = tempfile::tempdir().unwrap();
    for file in ["schemathesis.toml", "hooks.py"] {
        let source = format!("{}/tests/schemathesis/{file}", env!("CARGO_MANIFEST_DIR"));
        std::fs::copy(source, folder.path().join(file)).unwrap();
    }
    let mut command = Command::new(schemathesis());
    command
        .current_dir(&folder)
        .env("MENWEI_URL", &url)
        .env("MENWEI_APPID", APPID)
        .envs([("MENWEI_CLIENT_ID", CLIENT.0), ("MENWEI_CLIENT_SECRET", CLIENT.1)])
        .env("MENWEI_PUSH_TOKEN", PUSH_TOKEN)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args([
            "run",
            &format!("{url}/openapi.json"),
            "--checks",
            "all",
            "--continue-on-failure",
            "--no-color",
        ])
        .args(["--generation-database", "none", "--workers", "2", "--max-examples", &each.to_string()]);
    // a change is not refused for what another run's luck finds; who asks for more asks for luck
    let usual = given("SCHEMATHESIS_CASES").is_none().then(|| "2026".to_owned());
    if let Some(seed) = given("SCHEMATHESIS_SEED").or(usual) {
        command.args(["--seed", &seed]);
    }
    let output = command.output().unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    let before = said.split(" generated").next().unwrap();
    let count = before.rsplit(char::is_whitespace).next().and_then(|count| count.parse().ok());
    count.unwrap_or_else(|| panic!("no count of cases: {said}"))
}

#[test]
fn schemathesis_finds_nothing_and_every_documented_status_is_seen() {
    let rig = Rig::start();
    let wanted = given("SCHEMATHESIS_CASES").map_or(CASES, |cases| cases.parse().unwrap());
    let cases = fuzz(&rig, wanted);
    assert!(cases >= wanted, "{cases} cases of {wanted}");

    let token = rig.process.login("anna-first");
    // somebody else: a user uploads one picture at a time
    let slow = statuses::begin_slow(&rig, &rig.process.login("snail-1"));
    statuses::strangers(&rig);
    statuses::wrong_bodies(&rig, &token);
    statuses::broken_pushes(&rig);
    statuses::app_that_is_gone(&rig, &token);
    statuses::accounts_and_pictures(&rig, &token);
    statuses::faults_of_wechat(&rig);
    for mut raw in slow {
        assert_eq!(raw.answer().status, 408);
    }
    statuses::no_database(&rig, &token);

    let said: BTreeSet<Seen> = Operation::all().iter().flat_map(Operation::said).collect();
    let seen = rig.seen();
    let unseen: Vec<_> = said.difference(&seen).collect();
    assert!(unseen.is_empty(), "documented and never seen: {unseen:#?}");
    let is_said = |(method, path, _): &&Seen| said.iter().any(|(other, at, _)| (other, at) == (method, path));
    let unsaid: Vec<_> = seen.difference(&said).filter(is_said).collect();
    assert!(unsaid.is_empty(), "seen and not documented: {unsaid:#?}");
}
