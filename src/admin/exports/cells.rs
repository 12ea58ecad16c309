//! Cells and rows of a CSV file (RFC 4180) that a spreadsheet opens and does not run.

use actix_web::web::Bytes;

use crate::admin::locale::zone::Zone;
use crate::clock::Instant;
use crate::error::{Error, Result};

/// By this Excel knows that the file is UTF-8.
pub(super) const MARK: &str = "\u{feff}";

/// A cell that a spreadsheet takes for text: one that begins like a formula gets an apostrophe before it (OWASP, CSV
/// injection).
fn harmless(cell: String) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{cell}") } else { cell }
}

/// A time, as RFC 3339 with the reader's offset: `2026-08-01T10:03:04+08:00`.
pub(super) fn time(at: Instant, zone: Zone) -> String {
    zone.at(at).format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The same, where there may be none.
pub(super) fn time_or_none(at: Option<Instant>, zone: Zone) -> String {
    at.map(|at| time(at, zone)).unwrap_or_default()
}

/// Rows as they stand in the file.
pub(super) fn rows(rows: Vec<Vec<String>>) -> Result<Bytes> {
    let broken = |_why| Error::Internal("a row of a file");
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.into_iter().map(harmless)).map_err(broken)?;
    }
    let bytes = writer.into_inner().map_err(|_why| Error::Internal("a row of a file"))?;
    Ok(Bytes::from(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(cell: &str) -> String {
        let bytes = rows(vec![vec![cell.to_owned(), "x".to_owned()]]).unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn what_begins_like_a_formula_is_text() {
        for start in ["=", "+", "-", "@", "＝"] {
            assert_eq!(line(&format!("{start}1+1")), format!("'{start}1+1,x\r\n"));
        }
        assert_eq!(line("\tx"), "'\tx,x\r\n");
        assert_eq!(line("\rx"), "\"'\rx\",x\r\n");
        assert_eq!(line("a=1"), "a=1,x\r\n");
    }

    #[test]
    fn quotes_commas_and_lines_stay_in_their_cell() {
        assert_eq!(line("a,b"), "\"a,b\",x\r\n");
        assert_eq!(line("a\"b"), "\"a\"\"b\",x\r\n");
        assert_eq!(line("a\nb"), "\"a\nb\",x\r\n");
        assert_eq!(line(""), ",x\r\n");
    }

    #[test]
    fn times_carry_their_offset() {
        assert_eq!(time(Instant::from_seconds(1_785_549_784), Zone::SHANGHAI), "2026-08-01T10:03:04+08:00");
    }
}
