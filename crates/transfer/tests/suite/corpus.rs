//! The hostile texts of tests/malice/corpus.

use std::fs;
use std::path::Path;

/// All texts of all classes, as `tests/malice/corpus.mjs` reads them.
pub(crate) fn texts() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/malice/corpus");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let files = files.into_iter().map(|file| fs::read_to_string(file).unwrap());
    files.flat_map(|file| file.lines().filter(|line| is_text(line)).map(decoded).collect::<Vec<_>>()).collect()
}

fn is_text(line: &str) -> bool {
    !line.is_empty() && !line.starts_with("—— ")
}

/// `⏎` is a line break, `‹U+202E›` a character by its number, and `‹x × 9›` nine times x.
fn decoded(line: &str) -> String {
    let line = replace(line, |inner| {
        let number = u32::from_str_radix(inner.strip_prefix("U+")?, 16).ok()?;
        char::from_u32(number).map(String::from)
    });
    let line = replace(&line, |inner| {
        let (piece, times) = inner.rsplit_once(" × ")?;
        Some(piece.repeat(times.parse().ok()?))
    });
    line.replace('⏎', "\n")
}

/// Each `‹…›` for which there is something else.
fn replace(line: &str, other: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('‹') {
        out.push_str(&rest[..start]);
        let inner = &rest[start + '‹'.len_utf8()..];
        let replaced = inner.find('›').and_then(|end| Some((other(&inner[..end])?, end + '›'.len_utf8())));
        if let Some((text, end)) = replaced {
            out.push_str(&text);
            rest = &inner[end..];
        } else {
            out.push('‹');
            rest = inner;
        }
    }
    out + rest
}
