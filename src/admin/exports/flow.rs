//! The rows of a file, read and sent part by part: a file takes no more memory than a part.

use actix_web::web::{Bytes, Data};
use futures_util::Stream;

use super::{How, MOST, Sheet, cells};
use crate::db::audit::{Audit, Entry};
use crate::db::page::Start;
use crate::error::Result;
use crate::state::State;

/// How many rows are read at a time.
const SIZE: usize = 500;

/// A file that is being sent.
pub(super) struct Flow<S: Sheet> {
    ledger: Ledger,
    sheet: S,
    how: How,
    /// None after the last part.
    start: Option<Start<S::Key>>,
}

/// What the trail will say of the file: in any case something, also when the reader goes away.
struct Ledger {
    state: Data<State>,
    /// None once it is written.
    entry: Option<(Entry, serde_json::Value)>,
    rows: usize,
}

impl<S: Sheet> Flow<S> {
    pub(super) fn new(
        state: Data<State>,
        sheet: S,
        how: How,
        entry: Entry,
        detail: serde_json::Value,
    ) -> Self {
        let ledger = Ledger { state, entry: Some((entry, detail)), rows: 0 };
        Self { ledger, sheet, how, start: Some(Start::First) }
    }

    /// The file, with its heading before the rows. An error ends the answer in the middle, so that nobody takes it for
    /// whole.
    pub(super) fn into_stream(self, heading: Vec<String>) -> impl Stream<Item = Result<Bytes>> {
        let first = cells::rows(vec![heading])
            .map(|bytes| Bytes::from([cells::MARK.as_bytes(), bytes.as_ref()].concat()));
        let rest = futures_util::stream::unfold(Some(self), |flow| async {
            let mut flow = flow?;
            match flow.next().await {
                Ok(bytes) => bytes.map(|bytes| (Ok(bytes), Some(flow))),
                Err(why) => {
                    log::error!(error:% = why; "an export broke off");
                    Some((Err(why), None))
                }
            }
        });
        futures_util::StreamExt::chain(futures_util::stream::iter([first]), rest)
    }

    /// The next part; none after the last one, and then the trail has the file.
    async fn next(&mut self) -> Result<Option<Bytes>> {
        let Some(start) = self.start.take() else {
            self.ledger.close().await?;
            return Ok(None);
        };
        let (sheet, how) = (self.sheet.clone(), self.how.clone());
        let size = SIZE.min(MOST - self.ledger.rows);
        let read = move |conn: &mut _| sheet.part(conn, &start, size, &how);
        let part = self.ledger.state.db.read(read).await?;
        self.ledger.rows += part.rows.len();
        self.start = part.next.filter(|_| self.ledger.rows < MOST).map(Start::After);
        cells::rows(part.rows).map(Some)
    }
}

impl Ledger {
    fn take(&mut self, result: &str) -> Option<Entry> {
        let (mut entry, mut detail) = self.entry.take()?;
        result.clone_into(&mut entry.result);
        if let Some(detail) = detail.as_object_mut() {
            detail.insert("rows".to_owned(), self.rows.into());
        }
        entry.detail = detail.to_string();
        Some(entry)
    }

    async fn close(&mut self) -> Result<()> {
        let Some(entry) = self.take("ok") else { return Ok(()) };
        let now = self.state.now();
        self.state.db.write(move |conn| Audit::append(conn, &entry, now)).await.map(drop)
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let Some(entry) = self.take("failed") else { return };
        let (state, now) = (self.state.clone(), self.state.now());
        // a process that ends has no runtime any more; then the entry of the beginning stands alone
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let write = state.db.write(move |conn| Audit::append(conn, &entry, now));
                if let Err(why) = write.await {
                    log::error!(error:% = why; "an export that broke off is not in the audit trail");
                }
            });
        }
    }
}
