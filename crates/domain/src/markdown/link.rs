//! Links to other places.

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::LinkType;
use pulldown_cmark_escape::{escape_href, escape_html_body_text};

use super::escaped;

/// The opening tag of a link, or `None` when its address is not one that a message may link to.
pub(super) fn open(link_type: LinkType, address: &str, title: &str) -> Option<String> {
    let address = if link_type == LinkType::Email { &format!("mailto:{address}") } else { address };
    if !is_allowed(address) {
        return None;
    }
    let mut tag = open_tag(address);
    if !title.is_empty() {
        tag.insert_str(tag.len() - 1, &format!(" title=\"{}\"", escaped(title)));
    }
    Some(tag)
}

/// A whole link to a picture elsewhere. It is not shown in place: that would tell its server who reads the message.
pub(super) fn to_picture(address: &str, alt: &str) -> Option<String> {
    let label = if alt.is_empty() { address } else { alt };
    is_web(address).then(|| labelled(address, label))
}

/// Text as HTML in which web addresses are links, or `None` when there are none in it.
pub(super) fn in_text(text: &str) -> Option<String> {
    // Most text has none; looking for them is what takes time.
    if !text.contains("://") {
        return None;
    }
    let mut found = false;
    let mut html = String::with_capacity(text.len() + 128);
    for span in LinkFinder::new().kinds(&[LinkKind::Url]).spans(text) {
        if span.kind().is_some() && is_web(span.as_str()) {
            found = true;
            html.push_str(&labelled(span.as_str(), span.as_str()));
        } else {
            // Writing to a String can't fail.
            let _ = escape_html_body_text(&mut html, span.as_str());
        }
    }
    found.then_some(html)
}

fn labelled(address: &str, label: &str) -> String {
    format!("{}{}</a>", open_tag(address), escaped(label))
}

fn open_tag(address: &str) -> String {
    let mut href = String::with_capacity(address.len());
    // Writing to a String can't fail.
    let _ = escape_href(&mut href, address);
    format!("<a href=\"{href}\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">")
}

/// The parser has resolved entities and escapes by now. Browsers drop control characters and space from an address before
/// they look at its scheme, so an address with any of them is refused whole.
fn is_allowed(address: &str) -> bool {
    is_web(address) || (has_scheme(address, "mailto:") && is_plain(address))
}

fn is_web(address: &str) -> bool {
    (has_scheme(address, "https://") || has_scheme(address, "http://")) && is_plain(address)
}

fn has_scheme(address: &str, scheme: &str) -> bool {
    address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)) && address.len() > scheme.len()
}

fn is_plain(address: &str) -> bool {
    !address.chars().any(|c| c.is_control() || c.is_whitespace())
}
