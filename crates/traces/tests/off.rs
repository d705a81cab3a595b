//! What a program is without a collector.

use traces::{Kind, Options, TraceParent, current, scope};

#[tokio::test(flavor = "current_thread")]
async fn without_a_collector_no_span_is_made_and_nobody_is_told_of_one() {
    let exporter = Options::default().start("roomtalk").unwrap();
    let parent = TraceParent::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    for tracer in [exporter.tracer(), exporter.tracer_of("hub"), exporter.tracer().of_instance("one")] {
        assert!(!tracer.is_on());
        for span in [
            tracer.admit("a", Kind::Server, parent),
            tracer.follow("a", Kind::Consumer, parent),
            scope(parent, async { tracer.span("a", Kind::Client) }).await,
        ] {
            assert_eq!((span.context(), span.is_kept()), (None, false));
        }
    }
    exporter.shutdown().await;
}

#[tokio::test(flavor = "current_thread")]
async fn a_task_works_for_a_span_as_long_as_it_is_inside() {
    let parent = TraceParent::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assert_eq!(current(), None);
    scope(parent, async {
        assert_eq!(current(), parent);
        scope(None, async { assert_eq!(current(), None) }).await;
    })
    .await;
    assert_eq!(current(), None);
}
