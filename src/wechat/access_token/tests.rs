use std::cell::Cell;

use super::*;

const APP: &str = "wx1";
const HOURS: Duration = Duration::from_hours(2);

fn tokens() -> (AccessTokens, Clock) {
    let clock = Clock::fixed(Instant::from_seconds(1_700_000_000));
    let settings = config::Config::parse("", &[]).unwrap().wechat;
    (AccessTokens::new(&settings, clock.clone()).unwrap(), clock)
}

fn token(text: &str) -> AccessToken {
    AccessToken::parse(text.to_owned()).unwrap()
}

async fn granted(text: &str, lasts: Duration) -> Result<Granted> {
    tokio::task::yield_now().await;
    Ok(Granted { token: token(text), lasts })
}

async fn failing() -> Result<Granted> {
    tokio::task::yield_now().await;
    Err(Error::WeChatTimeout)
}

async fn never() -> Result<Granted> {
    std::future::ready(()).await;
    panic!("must not be fetched")
}

#[test]
fn a_token_is_renewed_five_minutes_and_a_jitter_early() {
    assert_eq!(use_of(HOURS, 0), Duration::from_secs(6900));
    assert_eq!(use_of(HOURS, 255), Duration::from_secs(6840));
    assert_eq!(use_of(Duration::from_secs(345), 0), Duration::from_secs(45));
    assert_eq!(use_of(Duration::from_secs(300), 0), SHORTEST_USE);
    assert_eq!(use_of(Duration::from_secs(3), 0), Duration::from_secs(3));
}

#[actix_web::test]
async fn a_token_is_kept_until_it_is_due_for_its_app_only() {
    let (tokens, clock) = tokens();
    assert_eq!(tokens.get(APP, 0, granted("a", HOURS)).await.unwrap(), token("a"));
    clock.advance(Duration::from_secs(6899));
    assert_eq!(tokens.get(APP, 0, never()).await.unwrap(), token("a"));
    assert_eq!(tokens.get("wx2", 0, granted("b", HOURS)).await.unwrap(), token("b"));
    clock.advance(Duration::from_secs(1));
    assert_eq!(tokens.get(APP, 0, granted("c", HOURS)).await.unwrap(), token("c"));
}

#[actix_web::test]
async fn of_many_that_ask_at_once_one_fetches() {
    let (tokens, _) = tokens();
    let fetches = Cell::new(0);
    let one = async || {
        let fetch = async {
            fetches.set(fetches.get() + 1);
            granted("a", HOURS).await
        };
        tokens.get(APP, 0, fetch).await.unwrap()
    };
    let all = futures_util::future::join_all((0..50).map(|_| one())).await;
    assert!(all.iter().all(|got| *got == token("a")));
    assert_eq!(fetches.get(), 1);
}

#[actix_web::test]
async fn who_waited_for_a_failure_shares_it_and_who_comes_later_tries_again() {
    let (tokens, _) = tokens();
    let (first, second) =
        futures_util::future::join(tokens.get(APP, 0, failing()), tokens.get(APP, 0, never())).await;
    assert!(matches!((first, second), (Err(Error::WeChatTimeout), Err(Error::WeChatTimeout))));
    assert!(tokens.get(APP, 0, granted("a", HOURS)).await.is_ok());
}

#[actix_web::test]
async fn a_fetch_that_is_dropped_is_taken_over() {
    let (tokens, _) = tokens();
    let cut = tokio::time::timeout(Duration::from_millis(10), tokens.get(APP, 0, std::future::pending()));
    assert!(cut.await.is_err());
    assert!(tokens.get(APP, 0, granted("a", HOURS)).await.is_ok());
}

#[actix_web::test]
async fn a_token_that_is_due_is_used_on_while_wechat_fails() {
    let (tokens, clock) = tokens();
    tokens.get(APP, 0, granted("a", HOURS)).await.unwrap();
    clock.advance(Duration::from_secs(6900));
    assert_eq!(tokens.get(APP, 0, failing()).await.unwrap(), token("a"));
    clock.advance(Duration::from_secs(300));
    assert!(tokens.get(APP, 0, failing()).await.is_err());
}

#[actix_web::test]
async fn a_token_that_is_due_is_used_on_while_wechat_does_not_answer_and_the_call_has_time_left() {
    let clock = Clock::fixed(Instant::from_seconds(1_700_000_000));
    let settings = config::Config::parse("[wechat]\ndeadline_ms = 600", &[]).unwrap().wechat;
    let tokens = AccessTokens::new(&settings, clock.clone()).unwrap();
    tokens.get(APP, 0, granted("a", HOURS)).await.unwrap();
    clock.advance(Duration::from_secs(6900));
    // as a call has it: one deadline around everything
    let hung = timeout(settings.deadline, tokens.get(APP, 0, std::future::pending()));
    assert_eq!(hung.await.unwrap().unwrap(), token("a"));
    assert_eq!(tokens.get(APP, 0, never()).await.unwrap(), token("a"), "the next ones do not wait at all");
    clock.advance(SHORTEST_USE);
    assert_eq!(tokens.get(APP, 0, granted("b", HOURS)).await.unwrap(), token("b"));
}

#[actix_web::test]
async fn only_the_token_that_was_refused_is_forgotten() {
    let (tokens, _) = tokens();
    tokens.get(APP, 0, granted("a", HOURS)).await.unwrap();
    tokens.reject(APP, &token("older")).await;
    assert_eq!(tokens.get(APP, 0, never()).await.unwrap(), token("a"));
    tokens.reject(APP, &token("a")).await;
    assert_eq!(tokens.get(APP, 0, granted("b", HOURS)).await.unwrap(), token("b"));
}

#[test]
fn a_token_does_not_print_and_is_visible_ascii() {
    assert_eq!(format!("{:?}", token("secret")), "AccessToken(…)");
    assert!(AccessToken::parse(String::new()).is_none() && AccessToken::parse("a b".to_owned()).is_none());
}
