//! Files of the page.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use percent_encoding::percent_decode_str;

/// The path of a URI as a path below the page's folder, decoded, without the leading slash.
///
/// `None` for one that no file of the page can have: hidden names, `.` and `..`, separators or control characters inside a
/// segment. So nothing outside the folder can be named.
pub(super) fn relative(path: &str) -> Option<String> {
    let mut segments = Vec::new();
    for segment in path.strip_prefix('/')?.split('/') {
        let segment = percent_decode_str(segment).decode_utf8().ok()?;
        let forbidden = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':');
        if segment.starts_with('.') || segment.chars().any(forbidden) {
            return None;
        }
        segments.push(segment.into_owned());
    }
    Some(segments.join("/"))
}

/// The content of a file, if it is one.
pub(super) fn read(root: &Path, name: &str) -> Option<Vec<u8>> {
    if name.split('/').any(str::is_empty) {
        return None;
    }
    let path = root.join(name);
    path.is_file().then(|| fs::read(path).ok()).flatten()
}

/// Whether the last segment looks like a file's name. Other paths are the page's own routes.
pub(super) fn has_extension(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}

/// A tag that changes with the content, without quotes.
pub(super) fn etag(data: &[u8]) -> String {
    // Its keys are fixed, so every instance gives the same tag.
    let mut hasher = DefaultHasher::new();
    hasher.write(data);
    format!("{:016x}", hasher.finish())
}

/// The media type of a file by its extension.
pub(super) fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "txt" => "text/plain; charset=utf-8",
        "xml" => "application/xml",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_and_stays_below_the_folder() {
        assert_eq!(relative("/").as_deref(), Some(""));
        assert_eq!(relative("/assets/a%20b.js").as_deref(), Some("assets/a b.js"));
        assert_eq!(relative("/room/abc").as_deref(), Some("room/abc"));
        for path in [
            "/../etc/passwd",
            "/..%2fetc",
            "/%2e%2e/etc",
            "/a/%2e%2e%2fb",
            "/.env",
            "/a/./b",
            "/a%5c..%5cb",
            "/a%00b",
            "/C:/x",
            "/%ff",
            "x",
        ] {
            assert_eq!(relative(path), None, "{path}");
        }
    }

    #[test]
    fn only_a_files_name_has_an_extension() {
        assert!(has_extension("assets/x.js"));
        assert!(!has_extension("room/abc"));
        assert!(!has_extension("v1.2/abc"));
        assert!(!has_extension(""));
    }
}
