//! Whether a session's client is still there.

use tokio::time::Instant;

use crate::engine::Config;

/// When what is due. One task looks after all sessions, once a second, so that none needs a timer of its own.
pub(crate) struct Heartbeat {
    /// When the last pong came, or the session began.
    heard: Instant,
    pinged: Option<Instant>,
    /// The session had a socket once.
    connected: bool,
}

/// What is due.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Ping,
    End,
}

impl Heartbeat {
    pub(crate) fn new(now: Instant) -> Self {
        Self { heard: now, pinged: None, connected: false }
    }

    pub(crate) fn pong(&mut self, now: Instant) {
        self.heard = now;
        self.pinged = None;
    }

    pub(crate) fn connected(&mut self) {
        self.connected = true;
    }

    pub(crate) fn due(&mut self, now: Instant, config: &Config) -> Option<Due> {
        match self.pinged {
            Some(pinged) => (now.duration_since(pinged) >= config.ping_timeout).then_some(Due::End),
            None if !self.connected && now.duration_since(self.heard) >= config.connect_timeout => Some(Due::End),
            None if now.duration_since(self.heard) >= config.ping_interval => {
                self.pinged = Some(now);
                Some(Due::Ping)
            }
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn after(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_client_is_asked_each_interval_and_given_up_when_it_does_not_answer() {
        let (config, start) = (Config::default(), Instant::now());
        let mut heartbeat = Heartbeat::new(start);
        heartbeat.connected();
        assert_eq!(heartbeat.due(start + after(24), &config), None);
        assert_eq!(heartbeat.due(start + after(25), &config), Some(Due::Ping));
        assert_eq!(heartbeat.due(start + after(26), &config), None);
        heartbeat.pong(start + after(27));
        assert_eq!(heartbeat.due(start + after(51), &config), None);
        assert_eq!(heartbeat.due(start + after(52), &config), Some(Due::Ping));
        assert_eq!(heartbeat.due(start + after(111), &config), None);
        assert_eq!(heartbeat.due(start + after(112), &config), Some(Due::End));
    }

    #[test]
    fn a_session_that_gets_no_socket_ends_sooner() {
        let (config, start) = (Config::default(), Instant::now());
        let mut heartbeat = Heartbeat::new(start);
        assert_eq!(heartbeat.due(start + after(14), &config), None);
        assert_eq!(heartbeat.due(start + after(15), &config), Some(Due::End));
    }
}
