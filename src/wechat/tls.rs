//! TLS to WeChat: Mozilla's roots and the operator's own, the ring provider named by hand, HTTP/1.1 only.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

/// The settings of every TLS connection. Sessions resumed from it save later connections a round trip.
///
/// # Errors
/// A sentence for the operator, when `wechat.ca_file` cannot be used.
pub fn client_config(ca_file: Option<&Path>) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = ca_file {
        add_roots(&mut roots, path).map_err(|why| format!("wechat.ca_file {}: {why}", path.display()))?;
    }
    // no process-wide provider: awc and others would fight over it
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|why| format!("TLS: {why}"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn add_roots(roots: &mut RootCertStore, path: &Path) -> Result<(), String> {
    let mut count = 0;
    for certificate in CertificateDer::pem_file_iter(path).map_err(|why| why.to_string())? {
        let certificate = certificate.map_err(|why| why.to_string())?;
        roots.add(certificate).map_err(|why| why.to_string())?;
        count += 1;
    }
    if count == 0 { Err("holds no certificate in PEM".to_owned()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ca_file_without_certificates_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(client_config(Some(file.path())).unwrap_err().contains("holds no certificate"));
        assert!(
            client_config(Some(Path::new("/nonexistent.pem"))).unwrap_err().starts_with("wechat.ca_file")
        );
    }

    #[test]
    fn a_bad_certificate_in_the_ca_file_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        std::fs::write(file.path(), text).unwrap();
        assert!(client_config(Some(file.path())).is_err());
    }

    #[test]
    fn only_http_1_1_is_offered() {
        assert_eq!(client_config(None).unwrap().alpn_protocols, [b"http/1.1".to_vec()]);
    }
}
