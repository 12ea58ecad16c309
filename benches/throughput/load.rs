//! The load: 64 connections that are kept alive, each with one request under way.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::process;
use crate::servers::Kind;
use crate::store;

/// Connections at once.
const CONNECTIONS: u64 = 64;

/// What to ask of whom, for how long.
pub struct Load {
    /// The server's address.
    pub address: String,
    /// What kind of server it is.
    pub kind: Kind,
    /// For how long.
    pub seconds: u64,
}

/// What came of it.
pub struct Measured {
    /// Answers with status 200; any other ends the run.
    pub answers: u64,
    /// From the first request to the last answer.
    pub took: Duration,
    /// The median and the 99th percentile of an answer's time, in microseconds.
    pub latency: (u64, u64),
}

impl Load {
    /// Runs in a process of its own on core 1.
    pub fn run_apart(&self, place: &str) -> Result<Measured> {
        let output = process::command(1)?
            .args(["load", &self.address, self.kind.name(), &self.seconds.to_string(), place])
            .output()?;
        ensure!(output.status.success(), "load: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout)?;
        let numbers: Vec<u64> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
        let &[answers, micros, median, slow] = numbers.as_slice() else {
            anyhow::bail!("load printed {text:?}")
        };
        Ok(Measured { answers, took: Duration::from_micros(micros), latency: (median, slow) })
    }
}

/// `load ADDRESS KIND SECONDS PLACE`: prints answers, microseconds, median and 99th percentile.
pub fn run(arguments: &mut dyn Iterator<Item = String>) -> Result<()> {
    let mut next = || arguments.next().context("load ADDRESS KIND SECONDS PLACE");
    let (address, kind) = (next()?.parse()?, Kind::parse(&next()?)?);
    let span = Duration::from_secs(next()?.parse()?);
    let tokens = store::tokens(next()?.as_ref())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut times, took) = runtime.block_on(async_load(address, kind, span, tokens.into()))?;
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or(0);
    crate::say(&format!("{} {} {} {}", times.len(), took.as_micros(), at(50), at(99)))
}

async fn async_load(
    address: SocketAddr,
    kind: Kind,
    span: Duration,
    tokens: Rc<[String]>,
) -> Result<(Vec<u64>, Duration)> {
    let (start, seed) = (Instant::now(), u64::from(std::process::id()));
    let until = start + span;
    let connections = (0..CONNECTIONS).map(|place| {
        let requests = Requests { kind, tokens: Rc::clone(&tokens), turn: seed << 32 | place << 24 };
        converse(address, requests, until)
    });
    let times = futures_util::future::try_join_all(connections).await?;
    Ok((times.concat(), start.elapsed()))
}

/// The requests of one connection.
struct Requests {
    kind: Kind,
    tokens: Rc<[String]>,
    turn: u64,
}

impl Requests {
    fn next(&mut self, text: &mut String) -> Result<()> {
        self.turn += 1;
        // spread over all users, whatever order the connections come in
        let who = self.turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        text.clear();
        if self.kind.is_login() {
            let name = who % store::USERS;
            let body = format!(r#"{{"appId":"{}","code":"u{name}-{}"}}"#, store::APPID, self.turn);
            write!(
                text,
                "POST /api/login HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )?;
        } else {
            let place = usize::try_from(who)?.checked_rem(self.tokens.len()).unwrap_or(0);
            let token = self.tokens.get(place).map_or("", String::as_str);
            write!(text, "GET /api/me HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n")?;
        }
        Ok(())
    }
}

async fn converse(address: SocketAddr, mut requests: Requests, until: Instant) -> Result<Vec<u64>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut text, mut times) = (String::new(), Vec::new());
    let mut buffer = vec![0; 8192];
    while Instant::now() < until {
        requests.next(&mut text)?;
        let begun = Instant::now();
        stream.write_all(text.as_bytes()).await?;
        read_answer(&mut stream, &mut buffer).await?;
        times.push(u64::try_from(begun.elapsed().as_micros())?);
    }
    Ok(times)
}

/// Reads one whole answer, which must be a 200 with a Content-Length.
async fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<()> {
    let mut filled = 0;
    loop {
        let count = stream.read(buffer.get_mut(filled..).context("an answer over 8 KiB")?).await?;
        ensure!(count > 0, "the server hung up");
        filled += count;
        let seen = buffer.get(..filled).unwrap_or_default();
        let Some(head) = seen.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let text = std::str::from_utf8(seen.get(..head).unwrap_or_default())?;
        ensure!(text.starts_with("HTTP/1.1 200"), "{}", String::from_utf8_lossy(seen));
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        if filled >= head + 4 + length.context("no Content-Length")? {
            return Ok(());
        }
    }
}
