//! Requests whose end two servers could see in two places are refused, and their connection is closed.

use super::server;

/// A second request, hidden in what one reading takes for the body.
const HIDDEN: &str = "GET /id HTTP/1.1\r\nHost: a.example\r\n\r\n";

#[test]
fn ambiguous_framing_is_refused_with_400_and_the_connection_closed() {
    let server = server();
    let post = |lines: &str, body: &str| {
        format!(
            "POST /api/things/1 HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/json\r\n{lines}\r\n{body}{HIDDEN}"
        )
    };
    let vectors = [
        ("CL and TE", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        ("TE and CL", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n")),
        ("the same CL twice", post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}")),
        ("two different CL", post("Content-Length: 2\r\nContent-Length: 4\r\n", "{}")),
        ("CL with a sign", post("Content-Length: +4\r\n", "{}  ")),
        ("CL as a list", post("Content-Length: 4, 4\r\n", "{}  ")),
        ("TE chunked, identity", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n")),
        ("TE xchunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
        ("TE twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        ("space before the colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
        ("a folded header", post("X-One: 1\r\n two\r\n", "")),
        ("a chunk size in 0x", post("Transfer-Encoding: chunked\r\n", "0x2\r\n{}\r\n0\r\n\r\n")),
        (
            "a chunk size that overflows",
            post("Transfer-Encoding: chunked\r\n", "ffffffffffffffff1\r\n{}\r\n0\r\n\r\n"),
        ),
        ("LF in a chunk extension", post("Transfer-Encoding: chunked\r\n", "2;a\nb\r\n{}\r\n0\r\n\r\n")),
        (
            "TE on HTTP/1.0",
            format!(
                "POST /api/things/1 HTTP/1.0\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}"
            ),
        ),
        ("no Host", format!("GET /id HTTP/1.1\r\n\r\n{HIDDEN}")),
        ("two Hosts", format!("GET /id HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n{HIDDEN}")),
    ];
    for (name, bytes) in vectors {
        let mut client = server.connect();
        client.send(bytes);
        let all = client.rest();
        assert!(all.starts_with("HTTP/1.1 400"), "{name}: {all}");
        assert_eq!(all.matches("HTTP/1.1 ").count(), 1, "{name}: {all}");
    }
}

#[test]
fn http_2_is_not_spoken() {
    let server = server();
    let mut client = server.connect();
    client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assert!(client.rest().starts_with("HTTP/1.1 400"));
}
