//! What the directory's store leaves behind when its process dies while it writes.
//!
//! It writes `<file>#1` (`#2` if that is there, and so on) and then renames it, so that no file is ever half there.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Deletes what was staged for `file`. A name is written once, so there is one such file at most, in practice.
///
/// # Errors
/// [`Error::Storage`] when one cannot be deleted.
pub(super) async fn delete(file: PathBuf) -> Result<()> {
    let deleted = tokio::task::spawn_blocking(move || {
        (1_u32..).map(|number| std::fs::remove_file(staged(&file, number))).find_map(io::Result::err)
    });
    match deleted.await {
        Ok(Some(why)) if why.kind() != io::ErrorKind::NotFound => {
            Err(Error::storage(format!("avatars: what was left of an upload stays: {}", why.kind())))
        }
        Ok(_) => Ok(()),
        Err(_panicked) => Err(Error::Internal("what was left of an upload")),
    }
}

fn staged(file: &Path, number: u32) -> PathBuf {
    let mut staged = file.as_os_str().to_owned();
    staged.push(format!("#{number}"));
    staged.into()
}
