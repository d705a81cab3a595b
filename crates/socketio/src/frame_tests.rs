use proptest::prelude::*;

use super::*;

/// What a client writes.
fn masked(first: u8, payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let mut frame = Vec::new();
    write(&mut frame, 0, &[payload]);
    frame[0] = first;
    frame[1] |= MASKED;
    let from = frame.len() - payload.len();
    unmask(&mut frame[from..], mask);
    frame.splice(from..from, mask);
    frame
}

fn text(payload: &str) -> Vec<u8> {
    masked(FINAL | TEXT, payload.as_bytes(), [1, 2, 3, 4])
}

#[derive(Debug, PartialEq, Eq)]
enum Said {
    Text(String),
    Binary,
    Ping(Vec<u8>),
    Pong,
    Close,
}

fn said(decoder: &mut Decoder) -> Result<Vec<Said>, Violation> {
    let mut all = Vec::new();
    while let Some(incoming) = decoder.read()? {
        all.push(match incoming {
            Incoming::Text(text) => Said::Text(text.to_owned()),
            Incoming::Binary => Said::Binary,
            Incoming::Ping(payload) => Said::Ping(payload.to_vec()),
            Incoming::Pong => Said::Pong,
            Incoming::Close => Said::Close,
        });
    }
    Ok(all)
}

fn all(bytes: &[u8]) -> Result<Vec<Said>, Violation> {
    let mut decoder = Decoder::new(100_000);
    decoder.push(bytes);
    said(&mut decoder)
}

#[test]
fn messages_in_one_frame_and_in_several_with_a_ping_between() {
    let bytes = [
        text("whole"),
        masked(TEXT, b"in ", [9; 4]),
        masked(FINAL | PING, b"?", [7; 4]),
        masked(0, b"three ", [0; 4]),
        masked(FINAL, b"frames", [255; 4]),
        masked(FINAL | BINARY, b"\xFF", [1; 4]),
        masked(FINAL | PONG, b"", [1; 4]),
        masked(FINAL | CLOSE, &[3, 232], [1; 4]),
    ];
    let expected = vec![
        Said::Text("whole".to_owned()),
        Said::Ping(b"?".to_vec()),
        Said::Text("in three frames".to_owned()),
        Said::Binary,
        Said::Pong,
        Said::Close,
    ];
    assert_eq!(all(&bytes.concat()), Ok(expected));
}

#[test]
fn what_is_too_long_is_refused_by_its_header() {
    let mut decoder = Decoder::new(1000);
    decoder.push(&text(&"x".repeat(1000)));
    assert_eq!(said(&mut decoder), Ok(vec![Said::Text("x".repeat(1000))]));
    decoder.push(&text(&"x".repeat(1001))[..8]);
    assert_eq!(said(&mut decoder), Err(Violation::TooLong));

    let mut decoder = Decoder::new(1000);
    decoder.push(&masked(TEXT, &[b'x'; 600], [0; 4]));
    assert_eq!(said(&mut decoder), Ok(Vec::new()));
    decoder.push(&masked(FINAL, &[b'x'; 401], [0; 4])[..8]);
    assert_eq!(said(&mut decoder), Err(Violation::TooLong));

    let huge = [FINAL | TEXT, MASKED | 127, 255, 255, 255, 255, 255, 255, 255, 255];
    assert_eq!(all(&huge), Err(Violation::TooLong));
}

#[test]
fn what_no_client_may_send_is_refused() {
    let unmasked = [FINAL | TEXT, 1, b'x'].to_vec();
    let reserved = masked(FINAL | 0x40 | TEXT, b"x", [1; 4]);
    let unknown = masked(FINAL | 0x3, b"x", [1; 4]);
    let stray = masked(FINAL, b"x", [1; 4]);
    let cut_control = masked(PING, b"x", [1; 4]);
    let long_control = masked(FINAL | PING, &[0; 126], [1; 4]);
    let interleaved = [masked(TEXT, b"x", [1; 4]), text("y")].concat();
    for bytes in [unmasked, reserved, unknown, stray, cut_control, long_control, interleaved] {
        assert_eq!(all(&bytes), Err(Violation::Protocol), "{bytes:?}");
    }
    assert_eq!(all(&masked(FINAL | TEXT, b"\xFF", [1; 4])), Err(Violation::NotUtf8));
}

#[test]
fn between_messages_no_memory_is_kept() {
    let mut decoder = Decoder::new(100_000);
    decoder.push(&text(&"x".repeat(50_000)));
    assert!(said(&mut decoder).is_ok());
    assert_eq!((decoder.buffer.capacity(), decoder.whole.capacity()), (0, 0));
}

proptest! {
    #[test]
    fn however_bytes_are_cut_the_same_messages_come(
        messages in prop::collection::vec((".{0,300}", any::<[u8; 4]>()), 1..6),
        cuts in prop::collection::vec(1usize..200, 1..50),
    ) {
        let bytes: Vec<u8> =
            messages.iter().flat_map(|(text, mask)| masked(FINAL | TEXT, text.as_bytes(), *mask)).collect();
        let mut decoder = Decoder::new(100_000);
        let (mut rest, mut came) = (&bytes[..], Vec::new());
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (now, later) = rest.split_at((*cut).min(rest.len()));
            decoder.push(now);
            came.extend(said(&mut decoder).unwrap());
            rest = later;
        }
        let expected: Vec<_> = messages.into_iter().map(|(text, _)| Said::Text(text)).collect();
        prop_assert_eq!(came, expected);
    }
}
