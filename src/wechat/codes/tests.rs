use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use super::*;
use crate::clock::Instant;

const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 1));

struct Rig {
    codes: Codes<u32>,
    keys: KeyRing,
    clock: Clock,
    /// How often the work ran; each run answers its number.
    runs: Rc<Cell<u32>>,
}

impl Rig {
    fn new(capacity: usize) -> Self {
        let clock = Clock::fixed(Instant::from_seconds(1_700_000_000));
        let codes = Codes::with_capacity(clock.clone(), capacity);
        Self { codes, keys: KeyRing::generate().unwrap(), clock, runs: Rc::default() }
    }

    async fn answer(&self, code: &str, client: IpAddr, outcome: Result<()>) -> Result<u32> {
        let runs = Rc::clone(&self.runs);
        let work = async move {
            runs.set(runs.get() + 1);
            tokio::task::yield_now().await;
            outcome.map(|()| runs.get())
        };
        self.codes.once(&self.keys, "wx1", code, client, work).await
    }

    async fn ok(&self, code: &str, client: IpAddr) -> Result<u32> {
        self.answer(code, client, Ok(())).await
    }
}

#[actix_web::test]
async fn duplicates_under_way_share_one_run() {
    let rig = Rig::new(10);
    let all = futures_util::future::join_all((0..64).map(|_| rig.ok("a", HOME))).await;
    assert!(all.into_iter().all(|outcome| outcome.unwrap() == 1));
    assert_eq!(rig.runs.get(), 1);
}

#[actix_web::test]
async fn a_duplicate_from_elsewhere_is_refused_even_under_way() {
    let rig = Rig::new(10);
    let (first, second) = tokio::join!(rig.ok("a", HOME), rig.ok("a", ELSEWHERE));
    assert_eq!(first.unwrap(), 1);
    assert_eq!(second.unwrap_err().code(), "code_used");
    assert_eq!(rig.runs.get(), 1);
}

#[actix_web::test]
async fn an_answer_is_shared_for_15_seconds_and_the_code_refused_for_10_minutes() {
    let rig = Rig::new(10);
    rig.ok("a", HOME).await.unwrap();
    rig.clock.advance(Duration::from_secs(15));
    assert_eq!(rig.ok("a", HOME).await.unwrap(), 1);
    rig.clock.advance(Duration::from_micros(1));
    assert_eq!(rig.ok("a", HOME).await.unwrap_err().code(), "code_used");
    rig.clock.advance(Duration::from_secs(584));
    assert_eq!(rig.ok("a", HOME).await.unwrap_err().code(), "code_used");
    rig.clock.advance(Duration::from_secs(1));
    assert_eq!(rig.ok("a", HOME).await.unwrap(), 2);
}

#[actix_web::test]
async fn the_same_code_of_another_app_is_another_code() {
    let rig = Rig::new(10);
    rig.ok("a", HOME).await.unwrap();
    let other = rig.codes.once(&rig.keys, "wx2", "a", ELSEWHERE, async { Ok(7) }).await;
    assert_eq!(other.unwrap(), 7);
}

#[actix_web::test]
async fn what_does_not_use_the_code_up_is_forgotten() {
    let wait = Duration::from_secs(2);
    for outcome in [
        Error::WeChatUnavailable { retry_after: wait, ambiguous: false },
        Error::WeChatBusy,
        Error::RateLimited { retry_after: wait },
        Error::WeChatMisconfigured { errcode: 40125 },
        Error::Busy,
        Error::storage("gone"),
        Error::Internal("x"),
    ] {
        let rig = Rig::new(10);
        let code = outcome.code();
        assert_eq!(rig.answer("a", HOME, Err(outcome)).await.unwrap_err().code(), code);
        assert!(rig.codes.is_empty(), "{code}");
        assert_eq!(rig.ok("a", ELSEWHERE).await.unwrap(), 2, "{code}");
    }
}

#[actix_web::test]
async fn what_may_have_used_the_code_up_is_kept() {
    for outcome in [
        Error::WeChatUnavailable { retry_after: Duration::ZERO, ambiguous: true },
        Error::WeChatTimeout,
        Error::WeChatBadResponse,
        Error::WeChatError { errcode: 1 },
        Error::CodeInvalid,
        Error::CodeUsed,
        Error::WeChatUserBlocked,
        Error::UserFrozen { until: None },
    ] {
        let rig = Rig::new(10);
        let code = outcome.code();
        assert_eq!(rig.answer("a", HOME, Err(outcome)).await.unwrap_err().code(), code);
        assert_eq!(rig.ok("a", HOME).await.unwrap_err().code(), code, "shared with its sender");
        assert_eq!(rig.ok("a", ELSEWHERE).await.unwrap_err().code(), "code_used");
        assert_eq!(rig.runs.get(), 1, "{code}");
    }
}

#[actix_web::test]
async fn work_goes_on_when_the_client_hangs_up() {
    let rig = Rig::new(10);
    let (go, gate) = tokio::sync::oneshot::channel::<()>();
    let work = async move {
        gate.await.unwrap();
        Ok(5)
    };
    {
        let request = rig.codes.once(&rig.keys, "wx1", "a", HOME, work);
        assert!(tokio::time::timeout(Duration::from_millis(5), request).await.is_err());
    }
    go.send(()).unwrap();
    assert_eq!(rig.ok("a", HOME).await.unwrap(), 5);
    assert_eq!(rig.runs.get(), 0);
}

#[actix_web::test]
async fn a_panic_leaves_nobody_waiting_and_the_code_free() {
    let rig = Rig::new(10);
    let broken = rig.codes.once(&rig.keys, "wx1", "a", HOME, async {
        tokio::task::yield_now().await;
        panic!("on purpose")
    });
    let (first, follower) = tokio::join!(broken, rig.ok("a", HOME));
    assert_eq!(first.unwrap_err().code(), "internal");
    assert_eq!(follower.unwrap_err().code(), "internal");
    assert_eq!(rig.ok("a", HOME).await.unwrap(), 1);
}

#[actix_web::test]
async fn a_full_table_forgets_the_oldest_and_refuses_nobody() {
    let rig = Rig::new(10);
    for number in 0..100 {
        rig.ok(&format!("code{number}"), HOME).await.unwrap();
        assert!(rig.codes.len() <= 10);
    }
    assert_eq!(rig.ok("code99", ELSEWHERE).await.unwrap_err().code(), "code_used");
    assert_eq!(rig.ok("code0", ELSEWHERE).await.unwrap(), 101);
}

#[test]
fn duplicates_on_different_workers_share_one_run() {
    let codes = Codes::<u32>::new(Clock::System);
    let keys = Arc::new(KeyRing::generate().unwrap());
    let runs = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (codes, keys, runs) = (codes.clone(), Arc::clone(&keys), Arc::clone(&runs));
            std::thread::spawn(move || {
                actix_web::rt::System::new().block_on(async move {
                    let work = async move {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        Ok(runs.fetch_add(1, std::sync::atomic::Ordering::SeqCst))
                    };
                    codes.once(&keys, "wx1", "a", HOME, work).await
                })
            })
        })
        .collect();
    assert!(workers.into_iter().all(|worker| worker.join().unwrap().unwrap() == 0));
}
