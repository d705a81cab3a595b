//! What a request asks for, in each of the forms that the API knows.

use bytes::Bytes;
use http::Uri;
use http::request::Parts;
use percent_encoding::percent_decode_str;

use super::encode::Format;
use super::json;
use crate::backend::{Command, Topic};
use crate::texts;

/// What the path leads to.
pub(super) enum Target {
    /// One command: in the path, or all of it in the body.
    Command,
    /// `/pipeline`.
    Pipeline,
    /// `/multi-exec`.
    Transaction,
    /// `/subscribe/…` or `/psubscribe/…`, with one topic at least: the body means nothing.
    Listen(Vec<Topic>),
    /// One of these without a topic: the name of the command.
    ListenToNothing(&'static str),
    /// `/monitor`.
    Monitor,
}

/// What to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Answers one object.
    Command(Command),
    /// Answers an array.
    Pipeline(Vec<Command>),
    /// Answers an array, or one object when it was discarded.
    Transaction(Vec<Command>),
}

impl Call {
    /// What a request asks for, by its path, query, headers and body, and how its answer is to be written. `Err` with the
    /// text of the refusal; a request for a stream is refused too, for it is no call.
    pub fn read(head: &Parts, body: Bytes) -> Result<(Self, Format), String> {
        let format = Format::of(&head.headers)?;
        let call = match target(&head.uri) {
            Target::Command => Self::Command(command(&head.uri, body)?),
            Target::Pipeline => Self::Pipeline(json::batch(&body)?),
            Target::Transaction if format == Format::Resp2 => {
                return Err("ERR the resp2 response format is not available for transactions".to_owned());
            }
            Target::Transaction => Self::Transaction(json::batch(&body)?),
            Target::ListenToNothing(name) => return Err(texts::wrong_number_of_arguments(name)),
            Target::Monitor => return Err(texts::not_available("MONITOR")),
            Target::Listen(_) => return Err("ERR streams need a connection".to_owned()),
        };
        Ok((call, format))
    }
}

/// Where a request goes, which its path alone says.
pub(super) fn target(uri: &Uri) -> Target {
    let mut segments = segments(uri);
    let first = segments.next().unwrap_or_default();
    match (first.as_ref(), segments.next()) {
        (b"pipeline", None) => Target::Pipeline,
        (b"multi-exec", None) => Target::Transaction,
        (b"monitor", None) => Target::Monitor,
        (b"subscribe", None) => Target::ListenToNothing("subscribe"),
        (b"psubscribe", None) => Target::ListenToNothing("psubscribe"),
        (b"subscribe", next) => Target::Listen(next.into_iter().chain(segments).map(Topic::Channel).collect()),
        (b"psubscribe", next) => Target::Listen(next.into_iter().chain(segments).map(Topic::Pattern).collect()),
        _ => Target::Command,
    }
}

/// One command, from the path or the body. With a path, the body is the next argument after it and each pair of the query
/// is two more: `POST /set/key?EX=100` with the body `value` is `SET key value EX 100`.
fn command(uri: &Uri, body: Bytes) -> Result<Command, String> {
    let mut command: Command = segments(uri).collect();
    if command.is_empty() {
        return json::command(&body);
    }
    if !body.is_empty() {
        command.push(body);
    }
    for (name, value) in pairs(uri) {
        if name.as_ref() == TOKEN {
            continue;
        }
        command.push(name);
        command.extend((!value.is_empty()).then_some(value));
    }
    if command.first().is_some_and(Bytes::is_empty) {
        return Err(texts::EMPTY_COMMAND.to_owned());
    }
    Ok(command)
}

/// Name of the query pair that carries the token and is never an argument.
const TOKEN: &[u8] = b"_token";

/// The token in the query.
pub(super) fn query_token(uri: &Uri) -> Option<Bytes> {
    pairs(uri).find(|(name, _)| name.as_ref() == TOKEN).map(|(_, token)| token)
}

/// The decoded segments of the path; none for `/`. A slash at the end adds none.
fn segments(uri: &Uri) -> impl Iterator<Item = Bytes> {
    let path = uri.path().trim_start_matches('/');
    let path = path.strip_suffix('/').unwrap_or(path);
    path.split('/').filter(move |_| !path.is_empty()).map(decode)
}

fn pairs(uri: &Uri) -> impl Iterator<Item = (Bytes, Bytes)> {
    uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")))
    })
}

fn decode(text: &str) -> Bytes {
    percent_decode_str(text).collect::<Vec<u8>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(uri: &str, body: &str) -> Vec<String> {
        let command = command(&uri.parse().unwrap(), Bytes::copy_from_slice(body.as_bytes())).unwrap();
        command.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    }

    #[test]
    fn path_then_body_then_query_make_one_command() {
        assert_eq!(words("/set/foo/bar/EX/100", ""), ["set", "foo", "bar", "EX", "100"]);
        assert_eq!(words("/set/foo?EX=100&_token=t&NX", "VALUE"), ["set", "foo", "VALUE", "EX", "100", "NX"]);
        assert_eq!(words("/set/a%2Fb/%E4%BD%A0+%20", ""), ["set", "a/b", "你+ "]);
        assert_eq!(words("/set/foo//EX/10", ""), ["set", "foo", "", "EX", "10"]);
        assert_eq!(words("/get/foo/", ""), ["get", "foo"]);
        assert_eq!(words("/?_token=t", r#"["GET","foo"]"#), ["GET", "foo"]);
        assert_eq!(words("/set/pipeline/1", ""), ["set", "pipeline", "1"]);
    }

    #[test]
    fn bytes_that_are_not_text_pass_through_the_path() {
        let command = command(&"/set/k/%ff%00".parse().unwrap(), Bytes::new()).unwrap();
        assert_eq!(command[2].as_ref(), b"\xff\x00");
    }

    #[test]
    fn a_stream_path_names_its_channels_or_patterns() {
        let Target::Listen(topics) = target(&"/subscribe/a/b%20c?_token=t".parse().unwrap()) else { panic!() };
        assert_eq!(topics, [Topic::Channel("a".into()), Topic::Channel("b c".into())]);
        let Target::Listen(topics) = target(&"/psubscribe/room:*".parse().unwrap()) else { panic!() };
        assert_eq!(topics, [Topic::Pattern("room:*".into())]);
    }

    #[test]
    fn the_token_of_the_query_is_decoded() {
        let token = |uri: &str| query_token(&uri.parse().unwrap());
        assert_eq!(token("/get/a?x=1&_token=a%2Bb"), Some("a+b".into()));
        assert_eq!(token("/get/a?token=a"), None);
    }
}
