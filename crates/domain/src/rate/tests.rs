use super::*;

const SECOND: u64 = 1_000_000;
const NOW: u64 = 1_795_478_400 * SECOND;

fn rate() -> Rate {
    Rate::new(5, Duration::from_secs(1), 20)
}

/// How many of `tries` at one moment are let through, and the bucket after them.
fn passed(rate: Rate, mut full_at: u64, now: u64, tries: usize) -> (usize, u64) {
    let mut passed = 0;
    for _ in 0..tries {
        if let Ok(next) = rate.take(full_at, now, 1) {
            full_at = next;
            passed += 1;
        }
    }
    (passed, full_at)
}

#[test]
fn a_burst_passes_and_then_only_the_rate() {
    let (at_once, bucket) = passed(rate(), 0, NOW, 50);
    assert_eq!(at_once, 20);
    let (a_second_later, bucket) = passed(rate(), bucket, NOW + SECOND, 50);
    assert_eq!(a_second_later, 5);
    assert_eq!(passed(rate(), bucket, NOW + 100 * SECOND, 50).0, 20);
}

#[test]
fn a_refusal_says_when_to_come_again_and_is_right() {
    let (_, bucket) = passed(rate(), 0, NOW, 20);
    let wait = rate().take(bucket, NOW, 1).unwrap_err();
    assert_eq!(wait, Duration::from_millis(200));
    let later = NOW + u64::try_from(wait.as_micros()).unwrap();
    assert!(rate().take(bucket, later - 1, 1).is_err());
    assert!(rate().take(bucket, later, 1).is_ok());
}

#[test]
fn more_than_a_bucket_holds_never_passes() {
    assert!(rate().take(0, NOW, 21).is_err());
    assert!(rate().take(0, NOW, u64::MAX).is_err());
    assert!(rate().take(u64::MAX, u64::MAX, 1).is_ok(), "at the end of time nothing is counted, and nothing overflows");
}

#[test]
fn a_bucket_of_a_clock_that_is_ahead_counts_as_empty() {
    let wait = rate().take(NOW + 60 * SECOND, NOW, 1).unwrap_err();
    assert_eq!(wait, Duration::from_millis(200));
}

#[test]
fn a_clock_that_is_set_back_locks_nobody_out() {
    for seconds in [60, 3600, 86_400] {
        let (_, bucket) = passed(rate(), 0, NOW + (seconds + 60) * SECOND, 50);
        let (at_once, bucket) = passed(rate(), bucket, NOW, 50);
        assert_eq!(at_once, 20, "{seconds} s");
        assert!(rate().take(bucket, NOW, 1).is_err(), "and is counted anew");
    }
}

#[test]
fn the_defaults_are_those_of_the_contract() {
    let limits = RateLimits::default();
    let all = "messages=5/s:20,rooms=10/h,uploads=60/h,upload_bytes=50000000/h,events=20/s:100";
    assert_eq!(limits, RateLimits::parse(all).unwrap());
    assert_eq!(limits.upload_bytes.unwrap().capacity(), 3600 * SECOND);
    for same in ["", " on ", "on"] {
        assert_eq!(RateLimits::parse(same).unwrap(), limits, "{same}");
    }
}

#[test]
fn each_limit_can_be_changed_or_taken_away() {
    assert_eq!(RateLimits::parse("off").unwrap(), RateLimits::OFF);
    let limits = RateLimits::parse("messages=100/m, rooms=off").unwrap();
    assert_eq!(limits.messages, Some(Rate::new(100, Duration::from_mins(1), 100)));
    assert_eq!((limits.rooms, limits.uploads), (None, RateLimits::default().uploads));
}

#[test]
fn what_can_not_be_read_is_named() {
    for bad in ["messages", "messages=5", "messages=5/d", "message=5/s", "rooms=0/h", "rooms=5/s:0", "rooms=x/h", "no"]
    {
        let error = RateLimits::parse(bad).unwrap_err();
        assert_eq!(error.code, Code::NotConfigured, "{bad}");
        assert!(error.message.ends_with(bad), "{}", error.message);
    }
}

#[test]
fn one_subscriber_is_one_address() {
    let block = |address: &str| address_block(address.parse().unwrap()).to_string();
    assert_eq!(block("203.0.113.7"), "203.0.113.7");
    assert_eq!(block("::ffff:203.0.113.7"), "203.0.113.7");
    assert_eq!(block("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    assert_eq!(block("::1"), "::");
}
