//! What a message's content says of itself, in fixed places, so that a receiver finds it without parsing JSON.

/// `~` and the digits of step, number and due time, with points between them.
const STEP: usize = 4;
const NUMBER: usize = 8;
const DUE: usize = 12;
/// Bytes of a stamp.
pub(super) const LENGTH: usize = 1 + STEP + 1 + NUMBER + 1 + DUE;

/// Behind the stamp, to the usual length of a message.
pub(super) const REST: &str =
    " lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut";

/// Marks a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Which step of the measurement it belongs to.
    pub(super) step: u32,
    /// Which of its room's messages in this step it is, from 0.
    pub(super) number: u32,
    /// When it was due, in microseconds of the clock.
    pub(super) due: u64,
}

impl Stamp {
    /// Writes over the stamp that begins at `at`.
    pub(super) fn write(self, bytes: &mut [u8], at: usize) {
        let mut place = at;
        for (value, digits, before) in
            [(u64::from(self.step), STEP, b'~'), (u64::from(self.number), NUMBER, b'.'), (self.due, DUE, b'.')]
        {
            bytes[place] = before;
            let mut value = value;
            for digit in bytes[place + 1..=place + digits].iter_mut().rev() {
                *digit = b'0' + (value % 10) as u8;
                value /= 10;
            }
            place += 1 + digits;
        }
    }

    /// Finds the stamp in a frame. Nothing else in a frame of the measured systems has a `~`.
    pub(super) fn find(frame: &[u8]) -> Option<Self> {
        let at = frame.iter().position(|byte| *byte == b'~')?;
        let stamp = frame.get(at..at + LENGTH)?;
        let (step, rest) = stamp[1..].split_at(STEP);
        let (number, due) = rest[1..].split_at(NUMBER);
        Some(Self { step: digits(step)? as u32, number: digits(number)? as u32, due: digits(&due[1..])? })
    }
}

fn digits(text: &[u8]) -> Option<u64> {
    text.iter().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_found_as_it_was_written() {
        let stamp = Stamp { step: 12, number: 345_678, due: 9_876_543_210 };
        let mut frame = [br#"42["new_message",{"content":""#.to_vec(), vec![b' '; LENGTH], b"rest".to_vec()].concat();
        stamp.write(&mut frame, 29);
        assert_eq!(Stamp::find(&frame), Some(stamp));
        assert!(frame.ends_with(b"rest"));
    }

    #[test]
    fn a_frame_without_a_whole_stamp_has_none() {
        for frame in [&b""[..], b"no mark", b"~0012.00000001.00000000000", b"~0012.0000000x.000000000001"] {
            assert_eq!(Stamp::find(frame), None);
        }
    }
}
