//! What the HTML of a message may hold. The fuzz targets use this file too.

/// Element -> the attributes it may have.
fn allowed(element: &str) -> Option<&'static [&'static str]> {
    Some(match element {
        "a" => &["href", "rel", "target", "title"],
        "img" => &["src", "alt", "width", "height", "loading", "decoding"],
        "code" => &["class"],
        "ol" => &["start"],
        "input" => &["disabled", "type", "checked"],
        "th" | "td" => &["style"],
        "p" | "br" | "hr" | "em" | "strong" | "del" | "pre" | "blockquote" | "ul" | "li" | "h1" | "h2" | "h3"
        | "h4" | "h5" | "h6" | "table" | "thead" | "tbody" | "tr" => &[],
        _ => return None,
    })
}

/// Reads the HTML as a browser would, and says what in it is not allowed. A quote or `<` out of place is an error too.
pub(crate) fn check(html: &str) -> Result<(), String> {
    let mut rest = html;
    let mut open: Vec<String> = Vec::new();
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let end = tag_end(rest).ok_or("a tag without end")?;
        let tag = rest[..end].trim_end_matches('/').trim_end();
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop().as_deref() != Some(name) {
                return Err(format!("</{name}> closes nothing"));
            }
            continue;
        }
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let names = allowed(name).ok_or_else(|| format!("<{name}>"))?;
        while !attributes.trim().is_empty() {
            let (attribute, after) = attributes.trim_start().split_once("=\"").ok_or_else(|| format!("<{tag}>"))?;
            let (value, after) = after.split_once('"').ok_or_else(|| format!("<{tag}>"))?;
            attributes = after;
            if !names.contains(&attribute) || !is_safe(attribute, value) {
                return Err(format!("{attribute}={value} in <{name}>"));
            }
        }
        if name == "a" && open.iter().any(|element| element == "a") {
            return Err("a link in a link".to_owned());
        }
        if !matches!(name, "img" | "br" | "hr" | "input") {
            open.push(name.to_owned());
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} left open")) }
}

/// The `>` that ends a tag is the first one outside quotes.
fn tag_end(rest: &str) -> Option<usize> {
    let mut quoted = false;
    rest.char_indices().find_map(|(i, c)| {
        quoted ^= c == '"';
        (c == '>' && !quoted).then_some(i)
    })
}

fn is_safe(attribute: &str, value: &str) -> bool {
    match attribute {
        "href" => ["http://", "https://", "mailto:"].iter().any(|s| value.to_ascii_lowercase().starts_with(s)),
        "src" => value.starts_with("/api/rooms/abcdefghij/images/"),
        "style" => matches!(value, "text-align: left" | "text-align: center" | "text-align: right"),
        "rel" => value == "nofollow noopener noreferrer",
        _ => !value.contains('<'),
    }
}
