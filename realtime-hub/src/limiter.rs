//! How much sockets may send. A hub counts in memory, for itself: what comes by REST is counted in the store.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Mutex;

use domain::{ClientId, Error, Rate, RateLimits, Result, address_block};

use crate::lock;

/// Most buckets of one generation: some megabytes.
const BUCKETS: usize = 50_000;

/// Counts messages, rooms and uploads.
pub(crate) struct Limiter {
    limits: RateLimits,
    messages: Mutex<Buckets<Who>>,
    rooms: Mutex<Buckets<IpAddr>>,
    uploads: Mutex<Buckets<(IpAddr, Upload)>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Client(ClientId),
    Address(IpAddr),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Upload {
    Number,
    Bytes,
}

impl Limiter {
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self { limits, messages: Mutex::default(), rooms: Mutex::default(), uploads: Mutex::default() }
    }

    /// The bucket of a socket's other events.
    pub(crate) fn events(&self) -> EventBucket {
        EventBucket { rate: self.limits.events, full_at: 0 }
    }

    /// Counts a message. `now`: Unix time in ms. An address that is not known is not counted.
    pub(crate) fn message(&self, client: &ClientId, address: Option<IpAddr>, now: u64) -> Result<()> {
        let Some(rate) = self.limits.messages else { return Ok(()) };
        let who = [Some(Who::Client(client.clone())), address.map(|address| Who::Address(address_block(address)))];
        let taken = who.into_iter().flatten().map(|who| (who, rate, 1));
        lock(&self.messages).take("messages", now, taken)
    }

    /// Counts a new room.
    pub(crate) fn room(&self, address: Option<IpAddr>, now: u64) -> Result<()> {
        let (Some(rate), Some(address)) = (self.limits.rooms, address) else { return Ok(()) };
        lock(&self.rooms).take("new rooms", now, [(address_block(address), rate, 1)])
    }

    /// Counts an image of so many bytes.
    pub(crate) fn upload(&self, address: Option<IpAddr>, bytes: u64, now: u64) -> Result<()> {
        let Some(address) = address.map(address_block) else { return Ok(()) };
        let number = self.limits.uploads.map(|rate| ((address, Upload::Number), rate, 1));
        let bytes = self.limits.upload_bytes.map(|rate| ((address, Upload::Bytes), rate, bytes));
        lock(&self.uploads).take("uploads", now, number.into_iter().chain(bytes))
    }
}

/// One socket's events.
pub(crate) struct EventBucket {
    rate: Option<Rate>,
    full_at: u64,
}

impl EventBucket {
    /// Counts an event. `now`: Unix time in ms.
    pub(crate) fn take(&mut self, now: u64) -> Result<()> {
        let Some(rate) = self.rate else { return Ok(()) };
        let taken = rate.take(self.full_at, now.saturating_mul(1000), 1);
        self.full_at = taken.map_err(|wait| Error::rate_limited("events", wait))?;
        Ok(())
    }
}

/// When each bucket will be full, in two generations: when the newer one has [`BUCKETS`], the older one is forgotten. So
/// memory is bounded, and only who has not come back among that many others starts afresh.
struct Buckets<K> {
    newer: HashMap<K, u64>,
    older: HashMap<K, u64>,
}

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self { newer: HashMap::new(), older: HashMap::new() }
    }
}

impl<K: Eq + Hash> Buckets<K> {
    /// Takes from all of them, or from none.
    fn take(&mut self, what: &str, now: u64, wanted: impl IntoIterator<Item = (K, Rate, u64)>) -> Result<()> {
        let now = now.saturating_mul(1000);
        let mut filled = Vec::new();
        for (key, rate, amount) in wanted {
            let full_at = self.newer.get(&key).or_else(|| self.older.get(&key)).copied().unwrap_or(0);
            let full_at = rate.take(full_at, now, amount).map_err(|wait| Error::rate_limited(what, wait))?;
            filled.push((key, full_at));
        }
        for (key, full_at) in filled {
            self.newer.insert(key, full_at);
        }
        if self.newer.len() >= BUCKETS {
            self.older = std::mem::take(&mut self.newer);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_478_400_000;

    fn client(id: &str) -> ClientId {
        ClientId::parse(id, "clientId").unwrap()
    }

    fn address(last: u8) -> IpAddr {
        [192, 0, 2, last].into()
    }

    fn limiter(limits: &str) -> Limiter {
        Limiter::new(RateLimits::parse(limits).unwrap())
    }

    #[test]
    fn a_client_and_an_address_are_each_counted() {
        let limiter = limiter("messages=1/s:2");
        let (ada, bob) = (client("ada"), client("bob"));
        assert!(limiter.message(&ada, Some(address(1)), NOW).is_ok());
        assert!(limiter.message(&ada, Some(address(2)), NOW).is_ok());
        assert_eq!(limiter.message(&ada, Some(address(3)), NOW).unwrap_err().retry_after, Some(1));
        assert!(limiter.message(&bob, Some(address(1)), NOW).is_ok());
        assert!(limiter.message(&client("cem"), Some(address(1)), NOW).is_err());
        assert!(limiter.message(&ada, Some(address(1)), NOW + 1000).is_ok());
    }

    #[test]
    fn what_is_refused_takes_nothing() {
        let limiter = limiter("messages=1/s:1");
        assert!(limiter.message(&client("ada"), Some(address(1)), NOW).is_ok());
        for _ in 0..10 {
            assert!(limiter.message(&client("bob"), Some(address(1)), NOW).is_err());
        }
        assert!(limiter.message(&client("bob"), Some(address(2)), NOW).is_ok());
    }

    #[test]
    fn rooms_and_uploads_are_counted_by_address() {
        let limiter = limiter("rooms=1/h,uploads=2/h,upload_bytes=100/h");
        assert!(limiter.room(Some(address(1)), NOW).is_ok());
        assert_eq!(limiter.room(Some(address(1)), NOW).unwrap_err().retry_after, Some(3600));
        assert!(limiter.room(Some(address(2)), NOW).is_ok());
        assert!(limiter.upload(Some(address(1)), 60, NOW).is_ok());
        assert!(limiter.upload(Some(address(1)), 60, NOW).is_err());
        assert!(limiter.upload(Some(address(1)), 40, NOW).is_ok());
        assert!(limiter.upload(Some(address(1)), 0, NOW).is_err(), "the third in an hour");
    }

    #[test]
    fn a_socket_may_do_so_much_and_no_more() {
        let mut events = limiter("events=2/s:3").events();
        let passed = |events: &mut EventBucket, now| (0..10).filter(|_| events.take(now).is_ok()).count();
        assert_eq!(passed(&mut events, NOW), 3);
        assert_eq!(passed(&mut events, NOW + 1000), 2);
        assert_eq!(passed(&mut limiter("off").events(), NOW), 10);
    }

    #[test]
    fn without_limits_or_an_address_nothing_is_refused() {
        let off = limiter("off");
        let on = limiter("on");
        for _ in 0..100 {
            assert!(
                off.message(&client("ada"), Some(address(1)), NOW).is_ok() && off.room(Some(address(1)), NOW).is_ok()
            );
            assert!(on.room(None, NOW).is_ok() && on.upload(None, 10_000_000, NOW).is_ok());
        }
    }

    #[test]
    fn memory_is_bounded_and_who_keeps_sending_is_not_forgotten() {
        let limiter = limiter("messages=1/h:3");
        let flooder = client("flooder");
        let mut sent = 0;
        for number in 0..3 * BUCKETS {
            limiter.message(&client(&format!("c{number}")), None, NOW).unwrap();
            if number % (BUCKETS / 2) == 0 && limiter.message(&flooder, None, NOW).is_ok() {
                sent += 1;
            }
        }
        let buckets = limiter.messages.lock().unwrap();
        assert!(buckets.newer.len() + buckets.older.len() <= 2 * BUCKETS);
        assert_eq!(sent, 3);
    }
}
