use wasmtime::ResourceLimiter;

/// Holds the linear memory of one instance, all its memories together, below a limit.
pub(super) struct MemoryLimit {
    most: usize,
    used: usize,
    /// Whether a growth has been refused. The component likely aborts then, and its trap does not say why.
    pub(super) refused: bool,
}

impl MemoryLimit {
    pub(super) fn new(most: usize) -> Self {
        Self { most, used: 0, refused: false }
    }
}

impl ResourceLimiter for MemoryLimit {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let used = self.used - current + desired;
        if used > self.most || maximum.is_some_and(|maximum| desired > maximum) {
            self.refused = true;
            return Ok(false);
        }
        self.used = used;
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= 20_000 && maximum.is_none_or(|maximum| desired <= maximum))
    }
}
