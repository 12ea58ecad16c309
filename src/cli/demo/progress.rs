//! How far long work is: a bar on a terminal, a line now and then elsewhere.

use std::cell::Cell;
use std::io::{IsTerminal as _, Write as _};

use indicatif::{ProgressBar, ProgressStyle};

/// Tells on stderr how many of `total` are done.
pub struct Progress {
    bar: Option<ProgressBar>,
    what: &'static str,
    total: u64,
    told: Cell<u64>,
}

impl Progress {
    /// Begins at none.
    pub fn of(what: &'static str, total: usize) -> Self {
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}");
            let bar = ProgressBar::new(total).with_message(what);
            style.map(|style| bar.clone().with_style(style)).unwrap_or(bar)
        });
        Self { bar, what, total, told: Cell::new(0) }
    }

    /// Notes that `done` of them are done.
    pub fn reached(&self, done: usize) {
        let done = u64::try_from(done).unwrap_or(u64::MAX);
        match &self.bar {
            Some(bar) if done >= self.total => bar.finish_and_clear(),
            Some(bar) => bar.set_position(done),
            None if !self.is_told(done) => {}
            None => {
                self.told.set(done);
                // stderr may be closed: then nobody waits for the end
                let _ = writeln!(std::io::stderr(), "{} {done}/{}", self.what, self.total);
            }
        }
    }

    /// A line for each tenth.
    fn is_told(&self, done: u64) -> bool {
        let tenth = |done: u64| done.saturating_mul(10).checked_div(self.total);
        done >= self.total || tenth(done) > tenth(self.told.get())
    }
}
