use super::WELL_KNOWN;

/// One route of the manifest: `/exact`, `/with/:parameter`, `/below/...`.
pub(crate) struct Pattern {
    /// As written in the manifest.
    raw: String,
    segments: Vec<Segment>,
    wildcard: bool,
}

#[derive(PartialEq)]
enum Segment {
    Literal(String),
    Parameter(String),
}

/// How a path matched a route.
pub(crate) struct Matched<'a> {
    pattern: &'a Pattern,
    params: Vec<(&'a str, &'a str)>,
    path_info: String,
}

impl Pattern {
    pub(crate) fn parse(raw: &str) -> Result<Self, String> {
        let (prefix, wildcard) = match raw.strip_suffix("/...") {
            Some(prefix) => (prefix, true),
            None => (raw, false),
        };
        if format!("/{}/", raw.trim_matches('/')).starts_with(WELL_KNOWN) {
            return Err(format!("paths below {WELL_KNOWN} belong to the host"));
        }
        let segments: Vec<_> =
            prefix.split('/').filter(|text| !text.is_empty()).map(Segment::parse).collect::<Result<_, _>>()?;
        let is_parameter = |segment: &&Segment| matches!(segment, Segment::Parameter(_));
        for (index, segment) in segments.iter().enumerate().filter(|(_, segment)| is_parameter(segment)) {
            if segments.iter().take(index).any(|earlier| earlier == segment) {
                return Err("two parameters have the same name".into());
            }
        }
        Ok(Self { raw: raw.into(), segments, wildcard })
    }

    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    /// The order in which routes are tried.
    pub(super) fn rank(&self) -> Vec<u8> {
        let segments = self.segments.iter().map(|segment| match segment {
            Segment::Literal(_) => 0,
            Segment::Parameter(_) => 1,
        });
        segments.chain(self.wildcard.then_some(2)).collect()
    }

    pub(super) fn matches_the_same_as(&self, other: &Self) -> bool {
        let same = |(a, b): (&Segment, &Segment)| match (a, b) {
            (Segment::Literal(a), Segment::Literal(b)) => a == b,
            (Segment::Parameter(_), Segment::Parameter(_)) => true,
            _ => false,
        };
        self.wildcard == other.wildcard
            && self.segments.len() == other.segments.len()
            && self.segments.iter().zip(&other.segments).all(same)
    }

    pub(super) fn matches<'a>(&'a self, path: &'a str) -> Option<Matched<'a>> {
        let mut rest = path.trim_matches('/');
        let mut params = Vec::new();
        for segment in &self.segments {
            rest = rest.trim_start_matches('/');
            let (text, after) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            match segment {
                Segment::Literal(literal) if literal == text => {}
                Segment::Parameter(name) if !text.is_empty() => params.push((name.as_str(), text)),
                _ => return None,
            }
            rest = after;
        }
        let rest = rest.trim_start_matches('/');
        if !self.wildcard && !rest.is_empty() {
            return None;
        }
        let mut path_info = String::new();
        if self.wildcard {
            if !rest.is_empty() {
                path_info = format!("/{rest}");
            }
            if path.ends_with('/') {
                path_info.push('/');
            }
        }
        Some(Matched { pattern: self, params, path_info })
    }
}

impl Segment {
    fn parse(text: &str) -> Result<Self, String> {
        if let Some(name) = text.strip_prefix(':') {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
            return if !name.is_empty() && name.bytes().all(plain) {
                Ok(Self::Parameter(name.into()))
            } else {
                Err(format!("`{text}`: a parameter is a whole segment, named by letters, digits, `_` and `-`"))
            };
        }
        if text == "..." || text.contains(['*', '?', '#']) || !text.is_ascii() {
            return Err(format!("`{text}`: a segment is literal text or `:name`, and only the last may be `...`"));
        }
        Ok(Self::Literal(text.into()))
    }
}

impl Matched<'_> {
    /// The route as written in the manifest.
    pub(crate) fn raw_route(&self) -> &str {
        &self.pattern.raw
    }

    /// The route without its trailing wildcard.
    pub(crate) fn route_prefix(&self) -> &str {
        self.pattern.raw.strip_suffix("/...").unwrap_or(&self.pattern.raw)
    }

    /// The route below the application's base path, which is always `/` here.
    pub(crate) fn based_route(&self) -> String {
        let raw = &self.pattern.raw;
        let absolute = if raw.starts_with('/') { raw.clone() } else { format!("/{raw}") };
        absolute.strip_suffix('/').map(Into::into).unwrap_or(absolute)
    }

    /// Parameters by name, percent-encoded as they were sent.
    pub(crate) fn params(&self) -> &[(&str, &str)] {
        &self.params
    }

    /// What the trailing wildcard stands for, with its leading slash; empty for a route without one.
    pub(crate) fn path_info(&self) -> &str {
        &self.path_info
    }
}
