//! Bodies, read no further than their limit.

use bytes::{BufMut, Bytes};
use domain::{Code, Error};
use http::{HeaderMap, header};
use http_body::Body;
use http_body_util::BodyExt;

use crate::Budget;

/// Up to this many bytes a body needs no claim on the budget: sixteen of them are one MiB.
pub(crate) const SMALL: usize = 64 * 1024;

/// Reads a body of at most `limit` bytes.
///
/// One that says it is longer is refused before a byte is read, one that turns out longer as soon as it passes the limit
/// (413). One that ends early is malformed (400). One that the budget has no part for waits for it, unread. When it gets
/// none (429), it is still taken in and dropped: a sender whose connection is cut while it sends never sees that it may
/// come again.
pub(crate) async fn read<B, F>(
    mut body: B,
    headers: &HeaderMap,
    limit: usize,
    budget: &'static Budget,
    pause: impl Fn() -> F,
) -> Result<Bytes, Error>
where
    B: Body + Unpin,
    F: Future<Output = ()>,
{
    let claim = |bytes| budget.claim(if bytes > SMALL { bytes } else { 0 }, &pause);
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    let mut claimed = match claim(declared.unwrap_or(SMALL.min(limit))).await {
        Ok(claimed) => claimed,
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
            drop(claimed);
            claimed = claim(limit).await?;
            data.reserve_exact(limit - data.len());
        }
        data.put(part);
    }
    Ok(claimed.hold(data))
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
    use std::sync::atomic::{AtomicUsize, Ordering};

    use http_body::Frame;
    use http_body_util::Full;

    use super::*;

    static BUDGET: Budget = Budget::new(1024 * 1024);

    /// One that has nothing for anybody.
    static NOTHING: Budget = Budget::new(0);

    async fn read<B: Body + Unpin>(
        body: B,
        headers: &HeaderMap,
        limit: usize,
        budget: &'static Budget,
    ) -> Result<Bytes, Error> {
        super::read(body, headers, limit, budget, || std::future::ready(())).await
    }

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
        assert_eq!(read(body.clone(), &length(5), 5, &BUDGET).await.unwrap(), "hello");
        assert_eq!(read(body, &HeaderMap::new(), 5, &BUDGET).await.unwrap(), "hello");
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
        let error = read(body, &length(SMALL + 1), 1024 * 1024, &NOTHING).await.unwrap_err();
        assert_eq!(error.code, Code::RateLimited);
        let asked = AtomicUsize::new(0);
        let error = read(Endless(&asked), &length(SMALL + 1), 1024 * 1024, &NOTHING).await.unwrap_err();
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
        static BUDGET: Budget = Budget::new(300_000);
        let large = Full::new(Bytes::from(vec![0; 200_000]));
        let held = read(large.clone(), &length(200_000), 1_000_000, &BUDGET).await.unwrap();
        let refused = read(large.clone(), &length(200_000), 1_000_000, &BUDGET).await.unwrap_err();
        assert_eq!(refused.code, Code::RateLimited);
        let small = read(Full::new(Bytes::from_static(b"{}")), &HeaderMap::new(), 1_000_000, &BUDGET).await;
        assert_eq!(small.unwrap(), "{}");
        drop(held);
        assert_eq!(read(large, &length(200_000), 1_000_000, &BUDGET).await.unwrap().len(), 200_000);
    }

    #[tokio::test]
    async fn a_body_without_a_length_counts_as_full_once_it_is_not_small() {
        static BUDGET: Budget = Budget::new(300_000);
        let body = Full::new(Bytes::from(vec![0; SMALL + 1]));
        let refused = read(body.clone(), &HeaderMap::new(), 300_001, &BUDGET).await.unwrap_err();
        assert_eq!(refused.code, Code::RateLimited);
        assert_eq!(read(body, &HeaderMap::new(), 300_000, &BUDGET).await.unwrap().len(), SMALL + 1);
    }
}
