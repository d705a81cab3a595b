//! How an exported page looks, and what it may do.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The page's style sheet, the only one that its policy lets act.
pub(super) const STYLE: &str = include_str!("style.css");

/// Nothing may be loaded or run: pictures are in the page, and the one style sheet is named by its hash.
pub(super) fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; img-src data:; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}
