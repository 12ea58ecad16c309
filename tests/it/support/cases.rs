//! Property tests: few cases usually, as many as one likes by `PROPTEST_CASES`.

use proptest::test_runner::{Config, TestRunner};

/// A runner of `usual` cases. A failure prints its smallest input.
pub fn runner(usual: u32) -> TestRunner {
    #[expect(clippy::disallowed_methods, reason = "not a setting of menwei")]
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    let cases = asked.unwrap_or(usual);
    TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 300, ..Config::default() })
}
