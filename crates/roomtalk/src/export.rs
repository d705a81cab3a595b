//! `roomtalk export`.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use domain::RoomId;
use store::{ReqwestTransport, Store};
use tempfile::NamedTempFile;
use transfer::export::{self, Summary};

use crate::reach::{Missing, Place};

/// Flags of `roomtalk export`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Export {
    /// The room's id, as its link has it.
    room: String,

    #[command(flatten)]
    place: Place,

    /// What to write.
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,

    /// The file to write, readable by you alone; it appears when it is whole. Without it: the standard output.
    #[arg(long, short)]
    output: Option<PathBuf>,
}

/// What to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// JSON Lines: the room, then each message with its images as base64.
    Jsonl,
    /// One page with its images, which needs neither network nor scripts.
    Html,
}

impl From<Format> for export::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Jsonl => Self::Jsonl,
            Format::Html => Self::Html,
        }
    }
}

/// Writes the room. False when something of it is no longer in the store.
pub(crate) async fn export(options: Export) -> Result<bool> {
    let room = RoomId::parse(&options.room).map_err(|_| transfer::Error::NoRoom)?;
    let reached = options.place.reach(domain::limits::HISTORY, Missing::Refuse).await?;
    let outcome = write(&reached.store, &room, &options).await;
    reached.leave().await;
    let summary = outcome?;
    eprintln!("{} messages and {} images", summary.messages, summary.images);
    for (seq, image) in &summary.missing {
        eprintln!("missing: image {image} of message {seq} is not in the store");
    }
    if summary.trimmed > 0 {
        eprintln!("missing: {} of the oldest messages were trimmed while the room was read", summary.trimmed);
    }
    Ok(summary.is_complete())
}

async fn write(store: &Store<ReqwestTransport>, room: &RoomId, options: &Export) -> Result<Summary> {
    let format = options.format.into();
    let Some(path) = &options.output else {
        let mut out = BufWriter::new(io::stdout().lock());
        return Ok(export::export(store, room, format, &mut out).await?);
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = NamedTempFile::new_in(folder).with_context(|| format!("can't write in {}", folder.display()))?;
    let mut out = BufWriter::new(file);
    let summary = export::export(store, room, format, &mut out).await?;
    out.flush()?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.persist(path).with_context(|| format!("can't write {}", path.display()))?;
    Ok(summary)
}
