//! Where avatars are kept: a directory, or a bucket of any S3-compatible store.

mod s3;
mod staged;

use std::error::Error as _;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{Attribute, Attributes, ObjectStore, ObjectStoreExt as _, PutOptions};
use tokio::time::timeout;

use crate::avatar::Name;
use crate::config;
use crate::error::{Error, Result};

/// The longest that one thing asked of the store may take, its repetitions included.
const PATIENCE: Duration = Duration::from_secs(10);

/// An object store that is open. Clones share everything.
#[derive(Clone, Debug)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    /// Where the files are; none for a bucket.
    directory: Option<PathBuf>,
}

impl Objects {
    /// Opens what the settings name; makes the directory (mode 0700). A bucket is not asked anything yet.
    ///
    /// # Errors
    /// When the directory cannot be made, or the settings of the bucket do not fit.
    pub fn open(settings: &config::Avatar) -> Result<Self> {
        if let Some(bucket) = &settings.s3 {
            return Ok(Self { store: Arc::new(s3::open(bucket)?), directory: None });
        }
        let store = Arc::new(directory(&settings.directory)?);
        Ok(Self { store, directory: Some(settings.directory.clone()) })
    }

    /// Keeps a JPEG under a name, durably.
    ///
    /// # Errors
    /// [`Error::Storage`] when the store is out of reach or full.
    pub async fn put(&self, name: &Name, jpeg: Vec<u8>) -> Result<()> {
        let mut attributes = Attributes::new();
        // a bucket that is read by its own address serves it as we would
        if self.directory.is_none() {
            attributes.insert(Attribute::ContentType, "image/jpeg".into());
            attributes.insert(Attribute::CacheControl, crate::avatar::CACHED.into());
        }
        let options = PutOptions { attributes, ..PutOptions::default() };
        let key = Key::from(name.key());
        within(self.store.put_opts(&key, jpeg.into(), options)).await.map(drop)
    }

    /// The JPEG of that name; none when there is none.
    ///
    /// # Errors
    /// [`Error::Storage`] when the store is out of reach.
    pub async fn get(&self, name: &Name) -> Result<Option<Bytes>> {
        let key = Key::from(name.key());
        let read = within(async { self.store.get(&key).await?.bytes().await }).await;
        found(read)
    }

    /// Deletes the object of that name, and what a process that died left of writing it; that there is none is well, too.
    ///
    /// # Errors
    /// [`Error::Storage`] when the store is out of reach.
    pub async fn delete(&self, name: &Name) -> Result<()> {
        let key = Key::from(name.key());
        found(within(self.store.delete(&key)).await)?;
        match &self.directory {
            Some(directory) => staged::delete(directory.join(name.key())).await,
            None => Ok(()),
        }
    }
}

fn directory(path: &Path) -> Result<LocalFileSystem> {
    let why =
        |why: &dyn std::fmt::Display| Error::storage(format!("avatar.directory {}: {why}", path.display()));
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|cause| why(&cause))?;
    let store = LocalFileSystem::new_with_prefix(path).map_err(|cause| why(&cause))?;
    Ok(store.with_fsync(true))
}

/// Waits for the store, but not for ever.
async fn within<T>(work: impl Future<Output = object_store::Result<T>>) -> Result<T> {
    match timeout(PATIENCE, work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(object_store::Error::NotFound { .. })) => Err(Error::NotFound),
        Ok(Err(why)) => Err(Error::storage(format!("avatars: {}", reason(&why)))),
        Err(_elapsed) => Err(Error::storage("avatars: the object store does not answer")),
    }
}

fn found<T>(outcome: Result<T>) -> Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(Error::NotFound) => Ok(None),
        Err(why) => Err(why),
    }
}

/// What failed. The store's own words name the object, and an avatar's name is its address: they stand in no log.
fn reason(why: &object_store::Error) -> String {
    let refusal = match why {
        object_store::Error::PermissionDenied { .. } => "the store says: permission denied",
        object_store::Error::Unauthenticated { .. } => "the store says: not authenticated",
        object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. } => {
            "the store says: it exists already"
        }
        _ => "the store failed",
    };
    let mut causes = std::iter::successors(why.source(), |cause| (*cause).source());
    match causes.find_map(|cause| cause.downcast_ref::<io::Error>()) {
        Some(cause) => format!("{refusal}: {}", cause.kind()),
        None => refusal.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn what_the_store_says_names_no_picture() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = config::Config::parse("", &[]).unwrap().avatar;
        settings.directory = folder.path().join("avatars");
        let objects = Objects::open(&settings).unwrap();
        let name = Name::new().unwrap();
        // a file where its folder would be
        std::fs::write(settings.directory.join("avatars"), "").unwrap();
        let failures = [
            objects.put(&name, b"jpeg".to_vec()).await.map(drop),
            objects.get(&name).await.map(drop),
            objects.delete(&name).await,
        ];
        for failure in failures {
            let told = failure.unwrap_err().to_string();
            assert!(!told.contains(&name.to_string()) && !told.contains("avatars/"), "{told}");
            assert!(told.ends_with(&io::ErrorKind::NotADirectory.to_string()), "{told}");
        }
    }
}
