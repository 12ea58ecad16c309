//! What was measured, as a table.

use std::fmt::Write as _;

/// One page at both sizes.
pub struct Line {
    name: &'static str,
    few: (f64, f64),
    many: (f64, f64),
}

impl Line {
    /// Of all times, in milliseconds.
    pub fn new(name: &'static str, few: Vec<f64>, many: Vec<f64>) -> Self {
        Self { name, few: summary(few), many: summary(many) }
    }
}

/// Median and 95th percentile.
fn summary(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or(f64::NAN);
    (at(50), at(95))
}

/// All pages of one engine, in Markdown: milliseconds, and how much longer the page takes at the larger size.
pub fn table(engine: &str, (few, many): (u32, u32), lines: &[Line]) -> String {
    let mut text = format!(
        "\n{engine}\n\n| Page | {few} users: median | p95 | {many} users: median | p95 | ratio |\n|---|--:|--:|--:|--:|--:|\n"
    );
    for Line { name, few, many } in lines {
        let ratio = many.0 / few.0;
        let mark = if ratio > 1.5 || many.1 > 50.0 { " (!)" } else { "" };
        // writing to a String cannot fail
        let _ = writeln!(
            text,
            "| {name} | {:.1} | {:.1} | {:.1} | {:.1} | {ratio:.2}{mark} |",
            few.0, few.1, many.0, many.1
        );
    }
    text
}
