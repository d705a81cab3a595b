//! Reading JSON as JavaScript writes it.

use serde::de::DeserializeOwned;

/// Reads JSON in which a string may hold half of a surrogate pair, as v0.4's page writes the avatar of a name that begins
/// with an emoji. Such a half becomes U+FFFD, since no Unicode text can hold it.
///
/// # Errors
/// What is wrong with the text, in the words of `serde_json`.
pub fn from_slice<T: DeserializeOwned>(text: &[u8]) -> serde_json::Result<T> {
    serde_json::from_slice(text).or_else(|error| match mended(text) {
        Some(mended) => serde_json::from_slice(&mended),
        None => Err(error),
    })
}

/// The text with `\ufffd` for each escape of a lone surrogate; `None` when there is none.
fn mended(text: &[u8]) -> Option<Vec<u8>> {
    let mut mended = None;
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let place = text.len() - rest.len() + at;
        rest = rest.get(at..).unwrap_or_default();
        let length = match surrogate(rest) {
            // Not an escape of a surrogate; a backslash and what it escapes.
            None => 2,
            Some(unit)
                if unit < 0xdc00 && surrogate(rest.get(6..).unwrap_or_default()).is_some_and(|u| u >= 0xdc00) =>
            {
                12
            }
            Some(_) => {
                let hex = mended.get_or_insert_with(|| text.to_vec()).get_mut(place + 2..place + 6);
                hex?.copy_from_slice(b"fffd");
                6
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    mended
}

/// The surrogate whose escape the text starts with.
fn surrogate(text: &[u8]) -> Option<u16> {
    let hex = text.strip_prefix(br"\u")?.get(..4)?;
    let unit = u16::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?;
    (0xd800..0xe000).contains(&unit).then_some(unit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn read(text: &str) -> Option<String> {
        from_slice::<String>(text.as_bytes()).ok()
    }

    #[test]
    fn half_of_a_pair_becomes_the_replacement_character() {
        for (text, expected) in [
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""a\uD83Db""#, "a\u{fffd}b"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
            (r#""\ud83d\u0041""#, "\u{fffd}A"),
            (r#""\ud83d\n""#, "\u{fffd}\n"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_stays() {
        assert_eq!(read(r#""\\ud83d""#).as_deref(), Some(r"\ud83d"));
        assert_eq!(read(r#""\\\ud83d""#).as_deref(), Some("\\\u{fffd}"));
        assert_eq!(read(r#""\ud83d\ude00""#).as_deref(), Some("\u{1f600}"));
    }

    #[test]
    fn what_is_no_json_is_refused_as_before() {
        for text in ["", "{", r#""\ud83d"#, r#""\ud8"#, r#""\ud83d\"#, r#""\uzzzz""#, r#"{"a":"\ud83d",}"#, "\\"] {
            assert!(from_slice::<Value>(text.as_bytes()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_utf_16_that_javascript_writes_is_read_as_it_reads_it(units in prop::collection::vec(any::<u16>(), 0..20)) {
            let escaped = units.iter().map(|unit| format!("\\u{unit:04x}")).collect::<Vec<_>>().concat();
            prop_assert_eq!(read(&format!("\"{escaped}\"")), Some(String::from_utf16_lossy(&units)));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = from_slice::<Value>(text.as_bytes());
        }
    }
}
