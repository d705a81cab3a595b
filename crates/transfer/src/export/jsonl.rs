//! A room as JSON Lines.

use std::io::Write;

use domain::{Message, Room};
use store::Transport;

use super::{Export, json, room_json};
use crate::Error;

impl<T: Transport, W: Write> Export<'_, T, W> {
    /// First the room with `oldestSeq` and `latestSeq`, then a message in each line, in the order of their seqs.
    pub(super) async fn jsonl(&mut self, room: &Room) -> Result<(), Error> {
        writeln!(self.out, "{}", room_json(room, self.span)?)?;
        let mut next = self.span.oldest;
        while let Some((messages, after)) = self.page(next).await? {
            for message in messages {
                self.line(message).await?;
            }
            next = after;
        }
        Ok(())
    }

    /// The message as REST gives it. Its images come last in it, each with its bytes in `data` (base64), or with `null` there.
    async fn line(&mut self, mut message: Message) -> Result<(), Error> {
        let images = std::mem::take(&mut message.images);
        let mut text = json(&message)?;
        if !images.is_empty() {
            text.pop();
            text.push_str(",\"images\":[");
            self.out.write_all(text.as_bytes())?;
            for (number, image) in images.iter().enumerate() {
                let mut open = json(image)?;
                open.pop();
                let comma = if number == 0 { "" } else { "," };
                write!(self.out, "{comma}{open},\"data\":")?;
                if !self.image(message.seq, image, ("\"", "\"}")).await? {
                    self.out.write_all(b"null}")?;
                }
            }
            "]}".clone_into(&mut text);
        }
        writeln!(self.out, "{text}")?;
        self.summary.messages += 1;
        Ok(())
    }
}
