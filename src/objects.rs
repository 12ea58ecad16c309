//! Where avatars are kept: a directory, or a bucket of any S3-compatible store.

mod s3;

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
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
pub struct Objects(Arc<dyn ObjectStore>);

impl Objects {
    /// Opens what the settings name; makes the directory (mode 0700). A bucket is not asked anything yet.
    ///
    /// # Errors
    /// When the directory cannot be made, or the settings of the bucket do not fit.
    pub fn open(settings: &config::Avatar) -> Result<Self> {
        match &settings.s3 {
            Some(bucket) => Ok(Self(Arc::new(s3::open(bucket)?))),
            None => directory(&settings.directory).map(|store| Self(Arc::new(store))),
        }
    }

    /// Keeps a JPEG under a name, durably.
    ///
    /// # Errors
    /// [`Error::Storage`] when the store is out of reach or full.
    pub async fn put(&self, name: &Name, jpeg: Vec<u8>) -> Result<()> {
        let mut attributes = Attributes::new();
        // a bucket that is read by its own address serves it as we would
        if !self.is_directory() {
            attributes.insert(Attribute::ContentType, "image/jpeg".into());
            attributes.insert(Attribute::CacheControl, crate::avatar::CACHED.into());
        }
        let options = PutOptions { attributes, ..PutOptions::default() };
        let key = Key::from(name.key());
        within(self.0.put_opts(&key, jpeg.into(), options)).await.map(drop)
    }

    /// The JPEG of that name; none when there is none.
    ///
    /// # Errors
    /// [`Error::Storage`] when the store is out of reach.
    pub async fn get(&self, name: &Name) -> Result<Option<Bytes>> {
        let key = Key::from(name.key());
        let read = within(async { self.0.get(&key).await?.bytes().await }).await;
        found(read)
    }

    /// Deletes the object of that name; that there is none is well, too.
    ///
    /// # Errors
    /// [`Error::Storage`] when the store is out of reach.
    pub async fn delete(&self, name: &Name) -> Result<()> {
        let key = Key::from(name.key());
        found(within(self.0.delete(&key)).await).map(drop)
    }

    fn is_directory(&self) -> bool {
        self.0.to_string().starts_with("LocalFileSystem")
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
        Ok(Err(why)) => Err(Error::storage(format!("avatars: {why}"))),
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
