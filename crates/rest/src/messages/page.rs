//! Reading a page of a room's log.

use std::fmt;

use domain::{Code, Error, MessageId, limits, markdown};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use store::{Cursor, Page, PageRequest, PageText, Store, Transport, etag_matches};

use crate::query::Query;
use crate::{Call, Response, Result, reply};

const LATEST_SEQ: HeaderName = HeaderName::from_static("roomtalk-latest-seq");
const OLDEST_SEQ: HeaderName = HeaderName::from_static("roomtalk-oldest-seq");
const NEXT_AFTER: HeaderName = HeaderName::from_static("roomtalk-next-after");
const RECOVERED: HeaderName = HeaderName::from_static("roomtalk-recovered");

/// The largest seq that every JSON reader keeps exact.
const MAX_SEQ: u64 = (1 << 53) - 1;

/// The page that a query asks for. It is written, as links have it, in the one spelling that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Which messages.
    pub request: PageRequest,
    /// Whether they come with their content as HTML.
    pub html: bool,
}

/// 200 with the messages, oldest first, or 304. Costs one command, whatever the room's length; two where a reader of the
/// newest has a tag and there is news.
pub(super) async fn read<T: Transport>(call: &Call, store: &Store<T>) -> Result<Response> {
    let room = call.room()?;
    let Asked { request, html } = Asked::of(|name| call.query(name))?;
    let (cursor, limit) = (request.cursor, request.limit);
    let tags = call.header(header::IF_NONE_MATCH);
    let is_known = |page: &Page| tags.is_some_and(|tags| etag_matches(tags, &page.etag()));
    if tags.is_some() && cursor == Cursor::Newest {
        // Who polls is mostly told that nothing is new; the last message tells that too, for a hundredth of a page's work.
        let last = store.page(&room, PageRequest::new(cursor, 1)).await?;
        if is_known(&last) {
            return Ok(not_modified(&last, cursor));
        }
    }
    let (page, body) = if html {
        let page = store.page(&room, request).await?;
        let rendered = serde_json::to_string(&rendered(&page));
        (page, rendered.map_err(|e| Error::new(Code::Internal, format!("JSON can't be written: {e}")))?)
    } else {
        let PageText { page, json } = store.page_text(&room, request).await?;
        (page, json)
    };
    if is_known(&page) {
        return Ok(not_modified(&page, cursor));
    }
    let mut response = reply::json_text(StatusCode::OK, body);
    describe(&mut response, &page, cursor);
    let headers = response.headers_mut();
    if let Some(first) = page.first_seq {
        reply::set(headers, OLDEST_SEQ, &first);
    }
    for link in links(&page, room.as_str(), limit, html) {
        if let Ok(link) = HeaderValue::try_from(link) {
            headers.append(header::LINK, link);
        }
    }
    Ok(response)
}

fn not_modified(page: &Page, cursor: Cursor) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    describe(&mut response, page, cursor);
    response
}

/// What the newest entry of a page tells: the same in a 200 and in a 304.
fn describe(response: &mut Response, page: &Page, cursor: Cursor) {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, reply::REVALIDATE);
    reply::set(headers, header::ETAG, &page.etag());
    reply::set(headers, LATEST_SEQ, &page.latest_seq);
    if !matches!(cursor, Cursor::Before(_)) {
        reply::set(headers, NEXT_AFTER, &page.next_after);
    }
    if matches!(cursor, Cursor::After(_)) {
        headers.insert(RECOVERED, HeaderValue::from_static(if page.recovered { "true" } else { "false" }));
    }
}

impl Asked {
    /// Reads a query as it stands in a URL.
    pub fn parse(query: &str) -> domain::Result<Self> {
        let query = Query::parse(query);
        Self::of(|name| query.get(name))
    }

    fn of<'a>(query: impl Fn(&str) -> Option<&'a str>) -> domain::Result<Self> {
        let number = |name, least, most| query(name).map(|value| number(name, value, least, most)).transpose();
        let cursor = match (number("after", 0, MAX_SEQ)?, number("before", 1, MAX_SEQ)?) {
            (None, None) => Cursor::Newest,
            (None, Some(before)) => Cursor::Before(before),
            (Some(after), None) => Cursor::After(after),
            (Some(_), Some(_)) => {
                return Err(Error::new(Code::InvalidCursor, "after and before exclude each other").at("before"));
            }
        };
        let most = u64::try_from(limits::PAGE_MAX).unwrap_or(u64::MAX);
        let limit = number("limit", 1, most)?.and_then(|limit| limit.try_into().ok()).unwrap_or(limits::PAGE_DEFAULT);
        let after_id = match (query("afterId"), cursor) {
            (None, _) => None,
            (Some(id), Cursor::After(_)) => Some(MessageId::parse(id, "afterId")?),
            (Some(_), _) => {
                return Err(Error::new(Code::InvalidCursor, "afterId goes only with after").at("afterId"));
            }
        };
        let html = match query("render") {
            None => false,
            Some("html") => true,
            Some(_) => return Err(Error::invalid("render", "must be html")),
        };
        Ok(Self { request: PageRequest { after_id, ..PageRequest::new(cursor, limit) }, html })
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.request.cursor {
            Cursor::Newest => {}
            Cursor::Before(seq) => write!(f, "before={seq}&")?,
            Cursor::After(seq) => write!(f, "after={seq}&")?,
        }
        if let Some(id) = &self.request.after_id {
            write!(f, "afterId={id}&")?;
        }
        let render = if self.html { "&render=html" } else { "" };
        write!(f, "limit={}{render}", self.request.limit)
    }
}

/// A number in its one spelling: no sign, no leading zero.
fn number(name: &'static str, value: &str, least: u64, most: u64) -> domain::Result<u64> {
    match value.parse::<u64>() {
        Ok(number) if (least..=most).contains(&number) && number.to_string() == value => Ok(number),
        _ => Err(Error::new(Code::InvalidCursor, format!("{name} must be a number from {least} to {most}")).at(name)),
    }
}

/// A stored message with its content as HTML.
#[derive(Serialize)]
struct Rendered<'a> {
    #[serde(flatten)]
    message: &'a domain::Message,
    html: String,
}

fn rendered(page: &Page) -> Vec<Rendered<'_>> {
    let render = |message| Rendered { message, html: markdown::to_html(&message.content, &message.images) };
    page.messages.iter().map(render).collect()
}

fn links(page: &Page, room: &str, limit: usize, html: bool) -> Vec<String> {
    let link = |cursor: Cursor, rel: &str| {
        let asked = Asked { request: PageRequest::new(cursor, limit), html };
        format!("</api/rooms/{room}/messages?{asked}>; rel=\"{rel}\"")
    };
    let prev = page.first_seq.filter(|_| page.has_before).map(|first| link(Cursor::Before(first), "prev"));
    let next = page.has_after.then(|| link(Cursor::After(page.next_after), "next"));
    prev.into_iter().chain(next).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_cursor_the_newest_hundred_are_asked_for() {
        let asked = Asked::parse("").unwrap();
        assert_eq!(asked.request, PageRequest::new(Cursor::Newest, 100));
        assert!(!asked.html);
    }

    #[test]
    fn a_cursor_a_limit_and_a_rendering_can_be_named() {
        assert_eq!(Asked::parse("before=7&limit=200").unwrap().request, PageRequest::new(Cursor::Before(7), 200));
        assert_eq!(Asked::parse("after=0&limit=1").unwrap().request, PageRequest::new(Cursor::After(0), 1));
        assert!(Asked::parse("after=0&render=html").unwrap().html);
        let id = "0190a5b0-7f6e-7000-8000-0123456789ab";
        let with_id = Asked::parse(&format!("after=7&afterId={id}")).unwrap().request;
        assert_eq!(with_id.after_id.unwrap().as_str(), id);
    }

    #[test]
    fn what_is_asked_for_is_written_in_its_one_spelling() {
        let id = "0190a5b0-7f6e-7000-8000-0123456789ab";
        for query in ["limit=100", "before=7&limit=1", &format!("after=0&afterId={id}&limit=200&render=html")] {
            assert_eq!(Asked::parse(query).unwrap().to_string(), query);
        }
    }

    #[test]
    fn a_bad_cursor_is_a_400_that_names_it() {
        for (query, field) in [
            ("after=", "after"),
            ("after=-1", "after"),
            ("after=%2B1", "after"),
            ("after=01", "after"),
            ("limit=050", "limit"),
            ("after=1.5", "after"),
            ("after=x", "after"),
            ("after=9007199254740992", "after"),
            ("after=99999999999999999999", "after"),
            ("before=0", "before"),
            ("after=1&before=9", "before"),
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("limit=ten", "limit"),
            ("afterId=0190a5b0-7f6e-7000-8000-0123456789ab", "afterId"),
        ] {
            let Err(error) = Asked::parse(query) else { panic!("{query} was taken") };
            assert_eq!((error.code, error.field.as_deref()), (Code::InvalidCursor, Some(field)), "{query}");
        }
        for (query, field) in [("render=pdf", "render"), ("after=1&afterId=x", "afterId")] {
            let Err(error) = Asked::parse(query) else { panic!("{query} was taken") };
            assert_eq!((error.code, error.field.as_deref()), (Code::InvalidField, Some(field)), "{query}");
        }
    }

    #[test]
    fn links_lead_to_the_neighbouring_pages() {
        let page = Page { first_seq: Some(51), next_after: 100, has_before: true, has_after: true, ..Page::default() };
        assert_eq!(
            links(&page, "abcdefghij", 50, true),
            [
                "</api/rooms/abcdefghij/messages?before=51&limit=50&render=html>; rel=\"prev\"",
                "</api/rooms/abcdefghij/messages?after=100&limit=50&render=html>; rel=\"next\"",
            ]
        );
        assert!(links(&Page { first_seq: Some(1), ..Page::default() }, "abcdefghij", 50, false).is_empty());
    }
}
