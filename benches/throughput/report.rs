//! What was measured, as a table.

use anyhow::Result;

use crate::load::Measured;

/// One round of one server.
pub struct Round {
    rate: f64,
    cpu: f64,
    latency: (u64, u64),
}

impl Round {
    /// Of what the load saw and the microseconds of processor time that the server took.
    pub fn new(measured: Measured, micros: u128) -> Self {
        let answers = number(measured.answers.into()).max(1.0);
        let rate = answers / measured.took.as_secs_f64();
        Self { rate, cpu: number(micros) / answers, latency: measured.latency }
    }
}

fn number(whole: u128) -> f64 {
    u32::try_from(whole).map_or(f64::INFINITY, f64::from)
}

/// Menwei and what it is measured by.
pub struct Pair {
    ours: Vec<Round>,
    bound: Vec<Round>,
}

impl Pair {
    /// Measures both, in turns, so that whatever disturbs the machine disturbs both.
    pub fn measure(
        rounds: usize,
        ours: impl Fn() -> Result<Round>,
        bound: impl Fn() -> Result<Round>,
    ) -> Result<Self> {
        let mut pair = Self { ours: Vec::new(), bound: Vec::new() };
        for _ in 0..rounds {
            pair.bound.push(bound()?);
            pair.ours.push(ours()?);
        }
        Ok(pair)
    }

    /// Rates, processor time and their ratios; medians.
    pub fn table(&self, ours: &str, bound: &str) -> String {
        let line = |name: &str, rounds: &[Round]| {
            let (rate, cpu) = (median(rounds, |one| one.rate), median(rounds, |one| one.cpu));
            let of_latency =
                |pick: fn(&Round) -> u64| median(rounds, |one| number(pick(one).into())) / 1000.0;
            let (middle, slow) = (of_latency(|one| one.latency.0), of_latency(|one| one.latency.1));
            format!("{name:<36}{rate:>9.0} /s{cpu:>8.1} µs CPU{middle:>9.2} ms p50{slow:>9.2} ms p99\n")
        };
        let rate = median(&self.ours, |one| one.rate) / median(&self.bound, |one| one.rate);
        let cpu = median(&self.bound, |one| one.cpu) / median(&self.ours, |one| one.cpu);
        let (bound, ours) = (line(bound, &self.bound), line(ours, &self.ours));
        format!("\n{bound}{ours}{:<36}{rate:>9.2} by rate, {cpu:.2} by CPU", "ratio")
    }
}

fn median(rounds: &[Round], of: impl Fn(&Round) -> f64) -> f64 {
    let mut values: Vec<f64> = rounds.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
