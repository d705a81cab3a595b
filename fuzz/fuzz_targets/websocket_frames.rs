//! A client's bytes on a WebSocket. However they are cut, the same messages come of them, none longer than allowed, and a
//! violation ends them at the same place.
#![no_main]

use libfuzzer_sys::fuzz_target;
use socketio::{Decoder, Incoming, Violation};

const LIMIT: usize = 1024;

fuzz_target!(|data: &[u8]| {
    let Some((cut, bytes)) = data.split_first() else { return };
    let whole = read([bytes].into_iter());
    let pieces = read(bytes.chunks(usize::from(*cut).max(1)));
    assert_eq!(whole, pieces, "cut into pieces of {cut}");
    for said in &whole.0 {
        assert!(said.len() <= LIMIT + 1, "{} bytes", said.len());
    }
});

/// What was said, each with a letter for its kind, and why it ended.
fn read<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<Vec<u8>>, Option<Violation>) {
    let mut decoder = Decoder::new(LIMIT);
    let mut said = Vec::new();
    for piece in pieces {
        decoder.push(piece);
        loop {
            match decoder.read() {
                Ok(Some(incoming)) => said.push(tagged(&incoming)),
                Ok(None) => break,
                Err(violation) => return (said, Some(violation)),
            }
        }
    }
    (said, None)
}

fn tagged(incoming: &Incoming) -> Vec<u8> {
    match incoming {
        Incoming::Text(text) => [b"t", text.as_bytes()].concat(),
        Incoming::Ping(payload) => [b"p", *payload].concat(),
        Incoming::Binary => vec![b'b'],
        Incoming::Pong => vec![b'o'],
        Incoming::Close => vec![b'c'],
    }
}
