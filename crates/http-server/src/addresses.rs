//! How many connections, or whatever else is counted, one address may have.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::TrustedProxies;

/// The bound on what one address may have at once.
#[derive(Debug, Clone, Default)]
pub struct PerAddress {
    /// Most at once from one address; of IPv6, from one network of 64 bits, which is what one subscriber has. 0: any
    /// number.
    pub most: usize,
    /// Whether it holds for loopback, too, where a proxy or a load test of this machine would hit it.
    pub loopback: bool,
    /// Peers for which it does not hold: each of their connections may be another client's.
    pub exempt: TrustedProxies,
}

/// Counts by address.
#[derive(Debug, Clone)]
pub struct Addresses {
    bound: PerAddress,
    counts: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One that is counted, or one that need not be. It ends when it is dropped.
#[derive(Debug)]
pub struct Counted(Option<(Addresses, IpAddr)>);

impl Addresses {
    /// Nothing is there yet.
    pub fn new(bound: PerAddress) -> Self {
        Self { bound, counts: Arc::default() }
    }

    /// Counts one more; `None` when this address has too many.
    pub fn enter(&self, peer: IpAddr) -> Option<Counted> {
        let peer = peer.to_canonical();
        let free = self.bound.most == 0 || (peer.is_loopback() && !self.bound.loopback);
        if free || self.bound.exempt.contains(peer) {
            return Some(Counted(None));
        }
        let block = block(peer);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(block).or_default();
        if *count >= self.bound.most {
            return None;
        }
        *count += 1;
        Some(Counted(Some((self.clone(), block))))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let Some((addresses, block)) = self.0.take() else { return };
        let mut counts = addresses.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&block) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&block);
            }
        }
    }
}

fn block(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) >> 64 << 64).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(loopback: bool) -> Addresses {
        Addresses::new(PerAddress { most: 2, loopback, exempt: "10.0.0.0/8".parse().unwrap() })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_may_have_so_many_and_others_are_not_touched() {
        let addresses = addresses(false);
        let first = addresses.enter(address("192.0.2.1"));
        let second = addresses.enter(address("::ffff:192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(addresses.enter(address("192.0.2.1")).is_none());
        assert!(addresses.enter(address("192.0.2.2")).is_some());
        drop(first);
        assert!(addresses.enter(address("192.0.2.1")).is_some());
    }

    #[test]
    fn a_subscribers_ipv6_addresses_count_together() {
        let addresses = addresses(false);
        let _held = ["2001:db8::1", "2001:db8::2"].map(|text| addresses.enter(address(text)).unwrap());
        assert!(addresses.enter(address("2001:db8::3")).is_none());
        assert!(addresses.enter(address("2001:db8:0:1::3")).is_some());
    }

    #[test]
    fn proxies_are_not_counted_and_loopback_only_when_that_was_said() {
        let count = |addresses: &Addresses, text: &str| {
            let held: Vec<_> = (0..5).filter_map(|_| addresses.enter(address(text))).collect();
            held.len()
        };
        let usual = addresses(false);
        assert_eq!((count(&usual, "10.1.2.3"), count(&usual, "127.0.0.1"), count(&usual, "::1")), (5, 5, 5));
        let strict = addresses(true);
        assert_eq!((count(&strict, "127.0.0.1"), count(&strict, "::1")), (2, 2));
    }

    #[test]
    fn nothing_is_remembered_of_connections_that_ended() {
        let addresses = addresses(false);
        drop(addresses.enter(address("192.0.2.1")));
        assert!(addresses.counts.lock().unwrap().is_empty());
    }
}
