//! Text that users wrote, made fit to be stored and shown.

/// Text of several lines without control characters: C0 (line feed, carriage return and tab are kept), DEL and C1 go.
///
/// They carry nothing that a reader could see, and some of them end strings, move cursors or break XML.
pub(crate) fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect()
}

/// A name: one line, trimmed, without control characters and without marks that reorder the text around it.
///
/// Line breaks and tabs become spaces. The bidirectional marks (U+202A to U+202E, U+2066 to U+2069) go, because a name
/// stands in the middle of other people's text; letters of any direction need none of them.
pub(crate) fn clean_line(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if matches!(c, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .filter(|c| !c.is_control() && !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        .collect();
    line.trim().to_owned()
}

/// Whether nothing of the text can be seen: only white space and characters of no width.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace() || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
    })
}
