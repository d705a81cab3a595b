//! What in an exported page could act.

#[path = "../../../domain/src/markdown/tests/scan.rs"]
mod scan;

use scan::{Rules, scan};

/// Element -> the attributes it may have.
fn allowed(element: &str) -> Option<&'static [&'static str]> {
    Some(match element {
        "html" => &["lang"],
        "meta" => &["charset", "http-equiv", "content", "name"],
        "a" => &["href", "rel", "target", "title", "class"],
        "img" => &["src", "alt", "width", "height", "loading", "decoding"],
        "code" | "span" | "p" => &["class", "dir"],
        "ol" => &["start"],
        "input" => &["disabled", "type", "checked"],
        "th" | "td" => &["style"],
        "time" => &["datetime"],
        "article" => &["id"],
        "b" => &["dir", "title"],
        "h1" | "div" => &["dir"],
        "head" | "title" | "style" | "body" | "header" | "main" | "br" | "hr" | "em" | "strong" | "del" | "pre"
        | "blockquote" | "ul" | "li" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "thead" | "tbody" | "tr" => &[],
        _ => return None,
    })
}

/// All addresses of pictures in the page. Anything that may not be there is an error, a tag out of place too.
pub(crate) fn pictures(page: &str) -> Result<Vec<&str>, String> {
    let page = page.strip_prefix("<!DOCTYPE html>").ok_or("no doctype")?;
    let attributes = scan(page, &Rules { allowed, is_safe })?;
    Ok(attributes.into_iter().filter(|(name, _)| *name == "src").map(|(_, value)| value).collect())
}

fn is_safe(attribute: &str, value: &str) -> bool {
    match attribute {
        "href" => ["http://", "https://", "mailto:", "#m"].iter().any(|s| value.to_ascii_lowercase().starts_with(s)),
        "src" => {
            let data = value.strip_prefix("data:image/").and_then(|data| data.split_once(";base64,"));
            data.is_some_and(|(kind, data)| {
                ["png", "jpeg", "gif", "webp", "avif"].contains(&kind)
                    && data.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
            })
        }
        "style" => matches!(value, "text-align: left" | "text-align: center" | "text-align: right"),
        "http-equiv" => value == "Content-Security-Policy",
        _ => !value.contains('<'),
    }
}

#[test]
fn the_scanner_sees_what_could_act() {
    for page in [
        "<script>x</script>",
        "<p onclick=\"x\">a</p>",
        "<a href=\"javascript:x\">a</a>",
        "<img src=\"https://a.example/x\" />",
        "<img src=\"data:image/svg+xml;base64,AAAA\" />",
        "<img src=\"data:image/png;base64,A&quot;A\" />",
        "<meta http-equiv=\"refresh\" content=\"0\">",
        "<p>a",
        "</p>",
        "a < b",
    ] {
        assert!(pictures(&format!("<!DOCTYPE html>{page}")).is_err(), "{page}");
    }
    let page = "<!DOCTYPE html><p>a <a href=\"https://a\">b</a><img src=\"data:image/png;base64,AAAA\" /></p>";
    assert_eq!(pictures(page), Ok(vec!["data:image/png;base64,AAAA"]));
}
