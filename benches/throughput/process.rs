//! This program again, as another process: on a core of its own, its time counted.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{ChildStdin, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};

/// A part of the benchmark that runs apart; ended when this is dropped.
pub struct Child {
    process: std::process::Child,
    /// Held open: the child ends with it.
    _input: Option<ChildStdin>,
    /// The first line that it printed.
    pub said: String,
}

/// A command that runs this program on a core.
pub fn command(core: usize) -> Result<Command> {
    let program = std::env::current_exe()?;
    let has_taskset = Command::new("taskset").arg("--version").stdout(Stdio::null()).status().is_ok();
    if has_taskset {
        let mut command = Command::new("taskset");
        command.arg("-c").arg(core.to_string()).arg(program);
        Ok(command)
    } else {
        Ok(Command::new(program))
    }
}

impl Child {
    /// Starts this program with other arguments, and waits for its first line.
    pub fn spawn(core: usize, arguments: &[&str]) -> Result<Self> {
        let mut process =
            command(core)?.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut said = String::new();
        let output = process.stdout.take().context("no output")?;
        BufReader::new(output).read_line(&mut said)?;
        let input = process.stdin.take();
        Ok(Self { process, _input: input, said: said.trim().to_owned() })
    }

    /// The processor time that it took so far, user and system, of all its threads.
    pub fn cpu(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        // the name stands in brackets and may hold spaces; proc(5) counts utime and stime as fields 14 and 15
        let (_, fields) = stat.rsplit_once(')').context("/proc/pid/stat")?;
        let ticks: u64 =
            fields.split_whitespace().skip(11).take(2).filter_map(|one| one.parse::<u64>().ok()).sum();
        // a tick is 10 ms on every Linux that user space can see (USER_HZ)
        Ok(Duration::from_millis(ticks * 10))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // it may have ended by itself
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Waits until standard input ends: with the process that holds its other end.
pub fn wait_for_parent() -> Result<()> {
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
