//! The span of telling a room's members on this hub of a message.

use traces::{Kind, Span, TraceParent, scope};

use super::actor::Actor;
use super::log::Entry;

impl Actor {
    /// A traced event of the stream. The span ends when the message is in the queues of all members' sockets; when something
    /// had to be read from the store before, that is inside it.
    pub(super) async fn traced_message(&mut self, entry: Entry, trace: TraceParent) {
        let mut span = self.hub.tracer.follow("fan out", Kind::Consumer, Some(trace));
        if let Some(arrived) = entry.arrived {
            span = span.since(arrived);
        }
        let (seq, before) = (entry.seq, self.log.last());
        scope(span.context(), Box::pin(self.message(entry))).await;
        self.describe(&mut span, seq, before);
        self.members.end_when_told(span);
    }

    fn describe(&self, span: &mut Span, seq: u64, before: u64) {
        if !span.is_kept() {
            return;
        }
        // Whoever joined meanwhile may have made the room read the log, and told everybody then.
        let was_told = seq <= before;
        span.set("roomtalk.room", self.id.alias());
        span.set("roomtalk.seq", seq);
        span.set("roomtalk.sockets", if was_told { 0 } else { self.members.len() });
        if was_told {
            span.set("roomtalk.told_before", true);
        }
    }
}
