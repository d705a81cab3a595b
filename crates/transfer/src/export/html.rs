//! A room as one page.

use std::io::Write;

use domain::{ImageRef, Message, Room, markdown};
use pulldown_cmark_escape::escape_html;
use store::Transport;

use super::style::{STYLE, policy};
use super::{Export, Span};
use crate::Error;

/// How the renderer begins a picture. Nothing that a message says can write it: a `<` in a text is written as `&lt;`.
const PICTURE: &str = "<img src=\"";

/// The types that a page may show, by the magic bytes that the store checked.
const TYPES: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];

impl<T: Transport, W: Write> Export<'_, T, W> {
    /// The whole page.
    pub(super) async fn html(&mut self, room: &Room) -> Result<(), Error> {
        self.out.write_all(head(room, self.span).as_bytes())?;
        let mut next = self.span.oldest;
        while let Some((messages, after)) = self.page(next).await? {
            for message in messages {
                self.article(&message).await?;
            }
            next = after;
        }
        self.out.write_all(b"</main>\n</body>\n</html>\n")?;
        Ok(())
    }

    async fn article(&mut self, message: &Message) -> Result<(), Error> {
        self.out.write_all(header(message).as_bytes())?;
        self.content(message).await?;
        self.out.write_all(b"</div>\n</article>\n")?;
        self.summary.messages += 1;
        Ok(())
    }

    /// The content as the API renders it, with the pictures' addresses replaced by the pictures.
    async fn content(&mut self, message: &Message) -> Result<(), Error> {
        let html = markdown::to_html(&message.content, &message.images);
        let mut parts = html.split(PICTURE);
        self.out.write_all(parts.next().unwrap_or_default().as_bytes())?;
        for part in parts {
            let (address, rest) = part.split_once('"').unwrap_or((part, ""));
            let image = message.images.iter().find(|image| escaped(&image.url) == address);
            if !self.picture(message.seq, image).await? {
                // The tag's end is dropped with it.
                let rest = rest.split_once("/>").map_or(rest, |(_, rest)| rest);
                self.out.write_all(b"<span class=\"missing\">an image that is no longer kept</span>")?;
                self.out.write_all(rest.as_bytes())?;
                continue;
            }
            self.out.write_all(rest.as_bytes())?;
        }
        Ok(())
    }

    /// A picture's tag up to the end of its address. False, with nothing written, when there is no picture to show.
    async fn picture(&mut self, seq: u64, image: Option<&ImageRef>) -> Result<bool, Error> {
        let Some(image) = image else { return Ok(false) };
        let Some(kind) = TYPES.into_iter().find(|kind| *kind == image.mime_type) else {
            self.summary.missing.push((seq, image.id.clone()));
            return Ok(false);
        };
        self.image(seq, image, (&format!("{PICTURE}data:{kind};base64,"), "\"")).await
    }
}

/// The page up to its first message.
fn head(room: &Room, span: Span) -> String {
    let (name, description) = (escaped(&room.name), escaped(&room.description));
    let (id, created) = (escaped(&room.id), escaped(&room.created_at));
    let about = if description.is_empty() { String::new() } else { format!("<p dir=\"auto\">{description}</p>\n") };
    let Span { oldest, newest } = span;
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header>\n<h1 dir=\"auto\">{name}</h1>\n{about}\
         <p class=\"about\">Room {id}, created <time datetime=\"{created}\">{created}</time>; \
         entries {oldest} to {newest}.</p>\n</header>\n<main>\n",
        policy()
    )
}

/// A message up to its content.
fn header(message: &Message) -> String {
    let Message { seq, timestamp, username, client_id, .. } = message;
    let (name, client) = (escaped(username.as_ref().unwrap_or(client_id)), escaped(client_id));
    let time = escaped(timestamp);
    let answer =
        message.reply_to.map_or_else(String::new, |to| format!("<a class=\"seq\" href=\"#m{to}\">answers #{to}</a> "));
    let edited = message.edited_at.as_deref().map_or_else(String::new, |at| format!(" (edited {})", escaped(at)));
    format!(
        "<article id=\"m{seq}\">\n<header><b dir=\"auto\" title=\"{client}\">{name}</b> \
         <span><time datetime=\"{time}\">{time}</time>{edited}</span> {answer}\
         <a class=\"seq\" href=\"#m{seq}\">#{seq}</a></header>\n<div dir=\"auto\">\n"
    )
}

/// For text and for attributes in double quotes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // Writing to a String can't fail.
    let _ = escape_html(&mut escaped, text);
    escaped
}
