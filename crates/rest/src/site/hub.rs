//! Where the page finds the hub.

use http::Uri;

/// The hub's address, as the page is told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hub {
    url: String,
    /// Host and port, and whether the connection is encrypted; `None` where the hub has the page's origin.
    apart: Option<(String, bool)>,
}

impl Hub {
    /// `http://host[:port]`, `https://host[:port]`, or `/` for the page's own origin. `None` for anything else.
    pub fn parse(url: &str) -> Option<Self> {
        let url = url.trim();
        if url == "/" {
            return Some(Self { url: url.to_owned(), apart: None });
        }
        let uri: Uri = url.parse().ok()?;
        let encrypted = match uri.scheme_str()? {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let authority = uri.authority()?.as_str();
        // What stands here goes into a policy, where these characters would begin something else.
        if uri.path() != "/" || uri.query().is_some() || authority.contains(['@', ';', ',', ' ', '\'']) {
            return None;
        }
        Some(Self { url: url.trim_end_matches('/').to_owned(), apart: Some((authority.to_owned(), encrypted)) })
    }

    /// The address for `socket.io-client`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The hub's places in `connect-src`, for requests and for sockets.
    pub(super) fn sources(&self) -> String {
        match &self.apart {
            None => String::new(),
            Some((authority, true)) => format!(" https://{authority} wss://{authority}"),
            Some((authority, false)) => format!(" http://{authority} ws://{authority}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_apart_is_a_source_for_requests_and_for_sockets() {
        let hub = Hub::parse("http://localhost:3012/").unwrap();
        assert_eq!(
            (hub.url(), hub.sources().as_str()),
            ("http://localhost:3012", " http://localhost:3012 ws://localhost:3012")
        );
        let hub = Hub::parse("https://hub.example").unwrap();
        assert_eq!(hub.sources(), " https://hub.example wss://hub.example");
    }

    #[test]
    fn a_hub_of_the_same_origin_needs_no_source() {
        let hub = Hub::parse("/").unwrap();
        assert_eq!((hub.url(), hub.sources().as_str()), ("/", ""));
    }

    #[test]
    fn nothing_else_is_a_hub() {
        for url in
            ["", "localhost:3012", "ws://h", "ftp://h", "http://", "http://h/path", "http://a@h", "http://h;x", "//h"]
        {
            assert_eq!(Hub::parse(url), None, "{url}");
        }
    }
}
