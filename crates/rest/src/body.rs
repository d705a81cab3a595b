//! Bodies, read no further than their limit.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{BufMut, Bytes};
use domain::{Code, Error};
use http::{HeaderMap, header};
use http_body::Body;
use http_body_util::BodyExt;

/// Up to this many bytes a body needs no claim on the budget: sixteen of them are one MiB.
pub(crate) const SMALL: usize = 64 * 1024;

/// Memory that the larger bodies of one process, or one instance of a component, may take together, in bytes.
///
/// The memory of an instance is limited, and running out of it ends every request in it. So a body that would pass the
/// budget is refused with 429 before it is read.
#[derive(Debug)]
pub struct Budget {
    left: AtomicUsize,
}

/// A part of the budget, given back when it is dropped.
#[derive(Debug)]
struct Claim<'a> {
    budget: &'a Budget,
    bytes: usize,
}

/// A body in memory. Its claim ends with it.
#[derive(Debug)]
pub(crate) struct Received<'a> {
    pub(crate) data: Bytes,
    _claim: Claim<'a>,
}

impl Budget {
    /// A budget of so many bytes.
    pub const fn new(bytes: usize) -> Self {
        Self { left: AtomicUsize::new(bytes) }
    }

    fn claim(&self, bytes: usize) -> Result<Claim<'_>, Error> {
        let bytes = if bytes > SMALL { bytes } else { 0 };
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes))
            .map(|_| Claim { budget: self, bytes })
            .map_err(|_| Error::new(Code::RateLimited, "Too many large requests at this moment; try again"))
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.budget.left.fetch_add(self.bytes, Ordering::Relaxed);
    }
}

/// Reads a body of at most `limit` bytes.
///
/// One that says it is longer is refused before a byte is read, one that turns out longer as soon as it passes the limit
/// (413). One that ends early is malformed (400). What there is no budget for is still taken in and dropped: a sender whose
/// connection is cut while it sends never sees that it may come again.
pub(crate) async fn read<'a, B>(
    mut body: B,
    headers: &HeaderMap,
    limit: usize,
    budget: &'a Budget,
) -> Result<Received<'a>, Error>
where
    B: Body + Unpin,
{
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    let mut claim = match budget.claim(declared.unwrap_or(SMALL.min(limit))) {
        Ok(claim) => claim,
        Err(refusal) => {
            drop_body(body, limit).await;
            return Err(refusal);
        }
    };
    let mut data = Vec::with_capacity(declared.unwrap_or(SMALL.min(limit)));
    // To learn that nothing follows would take a component two more calls of its runtime.
    while declared != Some(data.len())
        && let Some(frame) = body.frame().await
    {
        let frame = frame.map_err(|_| Error::new(Code::MalformedJson, "The body ended early"))?;
        let Ok(part) = frame.into_data() else { continue };
        let length = data.len() + bytes::Buf::remaining(&part);
        if length > limit {
            return Err(too_large(limit));
        }
        if length > data.capacity() {
            // Longer than it said, or it said nothing: from here on it counts as full, so that it grows only once.
            drop(claim);
            claim = budget.claim(limit)?;
            data.reserve_exact(limit - data.len());
        }
        data.put(part);
    }
    Ok(Received { data: data.into(), _claim: claim })
}

/// Reads a body to its end, or to `limit`, and keeps nothing of it.
async fn drop_body<B: Body + Unpin>(mut body: B, limit: usize) {
    let mut left = limit;
    while left > 0 {
        // A sender that goes away meanwhile needs no answer.
        let Some(Ok(frame)) = body.frame().await else { return };
        left = left.saturating_sub(frame.data_ref().map_or(0, bytes::Buf::remaining));
    }
}

fn too_large(limit: usize) -> Error {
    let most =
        if limit >= 1024 * 1024 { format!("{} MiB", limit / (1024 * 1024)) } else { format!("{} KiB", limit / 1024) };
    Error::new(Code::TooLarge, format!("The body is larger than {most}"))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::AtomicUsize;

    use http_body::Frame;
    use http_body_util::Full;

    use super::*;

    static BUDGET: Budget = Budget::new(1024 * 1024);

    fn length(bytes: usize) -> HeaderMap {
        HeaderMap::from_iter([(header::CONTENT_LENGTH, bytes.to_string().parse().unwrap())])
    }

    /// An endless body of 1 KiB frames that counts how many were asked for.
    struct Endless<'a>(&'a AtomicUsize);

    impl Body for Endless<'_> {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            std::task::Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'x'; 1024])))))
        }
    }

    /// A body whose sender went away.
    struct Broken;

    impl Body for Broken {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
            std::task::Poll::Ready(Some(Err(std::io::Error::other("reset"))))
        }
    }

    #[tokio::test]
    async fn a_body_within_its_limit_arrives_whole() {
        let body = Full::new(Bytes::from_static(b"hello"));
        assert_eq!(read(body.clone(), &length(5), 5, &BUDGET).await.unwrap().data, "hello");
        assert_eq!(read(body, &HeaderMap::new(), 5, &BUDGET).await.unwrap().data, "hello");
    }

    #[tokio::test]
    async fn a_body_that_says_it_is_too_long_is_refused_unread() {
        let asked = AtomicUsize::new(0);
        let error = read(Endless(&asked), &length(20_000_000), 16 * 1024, &BUDGET).await.unwrap_err();
        assert_eq!((error.code, error.message.as_ref()), (Code::TooLarge, "The body is larger than 16 KiB"));
        assert_eq!(asked.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_body_beyond_the_budget_is_taken_in_to_its_end_and_no_further_than_the_limit() {
        let body = Full::new(Bytes::from(vec![0; SMALL + 1]));
        let error = read(body, &length(SMALL + 1), 1024 * 1024, &Budget::new(0)).await.unwrap_err();
        assert_eq!(error.code, Code::RateLimited);
        let asked = AtomicUsize::new(0);
        let error = read(Endless(&asked), &length(SMALL + 1), 1024 * 1024, &Budget::new(0)).await.unwrap_err();
        assert_eq!((error.code, asked.load(Ordering::Relaxed)), (Code::RateLimited, 1024));
    }

    #[tokio::test]
    async fn reading_stops_where_a_body_passes_its_limit() {
        let asked = AtomicUsize::new(0);
        let error = read(Endless(&asked), &HeaderMap::new(), 16 * 1024, &BUDGET).await.unwrap_err();
        assert_eq!(error.code, Code::TooLarge);
        assert_eq!(asked.load(Ordering::Relaxed), 17);
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_malformed() {
        let error = read(Broken, &HeaderMap::new(), 100, &BUDGET).await.unwrap_err();
        assert_eq!(error.code, Code::MalformedJson);
    }

    #[tokio::test]
    async fn large_bodies_beyond_the_budget_are_refused_and_small_ones_are_not() {
        let budget = Budget::new(300_000);
        let large = Full::new(Bytes::from(vec![0; 200_000]));
        let held = read(large.clone(), &length(200_000), 1_000_000, &budget).await.unwrap();
        let refused = read(large.clone(), &length(200_000), 1_000_000, &budget).await.unwrap_err();
        assert_eq!(refused.code, Code::RateLimited);
        let small = read(Full::new(Bytes::from_static(b"{}")), &HeaderMap::new(), 1_000_000, &budget).await;
        assert_eq!(small.unwrap().data, "{}");
        drop(held);
        assert_eq!(read(large, &length(200_000), 1_000_000, &budget).await.unwrap().data.len(), 200_000);
    }

    #[tokio::test]
    async fn a_body_without_a_length_counts_as_full_once_it_is_not_small() {
        let budget = Budget::new(300_000);
        let body = Full::new(Bytes::from(vec![0; SMALL + 1]));
        let refused = read(body.clone(), &HeaderMap::new(), 300_001, &budget).await.unwrap_err();
        assert_eq!(refused.code, Code::RateLimited);
        assert_eq!(read(body, &HeaderMap::new(), 300_000, &budget).await.unwrap().data.len(), SMALL + 1);
    }
}
