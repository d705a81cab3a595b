//! WebSocket frames, as few kinds of them as the measured servers use.

use std::ops::Range;

use anyhow::{Result, bail};

pub(super) const TEXT: u8 = 1;
pub(super) const CLOSE: u8 = 8;
pub(super) const PING: u8 = 9;
pub(super) const PONG: u8 = 10;

/// A whole frame within a buffer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) opcode: u8,
    /// Where in the buffer its payload is.
    pub(super) payload: Range<usize>,
}

/// A frame from a client. Its mask is zero: what a mask protects from are proxies, of which there are none, and a payload
/// in clear can be changed in place.
pub(super) fn encode(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x80 | opcode];
    let length = payload.len();
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => frame.push(0x80 | short),
        (_, Ok(long)) => {
            frame.push(0xfe);
            frame.extend(long.to_be_bytes());
        }
        _ => {
            frame.push(0xff);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

/// The frame of a server that begins at `start`; `None` when it is not all there.
pub(super) fn decode(bytes: &[u8], start: usize) -> Result<Option<Frame>> {
    let Some(&[first, second]) = bytes.get(start..start + 2) else { return Ok(None) };
    if first & 0xf0 != 0x80 || second & 0x80 != 0 {
        bail!("a frame that is fragmented, compressed or masked: {first:#x} {second:#x}");
    }
    let (length, head) = match second {
        126 => (number(bytes, start + 2, 2), 4),
        127 => (number(bytes, start + 2, 8), 10),
        short => (Some(usize::from(short)), 2),
    };
    let Some(length) = length else { return Ok(None) };
    let payload = start + head..start + head + length;
    Ok((payload.end <= bytes.len()).then_some(Frame { opcode: first & 0x0f, payload }))
}

fn number(bytes: &[u8], start: usize, size: usize) -> Option<usize> {
    Some(bytes.get(start..start + size)?.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame as a server sends it: without a mask.
    fn from_server(opcode: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = encode(opcode, payload);
        let head = frame.len() - payload.len();
        frame[1] &= 0x7f;
        frame.drain(head - 4..head);
        frame
    }

    #[test]
    fn frames_of_every_length_are_read_as_they_were_written() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536, 100_000] {
            let payload = vec![b'x'; length];
            let bytes = [b"before".to_vec(), from_server(TEXT, &payload), b"after".to_vec()].concat();
            let frame = decode(&bytes, 6).ok().flatten();
            let frame = frame.map(|frame| (frame.opcode, bytes[frame.payload.clone()].to_vec(), frame.payload.end));
            assert_eq!(frame, Some((TEXT, payload, bytes.len() - 5)), "{length}");
        }
    }

    #[test]
    fn a_frame_that_is_not_all_there_is_none() {
        let bytes = from_server(TEXT, &[b'x'; 300]);
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end], 0).is_ok_and(|frame| frame.is_none()), "{end}");
        }
    }

    #[test]
    fn what_no_measured_server_sends_is_an_error() {
        for head in [[0x01, 1], [0xc1, 1], [0x81, 0x81]] {
            assert!(decode(&[head[0], head[1], b'x', 0, 0, 0], 0).is_err(), "{head:x?}");
        }
    }

    #[test]
    fn a_client_s_payload_is_in_clear_behind_a_zero_mask() {
        let frame = encode(TEXT, b"hello");
        assert_eq!(frame, [&[0x81, 0x85, 0, 0, 0, 0][..], b"hello"].concat());
    }
}
