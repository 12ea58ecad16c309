use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::{Rig, refusal};

/// The body of a GET, as a shell's `curl` would get it.
fn get(rig: &Rig, path: &str) -> String {
    let mut stream = TcpStream::connect(rig.simulator.address()).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[actix_web::test]
async fn an_issued_code_works_once_for_its_person() {
    let rig = Rig::new(700);
    let code = get(&rig, "/simulator/code?who=alice");
    let issued = rig.login(code.trim()).await.outcome.unwrap();
    assert_eq!(issued.openid, rig.login("alice-1").await.outcome.unwrap().openid);
    assert_eq!(refusal(&rig.login(code.trim()).await), "code_used");
    assert_eq!(get(&rig, "/simulator/calls"), "3\n");
}

#[actix_web::test]
async fn an_issued_code_expires_after_five_minutes() {
    let rig = Rig::new(700);
    let (early, late) = (get(&rig, "/simulator/code?who=alice"), get(&rig, "/simulator/code?who=alice"));
    assert_ne!(early, late);
    rig.clock.advance(Duration::from_mins(5));
    assert_eq!(refusal(&rig.login(early.trim()).await), "ok");
    rig.clock.advance(Duration::from_millis(1));
    assert_eq!(refusal(&rig.login(late.trim()).await), "code_invalid");
}

#[actix_web::test]
async fn a_name_that_cannot_be_in_a_code_is_explained() {
    let rig = Rig::new(700);
    assert!(get(&rig, "/simulator/code?who=a-b").starts_with("who=NAME"));
    assert!(get(&rig, "/nowhere").contains("no such path"));
}

#[actix_web::test]
async fn openids_look_like_wechats_and_differ_between_people() {
    let rig = Rig::new(700);
    let alice = rig.login("alice-1").await.outcome.unwrap();
    assert!(alice.openid.len() == 28 && alice.openid.starts_with('o'));
    assert!(alice.unionid.is_none());
}
