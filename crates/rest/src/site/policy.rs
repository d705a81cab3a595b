//! What the page may do and who may hold it.

use http::{HeaderMap, HeaderValue, Uri};

use super::Hub;

/// The content security policy of a file. Pages below `frames/` are for sandboxed frames of the page: they may style
/// themselves inline, reach nothing, and be held by the page alone.
pub(super) fn content_security(name: &str, hub: &Hub) -> String {
    if name.starts_with("frames/") {
        return "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; \
                font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
            .to_owned();
    }
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
         connect-src 'self'{}; frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'",
        hub.sources()
    )
}

/// No device is used, and no other page shares a process group with this one.
pub(super) fn isolate(headers: &mut HeaderMap) {
    headers.insert(
        "permissions-policy",
        HeaderValue::from_static(
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
             microphone=(), midi=(), payment=(), usb=(), clipboard-write=(self)",
        ),
    );
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
}

/// Whether the address holds a room's id, which is the key to the room: `/room/ID`, `/?room=ID`, `/chat?room=ID`.
pub(super) fn shows_a_room(uri: &Uri) -> bool {
    uri.path().starts_with("/room/")
        || uri.query().is_some_and(|query| query.split('&').any(|p| p.starts_with("room=")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_may_connect_to_its_hub_and_nowhere_else() {
        let policy = content_security("index.html", &Hub::parse("http://localhost:3012").unwrap());
        assert!(policy.contains("connect-src 'self' http://localhost:3012 ws://localhost:3012;"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
    }

    #[test]
    fn a_frame_may_style_itself_and_reach_nothing() {
        let policy = content_security("frames/diagram.html", &Hub::parse("http://localhost:3012").unwrap());
        assert!(policy.contains("style-src 'self' 'unsafe-inline';") && policy.contains("frame-ancestors 'self'"));
        assert!(!policy.contains("connect-src"), "{policy}");
    }

    #[test]
    fn addresses_with_a_rooms_id_are_known() {
        for uri in ["/room/abc", "/?room=abc", "/chat?x=1&room=abc"] {
            assert!(shows_a_room(&uri.parse().unwrap()), "{uri}");
        }
        for uri in ["/", "/saved", "/?rooms=1"] {
            assert!(!shows_a_room(&uri.parse().unwrap()), "{uri}");
        }
    }
}
