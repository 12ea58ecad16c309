//! What was measured, as a table.

use std::fmt::Write as _;

/// One page at both sizes.
pub struct Line {
    name: &'static str,
    few: (f64, f64),
    many: (f64, f64),
    /// Whether as much is shown at both sizes.
    is_alike: bool,
}

impl Line {
    /// Of all times, in milliseconds.
    pub fn new(name: &'static str, few: Vec<f64>, many: Vec<f64>, is_alike: bool) -> Self {
        Self { name, few: summary(few), many: summary(many), is_alike }
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
    for Line { name, few, many, is_alike } in lines {
        let ratio = many.0 / few.0;
        let mark = match is_alike {
            _ if many.1 > 50.0 => " (!)",
            true if ratio > 1.5 => " (!)",
            false if ratio > 1.5 => " (shows more)",
            _ => "",
        };
        // writing to a String cannot fail
        let _ = writeln!(
            text,
            "| {name} | {:.1} | {:.1} | {:.1} | {:.1} | {ratio:.2}{mark} |",
            few.0, few.1, many.0, many.1
        );
    }
    text
}

/// All pages of all engines, as the README has them: medians in milliseconds at the one size and at the other.
pub fn joint(all: &[(&str, Vec<Line>)]) -> String {
    let names: Vec<&str> = all.iter().map(|(engine, _)| *engine).collect();
    let mut text = format!("\n| page | {} |\n|---|{}\n", names.join(" | "), "--:|".repeat(names.len()));
    let count = all.first().map_or(0, |(_, lines)| lines.len());
    for place in 0..count {
        let lines: Vec<&Line> = all.iter().filter_map(|(_, lines)| lines.get(place)).collect();
        let name = lines.first().map_or("", |line| line.name);
        let figures: Vec<String> =
            lines.iter().map(|line| format!("{:.1} → {:.1}", line.few.0, line.many.0)).collect();
        let _ = writeln!(text, "| {name} | {} |", figures.join(" | "));
    }
    let lines = || all.iter().flat_map(|(_, lines)| lines);
    let slower =
        |is_alike| lines().filter(|line| line.is_alike == is_alike && line.many.0 / line.few.0 > 1.5).count();
    let _ = writeln!(
        text,
        "\n{} figures; more than 1.5 times as long: {} that show as much, {} that show more. The slowest p95: {:.1} ms.",
        lines().count(),
        slower(true),
        slower(false),
        lines().map(|line| line.many.1).fold(0.0, f64::max),
    );
    text
}
