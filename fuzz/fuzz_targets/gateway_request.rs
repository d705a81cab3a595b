//! A request of the gateway's REST API, as text: method and target, headers, an empty line, the body. What is taken can be
//! asked for in each of the API's other forms; what is refused is told why.
#![no_main]

use bytes::Bytes;
use http::Request;
use http::request::Parts;
use libfuzzer_sys::{Corpus, fuzz_target};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use redis_gateway::{Call, Command, Format};

/// The longest target that `http` takes.
const TARGET: usize = 60_000;

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((head, body)) = request(data) else { return Corpus::Reject };
    match Call::read(&head, body.clone()) {
        Ok((call, format)) => {
            assert_eq!(Call::read(&head, body), Ok((call.clone(), format)));
            assert!(format != Format::Resp2 || !matches!(call, Call::Transaction(_)));
            match call {
                Call::Command(command) => other_forms(&command),
                Call::Pipeline(commands) => assert_eq!(in_json("/pipeline", &commands), Call::Pipeline(commands)),
                Call::Transaction(commands) => {
                    assert_eq!(in_json("/multi-exec", &commands), Call::Transaction(commands));
                }
            }
        }
        Err(text) => {
            assert!(!text.is_empty());
            assert!(!text.starts_with(redis_gateway::UNAVAILABLE), "a fault of the request, not of the store: {text}");
        }
    }
    Corpus::Keep
});

fn request(data: &[u8]) -> Option<(Parts, Bytes)> {
    let end = data.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.map_or((data, &b""[..]), |end| (&data[..end], &data[end + 2..]));
    let mut lines = head.split(|byte| *byte == b'\n');
    let mut first = lines.next()?.splitn(2, |byte| *byte == b' ');
    let mut request = Request::builder().method(first.next()?).uri(first.next()?);
    for line in lines {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        request = request.header(parts.next()?, parts.next()?.trim_ascii());
    }
    let (head, ()) = request.body(()).ok()?.into_parts();
    Some((head, Bytes::copy_from_slice(body)))
}

/// JSON holds text only; other bytes have the path and the body.
fn in_json(target: &str, commands: &[Command]) -> Call {
    let texts = commands.iter().map(|command| text(command).expect("words out of JSON")).collect::<Vec<_>>();
    read("POST", target, serde_json::to_vec(&texts).expect("texts").into())
}

fn text(command: &Command) -> Option<Vec<&str>> {
    command.iter().map(|word| std::str::from_utf8(word).ok()).collect()
}

fn read(method: &str, target: &str, body: Bytes) -> Call {
    let (head, ()) = Request::builder().method(method).uri(target).body(()).expect("a request").into_parts();
    Call::read(&head, body).expect("a form of what was taken").0
}

fn other_forms(command: &Command) {
    assert!(!command.is_empty());
    let same = Call::Command(command.clone());
    if let Some(words) = text(command) {
        let json = serde_json::to_vec(&words).expect("texts");
        assert_eq!(read("POST", "/", json.into()), same);
        let many = vec![command.clone(), command.clone()];
        assert_eq!(in_json("/pipeline", &many), Call::Pipeline(many));
    }
    let [name, arguments @ ..] = command.as_slice() else { return };
    let special = [&b"pipeline"[..], b"multi-exec", b"monitor", b"subscribe", b"psubscribe"];
    let encoded: Vec<String> = command.iter().map(|word| percent_encode(word, NON_ALPHANUMERIC).to_string()).collect();
    if name.is_empty()
        || special.contains(&name.as_ref())
        || encoded.iter().map(|word| word.len() + 1).sum::<usize>() > TARGET
    {
        return;
    }
    let path = |words: &[String]| format!("/{}", words.join("/"));
    // A slash at the end adds no word, nor does an empty body.
    if arguments.last().is_none_or(|last| !last.is_empty()) {
        assert_eq!(read("GET", &path(&encoded), Bytes::new()), same);
    }
    if let [before @ .., last] = arguments
        && !last.is_empty()
        && before.last().is_none_or(|word| !word.is_empty())
    {
        assert_eq!(read("PUT", &path(&encoded[..=before.len()]), last.clone()), same);
    }
    if let [before @ .., option, value] = arguments
        && !value.is_empty()
        && option != "_token"
        && before.last().is_none_or(|word| !word.is_empty())
    {
        let words = &encoded[..=before.len()];
        let target = format!("{}?_token=t&{}={}", path(words), encoded[words.len()], encoded[words.len() + 1]);
        assert_eq!(read("POST", &target, Bytes::new()), same);
    }
}
