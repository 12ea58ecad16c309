//! Logs on stderr: lines for people, or one JSON object a line. Each names the request it belongs to.
//!
//! Nothing that a user sent can end a line, colour a terminal or turn its text around: such characters are escaped.

mod line;

use std::io::Write as _;

use env_logger::Builder;
use log::SetLoggerError;

use crate::clock::Clock;
use crate::config::{Log, LogFormat};

/// Sends log records to stderr from now on, panics too.
///
/// # Errors
/// When a logger is there already.
pub fn start(config: &Log, clock: Clock) -> Result<(), SetLoggerError> {
    let format = config.format;
    let mut builder = Builder::new();
    builder.parse_filters(&config.level);
    builder.format(move |out, record| {
        let line = match format {
            LogFormat::Text => line::text(clock.now(), record),
            LogFormat::Json => line::json(clock.now(), record),
        };
        writeln!(out, "{line}")
    });
    builder.try_init()?;
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        log::error!(place = place.as_str(); "panic: {}", panic.payload_as_str().unwrap_or("no message"));
    }));
    Ok(())
}
