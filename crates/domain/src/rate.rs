//! How much a client may do in a time: token buckets.

use std::net::IpAddr;
use std::time::Duration;

use crate::{Code, Error, Result};

/// A bucket that holds `burst` tokens and gains one each `cost`. Times are Unix times in µs.
///
/// All that there is to remember of a bucket is one number, the moment at which it will be full again ("full at"). A bucket
/// that is full is the same as one that nobody has used, so what lies in the past may be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    cost: u64,
    burst: u64,
}

/// The clocks of machines that count together differ by less than this.
const SKEW: u64 = 60_000_000;

impl Rate {
    /// `count` in each `period`, and `burst` at once. None of them is 0.
    pub const fn new(count: u64, period: Duration, burst: u64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "a period is far below 500 000 years")]
        let cost = period.as_micros() as u64 / count;
        Self { cost: if cost == 0 { 1 } else { cost }, burst }
    }

    /// µs in which one token comes back.
    pub const fn cost(self) -> u64 {
        self.cost
    }

    /// µs in which an empty bucket fills.
    pub const fn capacity(self) -> u64 {
        self.cost.saturating_mul(self.burst)
    }

    /// Takes `amount` tokens at `now` from a bucket that is full at `full_at`; gives the new "full at".
    ///
    /// What lies too far ahead comes from a clock that is ahead, and counts as an empty bucket. What lies so far ahead that
    /// it is no other machine's clock was written before this one's was set back, and counts as nothing: or whoever had
    /// an empty bucket then would be locked out until the time has come again.
    ///
    /// # Errors
    /// The time until there are as many tokens.
    pub fn take(self, full_at: u64, now: u64, amount: u64) -> std::result::Result<u64, Duration> {
        let most = now.saturating_add(self.capacity());
        let known = if full_at > most.saturating_add(SKEW) { now } else { full_at };
        let next = known.clamp(now, most).saturating_add(self.cost.saturating_mul(amount));
        if next <= most { Ok(next) } else { Err(Duration::from_micros(next - most)) }
    }
}

/// The limits of a deployment. `None`: as much as they like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Messages, per identity and per address.
    pub messages: Option<Rate>,
    /// New rooms, per address.
    pub rooms: Option<Rate>,
    /// Uploaded images, per address.
    pub uploads: Option<Rate>,
    /// Bytes of uploaded images, per address.
    pub upload_bytes: Option<Rate>,
    /// Every other event of a socket, per socket.
    pub events: Option<Rate>,
}

const HOUR: Duration = Duration::from_hours(1);

impl Default for RateLimits {
    /// Messages 5 a second and 20 at once; 10 rooms, 60 images and 50 MB of images an hour; other events 20 a second and
    /// 100 at once.
    fn default() -> Self {
        Self {
            messages: Some(Rate::new(5, Duration::from_secs(1), 20)),
            rooms: Some(Rate::new(10, HOUR, 10)),
            uploads: Some(Rate::new(60, HOUR, 60)),
            upload_bytes: Some(Rate::new(50_000_000, HOUR, 50_000_000)),
            events: Some(Rate::new(20, Duration::from_secs(1), 100)),
        }
    }
}

impl RateLimits {
    /// No limits.
    pub const OFF: Self = Self { messages: None, rooms: None, uploads: None, upload_bytes: None, events: None };

    /// Reads `on` (or nothing): the defaults; `off`: no limits; or a list such as
    /// `messages=5/s:20,rooms=10/h,uploads=60/h,upload_bytes=50000000/h,events=20/s:100`: what it names is changed, `off` takes one limit
    /// away. A rate is a count for each `s`, `m` or `h`; after the colon stands how many at once, else it is the count.
    ///
    /// # Errors
    /// `not_configured`, naming what can't be read.
    pub fn parse(text: &str) -> Result<Self> {
        let mut limits = match text.trim() {
            "off" => return Ok(Self::OFF),
            _ => Self::default(),
        };
        for item in text.split(',').map(str::trim).filter(|item| !matches!(*item, "" | "on")) {
            let wrong = || {
                let why = format!("rate_limits has an item that can't be read, such as messages=5/s:20 can: {item}");
                Error::new(Code::NotConfigured, why)
            };
            let (name, rate) = item.split_once('=').ok_or_else(wrong)?;
            let place = match name.trim() {
                "messages" => &mut limits.messages,
                "rooms" => &mut limits.rooms,
                "uploads" => &mut limits.uploads,
                "upload_bytes" => &mut limits.upload_bytes,
                "events" => &mut limits.events,
                _ => return Err(wrong()),
            };
            *place = match rate.trim() {
                "off" => None,
                rate => Some(parse_rate(rate).ok_or_else(wrong)?),
            };
        }
        Ok(limits)
    }
}

/// `COUNT/s`, `COUNT/m` or `COUNT/h`, with `:BURST` after it or not.
fn parse_rate(text: &str) -> Option<Rate> {
    let (count, rest) = text.split_once('/')?;
    let (unit, burst) = rest.split_once(':').unwrap_or((rest, count));
    let period = match unit.trim() {
        "s" => Duration::from_secs(1),
        "m" => Duration::from_mins(1),
        "h" => HOUR,
        _ => return None,
    };
    let number = |text: &str| text.trim().parse::<u64>().ok().filter(|number| (1..=1_000_000_000).contains(number));
    Some(Rate::new(number(count)?, period, number(burst)?))
}

/// What addresses are counted by: an IPv4 address, or the first 64 bits of an IPv6 address, which is what one subscriber
/// is given.
pub fn address_block(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) >> 64 << 64).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests;
