use std::net::{IpAddr, Ipv4Addr};

use futures_util::future::join_all;
use menwei::clock::Clock;
use menwei::error::Result;
use menwei::secret::KeyRing;
use menwei::wechat::Codes;

use super::{Rig, app};

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

async fn login(rig: &Rig, codes: &Codes<String>, keys: &KeyRing, code: &'static str) -> Result<String> {
    let wechat = rig.wechat.clone();
    let work = async move { Ok(wechat.code2session(&app(), code).await.outcome?.openid) };
    codes.once(keys, super::APPID, code, HOME, work).await
}

#[actix_web::test]
async fn sixty_four_of_one_code_make_one_upstream_call() {
    let (rig, codes, keys) = (Rig::new(2000), Codes::new(Clock::System), KeyRing::generate().unwrap());
    let all = join_all((0..64).map(|_| login(&rig, &codes, &keys, "slow100-alice-1"))).await;
    let openids: Vec<String> = all.into_iter().map(Result::unwrap).collect();
    assert!(openids.iter().all(|openid| *openid == openids[0]));
    assert_eq!(rig.simulator.calls(), 1);
}

#[actix_web::test]
async fn a_code_that_timed_out_is_not_sent_again() {
    let (rig, codes, keys) = (Rig::new(200), Codes::new(Clock::System), KeyRing::generate().unwrap());
    for _ in 0..2 {
        let outcome = login(&rig, &codes, &keys, "hang-alice-1").await;
        assert_eq!(outcome.unwrap_err().code(), "wechat_timeout");
    }
    assert_eq!(rig.simulator.calls(), 1);
}

#[actix_web::test]
async fn a_code_that_met_a_busy_wechat_may_come_again() {
    let (rig, codes, keys) = (Rig::new(700), Codes::new(Clock::System), KeyRing::generate().unwrap());
    for _ in 0..2 {
        let outcome = login(&rig, &codes, &keys, "busy-alice-1").await;
        assert_eq!(outcome.unwrap_err().code(), "wechat_busy");
    }
    assert_eq!(rig.simulator.calls(), 4);
}
