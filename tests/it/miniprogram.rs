//! The example mini-program, and page code as the tutorials teach it, against this build: `tests/miniprogram`, in Node.

use std::path::Path;
use std::process::Command;

#[test]
fn the_example_mini_program_works_with_this_build() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/miniprogram");
    let mut suites: Vec<_> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".test.js"))
        .collect();
    suites.sort();
    assert!(!suites.is_empty());
    // named one by one: what --test makes of a directory differs between versions of Node
    let ran = Command::new("node")
        .arg("--test")
        .args(&suites)
        .env("MENWEI_BIN", env!("CARGO_BIN_EXE_menwei"))
        .output()
        .expect("Node 18 or later is needed: tests/run installs it");
    let told = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{told}\n{}", String::from_utf8_lossy(&ran.stderr));
}
