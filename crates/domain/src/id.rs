//! Identifiers. Each is checked once, where it enters, and is a plain string from then on.

use std::fmt;

use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::{Uuid, Variant};

use crate::{Error, Result, fingerprint::hex};

macro_rules! string_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

string_id! {
    /// A room's id: 10 to 12 characters of 0-9A-Za-z. Whoever knows it may read and write the room.
    RoomId
}
string_id! {
    /// A client's id: a UUID issued by RoomTalk (version 8, acts only with its token), or an open id of 1 to 64
    /// characters of `[A-Za-z0-9_-]` that the client chose.
    ClientId
}
string_id! {
    /// A message's id: a UUID in canonical lower-case form, chosen by the sender or made by the server.
    MessageId
}
string_id! {
    /// An image's id: the SHA-256 of its bytes in lower-case hex (64 characters).
    ImageId
}

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl RoomId {
    /// A new id of 10 characters from the system's cryptographic random source.
    pub fn generate() -> Result<Self> {
        let mut id = String::with_capacity(10);
        while id.len() < 10 {
            let mut random = [0u8; 16];
            getrandom::fill(&mut random)
                .map_err(|e| Error::new(crate::Code::Internal, format!("no random source: {e}")))?;
            // Bytes of 248 and above would favour the first characters; they are thrown away.
            id.extend(
                random
                    .iter()
                    .filter(|b| **b < 248)
                    .filter_map(|b| BASE62.get(usize::from(b % 62)))
                    .map(|b| char::from(*b))
                    .take(10 - id.len()),
            );
        }
        Ok(Self(id))
    }

    /// Checks an id. One that cannot be a room's is answered like one that is not: 404.
    pub fn parse(id: &str) -> Result<Self> {
        if (10..=12).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric()) {
            Ok(Self(id.to_owned()))
        } else {
            Err(Error::room_not_found())
        }
    }

    /// What logs call the room: the first 12 hex digits of its id's SHA-256, since the id itself is a key.
    pub fn alias(&self) -> String {
        hex(Sha256::digest(&self.0).into_iter().take(6))
    }
}

impl ClientId {
    /// A new issued id: a version-8 UUID with 122 random bits.
    pub fn issue() -> Result<Self> {
        let mut random = [0u8; 16];
        getrandom::fill(&mut random)
            .map_err(|e| Error::new(crate::Code::Internal, format!("no random source: {e}")))?;
        Ok(Self(Uuid::new_v8(random).to_string()))
    }

    /// Checks an id; `field` is the name that a refusal blames.
    pub fn parse(id: &str, field: &'static str) -> Result<Self> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if (1..=64).contains(&id.len()) && id.bytes().all(allowed) {
            Ok(Self(id.to_owned()))
        } else {
            Err(Error::invalid(field, "must be 1 to 64 characters of A-Z, a-z, 0-9, _ and -"))
        }
    }

    /// Whether RoomTalk issued this id, so that it acts only with its token. Only the canonical lower-case form of a
    /// version-8 UUID counts; any other spelling is an open id that equals no issued one.
    pub fn is_issued(&self) -> bool {
        Uuid::try_parse(&self.0).is_ok_and(|uuid| {
            uuid.get_version_num() == 8 && uuid.get_variant() == Variant::RFC4122 && uuid.to_string() == self.0
        })
    }
}

impl MessageId {
    /// A new id: a version-7 UUID for this moment.
    pub fn generate(unix_millis: u64) -> Result<Self> {
        let mut random = [0u8; 10];
        getrandom::fill(&mut random)
            .map_err(|e| Error::new(crate::Code::Internal, format!("no random source: {e}")))?;
        Ok(Self(uuid::Builder::from_unix_timestamp_millis(unix_millis, &random).into_uuid().to_string()))
    }

    /// Checks an id and brings it to canonical form; `field` is the name that a refusal blames.
    pub fn parse(id: &str, field: &'static str) -> Result<Self> {
        match Uuid::try_parse(id) {
            Ok(uuid) => Ok(Self(uuid.to_string())),
            Err(_) => Err(Error::invalid(field, "must be a UUID")),
        }
    }
}

impl ImageId {
    /// The id that these 32 bytes of SHA-256 spell.
    pub(crate) fn from_digest(digest: [u8; 32]) -> Self {
        Self(hex(digest.into_iter()))
    }

    /// Checks an id; one that cannot be an image's is answered like one that is not: 404.
    pub fn parse(id: &str) -> Result<Self> {
        if id.len() == 64 && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            Ok(Self(id.to_owned()))
        } else {
            Err(Error::new(crate::Code::ImageNotFound, "Image not found"))
        }
    }
}

#[cfg(test)]
mod tests;
