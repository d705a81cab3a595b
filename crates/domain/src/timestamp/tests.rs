use proptest::prelude::*;

use super::{timestamp, unix_millis};

#[test]
fn known_moments_are_written_as_iso_8601() {
    for (millis, text) in [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (951_868_799_999, "2000-02-29T23:59:59.999Z"),
        (951_868_800_000, "2000-03-01T00:00:00.000Z"),
        (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
        (1_795_508_150_189, "2026-11-24T08:15:50.189Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ] {
        assert_eq!(timestamp(millis), text);
    }
}

#[test]
fn every_day_of_five_centuries_follows_the_day_before() {
    let (mut year, mut month, mut day) = (1970, 1, 1);
    for days in 0..182_621 {
        assert_eq!(timestamp(days * 86_400_000), format!("{year:04}-{month:02}-{day:02}T00:00:00.000Z"));
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            2 => 28 + i32::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        (year, month, day) = match (month, day) {
            (12, 31) => (year + 1, 1, 1),
            (_, day) if day == length => (year, month + 1, 1),
            _ => (year, month, day + 1),
        };
    }
}

#[test]
fn what_is_no_timestamp_names_no_moment() {
    for text in [
        "",
        "2026-11-24",
        "2026-11-24T08:15:50Z",
        "2026-11-24T08:15:50.189",
        "2026-11-24T08:15:50.189+00:00",
        "2026-11-24 08:15:50.189Z",
        "2026-02-29T00:00:00.000Z",
        "2026-13-01T00:00:00.000Z",
        "2026-00-01T00:00:00.000Z",
        "2026-01-00T00:00:00.000Z",
        "2026-01-01T24:00:00.000Z",
        "2026-01-01T00:60:00.000Z",
        "1969-12-31T23:59:59.999Z",
        "0000-01-01T00:00:00.000Z",
        "+026-01-01T00:00:00.000Z",
        "2026-11-24T08:15:50.189Z ",
        "２０２６-11-24T08:15:50.189Z",
    ] {
        assert_eq!(unix_millis(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn a_moment_that_was_written_is_read_back(millis in 0u64..253_402_300_800_000) {
        prop_assert_eq!(unix_millis(&timestamp(millis)), Some(millis));
    }

    #[test]
    fn no_text_makes_it_panic(text in "[0-9]{0,5}[-0-9]{0,6}T?.{0,14}") {
        let _ = unix_millis(&text);
    }

    #[test]
    fn later_moments_sort_later_as_text(a in 0u64..253_402_300_800_000, b in 0u64..253_402_300_800_000) {
        prop_assert_eq!(a.cmp(&b), timestamp(a).cmp(&timestamp(b)));
    }

    #[test]
    fn no_moment_overflows(millis: u64) {
        prop_assert!(timestamp(millis).ends_with('Z'));
    }
}
