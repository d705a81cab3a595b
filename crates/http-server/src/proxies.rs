//! Who the client is, when a proxy stands in between.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use http::HeaderMap;
use ipnet::IpNet;

/// An entry of a list of proxies is neither an IP address nor a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidNetwork(pub String);

impl fmt::Display for InvalidNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is neither an IP address nor a network such as 10.0.0.0/8", self.0)
    }
}

impl std::error::Error for InvalidNetwork {}

/// The peers whose forwarding headers are believed: addresses and networks, comma-separated. Nobody by default.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl FromStr for TrustedProxies {
    type Err = InvalidNetwork;

    fn from_str(list: &str) -> Result<Self, InvalidNetwork> {
        let entries = list.split(',').map(str::trim).filter(|entry| !matches!(*entry, "" | "none"));
        let parse = |entry: &str| {
            let address = entry.parse::<IpAddr>().map(IpNet::from);
            address.or_else(|_| entry.parse()).map_err(|_| InvalidNetwork(entry.into()))
        };
        entries.map(parse).collect::<Result<_, _>>().map(Self)
    }
}

impl TrustedProxies {
    /// Whether this peer is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client's address. `fly` says whether `Fly-Client-IP` comes first. Forwarding headers of a peer that is not
    /// trusted are removed.
    pub fn client(&self, peer: SocketAddr, fly: bool, headers: &mut HeaderMap) -> SocketAddr {
        let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
        if !self.contains(peer.ip()) {
            remove_all(headers, is_forwarding);
            return peer;
        }
        let fly = if fly { last_value(headers, "fly-client-ip").and_then(host_address) } else { None };
        let forwarded = || {
            let hop = last_value(headers, "x-forwarded-for").and_then(|value| value.rsplit(',').next());
            hop.or_else(|| last_value(headers, "forwarded").and_then(last_for)).and_then(host_address)
        };
        fly.or_else(forwarded).map_or(peer, |address| SocketAddr::new(address.to_canonical(), 0))
    }
}

/// Removes the headers whose names `unwanted` picks.
pub fn remove_all(headers: &mut HeaderMap, unwanted: impl Fn(&str) -> bool) {
    let names: Vec<_> = headers.keys().filter(|name| unwanted(name.as_str())).cloned().collect();
    for name in names {
        headers.remove(name);
    }
}

/// Headers by which proxies tell of the client, and a client could lie.
fn is_forwarding(name: &str) -> bool {
    name.starts_with("x-forwarded-")
        || name.starts_with("fly-")
        || matches!(name, "forwarded" | "x-real-ip" | "x-client-ip" | "true-client-ip" | "cf-connecting-ip")
}

fn last_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get_all(name).iter().next_back().and_then(|value| value.to_str().ok())
}

/// The last `for=` of a `Forwarded` header (RFC 7239).
fn last_for(value: &str) -> Option<&str> {
    let hop = value.rsplit(',').next()?;
    let pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("for")).map(|(_, node)| node)
}

/// An address with or without a port, brackets and quotes.
fn host_address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let address = text.parse::<SocketAddr>().map(|address| address.ip());
    address.or_else(|_| text.trim_start_matches('[').trim_end_matches(']').parse()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.7:5000";

    fn client(peer: &str, fly: bool, sent: &[(&'static str, &str)]) -> (String, HeaderMap) {
        let trusted: TrustedProxies = "10.0.0.0/8, ::1".parse().unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(*name, value.parse().unwrap());
        }
        (trusted.client(peer.parse().unwrap(), fly, &mut headers).to_string(), headers)
    }

    #[test]
    fn a_stranger_is_its_own_client_and_its_forwarding_headers_are_dropped() {
        let sent = [("x-forwarded-for", "1.1.1.1"), ("forwarded", "for=1.1.1.1"), ("fly-client-ip", "1.1.1.1")];
        let (client, headers) = client("9.9.9.9:1234", true, &sent);
        assert_eq!(client, "9.9.9.9:1234");
        assert!(headers.is_empty());
    }

    #[test]
    fn the_last_hop_that_a_trusted_proxy_tells_is_the_client() {
        let forged = [("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "7.7.7.7, 1.1.1.1")];
        assert_eq!(client(PROXY, false, &forged).0, "1.1.1.1:0");
        assert_eq!(client("[::1]:80", false, &[("x-forwarded-for", "2001:db8::1")]).0, "[2001:db8::1]:0");
        let forwarded = [("forwarded", "for=6.6.6.6, proto=https;for=\"[2001:db8::2]:77\"")];
        assert_eq!(client(PROXY, false, &forwarded).0, "[2001:db8::2]:0");
        assert_eq!(client("[::ffff:10.1.1.1]:80", false, &[("x-forwarded-for", "2.2.2.2")]).0, "2.2.2.2:0");
    }

    #[test]
    fn a_trusted_proxy_that_tells_nothing_usable_is_the_client_itself() {
        assert_eq!(client(PROXY, false, &[]).0, PROXY);
        assert_eq!(client(PROXY, false, &[("x-forwarded-for", "1.1.1.1, unknown")]).0, PROXY);
    }

    #[test]
    fn fly_client_ip_counts_only_where_fly_is_the_proxy() {
        let sent = [("fly-client-ip", "3.3.3.3"), ("x-forwarded-for", "1.1.1.1")];
        assert_eq!(client(PROXY, true, &sent).0, "3.3.3.3:0");
        assert_eq!(client(PROXY, false, &sent).0, "1.1.1.1:0");
    }

    #[test]
    fn what_is_no_network_is_refused_by_name() {
        let error = "10.0.0.0/8,proxy".parse::<TrustedProxies>().unwrap_err().to_string();
        assert_eq!(error, "`proxy` is neither an IP address nor a network such as 10.0.0.0/8");
    }
}
