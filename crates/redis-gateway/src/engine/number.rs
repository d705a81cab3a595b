//! Numbers as Redis reads and writes them.

/// Reads a decimal integer: no plus sign, no leading zeros, no spaces, no `-0`.
pub(crate) fn parse_i64(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let canonical = match digits.first()? {
        b'0' => text == b"0",
        first => first.is_ascii_digit(),
    };
    if !canonical || text.len() > 20 {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Reads a decimal integer without a sign, as stream ids have them: leading zeros are fine.
pub(crate) fn parse_u64(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 20 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Reads a float: decimal or `inf`, never NaN, no spaces around it, nothing that only overflows to infinity.
pub(crate) fn parse_f64(text: &[u8]) -> Option<f64> {
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let spelled_out = text.iter().any(|byte| matches!(byte, b'n' | b'N'));
    (!value.is_nan() && (value.is_finite() || spelled_out)).then_some(value)
}

/// Writes a score as C's `%.17g` does, as Redis 7.0 sends it.
pub(crate) fn format_g17(value: f64) -> String {
    format_g(value, 17)
}

/// Writes a float as C's `%.<precision>g` does; infinities are `inf` and `-inf`.
pub(crate) fn format_g(value: f64, precision: usize) -> String {
    if value.is_nan() {
        return if value.is_sign_negative() { "-nan".to_owned() } else { "nan".to_owned() };
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".to_owned() } else { "-inf".to_owned() };
    }
    if value == 0.0 {
        return if value.is_sign_negative() { "-0".to_owned() } else { "0".to_owned() };
    }
    let scientific = format!("{value:.*e}", precision - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if exponent < -4 || exponent >= i32::try_from(precision).unwrap_or(i32::MAX) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}e{sign}{:02}", trim_zeros(mantissa), exponent.abs());
    }
    let decimals = usize::try_from(i32::try_from(precision).unwrap_or(i32::MAX) - 1 - exponent).unwrap_or(0);
    trim_zeros(&format!("{value:.decimals$}")).to_owned()
}

fn trim_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// Adds two decimals as INCRBYFLOAT does and writes the sum with up to 17 decimals, without trailing zeros.
///
/// Redis adds with the 64-bit mantissa of x86's `long double`; so does this, for numbers below 10^20 with up to 17
/// decimals. Others fall back to f64. `None` when the sum is not a finite number.
pub(crate) fn add_decimals(a: &[u8], b: &[u8]) -> Option<String> {
    if let (Some(a), Some(b)) = (fixed_point(a), fixed_point(b)) {
        let sum = extended(extended(a) + extended(b));
        let sign = if sum < 0 { "-" } else { "" };
        let text = format!("{sign}{}.{:017}", (sum / SCALE).abs(), (sum % SCALE).abs());
        return Some(trim_zeros(&text).to_owned());
    }
    let sum = parse_f64(a)? + parse_f64(b)?;
    if !sum.is_finite() {
        return None;
    }
    let text = format!("{sum:.17}");
    let text = trim_zeros(&text);
    Some(if text == "-0" { "0".to_owned() } else { text.to_owned() })
}

/// How many decimals INCRBYFLOAT keeps, and ten to that power.
const DECIMALS: usize = 17;
const SCALE: i128 = 100_000_000_000_000_000;

/// A decimal of ordinary size times 10^17.
fn fixed_point(text: &[u8]) -> Option<i128> {
    let text = std::str::from_utf8(text).ok()?;
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (digits, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    // Where the point is among the digits, once the exponent has moved it.
    let point = i32::try_from(whole.len()).ok()?.checked_add(exponent.parse().ok()?)?;
    let digits = format!("{whole}{fraction}");
    let (whole, decimals) = (usize::try_from(point).ok()?, digits.len().saturating_sub(usize::try_from(point).ok()?));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) || whole > 20 || decimals > DECIMALS {
        return None;
    }
    let value: i128 = format!("{digits:0<width$}", width = whole + DECIMALS).parse().ok()?;
    Some(if negative { -value } else { value })
}

/// Rounds a number, given times 10^17, to what 64 bits of mantissa hold.
fn extended(value: i128) -> i128 {
    let (whole, fraction) = ((value / SCALE).unsigned_abs(), (value % SCALE).unsigned_abs());
    let scale = SCALE.unsigned_abs();
    let rounded = match 128 - whole.leading_zeros() {
        // All 17 decimals come out as they are.
        0..=7 => return value,
        bits @ 8..=64 => {
            let fraction = divide(fraction << (64 - bits), scale);
            whole * scale + divide(fraction * scale, 1 << (64 - bits))
        }
        bits => (divide(whole, 1 << (bits - 64)) << (bits - 64)) * scale,
    };
    if value < 0 { -rounded.cast_signed() } else { rounded.cast_signed() }
}

/// Divides and rounds to the nearest, ties to even.
fn divide(a: u128, b: u128) -> u128 {
    let (quotient, rest) = (a / b, a % b);
    let up = rest * 2 > b || (rest * 2 == b && quotient % 2 == 1);
    quotient + u128::from(up)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_only_in_their_canonical_form() {
        for good in ["0", "-1", "9223372036854775807", "-9223372036854775808"] {
            assert_eq!(parse_i64(good.as_bytes()), Some(good.parse().unwrap()));
        }
        for bad in ["", "-", "+1", "01", "-0", " 1", "1 ", "9223372036854775808", "1.0"] {
            assert_eq!(parse_i64(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn scores_are_written_as_c_writes_them() {
        for (value, text) in [
            (3.0, "3"),
            (0.1, "0.10000000000000001"),
            (-1.5, "-1.5"),
            (1e17, "1e+17"),
            (12_345_678_901_234_567.0, "12345678901234568"),
            (1e-5, "1.0000000000000001e-05"),
            (f64::INFINITY, "inf"),
            (1e300, "1.0000000000000001e+300"),
        ] {
            assert_eq!(format_g17(value), text);
        }
    }

    #[test]
    fn decimals_are_added_without_binary_noise() {
        assert_eq!(add_decimals(b"10.5", b"0.1").unwrap(), "10.6");
        assert_eq!(add_decimals(b"3.0", b"-3").unwrap(), "0");
        assert_eq!(add_decimals(b"5.0e3", b"200").unwrap(), "5200");
        assert_eq!(add_decimals(b"9223372036854775807", b"0.1").unwrap(), "9223372036854775807");
        assert_eq!(add_decimals(b"9223372036854775807", b"3.0e1").unwrap(), "9223372036854775837");
        assert_eq!(add_decimals(b"-0.5", b"0.25").unwrap(), "-0.25");
        assert_eq!(add_decimals(b"inf", b"1"), None);
    }
}
