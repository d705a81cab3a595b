//! What an Engine.IO request says in its query.

/// The fields that matter.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Query<'a> {
    pub(crate) version: Option<&'a str>,
    pub(crate) transport: Option<&'a str>,
    pub(crate) sid: Option<&'a str>,
}

impl<'a> Query<'a> {
    pub(crate) fn parse(query: Option<&'a str>) -> Self {
        let mut found = Self::default();
        for (name, value) in query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('=')) {
            match name {
                "EIO" => found.version = Some(value),
                "transport" => found.transport = Some(value),
                "sid" => found.sid = Some(value),
                _ => {}
            }
        }
        found
    }
}

/// Whether a request with this query wants a new session.
pub fn opens_session(query: Option<&str>) -> bool {
    Query::parse(query).sid.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_whole_name() {
        let query = Query::parse(Some("xsid=1&EIO=4&transport=polling&t&sid=2"));
        assert_eq!(query, Query { version: Some("4"), transport: Some("polling"), sid: Some("2") });
        assert!(opens_session(Some("EIO=4&xsid=1")) && opens_session(None));
        assert!(!opens_session(Some("EIO=4&sid=1")));
    }
}
