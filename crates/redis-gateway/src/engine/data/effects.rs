//! What the commands of one unit (a command, a script, a transaction) did, in the words that the log keeps.

use crate::engine::log::resp;

/// Collects effects until the unit ends.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    /// Off while the log is replayed and when nothing is persisted.
    pub(crate) enabled: bool,
    encoded: Vec<u8>,
    count: usize,
    /// The running command changed something.
    dirty: bool,
    /// The running command said itself what the log must hold.
    rewritten: bool,
}

impl Effects {
    /// A command starts.
    pub(crate) fn begin_command(&mut self) {
        self.dirty = false;
        self.rewritten = false;
    }

    /// The running command changed something; the log gets it as it came unless [`Self::push`] is called.
    pub(crate) fn touch(&mut self) {
        self.dirty = true;
    }

    /// The log gets this instead of the running command.
    pub(crate) fn push<A: AsRef<[u8]>>(&mut self, command: &[A]) {
        self.rewritten = true;
        self.append(command);
    }

    /// The log gets this besides the running command, before it.
    pub(crate) fn append<A: AsRef<[u8]>>(&mut self, command: &[A]) {
        if self.enabled {
            resp::encode(&mut self.encoded, command);
            self.count += 1;
        }
    }

    /// Whether the log must hold the running command as it came.
    pub(crate) fn takes_verbatim(&self) -> bool {
        self.dirty && !self.rewritten
    }

    /// Moves the unit to the log's buffer; more than one effect become one atomic block.
    pub(crate) fn end_unit(&mut self, log: &mut Vec<u8>) {
        match self.count {
            0 => return,
            1 => log.append(&mut self.encoded),
            _ => {
                resp::encode(log, &["MULTI"]);
                log.append(&mut self.encoded);
                resp::encode(log, &["EXEC"]);
            }
        }
        self.count = 0;
    }
}
