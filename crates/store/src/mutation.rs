//! Deliberate faults, by which the fault tests show that they would find real ones.
//!
//! Without the feature `mutations` every answer is the constant no, and what depends on it is compiled out.

/// Whether the program shall have this fault: `ROOMTALK_MUTATION` names it.
#[cfg(feature = "mutations")]
pub fn is(fault: &str) -> bool {
    std::env::var("ROOMTALK_MUTATION").is_ok_and(|named| named == fault)
}

/// Whether the program shall have this fault: never.
#[cfg(not(feature = "mutations"))]
pub const fn is(_fault: &str) -> bool {
    false
}
