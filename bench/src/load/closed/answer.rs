//! Where an answer's head and body end.

use anyhow::{Context, Result, bail};

/// What is to be known of a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) length: Length,
    /// Where the body begins.
    pub(super) end: usize,
}

/// How the end of a body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Bytes(usize),
    Chunked,
}

impl Head {
    /// The head that `bytes` begin with, once it is complete.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<Self>> {
        let Some(end) = find(bytes, b"\r\n\r\n").map(|at| at + 4) else { return Ok(None) };
        let head = &bytes[..end];
        let status = head.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
        let status: u16 = status.and_then(|digits| digits.parse().ok()).context("an answer without a status")?;
        let length = if status == 204 || status == 304 {
            Length::Bytes(0)
        } else if let Some(length) = header(head, "content-length") {
            Length::Bytes(std::str::from_utf8(length)?.parse().context("a wrong Content-Length")?)
        } else if header(head, "transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case(b"chunked")) {
            Length::Chunked
        } else {
            bail!("an answer of {status} whose end only the end of its connection would tell")
        };
        Ok(Some(Self { status, length, end }))
    }
}

/// A header's value in a head.
pub(super) fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut lines = head.split(|byte| *byte == b'\n').skip(1);
    lines.find_map(|line| {
        let (found, value) = line.split_at_checked(name.len())?;
        let value = value.strip_prefix(b":")?;
        found.eq_ignore_ascii_case(name.as_bytes()).then(|| value.trim_ascii())
    })
}

/// Gives each chunk that is complete; tells whether the last one has come.
pub(super) fn chunks<'a>(mut bytes: &'a [u8], mut each: impl FnMut(&'a [u8])) -> Result<bool> {
    while let Some(line) = find(bytes, b"\r\n") {
        let digits = bytes[..line].split(|byte| *byte == b';').next().unwrap_or_default();
        let size = usize::from_str_radix(std::str::from_utf8(digits)?.trim(), 16).context("a chunk without a size")?;
        let Some(chunk) = bytes.get(line + 2..line + 2 + size + 2) else { return Ok(false) };
        if size == 0 {
            return Ok(true);
        }
        each(&chunk[..size]);
        bytes = &bytes[line + 2 + size + 2..];
    }
    Ok(false)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Result<Option<Head>> {
        Head::parse(text.as_bytes())
    }

    #[test]
    fn a_head_tells_status_and_length() {
        let text = "HTTP/1.1 201 Created\r\nX: y\r\nContent-Length: 12\r\n\r\nhello, world";
        let expected = Head { status: 201, length: Length::Bytes(12), end: text.len() - 12 };
        assert_eq!(head(text).unwrap(), Some(expected));
        for cut in 0..text.len() - 12 {
            assert_eq!(head(&text[..cut]).unwrap(), None, "{cut}");
        }
        let chunked = head("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").unwrap().unwrap();
        assert_eq!(chunked.length, Length::Chunked);
    }

    #[test]
    fn an_answer_that_may_have_no_body_has_none() {
        assert_eq!(head("HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n").unwrap().unwrap().length, Length::Bytes(0));
        assert!(head("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").is_err());
        assert!(head("HTTP/1.1 2xx\r\n\r\n").is_err());
    }

    #[test]
    fn a_header_is_found_by_its_whole_name_in_any_case() {
        let head = b"HTTP/1.1 200 OK\r\nETag-Old: a\r\netag:  \"b\" \r\n\r\n";
        assert_eq!(header(head, "ETag"), Some(&b"\"b\""[..]));
        assert_eq!(header(head, "TAG"), None);
        assert_eq!(header(head, "link"), None);
    }

    #[test]
    fn chunks_are_put_together_and_their_end_is_known() {
        let bytes = b"5;x=y\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n";
        let mut body = Vec::new();
        assert!(chunks(bytes, |chunk| body.extend_from_slice(chunk)).unwrap());
        assert_eq!(body, b"hello, world");
        for cut in 0..bytes.len() {
            assert!(!chunks(&bytes[..cut], |_| ()).unwrap(), "{cut}");
        }
        assert!(chunks(b"zz\r\n", |_| ()).is_err());
    }
}
