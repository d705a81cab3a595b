//! Reads HTML as a browser would and holds it against rules. The tests of an exported page use this file too.

/// What the HTML may hold.
pub(crate) struct Rules {
    /// The attributes that an element may have; `None`: the element may not be there.
    pub(crate) allowed: fn(&str) -> Option<&'static [&'static str]>,
    /// Whether an attribute may have this value.
    pub(crate) is_safe: fn(&str, &str) -> bool,
}

/// All attributes with their values, in their order. A quote or `<` out of place is an error too.
pub(crate) fn scan<'a>(html: &'a str, rules: &Rules) -> Result<Vec<(&'a str, &'a str)>, String> {
    let mut rest = html;
    let (mut open, mut found): (Vec<&str>, Vec<_>) = (Vec::new(), Vec::new());
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let end = tag_end(rest).ok_or("a tag without end")?;
        let tag = rest[..end].trim_end_matches('/').trim_end();
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("</{name}> closes nothing"));
            }
            continue;
        }
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let names = (rules.allowed)(name).ok_or_else(|| format!("<{name:.40}>"))?;
        while !attributes.trim().is_empty() {
            let (attribute, after) = attributes.trim_start().split_once("=\"").ok_or_else(|| format!("<{tag:.80}>"))?;
            let (value, after) = after.split_once('"').ok_or_else(|| format!("<{tag:.80}>"))?;
            attributes = after;
            if !names.contains(&attribute) || !(rules.is_safe)(attribute, value) {
                return Err(format!("{attribute}={value:.80} in <{name}>"));
            }
            found.push((attribute, value));
        }
        if name == "a" && open.contains(&"a") {
            return Err("a link in a link".to_owned());
        }
        if !matches!(name, "img" | "br" | "hr" | "input" | "meta") {
            open.push(name);
        }
    }
    if open.is_empty() { Ok(found) } else { Err(format!("{open:?} left open")) }
}

/// The `>` that ends a tag is the first one outside quotes.
fn tag_end(rest: &str) -> Option<usize> {
    let mut quoted = false;
    rest.char_indices().find_map(|(i, c)| {
        quoted ^= c == '"';
        (c == '>' && !quoted).then_some(i)
    })
}
