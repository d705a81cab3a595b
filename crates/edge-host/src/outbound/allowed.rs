//! `allowed_outbound_hosts`: `scheme://host[:port]`, with `*` for any scheme, host, subdomain or port.

use std::{net::IpAddr, ops::Range};

use ipnet::IpNet;

use super::Target;

/// The hosts that a component may reach. Names are compared as text: `localhost` is not `127.0.0.1`.
#[derive(Debug)]
pub(crate) struct AllowedHosts(Vec<Allowed>);

#[derive(Debug, PartialEq)]
struct Allowed {
    /// None: any.
    scheme: Option<String>,
    host: Host,
    ports: Ports,
}

#[derive(Debug, PartialEq)]
enum Host {
    Any,
    /// `.example.com`
    Below(String),
    Name(String),
    Network(IpNet),
}

#[derive(Debug, PartialEq)]
enum Ports {
    Any,
    Of(Range<u32>),
}

impl AllowedHosts {
    /// Reads entries whose templates have been rendered; the error says what is wrong with which.
    pub(crate) fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let parse = |entry| Allowed::parse(entry).map_err(|reason| format!("`{entry}`: {reason}"));
        entries.into_iter().map(parse).collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn allow(&self, target: &Target<'_>) -> bool {
        self.0.iter().any(|allowed| allowed.allows(target))
    }
}

impl Allowed {
    fn parse(entry: &str) -> Result<Self, String> {
        let (scheme, rest) = entry.trim().split_once("://").ok_or("needs a scheme, `http://` for example")?;
        if scheme != "*" && (scheme.is_empty() || !scheme.bytes().all(|byte| byte.is_ascii_alphabetic())) {
            return Err("the scheme is letters, or `*`".into());
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        // A network is written with a slash, so a path can only be told from it by parsing.
        let (host, port) = match split_port(rest) {
            (host, Some(port)) => (host, port),
            (host, None) => (host, default_port(scheme).ok_or("needs a port, or `:*`")?),
        };
        let scheme = if scheme == "*" { None } else { Some(scheme.to_ascii_lowercase()) };
        Ok(Self { scheme, host: Host::parse(host)?, ports: Ports::parse(port)? })
    }

    fn allows(&self, target: &Target<'_>) -> bool {
        self.scheme.as_deref().is_none_or(|scheme| scheme == target.scheme)
            && self.host.allows(&target.host)
            && self.ports.allow(target.port)
    }
}

impl Host {
    fn parse(text: &str) -> Result<Self, String> {
        let name = text.to_ascii_lowercase();
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        if name == "*" {
            return Ok(Self::Any);
        }
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Ok(Self::Network(address.into()));
        }
        if let Ok(network) = name.parse() {
            return Ok(Self::Network(network));
        }
        if name == "self" || name == "self.alt" || name.ends_with(".spin.internal") {
            return Err("requests to the application itself are not provided by this host".into());
        }
        let (below, domain) = match name.strip_prefix("*.") {
            Some(domain) => (true, domain),
            None => (false, name.as_str()),
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if domain.is_empty() || !domain.bytes().all(plain) {
            return Err("the host is a name, an address, a network, `*` or `*.name`, without a path".into());
        }
        Ok(if below { Self::Below(format!(".{domain}")) } else { Self::Name(domain.into()) })
    }

    fn allows(&self, host: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Below(suffix) => host.ends_with(suffix.as_str()),
            Self::Name(name) => host == name,
            Self::Network(network) => host.parse::<IpAddr>().is_ok_and(|address| network.contains(&address)),
        }
    }
}

impl Ports {
    fn parse(text: &str) -> Result<Self, String> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let number = |text: &str| text.parse::<u16>().map(u32::from).map_err(|_| format!("`{text}` is not a port"));
        match text.split_once("..") {
            Some((start, end)) => Ok(Self::Of(number(start)?..number(end)?)),
            None => number(text).map(|port| Self::Of(port..port + 1)),
        }
    }

    fn allow(&self, port: u16) -> bool {
        match self {
            Self::Any => true,
            Self::Of(range) => range.contains(&port.into()),
        }
    }
}

/// Splits `host:port`, where the host may be a bracketed IPv6 address.
fn split_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') && (!host.contains(':') || host.ends_with(']')) => (host, Some(port)),
        _ => (text, None),
    }
}

fn default_port(scheme: &str) -> Option<&'static str> {
    match scheme {
        "http" => Some("80"),
        "https" => Some("443"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(entry: &str, url: &str) -> bool {
        let hosts = AllowedHosts::parse([entry]).unwrap();
        hosts.allow(&Target::of(&url.parse().unwrap()).unwrap())
    }

    #[test]
    fn scheme_host_and_port_must_all_be_allowed() {
        assert!(allows("http://example.com", "http://EXAMPLE.com/a?b"));
        assert!(allows("https://example.com:443/", "https://example.com"));
        assert!(!allows("http://example.com", "https://example.com"));
        assert!(!allows("http://example.com", "http://example.com:8080"));
        assert!(!allows("http://example.com", "http://www.example.com"));
        assert!(!allows("http://example.com", "http://example.com.evil.org"));
        assert!(!allows("http://example.com", "http://example.com@evil.org/"));
    }

    #[test]
    fn localhost_and_its_address_are_different_hosts() {
        assert!(allows("http://localhost:3013", "http://localhost:3013"));
        assert!(!allows("http://localhost:3013", "http://127.0.0.1:3013"));
        assert!(!allows("http://127.0.0.1:3013", "http://localhost:3013"));
    }

    #[test]
    fn wildcards_stand_for_any_scheme_host_subdomain_or_port() {
        assert!(allows("*://example.com:*", "https://example.com:8443"));
        assert!(allows("https://*", "https://anything.org"));
        assert!(allows("https://*.example.com", "https://a.b.example.com"));
        assert!(!allows("https://*.example.com", "https://example.com"));
        assert!(!allows("https://*.example.com", "https://badexample.com"));
        assert!(allows("http://example.com:8000..8002", "http://example.com:8001"));
        assert!(!allows("http://example.com:8000..8002", "http://example.com:8002"));
    }

    #[test]
    fn addresses_and_networks_are_compared_by_value() {
        assert!(allows("http://[::1]:80", "http://[0:0:0:0:0:0:0:1]/"));
        assert!(allows("http://10.0.0.0/8:80", "http://10.1.2.3"));
        assert!(!allows("http://10.0.0.0/8:80", "http://11.1.2.3"));
        assert!(!allows("http://10.0.0.0/8:80", "http://ten.example.com"));
    }

    #[test]
    fn entries_that_say_nothing_usable_are_refused() {
        for entry in
            ["*", "example.com", "http://", "http://a/b", "redis://a", "http://a:b", "http://self", "http://*.*"]
        {
            let refusal = AllowedHosts::parse([entry]).unwrap_err();
            assert!(refusal.starts_with(&format!("`{entry}`: ")), "{refusal}");
        }
    }
}
