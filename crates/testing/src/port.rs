//! A TCP port for a program that a test starts itself.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};

/// Below those that outgoing connections and listeners on port 0 get.
const RANGE: std::ops::Range<u16> = 10_000..32_000;

/// A TCP port of 127.0.0.1 on which nobody listens, and which no other test is given until this is dropped.
///
/// A number that was free a moment ago is not enough: until its program listens there, the next test may be told the same one,
/// and both would talk to one program. So each number in use is claimed by a UDP socket on it, which the programs have no need
/// of; `freePort` of the tests in JavaScript does the same.
pub struct Port {
    number: u16,
    _claim: UdpSocket,
}

impl Port {
    /// Claims one that this process was not given before, so that whoever still looks for what was there finds nobody.
    pub fn claim() -> Self {
        static GIVEN: AtomicU32 = AtomicU32::new(0);
        let count = u32::from(RANGE.end - RANGE.start);
        // Processes that run at once seldom begin at the same number.
        let mut numbers = (0..count).map(|_| std::process::id().wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)));
        let free = numbers.find_map(|number| {
            let number = RANGE.start + u16::try_from(number % count).unwrap();
            let claim = UdpSocket::bind((Ipv4Addr::LOCALHOST, number)).ok()?;
            TcpListener::bind((Ipv4Addr::LOCALHOST, number)).ok()?;
            Some(Self { number, _claim: claim })
        });
        free.expect("a port must be free")
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::thread;

    use super::*;

    #[test]
    fn each_is_given_to_one_and_none_that_is_in_use_or_claimed_elsewhere() {
        let last = Port::claim().number();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, last + 1)).unwrap();
        let claim = UdpSocket::bind((Ipv4Addr::LOCALHOST, last + 2)).unwrap();
        let ask = || thread::spawn(|| (0..50).map(|_| Port::claim()).collect::<Vec<_>>());
        let workers: Vec<_> = (0..8).map(|_| ask()).collect();
        let ports: Vec<_> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
        let numbers: HashSet<_> = ports.iter().map(Port::number).collect();
        assert_eq!(numbers.len(), 400);
        assert!(numbers.iter().all(|number| RANGE.contains(number) && ![last + 1, last + 2].contains(number)));
        drop((listener, claim));
    }
}
