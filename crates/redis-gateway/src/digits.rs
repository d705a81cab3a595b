//! Numbers as text.

/// Appends a number in decimal digits, without the detour by a string of its own.
pub(crate) fn push(out: &mut Vec<u8>, number: i64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        let [digit, ..] = (rest % 10).to_le_bytes();
        digits[at] = b'0' + digit;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends a length.
pub(crate) fn push_length(out: &mut Vec<u8>, length: usize) {
    // No length in memory is greater than i64's greatest.
    push(out, i64::try_from(length).unwrap_or(i64::MAX));
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_number_is_written_as_it_is() {
        for number in [0, 7, -7, 10, 1_000_000, i64::MAX, i64::MIN] {
            let mut out = Vec::new();
            super::push(&mut out, number);
            assert_eq!(out, number.to_string().as_bytes());
        }
    }
}
