//! Times as the contract writes them.

const DAY_MS: u64 = 86_400_000;

/// A moment as ISO 8601 in UTC with milliseconds and `Z`, such as `2026-11-24T08:15:50.189Z`.
///
/// The calendar is computed as in Howard Hinnant's `civil_from_days`: years begin in March, so that the leap day is the
/// last of its year, and 400 years always have 146 097 days.
pub fn timestamp(unix_millis: u64) -> String {
    let (days, ms) = (unix_millis / DAY_MS, unix_millis % DAY_MS);
    // Day 0 of the shifted calendar is 0000-03-01.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months_since_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * months_since_march + 2) / 5 + 1;
    let (month, year_shift) =
        if months_since_march < 10 { (months_since_march + 3, 0) } else { (months_since_march - 9, 1) };
    let year = era * 400 + year_of_era + year_shift;
    let (hour, minute, second, milli) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// The moment that a [`timestamp`] names, in Unix time in ms; `None` for a text that is not exactly one, or lies before 1970.
///
/// The inverse of the above, as in `days_from_civil` of the same author.
pub fn unix_millis(text: &str) -> Option<u64> {
    let number = |from: usize, to: usize| -> Option<u64> {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second, milli) = (number(11, 13)?, number(14, 16)?, number(17, 19)?, number(20, 23)?);
    let (year, months_since_march) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * months_since_march + 2) / 5 + day.checked_sub(1)?;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = (era * 146_097 + day_of_era).checked_sub(719_468)?;
    let millis = days * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1_000 + milli;
    // A day or an hour that there is not, and everything but the digits, shows when it is written again.
    (timestamp(millis) == text).then_some(millis)
}

#[cfg(test)]
mod tests;
