//! Request bodies, within limits of size and time.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::Body;
use http_body_util::BodyExt;
use tokio::time::timeout;

/// Largest request body in bytes, as Upstash's plans have it.
pub(super) const LIMIT: usize = 10 * 1024 * 1024;
/// How long a body may take to arrive.
const TIME: Duration = Duration::from_secs(30);
/// How much of a body that is too large is read and thrown away, so that its sender sees the answer and not a broken pipe.
const DISCARD: usize = 64 * 1024 * 1024;

/// Why a body was not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// More than [`LIMIT`] bytes.
    TooLarge,
    /// It broke off, or took too long.
    Incomplete,
}

/// Reads a body. One that says that it is too large, or turns out to be, is never kept; `waits` tells that its sender will
/// not send it before it is asked to (`Expect: 100-continue`).
pub(super) async fn read<B>(body: B, waits: bool) -> Result<Bytes, Refused>
where
    B: Body<Data = Bytes> + Unpin,
{
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > LIMIT && (waits || announced > DISCARD) {
        return Err(Refused::TooLarge);
    }
    timeout(TIME, collect(body, announced)).await.unwrap_or(Err(Refused::Incomplete))
}

async fn collect<B>(mut body: B, announced: usize) -> Result<Bytes, Refused>
where
    B: Body<Data = Bytes> + Unpin,
{
    if announced > LIMIT {
        discard(body).await;
        return Err(Refused::TooLarge);
    }
    let mut all = BytesMut::with_capacity(announced);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Refused::Incomplete)?.into_data() else { continue };
        if all.len() + data.len() > LIMIT {
            drop(all);
            discard(body).await;
            return Err(Refused::TooLarge);
        }
        all.extend_from_slice(&data);
    }
    Ok(all.freeze())
}

async fn discard<B>(mut body: B)
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut seen = 0;
    while let Some(Ok(frame)) = body.frame().await {
        seen += frame.data_ref().map_or(0, Bytes::len);
        if seen > DISCARD {
            return;
        }
    }
}
