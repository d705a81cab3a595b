//! Small bodies are passed on whole: each piece of a stream costs a component several calls and a turn of its loop, and a
//! body that follows its head costs a packet of its own.

use std::time::Duration;

use bytes::Bytes;
use http_body::Body;
use http_body_util::{BodyExt, Full};
use tokio::time::timeout;
use wasmtime_wasi_http::{Error, Result, WasiBody};

/// Bodies of at most this many bytes are small.
const SMALL: u64 = 256 << 10;

/// Whether a body says that it is small.
pub(super) fn is_small(body: &impl Body) -> bool {
    body.size_hint().exact().is_some_and(|length| length <= SMALL)
}

/// A small body with all that belongs to it, which takes at most `longest`.
pub(super) async fn whole<B>(body: B, longest: Duration, error: impl Fn(B::Error) -> Error) -> Result<WasiBody>
where
    B: Body<Data = Bytes>,
{
    let collected = timeout(longest, body.collect()).await.map_err(|_| Error::ConnectionReadTimeout)?;
    let bytes = collected.map_err(error)?.to_bytes();
    Ok(Full::new(bytes).map_err(|never| match never {}).boxed_unsync())
}
