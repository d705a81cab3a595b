//! Files that were compressed when the page was built.

use http::{HeaderMap, header};

/// The best of the ready-made siblings that the reader takes: Brotli, then gzip. `sibling` reads the file with one more
/// extension.
pub(super) fn best(
    asked: &HeaderMap,
    sibling: impl Fn(&'static str) -> Option<Vec<u8>>,
) -> Option<(Vec<u8>, &'static str)> {
    let accepted = asked.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(coding, _)| accepts(accepted, coding))
        .find_map(|(coding, extension)| sibling(extension).map(|data| (data, coding)))
}

/// Whether an `Accept-Encoding` header takes `coding`: named, and not with a weight of 0.
fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|part| {
        let mut part = part.split(';').map(str::trim);
        let is_named = part.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let weight = part.find_map(|parameter| parameter.strip_prefix("q=")?.parse::<f32>().ok());
        is_named && weight.is_none_or(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(header: &str, there: &[&str]) -> Option<&'static str> {
        let asked = HeaderMap::from_iter([(header::ACCEPT_ENCODING, header.parse().unwrap())]);
        best(&asked, |extension| there.contains(&extension).then(Vec::new)).map(|(_, coding)| coding)
    }

    #[test]
    fn brotli_comes_before_gzip_where_both_are_there_and_taken() {
        assert_eq!(chosen("gzip, deflate, br", &[".br", ".gz"]), Some("br"));
        assert_eq!(chosen("gzip, br", &[".gz"]), Some("gzip"));
        assert_eq!(chosen("gzip;q=0.5, br;q=0", &[".br", ".gz"]), Some("gzip"));
        assert_eq!(chosen("identity", &[".br", ".gz"]), None);
        assert_eq!(chosen("br", &[]), None);
    }
}
