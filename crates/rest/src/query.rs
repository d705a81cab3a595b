//! The query of a URI.

use percent_encoding::percent_decode_str;

/// Name and value pairs, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query as browsers write it: `+` is a space, bytes that are not UTF-8 become U+FFFD.
    pub(crate) fn parse(query: &str) -> Self {
        let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let pair = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name), decode(value))
        };
        Self(query.split('&').filter(|part| !part.is_empty()).map(pair).collect())
    }

    /// The first value under this name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_split_before_they_are_decoded() {
        let query = Query::parse("a=1&b=x%26y%3Dz&c+d=+&&e&a=2");
        assert_eq!(query.get("a"), Some("1"));
        assert_eq!(query.get("b"), Some("x&y=z"));
        assert_eq!(query.get("c d"), Some(" "));
        assert_eq!(query.get("e"), Some(""));
        assert_eq!(query.get("f"), None);
    }
}
