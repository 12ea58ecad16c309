//! A bucket, by S3's protocol: `object_store` signs, hyper carries, over the TLS that menwei has anyway.

use std::time::Duration;

use async_trait::async_trait;
use http_body_util::{BodyExt as _, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{
    ClientOptions, HttpClient, HttpConnector as Connector, HttpError, HttpErrorKind, HttpRequest,
    HttpRequestBody, HttpResponse, HttpService,
};
use object_store::{BackoffConfig, RetryConfig};
use secrecy::ExposeSecret as _;

use crate::config::avatar::S3;
use crate::error::{Error, Result};
use crate::wechat::tls;

/// The longest that one exchange may take.
const ONE: Duration = Duration::from_secs(4);
/// The largest answer, in bytes: an avatar is about 15 KB.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// The store of a bucket. Nothing is asked of it yet.
pub(super) fn open(settings: &S3) -> Result<AmazonS3> {
    let retry = RetryConfig {
        backoff: BackoffConfig { init_backoff: Duration::from_millis(50), ..BackoffConfig::default() },
        max_retries: 2,
        retry_timeout: Duration::from_secs(8),
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&settings.bucket)
        .with_region(&settings.region)
        .with_access_key_id(&settings.access_key)
        .with_secret_access_key(settings.secret.expose_secret())
        .with_virtual_hosted_style_request(!settings.path_style)
        .with_disable_bulk_delete(true) // not every store has it
        .with_retry(retry)
        .with_http_connector(Wire);
    if let Some(endpoint) = settings.address() {
        builder = builder.with_allow_http(endpoint.starts_with("http://")).with_endpoint(endpoint);
    }
    builder.build().map_err(|why| Error::storage(format!("avatar.s3_…: {why}")))
}

/// Makes the client: one for the process.
#[derive(Debug)]
struct Wire;

impl Connector for Wire {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        let config = tls::client_config(None)
            .map_err(|why| object_store::Error::Generic { store: "S3", source: why.into() })?;
        let mut config = config;
        // the connector below says it by itself
        config.alpn_protocols.clear();
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(10))
            .build(connector);
        Ok(HttpClient::new(Exchange(client)))
    }
}

#[derive(Debug)]
struct Exchange(Client<HttpsConnector<HttpConnector>, HttpRequestBody>);

#[async_trait]
impl HttpService for Exchange {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let exchange = async {
            let answer = self.0.request(request).await.map_err(|why| {
                let kind = if why.is_connect() { HttpErrorKind::Connect } else { HttpErrorKind::Request };
                HttpError::new(kind, why)
            })?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, LARGEST_ANSWER).collect().await;
            let body = body.map_err(|why| HttpError::new(HttpErrorKind::Interrupted, Cut(why)))?;
            Ok(HttpResponse::from_parts(head, body.to_bytes().into()))
        };
        let timed = tokio::time::timeout(ONE, exchange).await;
        timed.map_err(|why| HttpError::new(HttpErrorKind::Timeout, why))?
    }
}

/// Why an answer's body is not whole.
#[derive(Debug, thiserror::Error)]
#[error("the answer was cut: {0}")]
struct Cut(Box<dyn std::error::Error + Send + Sync>);
