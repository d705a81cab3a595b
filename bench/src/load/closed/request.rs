//! A request, made once and sent again and again.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use super::resp;

/// Stands in a request where each is to be different. It is the end of a UUID as well as it is text.
pub(crate) const UNIQUE: &str = "0123456789ab";

static NEXT: AtomicU64 = AtomicU64::new(1);

/// The bytes of a request, and where each is different.
pub(crate) struct Request {
    bytes: Vec<u8>,
    /// Where [`UNIQUE`] stands.
    unique: Vec<usize>,
    /// How many of these places have the same number in them.
    alike: usize,
}

impl Request {
    /// A GET with headers.
    pub(crate) fn get(path: &str, headers: &[(&str, &str)]) -> Self {
        Self::http("GET", path, headers, None)
    }

    /// A POST of JSON.
    pub(crate) fn post(path: &str, json: &Value) -> Self {
        Self::post_bytes(path, &[("content-type", "application/json")], json.to_string().as_bytes())
    }

    /// A POST with headers.
    pub(crate) fn post_bytes(path: &str, headers: &[(&str, &str)], body: &[u8]) -> Self {
        Self::http("POST", path, headers, Some(body))
    }

    /// The same command `count` times, as a pipeline for the gateway; the number of each is its own.
    pub(crate) fn pipeline(token: &str, command: &[String], count: usize) -> Self {
        let body = Value::from(vec![Value::from(command); count]);
        let bearer = format!("Bearer {token}");
        let headers = [("content-type", "application/json"), ("authorization", &bearer)];
        let request = Self::post_bytes("/pipeline", &headers, body.to_string().as_bytes());
        Self { alike: request.unique.len() / count.max(1), ..request }
    }

    /// The same for a Redis server.
    pub(crate) fn commands(command: &[String], count: usize) -> Self {
        let mut bytes = Vec::new();
        for _ in 0..count {
            resp::command(command.iter().map(String::as_bytes), &mut bytes);
        }
        let request = Self::new(bytes);
        Self { alike: request.unique.len() / count.max(1), ..request }
    }

    fn http(method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Self {
        let length = body.map(|body| ("content-length", body.len().to_string()));
        let length = length.iter().map(|(name, value)| (*name, value.as_str()));
        let headers: Vec<String> =
            headers.iter().copied().chain(length).map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{}\r\n", headers.concat());
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body.unwrap_or_default());
        Self::new(bytes)
    }

    fn new(bytes: Vec<u8>) -> Self {
        let unique: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at..].starts_with(UNIQUE.as_bytes())).collect();
        Self { alike: unique.len(), bytes, unique }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Makes a copy of the bytes different from all before.
    pub(crate) fn make_unique(&self, bytes: &mut [u8]) {
        for places in self.unique.chunks(self.alike.max(1)) {
            let number = unique();
            for &place in places {
                if let Some(mut place) = bytes.get_mut(place..place + UNIQUE.len()) {
                    // Twelve digits fit where twelve stand.
                    let _ = place.write_all(number.as_bytes());
                }
            }
        }
    }
}

/// What stands in the place of [`UNIQUE`]; never the same twice.
pub(crate) fn unique() -> String {
    format!("{:012x}", NEXT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sent(request: &Request) -> String {
        let mut bytes = request.bytes().to_vec();
        request.make_unique(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_body_comes_with_its_length() {
        let request = Request::post("/x", &json!({"a": 1}));
        assert_eq!(
            sent(&request),
            "POST /x HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 7\r\n\r\n{\"a\":1}"
        );
    }

    #[test]
    fn only_what_is_marked_differs_from_request_to_request() {
        let request = Request::get(&format!("/{UNIQUE}/end"), &[("x", UNIQUE)]);
        let (one, other) = (sent(&request), sent(&request));
        assert_ne!(one, other);
        assert_eq!(one.len(), other.len());
        let number = &one["GET /".len()..][..UNIQUE.len()];
        assert_eq!(one.matches(number).count(), 2);
        let fixed = Request::get("/", &[]);
        assert_eq!(sent(&fixed), sent(&fixed));
    }

    #[test]
    fn each_command_of_a_pipeline_has_one_number_of_its_own() {
        let command = ["SET".to_owned(), format!("k{UNIQUE}"), format!("v{UNIQUE}")];
        for text in [sent(&Request::commands(&command, 3)), sent(&Request::pipeline("t", &command, 3))] {
            let numbers = |before: char| -> Vec<String> {
                text.match_indices(before)
                    .filter_map(|(at, _)| text.get(at + 1..at + 13))
                    .filter(|digits| digits.starts_with("0000"))
                    .map(str::to_owned)
                    .collect()
            };
            let (keys, mut values) = (numbers('k'), numbers('v'));
            assert_eq!(keys, values);
            values.dedup();
            assert_eq!(values.len(), 3, "{text}");
        }
    }
}
